package broker

import "testing"

func TestShownBy(t *testing.T) {
	if len(Fields) > 64 {
		t.Fatalf("a FieldSet has no room for %d fields", len(Fields))
	}
	name, none, access := "Acme", "", false
	b := &Broker{Name: &name, VAT: &none, AllowCmpAccess: &access, CustomProperties: []Property{{ID: "region", Value: "North"}}}
	shown := ShownBy(b)
	for i := range Fields {
		path := Fields[i].Spec()
		if want := path == "spec.name" || path == "spec.allowCmpAccess"; shown.Has(path) != want {
			t.Errorf("%s is shown: %t", path, shown.Has(path))
		}
		if value, there := ValueOf(b, path); there != (shown.Has(path) || path == "spec.vat") || (path == "spec.name") != (value == name) {
			t.Errorf("%s is %q, there: %t", path, value, there)
		}
	}
	if value, there := ValueOf(b, PropertyPath("region")); value != "North" || !there {
		t.Errorf("the property is %q, there: %t", value, there)
	}
	if _, there := ValueOf(b, PropertyPath("other")); there || shown.Has(PropertyPath("region")) {
		t.Error("what is not there is found")
	}
}
