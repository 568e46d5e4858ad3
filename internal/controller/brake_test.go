package controller_test

import (
	"context"
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// shownReasons are those that Resellers of a namespace have shown, and how often each was
// written.
type shownReasons struct {
	mu    sync.Mutex
	count map[string]int
}

func (r *shownReasons) of(name, reason string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count[name+" "+reason]
}

// listen notes the reasons that Resellers of a namespace show with each change.
func listen(ctx SpecContext, namespace string) *shownReasons {
	GinkgoHelper()
	w, err := server.Watch(ctx, &v1alpha1.ResellerList{}, client.InNamespace(namespace))
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Stop)
	seen := &shownReasons{count: map[string]int{}}
	go func() {
		for e := range w.ResultChan() {
			if r, is := e.Object.(*v1alpha1.Reseller); is && e.Type == watch.Modified {
				seen.mu.Lock()
				seen.count[r.Name+" "+ready(r).Reason]++
				seen.mu.Unlock()
			}
		}
	}()
	return seen
}

// updated are the brokers that were updated, and how often.
func (w *world) updated() map[string]int {
	all := map[string]int{}
	for _, x := range w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpUpdate }) {
		all[x.Broker]++
	}
	return all
}

// brokersOf are the ids of their brokers, each once.
func brokersOf(all ...*v1alpha1.Reseller) map[string]int {
	ids := map[string]int{}
	for _, r := range all {
		ids[r.Status.BrokerID]++
	}
	return ids
}

// heldBack are those that show that they wait for the brake.
func heldBack(ctx context.Context, all []*v1alpha1.Reseller) func() []*v1alpha1.Reseller {
	return func() []*v1alpha1.Reseller {
		var waiting []*v1alpha1.Reseller
		for _, r := range all {
			if refresh(ctx, r); ready(r).Reason == v1alpha1.ReasonHeldByBrake {
				waiting = append(waiting, r)
			}
		}
		return waiting
	}
}

var _ = Describe("A merge that changes more brokers than the brake permits", func() {
	const limit, free = 8, 5
	small := func(s *v1alpha1.SellerSettings) { s.Brake = v1alpha1.Brake{Percent: 1, Minimum: limit} }

	It("is stopped after a few, and a resume sends those that waited and no others, over restarts", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, small)
		manager := startManager()
		all := w.many(ctx, 26)
		merged, later := all[:16], all[16:]
		w.readings(ctx, 1)
		w.api.ResetHistory()
		for _, r := range merged {
			renamed(ctx, r)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted,
			"11 wait and 5 were let through before", "kubectl get resellers -n "+w.namespace+" | grep HeldByBrake", "which lets 11 go")
		var waiting []*v1alpha1.Reseller
		Eventually(func() []*v1alpha1.Reseller { waiting = heldBack(ctx, all)(); return waiting }).Should(HaveLen(len(merged) - free))
		Eventually(w.updated).Should(HaveLen(free))
		looks := w.api.Calls(fake.OpGet)
		Expect(looks).To(Equal(free), "nothing was read for those that wait")

		By("editing others meanwhile, and starting again")
		manager.die()
		manager = startManager()
		for _, r := range later {
			renamed(ctx, r)
		}
		Eventually(heldBack(ctx, later)).Should(HaveLen(len(later)))
		w.readings(ctx, 1)
		Expect(w.updated()).To(HaveLen(free))

		By("resuming, and starting again before all have gone")
		seller := w.seller.(*v1alpha1.Seller)
		annotate(ctx, seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		Eventually(func() string { refresh(ctx, seller); return seller.Status.WritesResumedFor }).Should(HaveLen(4 * len(waiting)))
		manager.stop()
		startManager()
		for _, r := range merged {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		awaitReason(ctx, seller, v1alpha1.ReasonWritesHalted, fmt.Sprintf("%d wait", len(later)))
		Expect(w.updated()).To(Equal(brokersOf(merged...)), "each once, and no other")

		By("resuming once more")
		annotate(ctx, seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range later {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		awaitReason(ctx, seller, v1alpha1.ReasonReady)
		Expect(w.updated()).To(Equal(brokersOf(all...)))
	})

	It("is delayed and not stopped where the limit permits it, at the cost of one write each", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, small)
		startManager()
		all := w.many(ctx, limit)
		w.readings(ctx, 1)
		w.api.ResetHistory()
		seen := listen(ctx, w.namespace)
		for _, r := range all {
			renamed(ctx, r)
		}
		var waiting []*v1alpha1.Reseller
		Eventually(func() []*v1alpha1.Reseller { waiting = heldBack(ctx, all)(); return waiting }).Should(HaveLen(limit - free))
		Eventually(w.updated).Should(HaveLen(free))
		w.readings(ctx, 2) // which wake nobody
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		Expect(w.updated()).To(Equal(brokersOf(all...)))
		Expect(w.api.Calls(fake.OpGet)).To(Equal(limit))
		for _, r := range waiting {
			Expect(seen.of(r.Name, v1alpha1.ReasonHeldByBrake)).To(Equal(1))
		}
		refresh(ctx, w.seller)
		Expect(w.seller.(*v1alpha1.Seller).Status.Halt).To(BeNil())
	})

	It("goes on when it is taken back", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, small)
		startManager()
		all := w.many(ctx, limit+4)
		w.readings(ctx, 1)
		w.api.ResetHistory()
		for _, r := range all {
			renamed(ctx, r)
		}
		var waiting []*v1alpha1.Reseller
		Eventually(func() []*v1alpha1.Reseller { waiting = heldBack(ctx, all)(); return waiting }).Should(HaveLen(len(all) - free))
		for _, r := range waiting {
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = w.reseller(r.Name).Spec.SupportEmail })
		}
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		Expect(w.updated()).To(HaveLen(free))
	})
})

var _ = Describe("A few edits and deletions", func() {
	It("are not delayed by the brake, and cost two calls and one write as ever", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		all := w.many(ctx, 5)
		w.readings(ctx, 1)
		seen := listen(ctx, w.namespace)
		w.api.ResetHistory()
		manager.forget()
		for _, r := range all {
			renamed(ctx, r)
		}
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		for range 3 { // an object counts once
			edit(ctx, all[0], func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email](fresh() + "@abc.example") })
			awaitReason(ctx, all[0], v1alpha1.ReasonInSync)
		}
		Expect(manager.writes("resellers")).To(HaveLen(len(all) + 3))
		Expect(w.api.Calls(fake.OpGet) + w.api.Calls(fake.OpUpdate)).To(Equal(2 * (len(all) + 3)))
		remove(ctx, all[0])
		awaitGone(ctx, all[0])
		for _, r := range all {
			Expect(seen.of(r.Name, v1alpha1.ReasonHeldByBrake)).To(BeZero())
		}
	})
})
