package controller_test

import (
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// whenReleased are the states that a broker has whenever the manager writes a Reseller but
// for its status.
func (w *world) whenReleased(manager *process, id string) *[]fake.State {
	states := new([]fake.State)
	manager.beforeWrite(func(x write) error {
		if x.resource == "resellers" && x.subresource == "" {
			record, _ := w.api.Broker(id)
			*states = append(*states, record.State)
		}
		return nil
	})
	return states
}

var _ = Describe("Deleting", func() {
	It("keeps the object while the broker can still be read", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteStatus: http.StatusAccepted, DeleteDelay: 2 * time.Second})
		manager := startManager()
		r := w.inSync(ctx, "abc")
		id := r.Status.BrokerID
		atRelease := w.whenReleased(manager, id)
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "Cloudmore accepted the delete; the broker can still be read")
		awaitGone(ctx, r)
		Expect(*atRelease).To(HaveEach(fake.StateGone))
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})

	It("believes no single 404 after a delete that was accepted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteStatus: http.StatusAccepted, DeleteDelay: 3 * time.Second})
		manager := startManager()
		r := w.inSync(ctx, "abc")
		id := r.Status.BrokerID
		w.inject(fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound, Nth: 2, Times: 1}) // the first one after the DELETE
		atRelease := w.whenReleased(manager, id)
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(*atRelease).To(HaveEach(fake.StateGone))
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})

	It("of the account's last broker is proven by two GETs and a list", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		clock := &aheadClock{}
		startManager(with(clock))
		r := w.inSync(ctx, "abc")
		clock.advance(time.Minute) // a GET right after the create might lag
		w.api.ResetHistory()
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
		Expect(w.api.Calls(fake.OpActiveReseller)).To(Equal(1))
		Expect(w.api.Calls(fake.OpGet)).To(Equal(3), "one before the DELETE")
		Expect(w.api.Calls(fake.OpList)).To(BeNumerically("<=", 2))
	})

	It("is over when a broker that stays readable for good is no longer listed", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteSoft: true})
		clock := &aheadClock{}
		manager := startManager(with(clock))
		r := w.inSync(ctx, "abc")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "the broker can still be read")
		w.readings(ctx, 2)
		refresh(ctx, r)
		clock.advance(11 * time.Minute)
		w.readings(ctx, 2)
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
		Expect(manager.isCut()).To(BeFalse())
	})

	It("reads a broker that stays readable ever more rarely, however often the account is listed", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteSoft: true})
		startManager()
		r := w.inSync(ctx, "abc")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "the broker can still be read")
		began, before := time.Now(), w.api.Calls(fake.OpGet)
		w.readings(ctx, 12)
		pauses := math.Log2(1 + time.Since(began).Seconds()) // each twice as long as the one before
		Expect(w.api.Calls(fake.OpGet) - before).To(BeNumerically("<=", 2+int(pauses)))
	})

	It("asks a user when the broker stays readable and listed", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteDelay: time.Hour})
		clock := &aheadClock{}
		startManager(with(clock))
		r := w.inSync(ctx, "abc")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "the broker can still be read")
		clock.advance(11 * time.Minute)
		w.readings(ctx, 2)
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonDeletionUnconfirmed, "spec.deletionPolicy: Orphan")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		awaitGone(ctx, r)
	})

	It("does not take one 404 for the end", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		w.inject(fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound, Times: 1})
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty(), "it was there, and is deleted")
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})

	It("of a broker that somebody else has deleted ends after the full proof", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.Remove(r.Status.BrokerID)).To(Succeed())
		w.api.ResetHistory()
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
		Expect(w.api.Calls(fake.OpGet)).To(BeNumerically(">=", 2))
		Expect(w.api.Calls(fake.OpList)).To(BeNumerically(">=", 1))
	})

	It("that is forbidden is said, is not tried over and over, and goes on when a user asks", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		w.inject(fake.Fault{Op: fake.OpDelete, Status: http.StatusForbidden})
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonForbidden, "give it the Admin role")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
		Expect(r.Finalizers).NotTo(BeEmpty())
		w.api.ClearFaults()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("that is refused is said and not tried over and over", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DeleteNeedsNoUsers: true})
		startManager()
		r := w.inSync(ctx, "abc")
		w.inject(fake.Fault{Op: fake.OpActiveReseller, Status: http.StatusNotFound})
		Expect(w.api.SetServices(r.Status.BrokerID, true)).To(Succeed())
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "Broker has activated services")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
		Expect(w.live()).To(HaveLen(1))
	})

	It("that got no answer is settled by looking, whether it took effect or not", func(ctx SpecContext) {
		done := newAccount(ctx, fake.Shapes{}, quick)
		undone := newAccount(ctx, fake.Shapes{}, quick)
		done.bystander()
		undone.bystander()
		startManager()
		sideBySide([]string{"done", "undone"}, func(name string) {
			w, commit := done, fake.CommitYes
			if name == "undone" {
				w, commit = undone, fake.CommitNo
			}
			r := w.inSync(ctx, name)
			w.inject(fake.Fault{Op: fake.OpDelete, Drop: fake.DropConnection, Commit: commit, Times: 1})
			remove(ctx, r)
			awaitGone(ctx, r)
			Expect(w.live()).To(ConsistOf("bystander Company"))
		})
		Expect(done.api.Calls(fake.OpDelete)).To(Equal(1))
		Expect(undone.api.Calls(fake.OpDelete)).To(Equal(2))
	})

	It("of a broker with activated services waits for the right id in the annotation", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		id := r.Status.BrokerID
		Expect(w.api.SetServices(id, true)).To(Succeed())
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonServicesActivated, `cloudmore.com/force-delete: "`+id+`"`, "spec.deletionPolicy: Orphan")
		annotate(ctx, r, v1alpha1.AnnotationForceDelete, "4711")
		awaitReason(ctx, r, v1alpha1.ReasonServicesActivated, `the annotation names another broker, "4711", and is ignored`)
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
		annotate(ctx, r, v1alpha1.AnnotationForceDelete, id)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("goes on automatically when services were deactivated", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.SetServices(r.Status.BrokerID, true)).To(Succeed())
		w.requestReading(ctx)
		Eventually(func() *bool { refresh(ctx, r); return r.Status.ServicesActivated }).Should(HaveValue(BeTrue()))
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonServicesActivated)
		Expect(w.api.SetServices(r.Status.BrokerID, false)).To(Succeed())
		w.requestReading(ctx)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("goes on automatically when services end before any list showed them", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.SetServices(r.Status.BrokerID, true)).To(Succeed())
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonServicesActivated)
		Expect(w.api.SetServices(r.Status.BrokerID, false)).To(Succeed())
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("waits while others hold the object, and says who", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Finalizers = append(r.Finalizers, "example.com/hold") })
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "example.com/hold")
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Finalizers = slices.DeleteFunc(r.Finalizers, func(name string) bool { return name == "example.com/hold" })
		})
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("of an object that never got a broker needs no account", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		startManager()
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotFound, "there is no Seller main in namespace "+w.namespace+"; create it")
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.api.History()).To(BeEmpty())
	})

	It("waits for a Seller that is gone, or for Orphan", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		s := w.seller.(*v1alpha1.Seller)
		remove(ctx, s)
		edit(ctx, s, func(s *v1alpha1.Seller) { s.Finalizers = nil })
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotFound)
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotFound, "spec.deletionPolicy: Orphan, which leaves the broker as it is")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(1))
	})

	It("leaves a broker whose registration number and domain became others", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		r := w.inSync(ctx, "abc")
		first.stop()
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "999", "other.example" })).To(Succeed())
		startManager()
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonOwnershipUnproven, "it is neither changed nor deleted", `spec.brokerID: "`+r.Status.BrokerID+`"`)
		Expect(w.live()).To(HaveLen(1))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(r.Status.BrokerID) })
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	It("that a manager has begun is settled by the next one", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		w.bystander()
		manager := startManager()
		r := w.inSync(ctx, "abc")
		manager.beforeWrite(func(x write) error {
			if x.resource == "resellers" && x.subresource == "" {
				manager.die()
			}
			return nil
		})
		remove(ctx, r)
		Eventually(manager.done).Should(BeClosed())
		refresh(ctx, r)
		Expect(r.Status.Deletion).NotTo(BeNil())
		Expect(w.live()).To(ConsistOf("bystander Company"))
		startManager()
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})
})

// sideBySide plays one scenario under several names at the same time; one manager
// serves them all.
func sideBySide(names []string, scenario func(name string)) {
	GinkgoHelper()
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			defer GinkgoRecover()
			ended := false
			defer func() {
				if !ended {
					GinkgoWriter.Println("this failed:", name)
				}
			}()
			scenario(name)
			ended = true
		})
	}
	all.Wait()
}
