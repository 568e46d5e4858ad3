package controller_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// A walk names a field as the seller API does ("contact.phone"), and a custom property
// by "customProperties[id]". A value is text, "" for none.

// walkField is one field that a walk changes.
type walkField struct {
	path string
	// required says that neither the spec nor the broker may be without it, identity
	// that it tells brokers apart.
	required, identity bool
	values             []string // of which no two mean the same
}

const propertiesOf = "customProperties["

// walkFields are all fields of the table, and two custom properties, with values for
// the Reseller of a name.
func walkFields(name string) []walkField {
	var all []walkField
	for i := range broker.Fields {
		f := &broker.Fields[i]
		field := walkField{path: f.API, required: f.Required, values: valuesFor(f.API, name)}
		field.identity = f.API == "registrationNumber" || f.API == "domain"
		if !f.Required && !f.Boolean() {
			field.values = append(field.values, "")
		}
		all = append(all, field)
	}
	for _, id := range []string{"tier", "note"} {
		path := propertiesOf + id + "]"
		all = append(all, walkField{path: path, values: append(valuesFor(path, name), "")})
	}
	return all
}

// valuesFor are three values that the API takes for a field.
func valuesFor(path, name string) []string {
	each := func(format string) []string {
		return []string{fmt.Sprintf(format, "1"), fmt.Sprintf(format, "2"), fmt.Sprintf(format, "3")}
	}
	switch last := path[strings.LastIndexByte(path, '.')+1:]; {
	case last == "allowCmpAccess":
		return []string{"true", "false"}
	case strings.HasSuffix(strings.ToLower(last), "email"):
		return each(last + "%s@" + strings.ToLower(name) + ".example")
	case strings.HasSuffix(last, "Prefix"):
		return []string{"372", "46", "358"}
	case strings.HasSuffix(strings.ToLower(last), "phone"):
		return each("5356455%s")
	case last == "countryCode":
		return []string{"EE", "SE", "FI"}
	case last == "domain":
		return each("at%s." + name + ".example")
	case last == "registrationNumber":
		return each(name + "-100000%s")
	default:
		return each(last + " %s of " + name)
	}
}

// inSpec is a part of a spec with one value; nil takes the field away in a merge patch.
func inSpec(path string, value any) map[string]any {
	parts := strings.Split(path, ".")
	for _, part := range slices.Backward(parts) {
		value = map[string]any{part: value}
	}
	return value.(map[string]any)
}

// typed is a value as JSON has it.
func typed(path, value string) any {
	if path == "allowCmpAccess" {
		return value == "true"
	}
	return value
}

// propertiesIn are the custom properties among values, as a spec or the API lists them.
func propertiesIn(values map[string]string) []any {
	var all []any
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if id, is := strings.CutPrefix(path, propertiesOf); is {
			all = append(all, map[string]any{"id": strings.TrimSuffix(id, "]"), "value": values[path]})
		}
	}
	return all
}

// partOf is what a merge patch of the spec says so that one field has its value among
// those that are wanted.
func partOf(path string, wanted map[string]string) map[string]any {
	value, named := wanted[path]
	switch {
	case strings.HasPrefix(path, propertiesOf):
		return inSpec("customProperties", propertiesIn(wanted))
	case !named:
		return inSpec(path, nil)
	default:
		return inSpec(path, typed(path, value))
	}
}

// valuesOf are the values of a broker that has any, by path.
func valuesOf(b fake.Broker) map[string]string {
	all := map[string]string{}
	for _, p := range b.CustomProperties {
		all[propertiesOf+string(p.ID)+"]"] = p.Value
	}
	b.CustomProperties = nil
	text, _ := json.Marshal(b) // a plain struct
	var content map[string]any
	_ = json.Unmarshal(text, &content)
	flatten("", content, all)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func flatten(prefix string, content map[string]any, into map[string]string) {
	for name, value := range content {
		switch value := value.(type) {
		case nil:
		case map[string]any:
			flatten(prefix+name+".", value, into)
		default:
			into[prefix+name] = fmt.Sprint(value)
		}
	}
}

// brokerOf is a broker with these values.
func brokerOf(values map[string]string) fake.Broker {
	content := map[string]any{"customProperties": propertiesIn(values)}
	for path, value := range values {
		if !strings.HasPrefix(path, propertiesOf) && value != "" {
			merge(content, inSpec(path, typed(path, value)))
		}
	}
	text, _ := json.Marshal(content) // texts and truths
	var b fake.Broker
	_ = json.Unmarshal(text, &b)
	return b
}

// merge lays a part over an object.
func merge(object, part map[string]any) {
	for name, value := range part {
		inner, nested := value.(map[string]any)
		if have, is := object[name].(map[string]any); is && nested {
			merge(have, inner)
			continue
		}
		object[name] = value
	}
}
