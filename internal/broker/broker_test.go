package broker

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

func ptr[T any](v T) *T { return &v }

// full has a value in every field.
func full() Broker {
	b := Broker{ID: "4711", Detail: true, CustomProperties: []Property{{ID: "7", Value: "gold", Raw: json.RawMessage(`{"id":7,"value":"gold"}`)}}}
	for i := range Fields {
		Fields[i].Set(&b, "value "+Fields[i].API)
	}
	b.AllowCmpAccess = ptr(true)
	return b
}

// TestFieldsAreTheSpec holds the field table against the CRD: every field of the
// broker block has one row, and what POST requires is required by the CRD, too.
func TestFieldsAreTheSpec(t *testing.T) {
	content, err := os.ReadFile("../../config/crd/bases/cloudmore.com_resellers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(content, &crd); err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	management := []string{
		"sellerRef", "customProperties", "brokerID", "managementPolicy", "adoptionPolicy", "driftPolicy", "deletionPolicy", "suspend",
	}
	var described []string
	for name, property := range spec.Properties {
		switch {
		case slices.Contains(management, name):
		case property.Type == "object":
			for inner := range property.Properties {
				described = append(described, name+"."+inner)
			}
		default:
			described = append(described, name)
		}
	}
	var rows []string
	for i := range Fields {
		f := &Fields[i]
		rows = append(rows, f.API)
		required := slices.ContainsFunc(spec.XValidations, func(v apiextensionsv1.ValidationRule) bool {
			return v.FieldPath == "."+f.API && strings.HasPrefix(v.Message, "is required unless")
		})
		if required != f.Required {
			t.Errorf("%s: required is %t in the CRD and %t in the table", f.API, required, f.Required)
		}
	}
	slices.Sort(described)
	slices.Sort(rows)
	if !slices.Equal(described, rows) {
		t.Errorf("the CRD describes %v,\nthe table has %v", described, rows)
	}
}

