package broker

import (
	"slices"
	"testing"
)

// TestAltered holds what counts as harm by an update, and what does not.
func TestAltered(t *testing.T) {
	text := func(v string) *string { return &v }
	phone := func(v string) Broker { return Broker{Contact: Contact{Phone: &v}} }
	street := func(v string) Broker { return Broker{Address: Address{Address: &v}} }
	property := func(v string) Broker { return Broker{CustomProperties: []Property{{ID: "x", Value: v}}} }
	none := Broker{}
	yes, no := true, false
	for name, row := range map[string]struct {
		before, after Broker
		altered       string
	}{
		"a prefix that is glued on":           {phone("5551234"), phone("003725551234"), "spec.contact.phone"},
		"a prefix that is glued on nothing":   {phone(""), phone("+372"), "spec.contact.phone"},
		"an address that is escaped":          {street("A & B"), street("A &amp; B"), "spec.address.address"},
		"an address that is escaped again":    {street("A &amp; B"), street("A &amp;amp; B"), "spec.address.address"},
		"an address that is escaped no more":  {street("A &amp; B"), street("A & B"), ""},
		"an address that is spaced otherwise": {street("Main  Street "), street("Main Street"), ""},
		"a number that is spaced otherwise":   {phone("555 1234"), phone("555-1234"), ""},
		"a value that is lost":                {phone("5551234"), none, "spec.contact.phone"},
		"nothing that is empty then":          {none, phone(""), ""},
		"an empty value that is gone":         {phone(""), none, ""},
		"a property that is another":          {property("gold"), property("silver"), "spec.customProperties[x]"},
		"a property that is escaped":          {property("<b>"), property("&lt;b&gt;"), "spec.customProperties[x]"},
		"a property that is lost":             {property("gold"), none, "spec.customProperties[x]"},
		"a property that is empty and gone":   {property(""), none, ""},
		"a property that is new":              {none, property("gold"), ""},
		"a flag that is unset":                {Broker{AllowCmpAccess: &yes}, none, "spec.allowCmpAccess"},
		"no flag that is false then":          {none, Broker{AllowCmpAccess: &no}, ""},
		"an address in capitals":              {Broker{SupportEmail: text("a@x.example")}, Broker{SupportEmail: text("A@x.example")}, ""},
		"a name in capitals":                  {Broker{Contact: Contact{Name: text("Ann")}}, Broker{Contact: Contact{Name: text("ANN")}}, "spec.contact.name"},
	} {
		t.Run(name, func(t *testing.T) {
			found := Altered(&row.before, &row.after, func(string) bool { return false })
			if (len(found) == 0) != (row.altered == "") || (len(found) == 1 && found[0].Field != row.altered) || len(found) > 1 {
				t.Errorf("%+v is altered, want %q", found, row.altered)
			}
			if left := Altered(&row.before, &row.after, func(path string) bool { return path == row.altered }); len(left) > 0 {
				t.Errorf("%+v is altered although it is left out", left)
			}
		})
	}
}

// TestMasked holds what looks as if characters were hidden.
func TestMasked(t *testing.T) {
	text := func(v string) *string { return &v }
	masked := Broker{
		Name: text("Hotel Alpha ***"), SupportEmail: text("a***@x.example"), NotificationEmail: text("a*b@x.example"),
		Contact: Contact{Phone: text("5••"), Name: text("J***"), JobTitle: text("*****"), CellPhone: text("*100#")},
		CustomProperties: []Property{
			{ID: "card", Value: "****1234"}, {ID: "stars", Value: "****"}, {ID: "rate", Value: "** of 5"}, {ID: "left", Value: "x***"},
		},
	}
	found := Masked(&masked, func(path string) bool { return path == PropertyPath("left") })
	want := []string{
		"spec.supportEmail", "spec.contact.name", "spec.contact.jobTitle", "spec.contact.phone",
		"spec.customProperties[card]", "spec.customProperties[stars]",
	}
	if !slices.Equal(found, want) {
		t.Errorf("masked are %q, want %q", found, want)
	}
}

// TestNames holds that a broker names what it has a word about.
func TestNames(t *testing.T) {
	empty := ""
	b := Broker{VAT: &empty, CustomProperties: []Property{{ID: "x"}}}
	for path, named := range map[string]bool{
		"spec.vat": true, "spec.name": false, PropertyPath("x"): true, PropertyPath("y"): false, "spec.fax": false,
	} {
		if b.Names(path) != named {
			t.Errorf("%s: named is %v", path, !named)
		}
	}
}
