package broker

import (
	"fmt"
	"strings"
	"testing"
)

func everything(string, string) bool { return true }

func TestAppliedTellsWhatWasTaken(t *testing.T) {
	want := full()
	want.CustomProperties = []Property{{ID: "7", Value: "gold"}, {ID: "a]b", Value: ""}}
	all := Applied("").With(&want, "uid", everything)
	check := func(name string, a Applied, path, value string, took bool) {
		t.Helper()
		if got := a.Took(path, value); got != took {
			t.Errorf("%s: %s is taken: %t", name, path, got)
		}
	}
	for i := range Fields {
		value, _ := Fields[i].Get(&want)
		check("the same value", all, Fields[i].Spec(), value, true)
		check("another value", all, Fields[i].Spec(), value+"x", false)
		for j := range Fields { // no two fields share a key
			if other, _ := Fields[j].Get(&want); i != j && other != value {
				check("the value of another field", all, Fields[i].Spec(), other, false)
			}
		}
	}
	check("a property", all, PropertyPath("7"), "gold", true)
	check("another value of it", all, PropertyPath("7"), "silver", false)
	check("an empty one", all, PropertyPath("a]b"), "", true)
	check("one that was never sent", all, PropertyPath("8"), "gold", false)

	edited := want
	name, vat := "Edited", *want.VAT
	edited.Name, edited.VAT, edited.CustomProperties = &name, nil, nil
	next := all.With(&edited, "other", func(path, _ string) bool { return path != "spec.name" })
	check("an edit that was not taken", next, "spec.name", name, false)
	check("what was taken before it", next, "spec.name", *want.Name, true)
	check("what the spec names no longer", next, "spec.vat", vat, false)
	check("a property that it names no longer", next, PropertyPath("7"), "gold", false)
	check("what stays", next, "spec.domain", *want.Domain, true)
	check("an update of unknown outcome", all.Without([]string{"spec.domain", PropertyPath("7")}), PropertyPath("7"), "gold", false)
	check("the rest of it", all.Without([]string{"spec.domain", PropertyPath("7")}), "spec.vat", vat, true)
}

func TestAppliedOfAnotherVersionSaysNothing(t *testing.T) {
	for _, a := range []Applied{"", "1", "2abcdefghijklmnop", "0", "1abcdefg"} {
		if a.Known() || a.Took("spec.name", "") || a.Without([]string{"spec.name"}) != a {
			t.Errorf("%q says something", a)
		}
	}
	want := full()
	cut := Applied("").With(&want, "uid", everything)
	for n := range len(cut) { // whatever became of it, asking is safe
		cut[:n].Took("spec.allowCmpAccess", "true")
	}
}

func TestAppliedHidesEqualValuesFromEachOther(t *testing.T) {
	want := full()
	a, b := Applied("").With(&want, "a", everything), Applied("").With(&want, "b", everything)
	if a == b {
		t.Error("two objects with the same values look the same")
	}
	if again := a.With(&want, "restored under another uid", everything); again != a {
		t.Errorf("%q became %q", a, again)
	}
}

// TestAppliedFitsIntoStatus holds the bound of the largest spec, and the usual size.
func TestAppliedFitsIntoStatus(t *testing.T) {
	want := full()
	want.CustomProperties = nil
	usual := Applied("").With(&want, "uid", everything)
	for i := range 64 {
		want.CustomProperties = append(want.CustomProperties, Property{ID: fmt.Sprint(i, strings.Repeat("p", 100)), Value: strings.Repeat("v", 1000)})
	}
	most := Applied("").With(&want, "uid", everything)
	if len(usual) >= 300 || len(most) > 1024 {
		t.Errorf("%d characters usually, %d at most", len(usual), len(most))
	}
}
