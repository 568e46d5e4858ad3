package v1alpha1_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// node is one place in a CRD's schema; its path is that of an object's field,
// with [] for the items of a list.
type node struct {
	path string
	apiextensionsv1.JSONSchemaProps
}

// schemaOf lists all places of a kind's schema.
func schemaOf(plural string) []node {
	return nodes("", *crdIn(crdDir, plural).Spec.Versions[0].Schema.OpenAPIV3Schema)
}

// crdIn reads the CRD of a kind from a folder.
func crdIn(folder, plural string) *apiextensionsv1.CustomResourceDefinition {
	manifest, err := fs.ReadFile(os.DirFS(folder), "cloudmore.com_"+plural+".yaml")
	if err != nil {
		panic(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(manifest, &crd); err != nil {
		panic(err)
	}
	return &crd
}

func nodes(path string, schema apiextensionsv1.JSONSchemaProps) []node {
	all := []node{{path, schema}}
	for name, property := range schema.Properties {
		all = append(all, nodes(strings.TrimPrefix(path+"."+name, "."), property)...)
	}
	if schema.Items != nil {
		all = append(all, nodes(path+"[]", *schema.Items.Schema)...)
	}
	return all
}

var plurals = []string{"resellers", "sellers", "clustersellers"}

// Kubernetes' own types come with bounds of their own, or none.
func isOurs(path string) bool {
	return strings.Contains(path, ".") && !strings.Contains(path, "conditions[]") && !strings.Contains(path, ".selector")
}

func TestSchemaIsBounded(t *testing.T) {
	g := NewWithT(t)
	for _, plural := range plurals {
		for _, field := range schemaOf(plural) {
			if !isOurs(field.path) {
				continue
			}
			where := plural + " " + field.path
			switch field.Type {
			case "string":
				bounded := field.MaxLength != nil || len(field.Enum) > 0 || field.Format == "date-time"
				g.Expect(bounded).To(BeTrue(), where+" has no maxLength")
			case "array":
				g.Expect(field.MaxItems).NotTo(BeNil(), where+" has no maxItems")
				g.Expect(field.XListType).NotTo(BeNil(), where+" has no list type")
			}
			g.Expect(field.Pattern).To(BeEmpty(), where+": the message of a pattern is a regular expression")
			g.Expect(field.AllOf).To(BeEmpty(), where+": bounds in allOf are not seen by the CEL cost estimate")
		}
	}
}

func TestConstantsAgreeWithSchema(t *testing.T) {
	g := NewWithT(t)
	observed := regexp.MustCompile(`^status\.(broker\.\w+|drift\[\]\.(desired|observed)|normalized\[\]\.(desired|observed))$`)
	checked := 0
	for _, field := range schemaOf("resellers") {
		if observed.MatchString(field.path) {
			g.Expect(field.MaxLength).To(HaveValue(BeNumerically("==", v1alpha1.MaxObservedLength)), field.path)
			checked++
		}
		if field.path == "status.creation.previous" {
			g.Expect(field.MaxItems).To(HaveValue(BeNumerically("==", v1alpha1.MaxPreviousAttempts)))
			checked++
		}
	}
	g.Expect(checked).To(Equal(8))
}

// TestEveryRuleIsTested holds the CEL rules against the tables of refusals: a
// rule whose message no row expects at its place is one that nobody has seen work.
func TestEveryRuleIsTested(t *testing.T) {
	g := NewWithT(t)
	tables := map[string][]refusal{
		"resellers":      slices.Concat(resellerRefusals(), resellerEditRefusals),
		"sellers":        slices.Concat(sellerRefusals(), ownSellerRefusals, sellerEditRefusals),
		"clustersellers": slices.Concat(sellerRefusals(), clusterSellerRefusals(), sellerEditRefusals),
	}
	for plural, table := range tables {
		expected := expectations(table)
		for _, field := range schemaOf(plural) {
			for _, rule := range field.XValidations {
				path := strings.TrimPrefix(field.path+rule.FieldPath, ".")
				g.Expect(expected).To(ContainElement(And(HavePrefix(path+": "), HaveSuffix(": "+rule.Message))),
					fmt.Sprintf("%s: no test breaks %s: %s", plural, path, rule.Message))
			}
		}
	}
}

func expectations(table []refusal) []string {
	index := regexp.MustCompile(`\[[0-9]+\]`)
	var expected []string
	for _, row := range table {
		for _, fault := range row.want {
			expected = append(expected, index.ReplaceAllString(fault, "[]"))
		}
	}
	return expected
}

// TestReasonsExplainThemselves: the table of reasons in the documentation is made
// from these sentences.
func TestReasonsExplainThemselves(t *testing.T) {
	g := NewWithT(t)
	file, err := parser.ParseFile(token.NewFileSet(), "conditions.go", nil, parser.ParseComments)
	g.Expect(err).NotTo(HaveOccurred())

	seen := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		declaration, ok := n.(*ast.GenDecl)
		if !ok || declaration.Tok != token.CONST {
			return true
		}
		for _, spec := range declaration.Specs {
			constant := spec.(*ast.ValueSpec)
			doc := constant.Doc
			if doc == nil {
				doc = declaration.Doc
			}
			name, value := constant.Names[0].Name, strings.Trim(constant.Values[0].(*ast.BasicLit).Value, `"`)
			g.Expect(name).To(HaveSuffix(value))
			g.Expect(doc.Text()).To(MatchRegexp(`^`+name+` (means that|is True while) [^\n]+\.\n$`), "one sentence on one line")
			seen[name] = value
		}
		return false
	})
	g.Expect(len(seen)).To(BeNumerically(">", 35))
}
