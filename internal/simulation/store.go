package simulation

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// change is one write that the API server took: before is nil for a new object,
// after is nil for one that went. Objects in it are never changed.
type change struct {
	version       int64
	at            time.Time
	by            string // who wrote
	kind          string
	key           types.NamespacedName
	before, after client.Object
}

// stored is an object as the API server keeps it, in three forms of one content.
type stored struct {
	obj  client.Object
	tree map[string]any
	data []byte
}

// server is the API server: the latest objects, and every change that led there.
type server struct {
	scheme  *runtime.Scheme
	kinds   map[string]schema.GroupVersionKind
	objects map[string]map[types.NamespacedName]*stored
	changes map[string][]change // by kind, in sequence
	version int64
	uids    int
	told    func(change) // of every change; nil: nobody
}

func newServer(scheme *runtime.Scheme) *server {
	s := &server{
		scheme: scheme, kinds: map[string]schema.GroupVersionKind{}, version: 1000,
		objects: map[string]map[types.NamespacedName]*stored{}, changes: map[string][]change{},
	}
	for known := range scheme.AllKnownTypes() {
		if known.Version != runtime.APIVersionInternal {
			s.kinds[known.Kind] = known
		}
	}
	return s
}

// now is virtual: the bubble's clock.
func (s *server) now() time.Time { return now() }

// kindOf is the kind of an object, also where only its metadata is wanted.
func (s *server) kindOf(obj runtime.Object) string {
	if meta, ok := obj.(*metav1.PartialObjectMetadata); ok {
		return meta.Kind
	}
	kinds, _, err := s.scheme.ObjectKinds(obj)
	if err != nil {
		panic(err) // a type that the simulation does not know
	}
	return kinds[0].Kind
}

// resourceOf names the kind in errors.
func resourceOf(kind string) schema.GroupResource {
	switch kind {
	case "Secret", "ConfigMap", "Namespace":
		return schema.GroupResource{Resource: kind}
	default:
		return schema.GroupResource{Group: v1alpha1.GroupVersion.Group, Resource: kind}
	}
}

// find is an object, or the error of one that is not there.
func (s *server) find(kind string, key types.NamespacedName) (*stored, error) {
	if found := s.objects[kind][key]; found != nil {
		return found, nil
	}
	return nil, apierrors.NewNotFound(resourceOf(kind), key.Name)
}

// list is all objects of a kind, by name.
func (s *server) list(kind string) []*stored {
	keys := make([]types.NamespacedName, 0, len(s.objects[kind]))
	for key := range s.objects[kind] {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareNames)
	found := make([]*stored, len(keys))
	for i, key := range keys {
		found[i] = s.objects[kind][key]
	}
	return found
}

func compareNames(a, b types.NamespacedName) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// treeOf is an object as a JSON tree.
func treeOf(obj any) map[string]any {
	data, err := json.Marshal(obj)
	if err != nil {
		panic(err) // objects are made by us and always encode
	}
	tree := map[string]any{}
	if err := json.Unmarshal(data, &tree); err != nil {
		panic(err)
	}
	return tree
}

// keep makes a tree the latest version of an object, nil for none, and records it.
func (s *server) keep(by, kind string, key types.NamespacedName, tree map[string]any) (*stored, error) {
	s.version++
	before := s.objects[kind][key]
	entry := change{version: s.version, at: s.now(), by: by, kind: kind, key: key}
	if before != nil {
		entry.before = before.obj
	}
	if tree == nil {
		delete(s.objects[kind], key)
		s.note(entry)
		return nil, nil
	}
	metaOf(tree)["resourceVersion"] = strconv.FormatInt(s.version, 10)
	next, err := s.decode(kind, tree)
	if err != nil {
		s.version--
		return nil, err
	}
	if s.objects[kind] == nil {
		s.objects[kind] = map[types.NamespacedName]*stored{}
	}
	entry.after = next.obj
	s.objects[kind][key] = next
	s.note(entry)
	return next, nil
}

// note keeps a change and tells of it.
func (s *server) note(c change) {
	s.changes[c.kind] = append(s.changes[c.kind], c)
	if s.told != nil {
		s.told(c)
	}
}

// decode makes the typed form of a tree; what does not fit the type is refused,
// as the schema would refuse it.
func (s *server) decode(kind string, tree map[string]any) (*stored, error) {
	data, err := json.Marshal(tree)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	obj := s.make(kind)
	if err := json.Unmarshal(data, obj); err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return &stored{obj: obj, tree: tree, data: data}, nil
}

// make is an empty object of a kind.
func (s *server) make(kind string) client.Object {
	obj, err := s.scheme.New(s.kinds[kind])
	if err != nil {
		panic(err) // a kind that the simulation does not know
	}
	return obj.(client.Object)
}

// metaOf is the metadata of a tree.
func metaOf(tree map[string]any) map[string]any {
	meta, ok := tree["metadata"].(map[string]any)
	if !ok {
		meta = map[string]any{}
		tree["metadata"] = meta
	}
	return meta
}
