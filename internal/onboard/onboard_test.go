package onboard

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/admission"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/naming"
)

func brokerOf(id broker.ID, values map[string]string) broker.Broker {
	b := broker.Broker{ID: id, Detail: true}
	for i := range broker.Fields {
		if value, ok := values[broker.Fields[i].API]; ok {
			broker.Fields[i].Set(&b, value)
		}
	}
	return b
}

var options = Options{Namespace: "partners", Seller: v1alpha1.SellerReference{Kind: v1alpha1.SellerKindSeller, Name: "main"}, Mode: Observe, Mark: "mark"}

// Every value that admission refuses is left out alone, with what was probably meant.
func TestProposals(t *testing.T) {
	rules, err := admission.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ field, value, proposal string }{
		{"contact.phonePrefix", "+372", "372"},
		{"contact.phonePrefix", "00 372", "372"},
		{"contact.phonePrefix", "none", ""},
		{"contact.phone", "+372 5356 4558", "5356 4558"},
		{"contact.phone", "53564558 ext. 12", "53564558"},
		{"contact.phone", "ask Johanna", ""},
		{"address.countryCode", "ee", "EE"},
		{"address.countryCode", "EST", "EE"},
		{"address.countryCode", "UK", "GB"},
		{"address.countryCode", "Eesti", ""},
		{"domain", "müller.example", "xn--mller-kva.example"},
		{"domain", "https://www.acme.example/home", "www.acme.example"},
		{"domain", "no domain", ""},
		{"notificationEmail", "<notify @acme.example>", "notify@acme.example"},
		{"supportEmail", "nobody", ""},
		{"name", " Acme\u200b\nLtd ", "Acme Ltd"},
		{"name", strings.Repeat("n", 300), ""},
	} {
		t.Run(row.field+" "+row.value[:min(len(row.value), 20)], func(t *testing.T) {
			g := NewWithT(t)
			b := brokerOf("4711", map[string]string{"vat": "EE1", "contact.phonePrefix": "372", row.field: row.value})
			object, left, err := options.Manifest(rules, "acme", &b)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(left).To(HaveLen(1))
			g.Expect(left[0].Field).To(Equal("spec." + row.field))
			g.Expect(left[0].Value).To(Equal(row.value))
			g.Expect(left[0].Why).NotTo(BeEmpty())
			g.Expect(left[0].Proposal).To(Equal(row.proposal))
			g.Expect(object["spec"]).To(HaveKeyWithValue("vat", "EE1"))
			g.Expect(rules.Refusals(object)).To(BeEmpty())
		})
	}
}

func TestManifest(t *testing.T) {
	g := NewWithT(t)
	rules, err := admission.New()
	g.Expect(err).NotTo(HaveOccurred())
	b := brokerOf("0042", map[string]string{"name": "Acme", "registrationNumber": "007", "vat": "", "contact.phone": "0123", "allowCmpAccess": "false"})
	b.CustomProperties = []broker.Property{{ID: "bad id", Value: "x"}, {ID: "tier", Value: "gold"}, {ID: "also bad", Value: "y"}, {ID: "mark", Value: "abc"}, {ID: "empty"}}
	b.Odd = []string{"address"}
	object, left, err := options.Manifest(rules, "acme", &b)
	g.Expect(err).NotTo(HaveOccurred())
	spec := object["spec"].(map[string]any)
	g.Expect(spec).To(HaveKeyWithValue("brokerID", "0042"))
	g.Expect(spec).To(HaveKeyWithValue("registrationNumber", "007"))
	g.Expect(spec).To(HaveKeyWithValue("managementPolicy", "Observe"))
	g.Expect(spec).To(HaveKeyWithValue("allowCmpAccess", false))
	g.Expect(spec).NotTo(HaveKey("vat"), "there is nothing to manage")
	g.Expect(spec).To(HaveKeyWithValue("customProperties", []any{map[string]any{"id": "tier", "value": "gold"}}), "the mark is the operator's")
	g.Expect(left).To(HaveLen(6), "two properties, four fields of a group that nobody understands")
	g.Expect(left[0].Field).To(Equal("spec.address.address"))

	ids := options
	ids.Mode = IDs
	object, left, err = ids.Manifest(rules, "acme", &b)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(BeEmpty())
	g.Expect(object["spec"]).To(HaveLen(2))

	b.ID = "a b"
	_, _, err = options.Manifest(rules, "acme", &b)
	g.Expect(err).To(MatchError(ContainSubstring("spec.brokerID")), "no object can name it")
}

