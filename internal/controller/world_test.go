package controller_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// world is what a spec has for itself: a namespace, and a seller account that a
// Seller of this namespace leads to.
type world struct {
	namespace, endpoint string
	api                 *fake.Server
	seller              client.Object // the one whose account is read on request
}

var worlds, requests atomic.Int64

// newWorld makes a namespace and an account, without a Seller.
func newWorld(ctx context.Context, shapes fake.Shapes) *world {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "spec-"}}
	Expect(server.Create(ctx, namespace)).To(Succeed())
	w := &world{namespace: namespace.Name}
	n := worlds.Add(1)
	var err error
	w.api, err = fake.New(fake.Options{
		SellerID: fmt.Sprintf("5f0c8a4e-0000-4000-8000-%012d", n), Shapes: shapes, Seed: uint64(n),
	})
	Expect(err).NotTo(HaveOccurred())
	w.endpoint, err = w.api.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.end)
	return w
}

// newAccount is a world whose Seller is there, and in use by a manager if one runs.
func newAccount(ctx context.Context, shapes fake.Shapes, changes ...func(*v1alpha1.SellerSettings)) *world {
	GinkgoHelper()
	w := newWorld(ctx, shapes)
	create(ctx, w.secret())
	w.addSeller(ctx, "main", changes...)
	return w
}

// end leaves nothing to the managers of the next spec: without a controller of
// namespaces, what is in them has to be taken away one by one.
func (w *world) end(ctx context.Context) error {
	defer func() { _ = w.api.Close() }()
	if CurrentSpecReport().Failed() {
		w.tell(ctx)
	}
	for _, list := range []client.ObjectList{
		&v1alpha1.ResellerList{}, &v1alpha1.SellerList{}, &v1alpha1.ClusterSellerList{}, &corev1.SecretList{},
	} {
		if err := server.List(ctx, list, client.InNamespace(w.namespace)); err != nil {
			return err
		}
		err := meta.EachListItem(list, func(item runtime.Object) error {
			obj := item.(client.Object)
			bare := obj.DeepCopyObject().(client.Object)
			bare.SetFinalizers(nil)
			if err := server.Patch(ctx, bare, client.MergeFrom(obj)); client.IgnoreNotFound(err) != nil {
				return err
			}
			return client.IgnoreNotFound(server.Delete(ctx, obj))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tell writes down what happened in a spec that failed.
func (w *world) tell(ctx context.Context) {
	for _, x := range w.api.History() {
		GinkgoWriter.Println("call", x.At.Format(time.TimeOnly+".000"), x.Op, x.Broker, x.Status, "committed:", x.Committed)
	}
	list := &v1alpha1.ResellerList{}
	if server.List(ctx, list, client.InNamespace(w.namespace)) == nil {
		for i := range list.Items {
			text, _ := yaml.Marshal(list.Items[i].Status)
			GinkgoWriter.Println("status of", list.Items[i].Name, list.Items[i].Finalizers, "\n"+string(text))
		}
	}
}

// secret has the credentials that the account takes.
func (w *world) secret() *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.namespace, Name: "cloudmore-api",
			Annotations: map[string]string{v1alpha1.AnnotationEndpoint: w.endpoint},
		},
		StringData: map[string]string{
			v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword,
			v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
		},
	}
}

// settings lead to the account. Every bound is short, since the fake keeps them.
func (w *world) settings(changes ...func(*v1alpha1.SellerSettings)) v1alpha1.SellerSettings {
	s := v1alpha1.SellerSettings{
		SellerID: v1alpha1.ID(w.api.SellerID()), Endpoint: w.endpoint,
		RateLimit: v1alpha1.RateLimit{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 64},
	}
	s.ObserveInterval.Duration = 24 * time.Hour // read when the spec asks for it
	s.DetailInterval.Duration = 168 * time.Hour
	s.Creation.Deadline.Duration = 2 * time.Second
	s.Creation.CommitBound.Duration = time.Second
	s.Creation.ListLag.Duration = time.Second
	for _, change := range changes {
		change(&s)
	}
	return s
}

func (w *world) newSeller(name string, changes ...func(*v1alpha1.SellerSettings)) *v1alpha1.Seller {
	return &v1alpha1.Seller{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		Spec: v1alpha1.SellerSpec{
			SellerSettings: w.settings(changes...), CredentialsSecretRef: v1alpha1.SecretReference{Name: "cloudmore-api"},
		},
	}
}

// addSeller makes the Seller whose account is read on request.
func (w *world) addSeller(ctx context.Context, name string, changes ...func(*v1alpha1.SellerSettings)) *v1alpha1.Seller {
	GinkgoHelper()
	s := w.newSeller(name, changes...)
	create(ctx, s)
	w.seller = s
	return s
}

// ready waits until the Seller can be used.
func (w *world) ready(ctx context.Context) {
	GinkgoHelper()
	awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
}

// readings has the account read n more times, one after the other, and returns
// when the last one has ended. What the earlier ones led to has happened by then:
// between two of them lies a second.
func (w *world) readings(ctx context.Context, n int) {
	GinkgoHelper()
	for range n {
		before := w.lists()
		w.requestReading(ctx)
		Eventually(w.lists).WithContext(ctx).Should(BeNumerically(">", before), "the account is read when asked for")
	}
}

func (w *world) requestReading(ctx context.Context) {
	GinkgoHelper()
	annotate(ctx, w.seller, v1alpha1.AnnotationReconcileRequestedAt, fresh())
}

// fresh is a value that no annotation had before.
func fresh() string { return "request-" + strconv.FormatInt(requests.Add(1), 10) }

// lists counts the syncs of the account that have ended.
func (w *world) lists() int {
	return len(w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpList && !x.EndedAt.IsZero() }))
}

