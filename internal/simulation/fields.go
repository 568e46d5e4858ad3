package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// texts are the values of an object by path, as the seller API names them; custom
// properties by id ("customProperties[segment]"). What is null or left out has none.
type texts map[string]string

// textsOf are those of a broker or of a spec.
func textsOf(obj any) texts {
	all := texts{}
	all.add("", treeOf(obj))
	return all
}

func (t texts) add(path string, tree map[string]any) {
	for name, value := range tree {
		name = strings.TrimPrefix(path+"."+name, ".")
		switch value := value.(type) {
		case map[string]any:
			t.add(name, value)
		case []any:
			t.addList(name, value)
		case nil:
		default:
			t[name] = fmt.Sprint(value)
		}
	}
}

// addList adds the values of what has ids.
func (t texts) addList(path string, list []any) {
	for _, entry := range list {
		if entry, is := entry.(map[string]any); is {
			value, _ := entry["value"].(string)
			t[fmt.Sprintf("%s[%v]", path, entry["id"])] = value
		}
	}
}

// managed are the values that a Reseller wants its broker to have, by path: of all that
// its spec says those that the seller API has.
func managed(r *v1alpha1.Reseller) texts {
	all := textsOf(r.Spec)
	for path := range all {
		if _, known := required[path]; !known && !strings.HasPrefix(path, "customProperties[") {
			delete(all, path)
		}
	}
	return all
}

// required are all fields by path, and whether they must have a value.
var required = func() map[string]bool {
	all := map[string]bool{}
	for i := range broker.Fields {
		all[broker.Fields[i].API] = broker.Fields[i].Required
	}
	return all
}()

// same reports whether two values of a field mean the same to the API.
func same(path, a, b string) bool { return broker.SameValue(specPath(path), a, b) }

// specPath is the path of a field in a Reseller.
func specPath(path string) string { return "spec." + path }

// wanted is the broker that a Reseller wants.
func wanted(r *v1alpha1.Reseller) (b fake.Broker) {
	decode(treeOf(r.Spec), &b)
	return b
}

// setBroker gives a field of a broker another value.
func setBroker(b *fake.Broker, path, value string) {
	tree := treeOf(*b)
	setIn(tree, path, &value)
	decode(tree, b)
}

// setSpec has a Reseller want another value of a field; nil: it is not managed.
func setSpec(r *v1alpha1.Reseller, path string, value *string) {
	tree := treeOf(r.Spec)
	setIn(tree, path, value)
	r.Spec = v1alpha1.ResellerSpec{}
	decode(tree, &r.Spec)
}

// setIn puts a text into a tree, or takes it away.
func setIn(tree map[string]any, path string, value *string) {
	if id, is := strings.CutPrefix(path, "customProperties["); is {
		id = strings.TrimSuffix(id, "]")
		list, _ := tree["customProperties"].([]any)
		list = slices.DeleteFunc(list, func(entry any) bool { return entry.(map[string]any)["id"] == id })
		if value != nil {
			list = append(list, map[string]any{"id": id, "value": *value})
		}
		tree["customProperties"] = list
		return
	}
	if group, field, deeper := strings.Cut(path, "."); deeper {
		inner, _ := tree[group].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
		}
		setIn(inner, field, value)
		tree[group] = inner
		return
	}
	if delete(tree, path); value != nil {
		tree[path] = *value
	}
}

// decode makes of a tree what it was made of.
func decode(tree map[string]any, into any) {
	data, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	must(err) // both ways are our own
}
