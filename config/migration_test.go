package config_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// migratedEach is how many Resellers of a release are there under each policy.
const migratedEach = 400

// state is what a release left of a Reseller.
type state int

// The states, of which most Resellers have the first.
const (
	stateInOrder    state = iota
	stateEdited           // its spec was edited while no manager ran
	stateUnsent           // its spec was edited while Cloudmore did not answer
	stateSpaced           // Cloudmore shows a value otherwise, and canon calls both equal
	stateProlonged        // Cloudmore shows a value otherwise, and nothing calls both equal
	stateDrifted          // the broker was changed elsewhere, and status shows that
	stateSuspended        // spec.suspend is true, and nothing differs
	stateRepetition = 40
)

// migrated is one of them.
type migrated struct {
	*v1alpha1.Reseller
	policy string
	state  state
	before fake.Broker
}

// waits reports whether an edit waits to be sent.
func (m *migrated) waits() bool {
	return (m.state == stateEdited || m.state == stateUnsent) && m.policy != "Observe"
}

// leftAs is what differs in the Reseller of a state from a healthy one.
func (m *migrated) leftAs(number string) (vat, normalized, observed string, suspended bool) {
	switch m.state {
	case stateSpaced:
		return "EE " + number, "EE" + number, "", false
	case stateProlonged:
		return number, "EE" + number, "", false
	case stateDrifted:
		return "EE" + number, "", "portal@elsewhere.example", m.policy == "Correct"
	default:
		return "EE" + number, "", "", m.state == stateSuspended
	}
}

// said are the conditions of one that is suspended or not, drifted or not.
func (m *migrated) said(suspended, drifted bool) []any {
	reason, message := "InSync", "the broker is as described"
	switch {
	case m.policy == "Observe":
		reason, message = "Observing", "the broker is watched and never written"
	case suspended && drifted:
		reason, message = "Suspended", "spec.suspend is true, so the broker is not changed; it differs in spec.supportEmail"
	case drifted:
		reason, message = "DriftReported", "the broker was changed elsewhere and driftPolicy is Report; it differs in spec.supportEmail"
	}
	all := []any{condition("Ready", reason != "Suspended", reason, message)}
	if suspended {
		all = append(all, condition("Suspended", true, "Suspended", "spec.suspend is true: nothing is written to the broker"))
	}
	return all
}

// kept is the nth Reseller as the release stored it, made of the one that it created.
func kept(template *unstructured.Unstructured, n int) (*unstructured.Unstructured, *migrated) {
	GinkgoHelper()
	m := &migrated{policy: []string{"Correct", "Report", "Observe"}[n/migratedEach], state: stateInOrder}
	if s := state(n % stateRepetition); s <= stateSuspended {
		m.state = s
	}
	obj, number := template.DeepCopy(), fmt.Sprintf("3%08d", n)
	obj.SetName(fmt.Sprintf("kept-%04d", n))
	obj.SetAnnotations(map[string]string{v1alpha1.AnnotationReconcileRequestedAt: "after"})
	vat, normalized, observed, suspended := m.leftAs(number)
	values := map[string]any{
		"spec.deletionPolicy": "Orphan", "status.effectiveDeletionPolicy": "Orphan",
		"spec.suspend": suspended, "spec.domain": obj.GetName() + ".example", "spec.registrationNumber": number, "spec.vat": vat,
		"status.brokerID":           fmt.Sprintf("ca55e534-bb1f-493a-ba0b-%012d", n),
		"status.broker":             map[string]any{"domain": obj.GetName() + ".example", "registrationNumber": number, "name": "Created Company"},
		"status.observedGeneration": int64(1), "status.conditions": m.said(suspended, observed != ""), "status.normalized": []any{}, "status.drift": []any{},
	}
	if m.policy == "Observe" {
		values["spec.managementPolicy"] = m.policy
	} else {
		values["spec.driftPolicy"] = m.policy
	}
	if normalized != "" {
		values["status.normalized"] = []any{map[string]any{"field": "spec.vat", "desired": vat, "observed": normalized}}
	}
	if observed != "" {
		values["status.drift"] = []any{map[string]any{"field": "spec.supportEmail", "desired": "support@created.example", "observed": observed, "since": "2026-11-25T21:29:42Z"}}
	}
	for path, value := range values {
		Expect(unstructured.SetNestedField(obj.Object, value, strings.Split(path, ".")...)).To(Succeed(), path)
	}
	return obj, m
}

func condition(kind string, truth bool, reason, message string) any {
	status := map[bool]string{true: "True", false: "False"}[truth]
	return map[string]any{"type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": int64(1), "lastTransitionTime": "2026-11-25T21:29:42Z"}
}