// exchanges are those that the account saw, in sequence.
func (w *world) exchanges(wanted func(fake.Exchange) bool) []fake.Exchange {
	return slices.DeleteFunc(w.api.History(), func(x fake.Exchange) bool { return !wanted(x) })
}

// calls are the operations that the account was asked for, without logins.
func (w *world) calls() []string {
	var ops []string
	for _, x := range w.exchanges(func(x fake.Exchange) bool { return x.Op != fake.OpToken }) {
		ops = append(ops, string(x.Op))
	}
	return ops
}

// live are the names of the brokers that exist.
func (w *world) live() []string {
	names := []string{}
	for _, r := range w.api.Live() {
		names = append(names, r.Broker.Name)
	}
	return names
}

// inject makes something go wrong.
func (w *world) inject(faults ...fake.Fault) {
	GinkgoHelper()
	Expect(w.api.Inject(faults...)).To(Succeed())
}

// reseller is a complete Reseller of this namespace. Its name is part of all that
// tells it from others.
func (w *world) reseller(name string, changes ...func(*v1alpha1.ResellerSpec)) *v1alpha1.Reseller {
	r := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		Spec: v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Name: "main"},
			Name:      as[v1alpha1.Text](name + " Company"), RegistrationNumber: as[v1alpha1.Text](name + "-1234567"),
			Domain:            as[v1alpha1.Domain](name + ".example"),
			NotificationEmail: as[v1alpha1.Email]("notify@" + name + ".example"),
			SupportEmail:      as[v1alpha1.Email]("support@" + name + ".example"),
			Contact: &v1alpha1.Contact{
				Name: as[v1alpha1.Text]("Johanna Tamm"), JobTitle: as[v1alpha1.Text]("Admin"), Email: as[v1alpha1.Email]("johanna@" + name + ".example"),
				PhonePrefix: as[v1alpha1.PhonePrefix]("372"), Phone: as[v1alpha1.Phone]("53564558"),
				CellPhonePrefix: as[v1alpha1.PhonePrefix]("372"), CellPhone: as[v1alpha1.Phone]("53564559"),
			},
			Address: &v1alpha1.Address{City: as[v1alpha1.Text]("Tallinn"), CountryCode: as[v1alpha1.CountryCode]("EE")},
		},
	}
	for _, change := range changes {
		change(&r.Spec)
	}
	return r
}

// broker is what that Reseller describes, as the account keeps it.
func (w *world) broker(name string) fake.Broker {
	return fake.Broker{
		Name: name + " Company", RegistrationNumber: name + "-1234567", Domain: name + ".example",
		NotificationEmail: "notify@" + name + ".example", SupportEmail: "support@" + name + ".example",
		Contact: fake.Contact{
			Name: "Johanna Tamm", JobTitle: "Admin", Email: "johanna@" + name + ".example",
			PhonePrefix: "372", Phone: "53564558", CellPhonePrefix: "372", CellPhone: "53564559",
		},
		Address: fake.Address{City: "Tallinn", CountryCode: "EE"},
	}
}

// inSync makes a Reseller and waits until its broker is there.
func (w *world) inSync(ctx context.Context, name string, changes ...func(*v1alpha1.ResellerSpec)) *v1alpha1.Reseller {
	GinkgoHelper()
	r := w.reseller(name, changes...)
	create(ctx, r)
	awaitReason(ctx, r, v1alpha1.ReasonInSync)
	return r
}

// bystander is a broker that no Reseller means: lists that lack all others at once are
// not those of an outage then.
func (w *world) bystander() { w.api.Add(w.broker("bystander")) }

