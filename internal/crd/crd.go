package crd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Path is where an API server publishes the schemas of our kinds (OpenAPI v3).
var Path = "/openapi/v3/apis/" + v1alpha1.GroupVersion.String()

// Kind is a kind that the program works with.
type Kind struct {
	Name string // Reseller
	// Type has all fields that the program writes.
	Type reflect.Type
}

// Kinds are those that are worked with, ClusterSellers only where all namespaces are watched.
func Kinds(clusterWide bool) []Kind {
	kinds := []Kind{
		{"Reseller", reflect.TypeFor[v1alpha1.Reseller]()},
		{"Seller", reflect.TypeFor[v1alpha1.Seller]()},
	}
	if clusterWide {
		kinds = append(kinds, Kind{"ClusterSeller", reflect.TypeFor[v1alpha1.ClusterSeller]()})
	}
	return kinds
}

// schemaOf is the part of a published schema that names fields.
type schemaOf struct {
	Properties map[string]*schemaOf      `json:"properties"`
	Items      *schemaOf                 `json:"items"`
	Kinds      []schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
}

// description is what an API server publishes of our kinds.
type description struct {
	Components struct {
		Schemas map[string]*schemaOf `json:"schemas"`
	} `json:"components"`
}

// read takes in a published document. While CRDs come or go, an API server may publish an
// empty one, which knows no kind.
func read(document []byte) (*description, error) {
	d := &description{}
	if len(bytes.TrimSpace(document)) == 0 {
		return d, nil
	}
	if err := json.Unmarshal(document, d); err != nil {
		return nil, fmt.Errorf("the API server's description of %s can't be read: %w", v1alpha1.GroupVersion, err)
	}
	return d, nil
}

// of is the schema of a kind, nil if there is none.
func (d *description) of(kind Kind) *schemaOf {
	gvk := v1alpha1.GroupVersion.WithKind(kind.Name)
	for _, s := range d.Components.Schemas {
		if slices.Contains(s.Kinds, gvk) {
			return s
		}
	}
	return nil
}

// Unknown are the CRDs of kinds that a published document does not know at all.
func Unknown(document []byte, kinds []Kind) ([]string, error) {
	d, err := read(document)
	if err != nil {
		return nil, err
	}
	var unknown []string
	for _, kind := range kinds {
		if d.of(kind) == nil {
			unknown = append(unknown, kind.crd())
		}
	}
	return unknown, nil
}

// crd is the name of the CRD.
func (k Kind) crd() string { return strings.ToLower(k.Name) + "s." + v1alpha1.GroupVersion.Group }

// Lacking are the kinds and fields that a published document lacks, a sentence for each
// kind; none where all are there.
func Lacking(document []byte, kinds []Kind) ([]string, error) {
	d, err := read(document)
	if err != nil {
		return nil, err
	}
	var lacks []string
	for _, kind := range kinds {
		found := d.of(kind)
		if found == nil {
			lacks = append(lacks, "there is no CRD "+kind.crd())
		} else if fields := found.lacks(kind.Type, ""); len(fields) > 0 {
			lacks = append(lacks, fmt.Sprintf("the CRD %s lacks %s", kind.crd(), strings.Join(fields, ", ")))
		}
	}
	return lacks, nil
}

// ours is where the types of our API are; what they take from elsewhere no release changes.
var ours = reflect.TypeFor[v1alpha1.Reseller]().PkgPath()

// lacks are the paths of the fields of a type that the schema does not know. Of a field
// that is lacking as a whole only its own path is named.
func (s *schemaOf) lacks(t reflect.Type, path string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		if t.Kind() == reflect.Slice && s.Items != nil {
			s = s.Items
		}
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() != ours {
		return nil
	}
	var all []string
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch of := s.Properties[name]; {
		case name == "": // inline
			all = append(all, s.lacks(field.Type, path)...)
		case of == nil:
			all = append(all, path+name)
		default:
			all = append(all, of.lacks(field.Type, path+name+".")...)
		}
	}
	return all
}
