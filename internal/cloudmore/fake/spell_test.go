package fake_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// field is what an answer shows at a path of one or two steps.
func field(c *caller, from reply, path ...string) any {
	shown := from.object(c)
	for _, step := range path[:len(path)-1] {
		shown, _ = shown[step].(map[string]any)
	}
	return shown[path[len(path)-1]]
}

func TestSpellings(t *testing.T) {
	for name, row := range map[string]struct {
		kind, in, out string
	}{
		"trims":                       {"trim", " A  b ", "A b"},
		"writes in upper case":        {"upper", "a\u00fc", "A\u00dc"},
		"writes in lower case":        {"lower", "A\u00dc", "a\u00fc"},
		"composes":                    {"nfc", "u\u0308", "\u00fc"},
		"decomposes":                  {"nfd", "\u00fc", "u\u0308"},
		"drops accents":               {"ascii", "M\u00fcller", "Muller"},
		"escapes":                     {"entities", "A & B", "A &amp; B"},
		"escapes once":                {"entities", "A &amp; B", "A &amp; B"},
		"escapes again":               {"escape", "A &amp; B", "A &amp;amp; B"},
		"drops leading zeros":         {"zeros", "0012", "12"},
		"puts a prefix before":        {"prefix=EE", "1", "EE1"},
		"puts a prefix before once":   {"prefix=EE", "EE1", "EE1"},
		"glues a prefix to it":        {"glue=EE", "EE1", "EEEE1"},
		"abbreviates":                 {"short", "Main Street 1", "Main St 1"},
		"cuts":                        {"cut=3", "\u00fcber Berg", "\u00fcbe"},
		"keeps the digits":            {"digits", "535 64-58", "5356458"},
		"groups digits":               {"pairs", "5356458", "53 56 45 8"},
		"masks an address":            {"mask", "ann@acme.example", "a***@acme.example"},
		"masks a word":                {"mask", "5551234", "5***"},
		"leaves what is short enough": {"cut=9", "abc", "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			c := call(t, fake.Options{Shapes: fake.Shapes{Spell: []string{"store name " + row.kind}}})
			id := c.created(with("name", row.in))
			c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", row.out))
			if row.in == row.out {
				return
			}
			c.server.ResetHistory()
			other := c.created(with("name", row.in))
			kind, _, _ := strings.Cut(row.kind, "=")
			c.Expect(met(c)).To(ContainElements(fake.Spelled("store", kind), fake.ShapedStored))
			stored, _ := c.server.Broker(other)
			c.Expect(stored.Broker.Name).To(Equal(row.out))
		})
	}
}