// at is the broker of a Reseller as the account has it.
func (w *world) at(r *v1alpha1.Reseller) fake.Broker {
	GinkgoHelper()
	record, known := w.api.Broker(r.Status.BrokerID)
	Expect(known).To(BeTrue(), "there is a broker %q", r.Status.BrokerID)
	return record.Broker
}

// events are those about one object: "type reason (action): note", in sequence, one
// for each time that it happened.
func (w *world) events(ctx context.Context, name string) func() []string {
	return func() []string {
		list := &eventsv1.EventList{}
		if err := server.List(ctx, list, client.InNamespace(w.namespace)); err != nil {
			return []string{err.Error()}
		}
		slices.SortFunc(list.Items, func(a, b eventsv1.Event) int { return a.EventTime.Compare(b.EventTime.Time) })
		var lines []string
		for _, e := range list.Items {
			if e.Regarding.Name != name {
				continue
			}
			times := int32(1)
			if e.Series != nil {
				times = e.Series.Count
			}
			for range times {
				lines = append(lines, fmt.Sprintf("%s %s (%s): %s", e.Type, e.Reason, e.Action, e.Note))
			}
		}
		return lines
	}
}

// keyIn names an object of the world's namespace.
func keyIn(w *world, name string) client.ObjectKey {
	return client.ObjectKey{Namespace: w.namespace, Name: name}
}

func ptr[T any](v T) *T { return &v }

// as is a pointer to the text in the type of a field.
func as[T ~string](v string) *T { return ptr(T(v)) }

func create(ctx context.Context, objects ...client.Object) {
	GinkgoHelper()
	for _, obj := range objects {
		Expect(server.Create(ctx, obj)).To(Succeed())
	}
}

// remove asks for the object's deletion.
func remove(ctx context.Context, obj client.Object) {
	GinkgoHelper()
	Expect(server.Delete(ctx, obj)).To(Succeed())
}

// edit changes an object as it is now.
func edit[T client.Object](ctx context.Context, obj T, change func(T)) {
	GinkgoHelper()
	Eventually(func() error {
		if err := server.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		before := obj.DeepCopyObject().(client.Object)
		change(obj)
		return server.Patch(ctx, obj, client.MergeFrom(before))
	}).WithContext(ctx).Should(Succeed())
}

func annotate(ctx context.Context, obj client.Object, key, value string) {
	GinkgoHelper()
	edit(ctx, obj, func(o client.Object) {
		all := o.GetAnnotations()
		if all == nil {
			all = map[string]string{}
		}
		all[key] = value
		o.SetAnnotations(all)
	})
}

// ready is the condition Ready of a Reseller, Seller or ClusterSeller.
func ready(obj client.Object) metav1.Condition {
	var all []metav1.Condition
	observed := int64(0)
	switch o := obj.(type) {
	case *v1alpha1.Reseller:
		all, observed = o.Status.Conditions, o.Status.ObservedGeneration
	case v1alpha1.SellerObject:
		all, observed = o.CurrentStatus().Conditions, o.CurrentStatus().ObservedGeneration
	}
	if c := meta.FindStatusCondition(all, v1alpha1.ConditionReady); c != nil && observed == obj.GetGeneration() {
		return *c
	}
	return metav1.Condition{}
}

// awaitReason waits until Ready has this reason for the present spec, and the
// words in its message. The object is then as it was read.
func awaitReason(ctx context.Context, obj client.Object, reason string, words ...string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		g.Expect(server.Get(ctx, client.ObjectKeyFromObject(obj), obj)).To(Succeed())
		c := ready(obj)
		g.Expect(c.Reason).To(Equal(reason), c.Message)
		for _, word := range words {
			g.Expect(c.Message).To(ContainSubstring(word))
		}
	}).WithContext(ctx).Should(Succeed())
}

// awaitGone waits until the object is no more.
func awaitGone(ctx context.Context, obj client.Object) {
	GinkgoHelper()
	Eventually(func() error { return server.Get(ctx, client.ObjectKeyFromObject(obj), obj) }).
		WithContext(ctx).Should(Satisfy(apierrors.IsNotFound), "%s goes", obj.GetName())
}

// refresh reads the object as it is now.
func refresh(ctx context.Context, obj client.Object) {
	GinkgoHelper()
	Expect(server.Get(ctx, client.ObjectKeyFromObject(obj), obj)).To(Succeed())
}

// lines joins what a message says line by line.
func lines(all ...string) string { return strings.Join(all, "\n") }

// numbered is the name of the nth of many Resellers.
func numbered(n int) string { return fmt.Sprintf("r%03d", n) }