func TestSort(t *testing.T) {
	g := NewWithT(t)
	identified := func(id broker.ID, number string) broker.Broker {
		return brokerOf(id, map[string]string{"registrationNumber": number, "domain": "acme.example"})
	}
	inactive := identified("4", "4")
	no := false
	inactive.Active = &no
	foreign := identified("5", "5")
	foreign.Foreign = true
	mine, _ := broker.IdentityFrom("3", "acme.example")
	s := Sort([]broker.Broker{identified("7", "6"), identified("6", "6"), foreign, inactive, identified("3", "3"), identified("2", "2"), identified("1", "1")}, []Known{
		{Name: "one", BrokerID: "1"}, {Name: "three", Identity: mine},
	})
	g.Expect(s.Held).To(Equal(1))
	g.Expect(s.Foreign).To(HaveLen(1))
	g.Expect(s.Inactive).To(HaveLen(1))
	g.Expect(s.Described).To(ConsistOf(HaveField("By.Name", "three")))
	var open []broker.ID
	for i := range s.Open {
		open = append(open, s.Open[i].ID)
	}
	g.Expect(open).To(Equal([]broker.ID{"2", "6", "7"}))
	g.Expect(Duplicates(s.Open)).To(HaveLen(1))
}

// Brokers as portals have them: every manifest is one that admission takes, and
// every value is in it or left out by name.
func TestDirtyBrokers(t *testing.T) {
	rules, err := admission.New()
	if err != nil {
		t.Fatal(err)
	}
	dirty := map[string][]string{
		"contact.phonePrefix": {"372", "+372", "00372", ""}, "contact.phone": {"5356", "+372 5356", "5356 x7", "n/a", ""},
		"address.countryCode": {"EE", "ee", "EST", "Estonia"}, "domain": {"acme.example", "MÜLLER.example", "http://x.example/", "-"},
		"name": {"Acme", "Acme\tLtd", strings.Repeat("n", 300), "\u200b", "ООО"}, "registrationNumber": {"0012", "12", "", "1e3", "no"},
		"supportEmail": {"a@b.example", "a b@c.example", "@"},
	}
	var brokers []broker.Broker
	for i := range 200 {
		values := map[string]string{}
		for field, choices := range dirty {
			values[field] = choices[(i*7+len(field)*i/3)%len(choices)]
		}
		brokers = append(brokers, brokerOf(broker.ID(fmt.Sprint(i+1)), values))
	}
	names := naming.Names(brokers, func(string) bool { return false })
	seen := map[string]bool{}
	for i := range brokers {
		if seen[names[i]] {
			t.Fatalf("%s is the name of two", names[i])
		}
		seen[names[i]] = true
		object, left, err := options.Manifest(rules, names[i], &brokers[i])
		if err != nil {
			t.Fatal(err)
		}
		accountedFor(t, &brokers[i], object["spec"].(map[string]any), left)
	}
}

func accountedFor(t *testing.T, b *broker.Broker, spec map[string]any, left []LeftOut) {
	t.Helper()
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, there := f.Get(b)
		if !there || value == "" {
			continue
		}
		from := spec
		group, name, nested := strings.Cut(f.API, ".")
		if nested {
			from, _ = spec[group].(map[string]any)
		} else {
			name = group
		}
		out := false
		for _, l := range left {
			out = out || l.Field == f.Spec() && l.Value == value
		}
		if is := from[name] == value; is == out {
			t.Errorf("broker %s: %s %q is described %t and left out %t", b.ID, f.API, value, is, out)
		}
	}
}