func TestDiff(t *testing.T) {
	for _, row := range []struct {
		name     string
		want     Broker
		have     func(*Broker)
		accepted []Spelling
		fields   string
	}{
		{name: "finds nothing in the same broker", want: full()},
		{name: "finds a changed field", want: Broker{Name: ptr("New")}, fields: "spec.name"},
		{name: "does not look at fields that are left out", want: Broker{}},
		{name: "finds a field to be cleared", want: Broker{VAT: ptr("")}, fields: "spec.vat"},
		{name: "takes a field that details lack for empty", want: Broker{VAT: ptr("1")}, have: func(b *Broker) { b.VAT = nil }, fields: "spec.vat"},
		{name: "takes an empty field for one to be cleared", want: Broker{VAT: ptr("")}, have: func(b *Broker) { b.VAT = nil }},
		{name: "does not take a field that a summary lacks for empty", want: Broker{VAT: ptr("1")}, have: func(b *Broker) { b.VAT, b.Detail = nil, false }},
		{name: "finds a changed property", want: Broker{CustomProperties: []Property{{ID: "7", Value: "silver"}}}, fields: "spec.customProperties[7]"},
		{name: "finds a missing property", want: Broker{CustomProperties: []Property{{ID: "8", Value: "x"}}}, fields: "spec.customProperties[8]"},
		{name: "finds nothing in a missing property to be cleared", want: Broker{CustomProperties: []Property{{ID: "8"}}}},
		{name: "does not miss properties in a summary", want: Broker{CustomProperties: []Property{{ID: "8", Value: "x"}}}, have: func(b *Broker) { b.CustomProperties, b.Detail = nil, false }},
		{name: "finds a changed truth", want: Broker{AllowCmpAccess: ptr(false)}, fields: "spec.allowCmpAccess"},
		{name: "does not see how a phone number is written", want: Broker{Contact: Contact{Phone: ptr("12 34")}}, have: func(b *Broker) { b.Contact.Phone = ptr("12-34") }},
		{name: "does not see the case of a domain, nor the root's dot", want: Broker{Domain: ptr("Example.com")}, have: func(b *Broker) { b.Domain = ptr("example.COM.") }},
		{name: "sees the case of a name", want: Broker{Name: ptr("Abc")}, have: func(b *Broker) { b.Name = ptr("ABC") }, fields: "spec.name"},
		{name: "keeps to accepted spellings", want: Broker{VAT: ptr("1")}, have: func(b *Broker) { b.VAT = ptr("EE1") }, accepted: []Spelling{{"spec.vat", "1", "EE1"}}},
		{name: "does not keep to a spelling of another value", want: Broker{VAT: ptr("2")}, have: func(b *Broker) { b.VAT = ptr("EE1") }, accepted: []Spelling{{"spec.vat", "1", "EE1"}}, fields: "spec.vat"},
	} {
		t.Run(row.name, func(t *testing.T) {
			have := full()
			if row.have != nil {
				row.have(&have)
			}
			var paths []string
			for _, d := range Diff(&row.want, &have, row.accepted) {
				paths = append(paths, d.Field)
			}
			if got := strings.Join(paths, ","); got != row.fields {
				t.Errorf("differs in %q, not %q", got, row.fields)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	have := full()
	have.Extra = map[string]json.RawMessage{"logo": json.RawMessage(`"x"`)}
	want := Broker{Name: ptr("New"), VAT: ptr(""), CustomProperties: []Property{{ID: "7", Value: "silver"}, {ID: "8", Value: "x"}}}
	merged := Merge(&want, &have)
	if *merged.Name != "New" || *merged.VAT != "" {
		t.Errorf("managed fields are %q and %q", *merged.Name, *merged.VAT)
	}
	if *merged.SupportEmail != *have.SupportEmail || string(merged.Extra["logo"]) != `"x"` {
		t.Error("what the spec does not name was lost")
	}
	if p := merged.CustomProperties[0]; p.Value != "silver" || string(p.Raw) != `{"id":7,"value":"gold"}` {
		t.Errorf("property 7 is %+v", p)
	}
	if v, _ := merged.Property("8"); v != "x" {
		t.Errorf("property 8 is %q", v)
	}
	if *have.Name != "value name" || have.CustomProperties[0].Value != "gold" {
		t.Error("what was read was changed")
	}
	if d := Diff(&want, &merged, nil); len(d) > 0 {
		t.Errorf("still differs: %+v", d)
	}
}

func TestOnly(t *testing.T) {
	want := full()
	only := Only(&want, func(path string) bool { return path == "spec.vat" || path == "spec.customProperties[7]" })
	for i := range Fields {
		if _, kept := Fields[i].Get(&only); kept != (Fields[i].API == "vat") {
			t.Errorf("%s is kept: %t", Fields[i].API, kept)
		}
	}
	if len(only.CustomProperties) != 1 || want.Domain == nil {
		t.Errorf("properties %+v, domain %v", only.CustomProperties, want.Domain)
	}
}

func TestIdentity(t *testing.T) {
	for _, row := range []struct {
		name, number, domain, same string
		whole                      bool
	}{
		{"is the same however it is written", " 12-3/45 ", "Example.COM.", "12345@example.com", true},
		{"ignores the case of letters in the number", "ee12", "a.example", "EE12@a.example", true},
		{"is none without a number", "", "a.example", "@a.example", false},
		{"is none without a domain", "1", " ", "1@", false},
		{"is none when the number has no letter or digit", "---", "a.example", "@a.example", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			id, whole := IdentityFrom(row.number, row.domain)
			if id.Key() != row.same || whole != row.whole {
				t.Errorf("%q, whole %t", id.Key(), whole)
			}
		})
	}
	if _, whole := IdentityOf(&Broker{Domain: ptr("a.example")}); whole {
		t.Error("half an identity counts")
	}
}

func TestID(t *testing.T) {
	const upper, lower ID = "5F0C8A4E-0000-4000-8000-00000000000A", "5f0c8a4e-0000-4000-8000-00000000000a"
	if !upper.Same(lower) || ID("A1").Same("a1") || ID("").Same("") || !ID("17").Same("17") {
		t.Error("GUIDs are compared without regard to case, other ids literally, and none is the same as none")
	}
}

func TestFingerprint(t *testing.T) {
	posted := full()
	for _, row := range []struct {
		name string
		read func(*Broker)
		same bool
	}{
		{"recognises the broker itself", func(*Broker) {}, true},
		{"recognises it whatever the API does to numbers and codes", func(b *Broker) { b.VAT, b.Contact.Phone = ptr("EE1"), ptr("+372 1") }, true},
		{"recognises it in another spelling", func(b *Broker) { b.Name = ptr("VALUE  name") }, true},
		{"does not take another company for it", func(b *Broker) { b.Name = ptr("Another") }, false},
		{"does not take another contact's broker for it", func(b *Broker) { b.Contact.Email = ptr("x@y") }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			read := full()
			row.read(&read)
			if got := Fingerprint(&read) == Fingerprint(&posted); got != row.same {
				t.Errorf("same: %t", got)
			}
		})
	}
}

func TestSpecPath(t *testing.T) {
	for api, want := range map[string]string{
		"Contact.Phone": "spec.contact.phone", "contact.cellPhonePrefix": "spec.contact.cellPhonePrefix",
		"RegistrationNumber": "spec.registrationNumber", "model.Domain": "spec.domain", "$.vat": "spec.vat",
		"CustomProperties[0].Value": "spec.customProperties", "Address": "spec.address", "Contacts": "", "Unknown": "",
		"broker.Contact.Phone": "spec.contact.phone", "SellerBrokerCreateViewModel.Contact.Phone": "spec.contact.phone",
		"/contact/phone": "spec.contact.phone", "#/data/attributes/contact/phone": "spec.contact.phone", "$['contact']['phone']": "spec.contact.phone",
		"contact[phone]": "spec.contact.phone", "contact_phone": "spec.contact.phone", "Contact Phone": "spec.contact.phone", "contact.cell_phone": "spec.contact.cellPhone",
		"$.customProperties[3]": "spec.customProperties", "body.customProperties.0.value": "spec.customProperties", "invoiceContact.Phone": "spec.invoiceContact.phone",
		"InvoiceContactPhone": "spec.invoiceContact.phone", "model.Name": "spec.name", "supportEmail[0]": "spec.supportEmail", "CountryCode": "spec.address.countryCode",
		"address.address": "spec.address.address", "broker.address": "spec.address", "Contact.Fax": "spec.contact", "contact.domain": "spec.contact",
		"Phone": "", "email": "", "": "", "$": "", "[0]": "", "/api/sellers/1/brokers": "", "createdDate": "",
	} {
		if got, _ := SpecPath(api); got != want {
			t.Errorf("%s is %q, not %q", api, got, want)
		}
	}
}

func TestNamesMember(t *testing.T) {
	for _, row := range []struct {
		api, member string
		want        bool
	}{
		{"createdDate", "createdDate", true}, {"CreatedDate", "createdDate", true}, {"$.createdDate", "createdDate", true},
		{"/data/attributes/created_date", "createdDate", true}, {"createdDate.offset", "createdDate", true}, {"tags[0]", "tags", true},
		{"Contact.Fax", "contact.fax", true}, {"Fax", "contact.fax", true}, {"model.contact.fax", "contact.fax", true}, {"a.b", "a.b", true},
		{"createdDate", "created", false}, {"created", "createdDate", false}, {"contact", "contact.fax", false}, {"contact.name", "contact.fax", false},
		{"model.contact.phone", "model", false}, {"vat", "vat", false}, {"", "tags", false}, {"tags", "", false}, {"[0]", "tags", false},
	} {
		if got := NamesMember(row.api, row.member); got != row.want {
			t.Errorf("%q means %q: %t", row.api, row.member, got)
		}
	}
}

func TestFailureSaysWhatFailedWithoutValues(t *testing.T) {
	f := &Failure{Class: Invalid, Op: "update broker", Reason: "HTTP 400", Fields: []FieldFailure{{Path: "spec.vat", Message: "secret 1"}, {Path: "spec.name", Message: "x"}}}
	if got := f.Error(); got != "update broker: invalid: HTTP 400 (spec.vat, spec.name)" {
		t.Errorf("%q", got)
	}
}

func TestFailuresKeepTheAnswersWordsForStatus(t *testing.T) {
	f := &Failure{Class: Invalid, Op: "create broker", Status: 409, StatusLine: "409 Conflict", Reason: "HTTP 409 Conflict", Said: "Ann Lee has a broker"}
	if got := f.Error(); got != "create broker: invalid: HTTP 409 Conflict" {
		t.Errorf("the error is %q", got)
	}
	for want, f := range map[string]*Failure{
		"409 Conflict: Ann Lee has a broker": f,
		"503 Service Unavailable":            {StatusLine: "503 Service Unavailable", Said: "Service unavailable"},
		"500 Internal Server Error":          {StatusLine: "500 Internal Server Error"},
		"499: no":                            {StatusLine: "499", Said: "no"},
		"the account pauses":                 {Said: "the account pauses"},
		"":                                   {Class: Ambiguous},
	} {
		if got := f.Answer(); got != want {
			t.Errorf("the answer is %q, want %q", got, want)
		}
	}
}

func TestFailuresAreToldWithTheAnswersWordsOnce(t *testing.T) {
	gone := Failure{Class: Unavailable, Op: "list brokers", StatusLine: "503 Service Unavailable", Reason: "HTTP 503 Service Unavailable", Gateway: true}
	for want, f := range map[string]Failure{
		"create broker: invalid: HTTP 409 Conflict (Cloudmore says: Ann Lee has a broker)":                            {Class: Invalid, Op: "create broker", StatusLine: "409 Conflict", Reason: "HTTP 409 Conflict", Said: "Ann Lee has a broker"},
		"get broker: forbidden: HTTP 403 Forbidden":                                                                   {Class: Forbidden, Op: "get broker", StatusLine: "403 Forbidden", Reason: "HTTP 403 Forbidden", Said: "forbidden"},
		"list brokers: unavailable: HTTP 503 Service Unavailable":                                                     gone,
		"list brokers: unavailable: HTTP 503 Service Unavailable (Cloudmore, or a gateway before it, says: until 10)": {Class: Unavailable, Op: gone.Op, StatusLine: gone.StatusLine, Reason: gone.Reason, Gateway: true, Said: "until 10"},
		"update broker: invalid: DuplicateVat (spec.vat) (Cloudmore answered 400 Bad Request: in use)":                {Class: Invalid, Op: "update broker", StatusLine: "400 Bad Request", Reason: "DuplicateVat", Said: "in use", Fields: []FieldFailure{{Path: "spec.vat"}}},
		"list brokers: ambiguous: the connection was cut":                                                             {Op: "list brokers", Class: Ambiguous, Reason: "the connection was cut"},
	} {
		if got := f.Told(); got != want {
			t.Errorf("it is told as %q, want %q", got, want)
		}
	}
}

func TestRefusalsAreForAUserToRead(t *testing.T) {
	for want, all := range map[bool][]Failure{
		true: {{Class: Invalid, Status: 400}, {Class: Invalid, Status: 422, Gateway: true}, {Class: Forbidden, Status: 403}},
		false: {{Class: Unauthorized, Status: 401}, {Class: NotFound, Status: 404}, {Class: Throttled, Status: 429}, {Class: Ambiguous, Status: 408},
			{Class: Unavailable, Status: 500}, {Class: Invalid, NotSent: true}},
	} {
		for _, f := range all {
			if f.Refusal() != want {
				t.Errorf("%+v: %v", f, !want)
			}
		}
	}
}

func TestEqual(t *testing.T) {
	a, b := full(), full()
	if !Equal(&a, &b) {
		t.Error("the same brokers differ")
	}
	for name, change := range map[string]func(*Broker){
		"a field": func(b *Broker) { b.Name = ptr("x") }, "an id": func(b *Broker) { b.ID = "1" },
		"a lacking field": func(b *Broker) { b.VAT = nil }, "a property": func(b *Broker) { b.CustomProperties[0].Value = "x" },
		"detail": func(b *Broker) { b.Detail = false }, "whose it is": func(b *Broker) { b.Foreign = true },
	} {
		b := full()
		if change(&b); Equal(&a, &b) {
			t.Errorf("does not see %s", name)
		}
	}
}

func TestInSyncCostsNothing(t *testing.T) {
	want, have := full(), full()
	if n := testing.AllocsPerRun(100, func() { Diff(&want, &have, nil) }); n != 0 {
		t.Errorf("Diff allocates %v times in sync", n)
	}
}

func BenchmarkDiff(b *testing.B) {
	want, have := full(), full()
	b.ReportAllocs()
	for b.Loop() {
		Diff(&want, &have, nil)
	}
}
