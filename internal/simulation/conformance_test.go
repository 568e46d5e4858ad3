package simulation

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// bench is one API server, real or simulated, as the table uses it.
type bench struct {
	client.Client
	ctx context.Context
	t   *testing.T
}

// make creates the Reseller "a", changed.
func (b *bench) make(changes ...func(*v1alpha1.Reseller)) *v1alpha1.Reseller {
	r := newReseller("a", "acme", nil)
	for _, change := range changes {
		change(r)
	}
	b.must(b.Create(b.ctx, r))
	return r
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// now is the Reseller "a" as stored; nil when it is gone.
func (b *bench) now() *v1alpha1.Reseller {
	r := &v1alpha1.Reseller{}
	err := b.Get(b.ctx, named("a"), r)
	if apierrors.IsNotFound(err) {
		return nil
	}
	b.must(err)
	return r
}

// patch sends what change makes of the object, under the version that it has.
func (b *bench) patch(r *v1alpha1.Reseller, change func(*v1alpha1.Reseller)) error {
	next := r.DeepCopy()
	change(next)
	return b.Patch(b.ctx, next, client.MergeFromWithOptions(r, client.MergeFromWithOptimisticLock{}))
}

// patchStatus does the same with the status.
func (b *bench) patchStatus(r *v1alpha1.Reseller, change func(*v1alpha1.Reseller)) error {
	next := r.DeepCopy()
	change(next)
	return b.Status().Patch(b.ctx, next, client.MergeFromWithOptions(r, client.MergeFromWithOptimisticLock{}))
}

// said is an error as the operator tells errors apart.
func said(err error) string {
	switch {
	case err == nil:
		return "ok"
	case apierrors.IsConflict(err):
		return "conflict"
	case apierrors.IsNotFound(err):
		return "not found"
	case apierrors.IsAlreadyExists(err):
		return "already exists"
	case apierrors.IsInvalid(err), apierrors.IsForbidden(err):
		return "refused"
	case apierrors.IsBadRequest(err):
		return "bad request"
	default:
		return err.Error()
	}
}

// seen is what matters of an object, in one line; "gone" for none.
func seen(r *v1alpha1.Reseller) string {
	if r == nil {
		return "gone"
	}
	return fmt.Sprintf("generation %d of %d, deleting %v, finalizers %v, phone %s, broker %q", r.Status.ObservedGeneration, r.Generation,
		r.DeletionTimestamp != nil, r.Finalizers, *r.Spec.Contact.Phone, r.Status.BrokerID)
}

func held(r *v1alpha1.Reseller) { r.Finalizers = []string{v1alpha1.FinalizerReseller} }

func shows(id string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { r.Status.BrokerID, r.Status.ObservedGeneration = id, r.Generation }
}

// conformance is what the operator relies on: each step says what came of it.
var conformance = []struct {
	says string
	run  func(b *bench) string
	want string
}{
	{"a new object has generation 1, the schema's status, and none of the client's", func(b *bench) string {
		return seen(b.make(shows("4711")))
	}, `generation -1 of 1, deleting false, finalizers [], phone 53564558, broker ""`},
	{"one name is there once", func(b *bench) string {
		b.make()
		return said(b.Create(b.ctx, newReseller("a", "acme", nil)))
	}, "already exists"},
	{"one that is made again has another uid", func(b *bench) string {
		first := b.make()
		b.must(b.Delete(b.ctx, first))
		return fmt.Sprint(b.make().UID == first.UID)
	}, "false"},
	{"an edit of the spec is a new generation and version", func(b *bench) string {
		r := b.make()
		b.must(b.patch(r, phone("7770000")))
		return fmt.Sprint(seen(b.now()), b.now().ResourceVersion == r.ResourceVersion)
	}, `generation -1 of 2, deleting false, finalizers [], phone 7770000, broker ""false`},
	{"an edit of metadata is none", func(b *bench) string {
		b.must(b.patch(b.make(), held))
		return seen(b.now())
	}, `generation -1 of 1, deleting false, finalizers [cloudmore.com/reseller], phone 53564558, broker ""`},
	{"a patch that changes nothing leaves the version", func(b *bench) string {
		b.must(b.patch(b.make(), held))
		r := b.now()
		b.must(b.patch(r, func(*v1alpha1.Reseller) {}))
		return fmt.Sprint(b.now().ResourceVersion == r.ResourceVersion)
	}, "true"},
	{"the status has a way of its own", func(b *bench) string {
		b.must(b.patch(b.make(), func(r *v1alpha1.Reseller) { phone("7770000")(r); shows("4711")(r) }))
		return seen(b.now())
	}, `generation -1 of 2, deleting false, finalizers [], phone 7770000, broker ""`},
	{"and by it nothing else is written", func(b *bench) string {
		b.must(b.patchStatus(b.make(), func(r *v1alpha1.Reseller) { phone("7770000")(r); held(r); shows("4711")(r) }))
		return seen(b.now())
	}, `generation 1 of 1, deleting false, finalizers [], phone 53564558, broker "4711"`},
	{"a version that has passed is a conflict", func(b *bench) string {
		r := b.make()
		b.must(b.patchStatus(r, shows("4711")))
		return said(b.patch(r, held)) + ", " + said(b.patchStatus(r, shows("4712")))
	}, "conflict, conflict"},
	{"without a version the last one wins", func(b *bench) string {
		r := b.make()
		b.must(b.patchStatus(r, shows("4711")))
		next := r.DeepCopy()
		phone("7770000")(next)
		return said(b.Patch(b.ctx, next, client.MergeFrom(r))) + ", " + seen(b.now())
	}, `ok, generation 1 of 2, deleting false, finalizers [], phone 7770000, broker "4711"`},
	{"another uid is refused, but overlooked for the status", func(b *bench) string {
		b.make()
		other := func() client.Patch {
			return client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"uid":"00000000-0000-4000-8000-ffffffffffff"},"status":{"brokerID":"4711"}}`))
		}
		return said(b.Patch(b.ctx, b.now(), other())) + ", " + said(b.Status().Patch(b.ctx, b.now(), other()))
	}, "refused, ok"},
	{"null takes a value away", func(b *bench) string {
		r := b.make()
		b.must(b.patchStatus(r, shows("4711")))
		b.must(b.patchStatus(b.now(), shows("")))
		return seen(b.now())
	}, `generation 1 of 1, deleting false, finalizers [], phone 53564558, broker ""`},
	{"the answer to a write is the object as stored", func(b *bench) string {
		r := b.make()
		next := r.DeepCopy()
		shows("4711")(next)
		b.must(b.Status().Patch(b.ctx, next, client.MergeFrom(r)))
		return fmt.Sprint(next.ResourceVersion == b.now().ResourceVersion, next.Status.BrokerID)
	}, "true4711"},
	{"what the answer lacks is gone from the object, too", func(b *bench) string {
		r := b.make()
		next := r.DeepCopy()
		held(next)
		shows("4711")(next)
		b.must(b.Patch(b.ctx, next, client.MergeFrom(r)))
		return seen(next)
	}, `generation -1 of 1, deleting false, finalizers [cloudmore.com/reseller], phone 53564558, broker ""`},
	{"what nothing holds goes at once", func(b *bench) string {
		b.must(b.Delete(b.ctx, b.make()))
		return seen(b.now())
	}, "gone"},
	{"a finalizer holds, and the deletion is a generation", func(b *bench) string {
		b.must(b.Delete(b.ctx, b.make(held)))
		return seen(b.now())
	}, `generation -1 of 2, deleting true, finalizers [cloudmore.com/reseller], phone 53564558, broker ""`},
	{"deleted twice is deleted once", func(b *bench) string {
		r := b.make(held)
		b.must(b.Delete(b.ctx, r))
		before := b.now()
		b.must(b.Delete(b.ctx, r))
		return fmt.Sprint(before.ResourceVersion == b.now().ResourceVersion)
	}, "true"},
	{"what is going gets no new finalizer", func(b *bench) string {
		b.must(b.Delete(b.ctx, b.make(held)))
		return said(b.patch(b.now(), func(r *v1alpha1.Reseller) { r.Finalizers = append(r.Finalizers, "example.com/hold") }))
	}, "refused"},
	{"what is going can be edited, and its status written", func(b *bench) string {
		b.must(b.Delete(b.ctx, b.make(held)))
		b.must(b.patch(b.now(), orphaned))
		b.must(b.patchStatus(b.now(), shows("4711")))
		return seen(b.now())
	}, `generation 3 of 3, deleting true, finalizers [cloudmore.com/reseller], phone 53564558, broker "4711"`},
	{"without its last finalizer it goes", func(b *bench) string {
		b.must(b.Delete(b.ctx, b.make(held)))
		b.must(b.patch(b.now(), func(r *v1alpha1.Reseller) { r.Finalizers = nil }))
		return seen(b.now())
	}, "gone"},
	{"what is not there can't be written", func(b *bench) string {
		r := b.make()
		b.must(b.Delete(b.ctx, r))
		return said(b.patch(r, held)) + ", " + said(b.patchStatus(r, shows("4711"))) + ", " + said(b.Delete(b.ctx, r))
	}, "not found, not found, not found"},
	{"the Seller of a Reseller stays", func(b *bench) string {
		return said(b.patch(b.make(), func(r *v1alpha1.Reseller) { r.Spec.SellerRef.Name = "other" }))
	}, "refused"},
	{"another broker than the bound one can't be named", func(b *bench) string {
		b.must(b.patchStatus(b.make(), shows("4711")))
		return said(b.patch(b.now(), naming("4712"))) + ", " + said(b.patch(b.now(), naming("4711")))
	}, "refused, ok"},
	{"a Secret has no generation", func(b *bench) string {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "s"}, Data: map[string][]byte{"a": []byte("1")}}
		b.must(b.Create(b.ctx, secret))
		before := secret.DeepCopy()
		secret.Data["a"] = []byte("2")
		b.must(b.Patch(b.ctx, secret, client.MergeFrom(before)))
		return fmt.Sprint(secret.Generation, secret.ResourceVersion == before.ResourceVersion, string(secret.Data["a"]))
	}, "0 false2"},
}

// TestConformance holds the simulated API server to the table, and the table to
// the real one.
func TestConformance(t *testing.T) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	servers := map[string]func(t *testing.T) client.Client{
		"simulated": func(*testing.T) client.Client { return newServer(scheme).person("person") },
	}
	if !testing.Short() {
		servers["real"] = realServer(t, scheme)
	}
	for name, begin := range maps.All(servers) {
		for i := range conformance {
			c := &conformance[i]
			t.Run(name+"/"+strings.ReplaceAll(c.says, " ", "_"), func(t *testing.T) {
				b := &bench{Client: begin(t), ctx: t.Context(), t: t}
				if got := c.run(b); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		}
	}
}

// realServer starts etcd and kube-apiserver; the namespace is emptied for each row.
func realServer(t *testing.T, scheme *runtime.Scheme) func(t *testing.T) client.Client {
	t.Helper()
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		t.Fatal("KUBEBUILDER_ASSETS is not set: run `make test`, which finds or builds etcd and kube-apiserver first")
	}
	env := &envtest.Environment{
		CRDDirectoryPaths: []string{filepath.Join("..", "..", "config", "crd", "bases")}, ErrorIfCRDPathMissing: true,
		CRDInstallOptions:        envtest.CRDInstallOptions{MaxTime: 2 * time.Minute}, // a busy machine takes long
		ControlPlaneStartTimeout: 2 * time.Minute, ControlPlaneStopTimeout: 2 * time.Minute,
	}
	config, err := env.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = env.Stop() })
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T) client.Client {
		t.Cleanup(func() { empty(t, c) })
		return c
	}
}

func empty(t *testing.T, c client.Client) {
	t.Helper()
	ctx := context.Background()
	r := &v1alpha1.Reseller{}
	if err := c.Get(ctx, named("a"), r); err == nil {
		before := r.DeepCopy()
		r.Finalizers = nil
		if err := c.Patch(ctx, r, client.MergeFrom(before)); err != nil {
			t.Fatal(err)
		}
	}
	for _, obj := range []client.Object{
		&v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "a"}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "s"}},
	} {
		if err := c.Delete(ctx, obj); client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
	}
}
