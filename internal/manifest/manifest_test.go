package manifest

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

const partner = `# The first partner. Ask Ann before you change it.
apiVersion: v1
kind: ConfigMap
data: {vat: EE2}
---
kind: Reseller   # one
metadata: {name: acme, labels: {a: b}}

spec:
    # theirs
    vat: EE2      # since 2024
    name: 'Acme ''& Sons'
    supportEmail: "old@acme.example"
    contact: {name: Ärø, phone: "1", email: a@b.example}   # in one line
    allowCmpAccess: no
    customProperties:
    - {id: tier, value: silver}
    -   id: region
        value: north

    notificationEmail: >-
      folded
`

func TestSet(t *testing.T) {
	for _, row := range []struct {
		name string
		path string
		to   any
		old  string
		new  string
	}{
		{"keeps a comment behind it, and the other document", "spec.vat", "EE7", "    vat: EE2      # since", "    vat: EE7      # since"},
		{"quotes what would be no text", "spec.vat", "012", "    vat: EE2      # since", `    vat: "012"      # since`},
		{"keeps single quotes", "spec.name", "O'Neill", "'Acme ''& Sons'", "'O''Neill'"},
		{"keeps double quotes", "spec.supportEmail", `a"b\`, `"old@acme.example"`, `"a\"b\\"`},
		{"finds the place behind letters of several bytes", "spec.contact.phone", "5550001", `phone: "1"`, `phone: "5550001"`},
		{"quotes in one line what would end there", "spec.contact.name", "a, b: {c}", "name: Ärø,", "name: 'a, b: {c}',"},
		{"quotes a comma", "spec.contact.name", "a, b", "name: Ärø,", "name: 'a, b',"},
		{"changes an item of a list by its id", "spec.customProperties.tier.value", "gold", "value: silver", "value: gold"},
		{"changes an item on lines of its own", "spec.customProperties.region.value", "south", "value: north", "value: south"},
		{"knows what is true", "spec.allowCmpAccess", true, "allowCmpAccess: no", "allowCmpAccess: true"},
		{"writes several lines in one", "spec.vat", "a\nb", "    vat: EE2      # since", `    vat: "a\nb"      # since`},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, ends := range []string{"\n", "\r\n"} {
				g := NewWithT(t)
				text := strings.ReplaceAll(partner, "\n", ends)
				documents, err := Read([]byte(text))
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(strings.Count(text, row.old)).To(Equal(1))
				changed, err := Set([]byte(text), &documents[1], []Value{{strings.Split(row.path, "."), row.to}})
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(string(changed)).To(Equal(strings.Replace(text, row.old, row.new, 1)))
			}
		})
	}
}

func TestSetSeveral(t *testing.T) {
	g := NewWithT(t)
	documents, err := Read([]byte(partner))
	g.Expect(err).NotTo(HaveOccurred())
	changed, err := Set([]byte(partner), &documents[1], []Value{
		{[]string{"spec", "contact", "name"}, "Bo"}, {[]string{"spec", "contact", "email"}, "bo@b.example"}, {[]string{"spec", "contact", "phone"}, "22"}, {[]string{"spec", "vat"}, "EE7"},
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(changed)).To(ContainSubstring(`contact: {name: Bo, phone: "22", email: bo@b.example}   # in one line`))
	g.Expect(string(changed)).To(ContainSubstring("vat: EE7"))
}

func TestWhatIsNotReplaced(t *testing.T) {
	for path, says := range map[string]string{
		"spec.domain":               "comes from elsewhere",
		"spec.customProperties.x":   "comes from elsewhere",
		"spec.notificationEmail":    "by hand",
		"spec.contact":              "by hand",
		"spec.vat.other":            "by hand",
		"spec.customProperties.key": "comes from elsewhere",
	} {
		t.Run(path, func(t *testing.T) {
			g := NewWithT(t)
			documents, err := Read([]byte(partner))
			g.Expect(err).NotTo(HaveOccurred())
			_, err = Set([]byte(partner), &documents[1], []Value{{strings.Split(path, "."), "x"}})
			g.Expect(err).To(MatchError(ContainSubstring(says)))
			g.Expect(err).To(MatchError(ContainSubstring(path)))
		})
	}
	for name, text := range map[string]string{
		"an alias": "a: &x one\nspec: {vat: *x}\n", "an anchor": "spec: {vat: &x one}\nb: *x\n", "a tag": "spec: {vat: !!str 12}\n",
		"what is meant twice": "spec: &x {vat: one}\nb: *x\n",
		"several lines":       "spec:\n  vat: one\n    two\n", "nothing": "spec: {vat: }\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			documents, err := Read([]byte(text))
			g.Expect(err).NotTo(HaveOccurred())
			_, err = Set([]byte(text), &documents[0], []Value{{[]string{"spec", "vat"}, "x"}})
			g.Expect(err).To(MatchError(ContainSubstring("by hand")))
		})
	}
}

// Whatever is set is what is read afterwards, and nothing else differs.
func FuzzSet(f *testing.F) {
	f.Add("EE7")
	f.Add("- x: y #")
	f.Add("\u2028\n'\"")
	f.Fuzz(func(t *testing.T, value string) {
		documents, err := Read([]byte(partner))
		if err != nil {
			t.Fatal(err)
		}
		changed, err := Set([]byte(partner), &documents[1], []Value{{[]string{"spec", "contact", "name"}, value}})
		if err != nil {
			return // it says so
		}
		again, err := Read(changed)
		if err != nil {
			t.Fatal(err)
		}
		if got := again[1].Object["spec"].(map[string]any)["contact"].(map[string]any)["name"]; got != value {
			t.Errorf("%q became %q", value, got)
		}
	})
}
