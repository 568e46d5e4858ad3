package night_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// scene is a night at work: a namespace with a Seller "main" and a Reseller "acme" that is
// InSync, and an account.
type scene struct {
	*plane
	night
	t   *testing.T
	g   Gomega
	api *fake.Server
}

func (p *plane) newScene(t *testing.T, n night) *scene {
	t.Helper()
	s := &scene{plane: p, night: n, t: t, g: NewWithT(t)}
	var err error
	s.api, err = fake.New(fake.Options{Shapes: fake.Shapes{DefinedProperties: []string{"segment"}, ListContent: fake.ListDetail}})
	s.g.Expect(err).NotTo(HaveOccurred())
	endpoint, err := s.api.Start()
	s.g.Expect(err).NotTo(HaveOccurred())
	seller, secret := stage.Seller(fake.DefaultSellerID, endpoint)
	seller.Namespace, secret.Namespace = n.name, n.name
	secret.Annotations = map[string]string{v1alpha1.AnnotationEndpoint: endpoint}
	set := &seller.Spec.SellerSettings
	set.ObserveInterval.Duration = 10 * time.Second
	set.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 100, Burst: 100, MaxInFlight: 8}
	set.Creation.Deadline, set.Creation.CommitBound, set.Creation.ListLag = stage.Seconds(2), stage.Seconds(1), stage.Seconds(1)
	if n.small {
		set.Brake = v1alpha1.Brake{Minimum: 2, Percent: 1}
	} else {
		set.Brake = v1alpha1.Brake{}
	}
	s.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n.name}}, secret, seller, s.reseller("acme"))
	s.shows([]string{"seller/main Ready", "reseller/acme InSync"})
	return s
}

// end leaves nothing to the managers that work on.
func (s *scene) end() {
	for _, kind := range []client.Object{&v1alpha1.Reseller{}, &v1alpha1.Seller{}} {
		s.clear(kind)
	}
	_ = s.api.Close()
}

// clear deletes all objects of a kind with their finalizers, as no person should.
func (s *scene) clear(kind client.Object) {
	list := &v1alpha1.ResellerList{}
	if _, is := kind.(*v1alpha1.Reseller); is && s.List(s.t.Context(), list, client.InNamespace(s.name)) == nil {
		for i := range list.Items {
			s.drop(&list.Items[i])
		}
		return
	}
	s.drop(&v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: s.name, Name: "main"}})
}

func (s *scene) drop(obj client.Object) {
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	_ = s.Patch(s.t.Context(), obj, patch)
	_ = s.Delete(s.t.Context(), obj)
}

func (s *scene) reseller(name string) *v1alpha1.Reseller {
	r := stage.Reseller(name)
	r.Namespace = s.name
	return r
}

func (s *scene) create(objects ...client.Object) {
	s.t.Helper()
	for _, obj := range objects {
		s.g.Expect(s.Create(s.t.Context(), obj)).To(Succeed())
	}
}

// patch changes an object as a user does.
func (s *scene) patch(obj client.Object, patch string) {
	s.t.Helper()
	obj.SetNamespace(s.name)
	s.g.Expect(s.Patch(s.t.Context(), obj, client.RawPatch("application/merge-patch+json", []byte(patch)))).To(Succeed())
}

func (s *scene) edits(name, spec string) {
	s.t.Helper()
	s.patch(&v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Name: name}}, `{"spec":`+spec+`}`)
}

// inject has something go wrong at Cloudmore.
func (s *scene) inject(faults ...fake.Fault) {
	s.t.Helper()
	s.g.Expect(s.api.Inject(faults...)).To(Succeed())
}

// broker is the id of the broker of a Reseller.
func (s *scene) broker(name string) string {
	s.t.Helper()
	r := &v1alpha1.Reseller{}
	s.g.Expect(s.Get(s.t.Context(), client.ObjectKey{Namespace: s.name, Name: name}, r)).To(Succeed())
	return r.Status.BrokerID
}

// listed waits until the Seller counts the broker of each Reseller.
func (s *scene) listed() {
	s.t.Helper()
	s.g.Eventually(func(g Gomega) {
		seller := &v1alpha1.Seller{}
		g.Expect(s.Get(s.t.Context(), client.ObjectKey{Namespace: s.name, Name: "main"}, seller)).To(Succeed())
		g.Expect(seller.Status.Brokers).To(HaveField("Managed", BeEquivalentTo(len(s.names()))))
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(Succeed())
}

// callLines are how many lines the leader's log has about calls of the scene; and each
// decision there names its rule.
func (s *scene) callLines() (n int) {
	leader := s.leader()
	if leader == nil {
		return 0
	}
	for _, l := range leader.lines(0) {
		switch {
		case l["msg"] == says.LineCall && l[says.KeySeller] == "Seller/"+s.name+"/main":
			n++
		case l["msg"] == says.LineDecision && l["namespace"] == s.name && (l[says.KeyRule] == "" || l[says.KeyStep] == nil):
			s.t.Errorf("a decision without its rule: %v", l)
		}
	}
	return n
}

// quiet waits until all calls that Cloudmore got are counted: what is counted from then on
// belongs to what comes then.
func (s *scene) quiet() {
	s.t.Helper()
	s.g.Eventually(func(g Gomega) {
		sent := 0
		for _, c := range s.api.Counters() {
			sent += c.Calls
		}
		counted := 0.0
		for name, value := range s.counted() {
			if strings.HasPrefix(name, "reseller_operator_api_requests_total{") {
				counted += value
			}
		}
		g.Expect(counted).To(BeEquivalentTo(sent))
		g.Expect(s.callLines()).To(Equal(sent), "each call has a line")
	}).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(Succeed())
}

// shows waits until objects have these reasons for their present spec; "gone" for who is
// to be gone.
func (s *scene) shows(reasons []string) {
	s.t.Helper()
	s.g.Eventually(func() []string {
		var found []string
		for _, want := range reasons {
			object, _, _ := strings.Cut(want, " ")
			found = append(found, object+" "+s.reasonOf(object))
		}
		return found
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(Equal(append([]string(nil), reasons...)))
}

func (s *scene) reasonOf(object string) string {
	conditions, generation, observed, err := s.conditions(object)
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	switch {
	case client.IgnoreNotFound(err) == nil && err != nil:
		return "gone"
	case err != nil:
		return err.Error()
	case ready == nil || observed != generation:
		return fmt.Sprintf("not seen (%d of %d)", observed, generation)
	}
	return ready.Reason
}

// conditions are those of "reseller/acme" or "seller/main".
func (s *scene) conditions(object string) (all []metav1.Condition, generation, observed int64, err error) {
	kind, name, _ := strings.Cut(object, "/")
	key := client.ObjectKey{Namespace: s.name, Name: name}
	if kind == "seller" {
		o := &v1alpha1.Seller{}
		err = s.Get(s.t.Context(), key, o)
		return o.Status.Conditions, o.Generation, o.Status.ObservedGeneration, err
	}
	o := &v1alpha1.Reseller{}
	err = s.Get(s.t.Context(), key, o)
	return o.Status.Conditions, o.Generation, o.Status.ObservedGeneration, err
}
