package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

const (
	bases = "../../../config/crd/bases"
	file  = "cloudmore.com_resellers.yaml"
)

type (
	crd    = apiextensionsv1.CustomResourceDefinition
	schema = apiextensionsv1.JSONSchemaProps
)

// field edits the schema of one field of the version v1alpha1.
func field(path string, edit func(*schema)) func(*crd) {
	return func(c *crd) { descend(c.Spec.Versions[0].Schema.OpenAPIV3Schema, strings.Split(path, "."), edit) }
}

func descend(s *schema, steps []string, edit func(*schema)) {
	if len(steps) == 0 {
		edit(s)
		return
	}
	if list, ok := strings.CutSuffix(steps[0], "[]"); ok {
		property := s.Properties[list]
		descend(property.Items.Schema, steps[1:], edit)
		return
	}
	property, ok := s.Properties[steps[0]]
	if !ok {
		panic("there is no field " + strings.Join(steps, "."))
	}
	descend(&property, steps[1:], edit)
	s.Properties[steps[0]] = property
}

// world is a released v0.1.0 that equals today's CRDs, and today's Reseller, edited.
func world(t *testing.T, edit func(*crd)) (crds, released string) {
	t.Helper()
	root := t.TempDir()
	crds, released = filepath.Join(root, "bases"), filepath.Join(root, "released")
	for _, folder := range []string{crds, filepath.Join(released, "v0.1.0", crdFolder)} {
		if err := os.CopyFS(folder, os.DirFS(bases)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := readCRDs(crds)
	if err != nil {
		t.Fatal(err)
	}
	reseller := all["resellers.cloudmore.com"]
	write(t, filepath.Join(released, "v0.1.0", crdFolder, file), manifest(t, reseller))
	edit(reseller)
	write(t, filepath.Join(crds, file), manifest(t, reseller))
	return crds, released
}

func manifest(t *testing.T, c *crd) string {
	t.Helper()
	content, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatBreaksStoredObjects(t *testing.T) {
	short := int64(8)
	for name, row := range map[string]struct {
		edit func(*crd)
		want string
	}{
		"names a field that is gone": {
			field("spec", func(s *schema) { delete(s.Properties, "vat") }),
			"Reseller removed field: v1alpha1 spec.vat",
		},
		"names a field of another type": {
			field("spec.suspend", func(s *schema) { s.Type = "string" }),
			"Reseller v1alpha1 spec.suspend: type: type changed: \"boolean\" -> \"string\"",
		},
		"names a field that holds less": {
			field("spec.contact.phone", func(s *schema) { s.XValidations, s.MaxLength = nil, &short }),
			"Reseller v1alpha1 spec.contact.phone: maxLength: maximum decreased: 32 -> 8",
		},
		"names a field whose rule lets less pass": {
			field("spec.vat", func(s *schema) { s.XValidations[0].Rule = "size(self) <= 8" }),
			"Reseller v1alpha1 spec.vat: maxLength: maximum decreased: 256 -> 8",
		},
		"names a field that takes null no more": {
			field("spec.vat", func(s *schema) { s.Nullable = false }),
			"Reseller v1alpha1 spec.vat: nullable: null is not taken any more",
		},
		"names a field of status that holds less": {
			field("status.drift[].field", func(s *schema) { s.MaxLength = &short }),
			"Reseller v1alpha1 status.drift[].field: maxLength: maximum decreased: 256 -> 8",
		},
		"names a list that holds less": {
			field("spec.customProperties", func(s *schema) { s.MaxItems = &short }),
			"Reseller v1alpha1 spec.customProperties: maxItems: maximum decreased: 64 -> 8",
		},
		"names an enum that lost a word": {
			field("spec.driftPolicy", func(s *schema) { s.XValidations[0].Rule = "self in ['Report']" }),
			"Reseller v1alpha1 spec.driftPolicy: enum: ",
		},
		"names a field that became required": {
			field("spec", func(s *schema) { s.Required = append(s.Required, "vat") }),
			"Reseller v1alpha1 spec: required: ",
		},
		"names a field with a new pattern": {
			field("spec.vat", func(s *schema) { s.Pattern = "^[0-9]*$" }),
			"Reseller v1alpha1 spec.vat: unhandled: ",
		},
		"names a field with a new rule": {
			field("spec.vat", func(s *schema) {
				s.XValidations = append(s.XValidations, apiextensionsv1.ValidationRule{Rule: "self != 'x'"})
			}),
			"Reseller v1alpha1 spec.vat: rule: new or changed: self != 'x'",
		},
		"names a list with another key": {
			field("spec.customProperties", func(s *schema) { s.XListMapKeys = []string{"value"} }),
			"Reseller v1alpha1 spec.customProperties: unhandled: ",
		},
		"says that a version is gone": {
			func(c *crd) { c.Spec.Versions[0].Name = "v1" },
			"Reseller v1alpha1: the version is gone",
		},
		"says that status is no subresource": {
			func(c *crd) { c.Spec.Versions[0].Subresources = nil },
			"Reseller v1alpha1: status is no subresource any more",
		},
		"says that objects have no namespace any more": {
			func(c *crd) { c.Spec.Scope = apiextensionsv1.ClusterScoped },
			"Reseller scope changed: ",
		},
		"says that a kind is gone": {
			func(c *crd) { c.Name = "brokers.cloudmore.com" },
			"resellers.cloudmore.com: the CRD is gone",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := check(world(t, row.edit))
			if err == nil || !strings.Contains(err.Error(), "since v0.1.0: "+row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
	for name, edit := range map[string]func(*crd){
		"accepts what is as it was": func(*crd) {},
		"accepts a new optional field": field("spec", func(s *schema) {
			s.Properties["fax"] = schema{Type: "string", MaxLength: &short}
		}),
		"accepts a field that holds more": field("spec.vat", func(s *schema) { s.XValidations[0].Rule = "size(self) <= 512" }),
		"accepts another word of an enum": field("spec.driftPolicy", func(s *schema) {
			s.XValidations[0].Rule = "self in ['Correct', 'Report', 'Ask']"
		}),
		"accepts null":                  field("spec.sellerRef.name", func(s *schema) { s.Nullable = true }),
		"accepts another description":   field("spec.vat", func(s *schema) { s.Description = "the VAT number" }),
		"accepts a rule that is gone":   field("spec.vat", func(s *schema) { s.XValidations = nil }),
		"accepts a rule in other words": field("spec.vat", func(s *schema) { s.XValidations[0].Message = "no" }),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := check(world(t, edit)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAcceptedFindings(t *testing.T) {
	short := int64(8)
	crds, released := world(t, field("spec.vat", func(s *schema) { s.XValidations, s.MaxLength = nil, &short }))
	accepted := filepath.Join(released, "accepted.txt")
	line := "Reseller v1alpha1 spec.vat: maxLength: maximum decreased: 256 -> 8"

	write(t, accepted, "# no VAT number is longer\n"+line+"\n")
	if _, err := check(crds, released); err != nil {
		t.Error("a finding that a user accepted still fails:", err)
	}
	write(t, accepted, line+"\nReseller v1alpha1 spec.name: maxLength: maximum decreased: 256 -> 8\n")
	if _, err := check(crds, released); err == nil || !strings.Contains(err.Error(), "spec.name") {
		t.Error("a line that accepts nothing is not named:", err)
	}
}