var spellCases = []settingCase{
	{"spell", "changes what is shown only", fake.Shapes{Spell: []string{"show contact.email mask", "show address.countryCode iso3"}}, func(c *caller) {
		id := c.created(within("contact", "email", "ann@acme.example"))
		c.Expect(field(c, c.get(id), "contact", "email")).To(Equal("a***@acme.example"))
		c.Expect(met(c)).To(ContainElements("show mask", "show iso3"))
		c.Expect(field(c, c.get(id), "address", "countryCode")).To(Equal("EST"))
		stored, _ := c.server.Broker(id)
		c.Expect(stored.Broker.Contact.Email).To(Equal("ann@acme.example"))
	}},
	{"spell", "changes lists otherwise than details", fake.Shapes{Spell: []string{"list domain unicode", "detail domain upper"}}, func(c *caller) {
		id := c.created(with("domain", "xn--bcher-kva.example"))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("domain", "XN--BCHER-KVA.EXAMPLE"))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("domain", "b\u00fccher.example"))
		c.Expect(met(c)).To(ConsistOf("list unicode", fake.ShapedDisplayed))
	}},
	{"spell", "takes a value back that it shows", fake.Shapes{Spell: []string{"show address.countryCode iso3"}}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, body(within("address", "countryCode", "EST"))).Status).To(Equal(http.StatusOK))
	}},
	{"spell", "lets a field grow with each update", fake.Shapes{Spell: []string{"update contact.phone glue=00372"}}, func(c *caller) {
		id := c.created(within("contact", "phone", "5551234"))
		c.Expect(field(c, c.put(id, body(within("contact", "phone", "5551234"))), "contact", "phone")).To(Equal("003725551234"))
		c.Expect(met(c)).To(ContainElements("update glue", fake.ShapedHarmed))
		c.Expect(field(c, c.put(id, body(within("contact", "phone", "003725551234"))), "contact", "phone")).To(Equal("00372003725551234"))
		c.Expect(c.put(id, body(within("contact", "phone", "5559999"))).Status).To(Equal(http.StatusOK))
		c.Expect(met(c)).NotTo(ContainElement(fake.ShapedHarmed), "the caller changed it")
	}},
	{"spell", "stores a mask that is sent back", fake.Shapes{Spell: []string{"show supportEmail mask"}}, func(c *caller) {
		id := c.created(with("supportEmail", "ann@acme.example"))
		c.put(id, body(with("supportEmail", "a***@acme.example")))
		c.Expect(met(c)).To(ContainElement(fake.ShapedHarmed))
	}},
	{"spell", "ignores a field of an update", fake.Shapes{Spell: []string{"update contact.jobTitle ignore"}}, func(c *caller) {
		id := c.created(within("contact", "jobTitle", "CTO"))
		c.Expect(field(c, c.put(id, body(within("contact", "jobTitle", "CEO"))), "contact", "jobTitle")).To(Equal("CTO"))
		c.Expect(met(c)).To(ContainElement("update ignore"))
	}},
	{"spell", "ignores that a field is cleared", fake.Shapes{Spell: []string{"update vat unclear"}}, func(c *caller) {
		id := c.created(with("vat", "EE1"))
		c.Expect(c.put(id, body(with("vat", ""))).object(c)).To(HaveKeyWithValue("vat", "EE1"))
		c.Expect(met(c)).To(ContainElement("update unclear"))
		c.Expect(c.put(id, body(with("vat", "EE2"))).object(c)).To(HaveKeyWithValue("vat", "EE2"))
	}},
	{"spell", "is about custom properties, too", fake.Shapes{Spell: []string{"store customProperties[segment] upper"}}, func(c *caller) {
		c.Expect(c.get(c.created()).Body).To(ContainSubstring(`{"id":"segment","value":"GOLD"}`))
	}},
	{"updateAnswer", "can be what was sent", fake.Shapes{UpdateAnswer: fake.UpdateEcho, Spell: []string{"store name upper"}}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, body(with("name", "New"), with("id", id))).object(c)).To(HaveKeyWithValue("name", "New"))
		c.Expect(met(c)).To(ContainElement(fake.ShapedEcho))
	}},
	{"updateAnswer", "can be the broker as it was", fake.Shapes{UpdateAnswer: fake.UpdateOld}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, body(with("name", "New"))).object(c)).To(HaveKeyWithValue("name", "ABCDEF Company"))
		c.Expect(met(c)).To(ContainElement(fake.ShapedOldAnswer))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "New"))
	}},
	{"updateAnswer", "can be nothing", fake.Shapes{UpdateAnswer: fake.UpdateNothing}, func(c *caller) {
		answer := c.put(c.created(), body())
		c.Expect(answer).To(And(HaveField("Status", http.StatusOK), HaveField("Body", "")))
	}},
	{"updateLag", "delays what reads show of an update", fake.Shapes{UpdateLag: time.Minute}, func(c *caller) {
		id := c.created()
		c.clock.Pass(time.Second)
		c.Expect(c.put(id, body(with("name", "New"))).object(c)).To(HaveKeyWithValue("name", "New"))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "ABCDEF Company"))
		c.Expect(met(c)).To(ContainElement(fake.ShapedLateRead))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("name", "ABCDEF Company"))
		c.Expect(met(c)).To(ContainElement(fake.ShapedLate))
		c.clock.Pass(time.Minute)
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "New"))
		c.Expect(met(c)).To(BeEmpty())
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
	}},
	{"unknownProperties", "can be dropped without a word", fake.Shapes{DefinedProperties: []string{"segment"}, UnknownProperties: fake.PropertiesDropped}, func(c *caller) {
		id := c.created(with("customProperties", []any{map[string]any{"id": "segment", "value": "a"}, map[string]any{"id": "region", "value": "x"}}))
		c.Expect(met(c)).To(ContainElement(fake.ShapedDropped))
		c.Expect(c.get(id).Body).To(And(ContainSubstring(`"segment"`), Not(ContainSubstring("region"))))
	}},
}
