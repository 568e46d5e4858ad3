package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// direct is a client of the API server without a cache: what people and tests
// use, and the live reader of a manager. What it lacks of client.Client is
// nobody's need here.
type direct struct {
	client.Client
	server *server
	by     string
	// around makes each operation; a manager's stops at a point.
	around func(ctx context.Context, op operation, kind string, do func() error) error
}

// at makes an operation at once.
func at(_ context.Context, _ operation, _ string, do func() error) error { return do() }

// person is a client of the API server for a user.
func (s *server) person(name string) *direct { return &direct{server: s, by: name, around: at} }

// Scheme implements client.Client.
func (d *direct) Scheme() *runtime.Scheme { return d.server.scheme }

// Get implements client.Reader.
func (d *direct) Get(ctx context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	kind := d.server.kindOf(obj)
	return d.around(ctx, readLive, kind, func() error {
		found, err := d.server.find(kind, key)
		if err != nil {
			return err
		}
		return json.Unmarshal(found.data, obj)
	})
}

// List implements client.Reader, with the fields that the CRD makes selectable.
func (d *direct) List(ctx context.Context, into client.ObjectList, opts ...client.ListOption) error {
	o := (&client.ListOptions{}).ApplyOptions(opts)
	kind := listed(d.server, into)
	return d.around(ctx, readLive, kind, func() error {
		var items []runtime.Object
		for _, s := range d.server.list(kind) {
			if (o.Namespace == "" || o.Namespace == s.obj.GetNamespace()) && selected(o.FieldSelector, s.tree) {
				items = append(items, s.obj.DeepCopyObject())
			}
		}
		into.SetResourceVersion(fmt.Sprint(d.server.version))
		return meta.SetList(into, items)
	})
}

// listed is the kind of a list's items.
func listed(s *server, into client.ObjectList) string {
	kind := s.kindOf(into)
	return kind[:len(kind)-len("List")]
}

// selected matches a field selector.
func selected(selector fields.Selector, tree map[string]any) bool {
	if selector == nil {
		return true
	}
	for _, r := range selector.Requirements() {
		if textAt(tree, r.Field) != r.Value {
			return false
		}
	}
	return true
}

// textAt is the text at a path of names with dots between them.
func textAt(tree map[string]any, path string) string {
	var value any = tree
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := value.(map[string]any)
		value = inner[name]
	}
	text, _ := value.(string)
	return text
}

// Create implements client.Writer.
func (d *direct) Create(ctx context.Context, obj client.Object, _ ...client.CreateOption) error {
	return d.write(ctx, writeObject, obj, func() (*stored, error) { return d.server.create(d.by, obj) })
}

// Update implements client.Writer.
func (d *direct) Update(ctx context.Context, obj client.Object, _ ...client.UpdateOption) error {
	return d.write(ctx, writeObject, obj, func() (*stored, error) { return d.server.update(d.by, obj, false) })
}

// Delete implements client.Writer.
func (d *direct) Delete(ctx context.Context, obj client.Object, _ ...client.DeleteOption) error {
	kind := d.server.kindOf(obj)
	return d.around(ctx, writeObject, kind, func() error {
		return d.server.remove(d.by, kind, client.ObjectKeyFromObject(obj))
	})
}

// Patch implements client.Writer for merge patches.
func (d *direct) Patch(ctx context.Context, obj client.Object, patch client.Patch, _ ...client.PatchOption) error {
	return d.patch(ctx, writeObject, obj, patch)
}

func (d *direct) patch(ctx context.Context, op operation, obj client.Object, patch client.Patch) error {
	data, err := patch.Data(obj)
	if err != nil {
		return err
	}
	return d.write(ctx, op, obj, func() (*stored, error) {
		return d.server.patch(d.by, d.server.kindOf(obj), client.ObjectKeyFromObject(obj), data, op == writeStatus)
	})
}

// write gives obj what is stored then.
func (d *direct) write(ctx context.Context, op operation, obj client.Object, do func() (*stored, error)) error {
	kind := d.server.kindOf(obj)
	return d.around(ctx, op, kind, func() error {
		written, err := do()
		if err != nil {
			return err
		}
		give(written.obj, obj)
		return nil
	})
}

// Status implements client.StatusClient.
func (d *direct) Status() client.SubResourceWriter { return statusOf{direct: d} }

// statusOf writes the status subresource.
type statusOf struct {
	client.SubResourceWriter
	direct *direct
}

// Patch implements client.SubResourceWriter.
func (s statusOf) Patch(ctx context.Context, obj client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
	return s.direct.patch(ctx, writeStatus, obj, patch)
}

// Update implements client.SubResourceWriter.
func (s statusOf) Update(ctx context.Context, obj client.Object, _ ...client.SubResourceUpdateOption) error {
	return s.direct.write(ctx, writeStatus, obj, func() (*stored, error) { return s.direct.server.update(s.direct.by, obj, true) })
}

// cachedClient reads from a manager's cache and writes to the API server.
type cachedClient struct {
	*direct
	cache *cache
}

// Get implements client.Reader from the cache.
func (c cachedClient) Get(_ context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	found, err := c.cache.find(c.server.kindOf(obj), key)
	if err != nil {
		return err
	}
	give(found, obj)
	return nil
}

// give makes into what found is, or its metadata where only that is wanted.
func give(found, into client.Object) {
	if partial, ok := into.(*metav1.PartialObjectMetadata); ok {
		partial.ObjectMeta = *metaObjectOf(found)
		return
	}
	copyInto(found.DeepCopyObject(), into)
}

// List implements client.Reader from the cache and its indexes.
func (c cachedClient) List(_ context.Context, into client.ObjectList, opts ...client.ListOption) error {
	o := (&client.ListOptions{}).ApplyOptions(opts)
	index, value := "", ""
	if o.FieldSelector != nil {
		r := o.FieldSelector.Requirements()
		if len(r) != 1 || c.cache.indexes[r[0].Field] == nil {
			return apierrors.NewBadRequest("no such index: " + o.FieldSelector.String())
		}
		index, value = r[0].Field, r[0].Value
	}
	shared := o.UnsafeDisableDeepCopy != nil && *o.UnsafeDisableDeepCopy
	var items []runtime.Object
	for _, obj := range c.cache.list(listed(c.server, into), o.Namespace, index, value) {
		if shared {
			items = append(items, obj)
		} else {
			items = append(items, obj.DeepCopyObject())
		}
	}
	return meta.SetList(into, items)
}
