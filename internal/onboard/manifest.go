package onboard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/admission"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Mode says what a manifest asks of the operator.
type Mode string

const (
	// Observe describes all fields and has nothing written.
	Observe Mode = "observe"
	// Manage describes all fields, and has them kept as they are.
	Manage Mode = "manage"
	// IDs names the broker and no field: it is held, and nothing of it is managed.
	IDs Mode = "ids"
)

// Options are what all manifests have in common.
type Options struct {
	Namespace string
	Seller    v1alpha1.SellerReference
	Mode      Mode
	// Mark is the id of the custom property that the operator sets itself; "" for none.
	Mark string
}

// LeftOut is a value that admission would refuse.
type LeftOut struct {
	// Field is the path in the Reseller.
	Field string `json:"field"`
	// Value is what Cloudmore has, and Why what is wrong with it.
	Value string `json:"value"`
	Why   string `json:"why"`
	// Proposal is the nearest value that admission takes; "" for none.
	Proposal string `json:"proposal,omitempty"`
}

// Manifest describes a broker, read in full, by an object of this name. It is an error where
// admission takes no object for it at all.
func (o *Options) Manifest(rules *admission.Rules, name string, b *broker.Broker) (map[string]any, []LeftOut, error) {
	spec := map[string]any{
		"sellerRef": map[string]any{"kind": string(o.Seller.Kind), "name": string(o.Seller.Name)},
		"brokerID":  string(b.ID),
	}
	object := map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": "Reseller",
		"metadata": map[string]any{"name": name, "namespace": o.Namespace}, "spec": spec,
	}
	if o.Mode == Observe {
		spec["managementPolicy"] = string(v1alpha1.Observe)
	}
	if o.Mode == IDs {
		return object, nil, refused(rules.Refusals(object))
	}
	left := o.describe(spec, b)
	for range maxRounds {
		refusals := rules.Refusals(object)
		if len(refusals) == 0 {
			break
		}
		slices.Reverse(refusals) // the later items of a list first
		for i := range refusals {
			if out, ok := takeOut(object, &refusals[i]); ok {
				out.Proposal = proposal(rules, object, &out, b)
				left = append(left, out)
			}
		}
	}
	slices.SortStableFunc(left, func(a, b LeftOut) int { return strings.Compare(a.Field, b.Field) })
	return object, slices.CompactFunc(left, func(a, b LeftOut) bool { return a.Field == b.Field }), refused(rules.Refusals(object))
}

func refused(refusals []admission.Refusal) error {
	if len(refusals) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s", refusals[0].Path, refusals[0].Says)
}

// describe puts every value that the broker has into spec; what it shows in a form without
// meaning is left out.
func (o *Options) describe(spec map[string]any, b *broker.Broker) []LeftOut {
	var left []LeftOut
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, there := f.Get(b)
		switch {
		case odd(b, f.API):
			left = append(left, LeftOut{Field: f.Spec(), Value: value, Why: "Cloudmore shows it in a form that is not understood"})
		case !there || value == "":
		case f.Boolean():
			put(spec, f.API, value == "true")
		default:
			put(spec, f.API, value)
		}
	}
	var properties []any
	for _, p := range b.CustomProperties {
		if p.Value != "" && !strings.EqualFold(p.ID, o.Mark) {
			properties = append(properties, map[string]any{"id": p.ID, "value": p.Value})
		}
	}
	if properties != nil {
		spec["customProperties"] = properties
	}
	return left
}

// odd says that an answer showed the field, or its group, in a form without meaning.
func odd(b *broker.Broker, api string) bool {
	group, _, _ := strings.Cut(api, ".")
	return slices.Contains(b.Odd, api) || slices.Contains(b.Odd, group)
}

// put sets a value below a path such as contact.phone.
func put(spec map[string]any, path string, value any) {
	group, name, nested := strings.Cut(path, ".")
	if !nested {
		spec[path] = value
		return
	}
	inner, _ := spec[group].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
		spec[group] = inner
	}
	inner[name] = value
}

// takeOut removes what a refusal is about; false where that is no value of a broker.
func takeOut(object map[string]any, r *admission.Refusal) (LeftOut, bool) {
	spec := object["spec"].(map[string]any)
	path, ok := strings.CutPrefix(r.Path, "spec.")
	if !ok || path == "brokerID" || strings.HasPrefix(path, "sellerRef") {
		return LeftOut{}, false
	}
	if item, ok := strings.CutPrefix(path, "customProperties["); ok {
		return takeProperty(spec, item, r.Says)
	}
	group, name, nested := strings.Cut(path, ".")
	from := spec
	if nested {
		from, _ = spec[group].(map[string]any)
	} else {
		name = group
	}
	value, there := from[name]
	delete(from, name)
	if nested && len(from) == 0 {
		delete(spec, group)
	}
	return LeftOut{Field: r.Path, Value: fmt.Sprint(value), Why: r.Says}, there
}

// takeProperty removes the custom property with the index that item begins with.
func takeProperty(spec map[string]any, item, why string) (LeftOut, bool) {
	number, _, _ := strings.Cut(item, "]")
	all, _ := spec["customProperties"].([]any)
	i, err := strconv.Atoi(number)
	if err != nil || i >= len(all) {
		return LeftOut{}, false
	}
	property := all[i].(map[string]any)
	if all = slices.Delete(all, i, i+1); len(all) == 0 {
		delete(spec, "customProperties")
	} else {
		spec["customProperties"] = all
	}
	return LeftOut{Field: broker.PropertyPath(fmt.Sprint(property["id"])), Value: fmt.Sprint(property["value"]), Why: why}, true
}
