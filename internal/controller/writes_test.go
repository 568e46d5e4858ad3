package controller_test

import (
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// versions are the resourceVersions that an observer of a namespace sees.
type versions struct {
	mu   sync.Mutex
	seen []string
}

func (v *versions) note(version string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen = append(v.seen, version)
}

// count is how many changes were seen since the last call.
func (v *versions) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := len(v.seen)
	v.seen = nil
	return n
}

// follow counts the changes of Resellers of a namespace.
func follow(ctx SpecContext, namespace string) *versions {
	GinkgoHelper()
	w, err := server.Watch(ctx, &v1alpha1.ResellerList{}, client.InNamespace(namespace))
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Stop)
	v := &versions{}
	go func() {
		for e := range w.ResultChan() {
			if e.Type == watch.Modified || e.Type == watch.Deleted {
				v.note(e.Object.(*v1alpha1.Reseller).ResourceVersion)
			}
		}
	}()
	return v
}

var _ = Describe("Writes to the API server", func() {
	It("are three for a create, one for an edit, two for a delete, and none at rest", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.ready(ctx)
		seen := follow(ctx, w.namespace)

		By("creating: finalizer, intent, broker with report")
		r := w.inSync(ctx, "abc")
		w.readings(ctx, 1)
		Expect(manager.writes("resellers")).To(Equal([]string{"PATCH resellers", "PATCH resellers/status", "PATCH resellers/status"}))
		Expect(seen.count()).To(Equal(3))

		By("editing: the report")
		manager.forget()
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		w.readings(ctx, 1)
		Expect(manager.writes("resellers")).To(Equal([]string{"PATCH resellers/status"}))
		Expect(seen.count()).To(Equal(2), "the edit itself and the report")

		By("correcting what was changed elsewhere: nothing, since it is healthy before and after")
		manager.forget()
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Somebody else" })).To(Succeed())
		w.requestReading(ctx)
		Eventually(func() string { return w.at(r).Name }).Should(Equal("abc Company"))

		By("resting over two syncs: no write, and no call besides the account's own")
		w.readings(ctx, 1)
		manager.forget()
		seen.count()
		w.api.ResetHistory()
		w.readings(ctx, 2)
		Expect(manager.writes("resellers")).To(BeEmpty())
		Expect(seen.count()).To(BeZero())
		Expect(w.calls()).To(HaveEach(BeElementOf("list", "active-resellers")))
		Expect(w.api.Calls(fake.OpList)).To(Equal(2))

		By("deleting: deletion, finalizer")
		manager.forget()
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(manager.writes("resellers")).To(Equal([]string{"PATCH resellers/status", "PATCH resellers"}))
		changes := 0
		Eventually(func() int { changes += seen.count(); return changes }).Should(Equal(3), "the request, the deletion written down, the finalizer off")
	})

	It("are none for fifty Resellers in sequence while an outage comes and goes", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.ready(ctx)
		all := make([]*v1alpha1.Reseller, 50)
		for i := range all {
			all[i] = w.reseller(numbered(i))
			create(ctx, all[i])
		}
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		Expect(w.live()).To(HaveLen(50))
		manager.forget()
		w.inject(fake.Fault{Status: 500})
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonUnreachable)
		w.api.ClearFaults()
		w.requestReading(ctx)
		w.ready(ctx)
		w.readings(ctx, 1)
		Expect(manager.writes("resellers")).To(BeEmpty())
	})
})