// edited edits the specs of those whose edit waits, as the release would have seen it.
func (m *migrated) edited(ctx context.Context) {
	GinkgoHelper()
	if m.state != stateEdited && m.state != stateUnsent {
		return
	}
	Expect(cluster.Patch(ctx, m.Reseller, client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"supportEmail":"edited@created.example"}}`)))).To(Succeed())
	if m.state != stateUnsent || m.policy == "Observe" {
		return
	}
	m.Status.ObservedGeneration = m.Generation
	ready := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionReady)
	ready.Status, ready.Reason, ready.Message, ready.ObservedGeneration = "False", v1alpha1.ReasonUnavailable, "Cloudmore can't be reached or answers with errors", m.Generation
	Expect(cluster.Status().Update(ctx, m.Reseller)).To(Succeed())
}

// storeKept stores them, a few at a time, and makes their brokers.
func (l *life) storeKept(ctx context.Context, template *unstructured.Unstructured) []*migrated {
	GinkgoHelper()
	all := make([]*migrated, 3*migratedEach)
	var workers sync.WaitGroup
	for first := range 8 {
		workers.Go(func() {
			defer GinkgoRecover()
			for n := first; n < len(all); n += 8 {
				obj, m := kept(template, n)
				m.Reseller = store(ctx, obj, &v1alpha1.Reseller{}).(*v1alpha1.Reseller)
				l.brokers([]client.Object{m.Reseller})
				m.edited(ctx)
				all[n] = m
			}
		})
	}
	workers.Wait()
	for _, m := range all {
		record, there := l.api.Broker(m.Status.BrokerID)
		Expect(there).To(BeTrue())
		m.before = record.Broker
	}
	return all
}

// migrates starts this version on hundreds of objects of an earlier one, under each
// policy: it halts nothing, takes nothing for drift, and sends the edits that waited.
func migrates(ctx SpecContext, folder string) {
	l := left(ctx, folder)
	Expect(l.api.SetShapes(fake.Shapes{Normalize: []string{fake.NormalizeVAT}})).To(Succeed())
	stored := l.stored(folder)
	named := func(name string) *unstructured.Unstructured {
		return stored[slices.IndexFunc(stored, func(obj *unstructured.Unstructured) bool { return obj.GetName() == name })]
	}
	seller := named("main")
	Expect(unstructured.SetNestedMap(seller.Object, map[string]any{"requestsPerSecond": int64(1000), "burst": int64(1000), "maxInFlight": int64(32)}, "spec", "rateLimit")).To(Succeed())
	account := store(ctx, seller, &v1alpha1.Seller{}).(*v1alpha1.Seller)
	all := l.storeKept(ctx, named("created"))

	By("starting this version")
	l.upgrade(ctx, "--leader-elect-lease-duration=4m", "--leader-elect-renew-deadline=3m") // a busy machine is no lost leader
	list := &v1alpha1.ResellerList{}
	Eventually(func(g Gomega) {
		l.manager.denied()
		g.Expect(cluster.List(ctx, list, client.InNamespace(l.namespace))).To(Succeed())
		g.Expect(list.Items).To(HaveLen(len(all)))
		for i := range list.Items {
			all[i].Reseller = &list.Items[i]
			l.migratedWell(g, all[i])
		}
	}).WithContext(ctx).WithTimeout(2 * timeout).WithPolling(time.Second).Should(Succeed())
	Expect(cluster.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
	Expect(account.Status.Halt).To(BeNil())
	Expect(l.api.Calls(fake.OpCreate)).To(BeZero())
	Expect(l.api.Calls(fake.OpDelete)).To(BeZero())
	l.updatedOnce(all)
	Eventually(func() error { // on a busy machine one request is too short for all
		return cluster.DeleteAllOf(ctx, &v1alpha1.Reseller{}, client.InNamespace(l.namespace))
	}).WithContext(ctx).WithTimeout(2 * timeout).Should(Succeed())
	for _, m := range all {
		l.await(ctx, []client.Object{m.Reseller}, gone)
	}
	Expect(cluster.Delete(ctx, account)).To(Succeed())
	l.await(ctx, []client.Object{account}, gone)
}

// migratedWell holds that one of them came over with all that it meant.
func (l *life) migratedWell(g Gomega, m *migrated) {
	status, what := &m.Status, fmt.Sprintf("%s, %s, state %d: %+v", m.Name, m.policy, m.state, m.Status)
	g.Expect(status.LastHandledReconcileAt).To(Equal("after"), what)
	g.Expect(status.ObservedGeneration).To(Equal(m.Generation), what)
	g.Expect(status.Applied).NotTo(BeEmpty(), what)
	drift := []v1alpha1.DriftCause{}
	for _, row := range status.Drift {
		drift = append(drift, row.Cause)
	}
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	switch {
	case m.state == stateDrifted:
		g.Expect(drift).To(Equal([]v1alpha1.DriftCause{v1alpha1.DriftChanged}), what)
	case m.policy == "Observe" && (m.state == stateEdited || m.state == stateUnsent):
		g.Expect(drift).To(Equal([]v1alpha1.DriftCause{v1alpha1.DriftEdited}), what) // sent when it is managed
	default:
		g.Expect(drift).To(BeEmpty(), what)
		g.Expect(ready.Status).To(BeEquivalentTo("True"), what)
	}
	g.Expect(meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionDrifted)).To(Equal(m.state == stateDrifted), what)
	if m.state == stateProlonged && m.policy == "Report" {
		g.Expect(status.Normalized).To(ConsistOf(HaveField("Unproved", true)), what)
		g.Expect(ready.Message).To(ContainSubstring("spec.vat"), what)
	}
}

// updatedOnce holds that each edit that waited was sent, in one update; that nothing else
// was sent, but a value that is to be proved under Correct; and that nothing else changed.
func (l *life) updatedOnce(all []*migrated) {
	GinkgoHelper()
	updates := map[string]int{}
	for _, x := range l.api.History() {
		if x.Op == fake.OpUpdate {
			updates[x.Broker]++
		}
	}
	for _, m := range all {
		what, want := fmt.Sprintf("%s, %s, state %d", m.Name, m.policy, m.state), m.before
		switch n := updates[m.Status.BrokerID]; {
		case m.waits():
			Expect(n).To(Equal(1), what)
			want.SupportEmail = "edited@created.example"
		case m.state == stateProlonged && m.policy == "Correct":
			Expect(n).To(BeNumerically("<=", 1), what)
		default:
			Expect(n).To(BeZero(), what)
		}
		record, _ := l.api.Broker(m.Status.BrokerID)
		Expect(record.Broker).To(Equal(want), what)
	}
}
