package simulation

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// watched are the kinds that a manager watches, each by a watch of its own.
var watched = []string{"Reseller", "Seller", "Secret"}

// cache is what one manager has seen of the API server: for each kind the
// changes up to a position, and no others.
type cache struct {
	server   *server
	position map[string]int
	objects  map[string]map[types.NamespacedName]*cached
	indexes  map[string]client.IndexerFunc // of Resellers
}

// cached is one object in a cache, with the values of the indexes.
type cached struct {
	obj    client.Object
	values map[string][]string
}

func newCache(s *server) *cache {
	return &cache{server: s, position: map[string]int{}, objects: map[string]map[types.NamespacedName]*cached{}, indexes: map[string]client.IndexerFunc{}}
}

// IndexField implements client.FieldIndexer for Resellers.
func (c *cache) IndexField(_ context.Context, _ client.Object, name string, values client.IndexerFunc) error {
	c.indexes[name] = values
	return nil
}

// behind is how many changes of a kind the cache has not seen.
func (c *cache) behind(kind string) int { return len(c.server.changes[kind]) - c.position[kind] }

// advance takes the next change of a kind in and returns it. What a manager was
// never told, because it began later, is no change to it.
func (c *cache) advance(kind string) change {
	next := c.server.changes[kind][c.position[kind]]
	c.position[kind]++
	c.apply(next)
	return next
}

// apply makes the cache show an object as it is after a change.
func (c *cache) apply(next change) {
	if next.after == nil {
		delete(c.objects[next.kind], next.key)
		return
	}
	c.show(next.kind, next.key, next.after)
}

// show makes the cache show this version of an object.
func (c *cache) show(kind string, key types.NamespacedName, obj client.Object) {
	entry := &cached{obj: obj, values: map[string][]string{}}
	if kind == "Reseller" {
		for name, values := range c.indexes {
			entry.values[name] = values(obj)
		}
	}
	if c.objects[kind] == nil {
		c.objects[kind] = map[types.NamespacedName]*cached{}
	}
	c.objects[kind][key] = entry
}

// relist goes to the latest version of a kind, as after a watch that broke, and
// returns the differences as the informer would report them.
func (c *cache) relist(kind string) []change {
	before := c.objects[kind]
	c.objects[kind] = nil
	c.position[kind] = len(c.server.changes[kind])
	var differences []change
	for _, s := range c.server.list(kind) {
		key := client.ObjectKeyFromObject(s.obj)
		c.show(kind, key, s.obj)
		next := change{kind: kind, key: key, after: s.obj}
		if was := before[key]; was != nil {
			next.before = was.obj
		}
		if next.before == nil || next.before.GetResourceVersion() != s.obj.GetResourceVersion() {
			differences = append(differences, next)
		}
	}
	for _, key := range sortedKeys(before) {
		if c.objects[kind][key] == nil {
			differences = append(differences, change{kind: kind, key: key, before: before[key].obj})
		}
	}
	return differences
}

// start lists everything as it was some changes ago.
func (c *cache) start(lag int) {
	for _, kind := range watched {
		for range max(0, len(c.server.changes[kind])-lag) {
			c.advance(kind)
		}
	}
}

// find is an object as the cache shows it.
func (c *cache) find(kind string, key types.NamespacedName) (client.Object, error) {
	if entry := c.objects[kind][key]; entry != nil {
		return entry.obj, nil
	}
	return nil, apierrors.NewNotFound(resourceOf(kind), key.Name)
}

// list is the objects of a kind in a namespace ("" for all) whose index, if one
// is named, has the value; by name.
func (c *cache) list(kind, namespace, index, value string) []client.Object {
	var found []client.Object
	for _, key := range sortedKeys(c.objects[kind]) {
		entry := c.objects[kind][key]
		if namespace != "" && key.Namespace != namespace || index != "" && !slices.Contains(entry.values[index], value) {
			continue
		}
		found = append(found, entry.obj)
	}
	return found
}

func sortedKeys[V any](objects map[types.NamespacedName]V) []types.NamespacedName {
	keys := make([]types.NamespacedName, 0, len(objects))
	for key := range objects {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareNames)
	return keys
}
