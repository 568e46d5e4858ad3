package simulation

import (
	"maps"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// merge applies a merge patch (RFC 7396) and changes neither argument.
func merge(target, patch map[string]any) map[string]any {
	merged := maps.Clone(target)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, value := range patch {
		inner, isObject := value.(map[string]any)
		switch {
		case value == nil:
			delete(merged, name)
		case isObject:
			before, _ := merged[name].(map[string]any)
			merged[name] = merge(before, inner)
		default:
			merged[name] = value
		}
	}
	return merged
}

// copyOver gives target the named members of source, or takes them away where
// source has none.
func copyOver(target, source map[string]any, names ...string) {
	for _, name := range names {
		if value, there := source[name]; there {
			target[name] = value
		} else {
			delete(target, name)
		}
	}
}

// sameContent compares everything but metadata and status.
func sameContent(a, b map[string]any) bool {
	strip := func(tree map[string]any) map[string]any {
		tree = maps.Clone(tree)
		delete(tree, "metadata")
		delete(tree, "status")
		return tree
	}
	return reflect.DeepEqual(strip(a), strip(b))
}

// finalizersOf are the finalizers of a tree.
func finalizersOf(tree map[string]any) []string {
	list, _ := metaOf(tree)["finalizers"].([]any)
	names := make([]string, 0, len(list))
	for _, name := range list {
		text, _ := name.(string)
		names = append(names, text)
	}
	return names
}

// metaObjectOf is a copy of an object's metadata.
func metaObjectOf(obj client.Object) *metav1.ObjectMeta {
	copied := obj.DeepCopyObject().(metav1.ObjectMetaAccessor).GetObjectMeta()
	return copied.(*metav1.ObjectMeta)
}

// copyInto makes into what from is; both are of one type.
func copyInto(from, into any) { reflect.ValueOf(into).Elem().Set(reflect.ValueOf(from).Elem()) }
