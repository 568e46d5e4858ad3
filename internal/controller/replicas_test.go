package controller_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("Two managers", func() {
	It("with leader election: one works, the other becomes the leader when it dies", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager(elects(w.namespace))
		Eventually(first.elected).Should(BeClosed())
		second := startManager(elects(w.namespace))
		r := w.inSync(ctx, "abc")
		w.readings(ctx, 1)
		Expect(second.elected).NotTo(BeClosed())
		Expect(second.writes("resellers")).To(BeEmpty())
		Expect(w.api.Calls(fake.OpToken)).To(Equal(1), "the standby does not log in")

		first.die()
		Eventually(second.elected).Should(BeClosed())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.made("abc")).To(Equal(1))
	})

	It("that decide to create at the same moment post once: the version is a precondition of the intent", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.inject(fake.Fault{Op: fake.OpCreate, AnswerDelay: 1500 * time.Millisecond, Times: 1})
		type held struct{ arrived, goOn chan struct{} }
		var waiting []held
		for range 2 {
			h, first := held{make(chan struct{}), make(chan struct{})}, true
			waiting = append(waiting, h)
			startManager().beforeWrite(func(x write) error {
				if x.sets("creation") && first {
					first = false
					close(h.arrived)
					<-h.goOn
				}
				return nil
			})
		}
		r := w.reseller("abc")
		create(ctx, r)
		Eventually(waiting[0].arrived).Should(BeClosed())
		Eventually(waiting[1].arrived).Should(BeClosed())
		close(waiting[0].goOn)
		w.awaitCalls(ctx, fake.OpCreate, 1)
		close(waiting[1].goOn) // while the POST of the first is under way
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(HaveLen(1))
	})

	It("of which one answers late: its answer does not touch the intent of the other", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 400, Body: fake.BodyEmpty, Times: 1})
		late := startManager()
		refused, first := make(chan int, 1), ""
		ends := func(x write) bool { // the first intent, by none or by the next one
			if a := x.attempt(); first == "" {
				first = a
			} else if a != "" {
				return a != first
			}
			return x.clears("creation") && !x.sets("brokerID")
		}
		late.afterWrite(func(x write) {
			if ends(x) {
				refused <- x.status
			}
		})
		arrived, goOn, ended := make(chan struct{}), make(chan struct{}), 0
		late.beforeWrite(func(x write) error {
			if ends(x) {
				if ended++; ended == 1 {
					close(arrived)
					<-goOn
				}
			}
			return nil
		})
		r := w.reseller("abc")
		create(ctx, r)
		Eventually(arrived).Should(BeClosed())
		refresh(ctx, r)
		Expect(r.Status.Creation).NotTo(BeNil())
		before := r.Status.Creation.Attempt

		By("another manager concluding that the first create made nothing, and posting again")
		bound := make(chan struct{})
		startManager().beforeWrite(func(x write) error {
			if x.sets("brokerID") {
				<-bound
			}
			return nil
		})
		w.awaitCalls(ctx, fake.OpCreate, 2)
		refresh(ctx, r)
		Expect(r.Status.Creation.Attempt).NotTo(Equal(before))
		close(goOn)
		Eventually(refused).Should(Receive(Equal(http.StatusConflict)))
		close(bound)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(ended).To(Equal(1), "the late one learns of the conflict and lets go")
		Expect(w.live()).To(HaveLen(1))
		Expect(r.Status.BrokerID).To(Equal(w.api.Live()[0].ID))
	})
})

var _ = Describe("A manager whose cache lags", func() {
	It("posts nothing before its cache shows the intent", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.ready(ctx)
		r := w.reseller("abc")
		held := make(chan struct{})
		first := true
		manager.beforeWrite(func(x write) error {
			if x.sets("creation") && first {
				first = false
				manager.holdWatches()
				close(held)
			}
			return nil
		})
		create(ctx, r)
		Eventually(held).Should(BeClosed())
		awaitReason(ctx, r, v1alpha1.ReasonCreating)
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		manager.flow()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	})

	It("withdraws its intent when an earlier one of another manager shows", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Creation.Deadline.Duration = 10 * time.Second })
		manager := startManager()
		w.ready(ctx)
		r, rival := w.reseller("abc"), w.reseller("abc")
		rival.Name = "abc-elsewhere"
		first := true
		manager.beforeWrite(func(x write) error {
			if !x.sets("creation") || !first {
				return nil
			}
			first = false
			manager.holdWatches()
			if err := server.Create(ctx, rival); err != nil {
				return err
			}
			rival.Status.Creation = w.intent("abc")
			return server.Status().Update(ctx, rival)
		})
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonCreating)
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		manager.flow()
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "Reseller abc-elsewhere")
		Expect(r.Status.Creation).To(BeNil())
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		refresh(ctx, rival)
		Expect(rival.Status.Creation.Attempt).To(Equal("of-another-manager"))
	})
})

// intent is one that another manager has written for a Reseller of this name.
func (w *world) intent(name string) *v1alpha1.Creation {
	now := time.Now()
	return &v1alpha1.Creation{
		CreationAttempt: v1alpha1.CreationAttempt{
			Attempt: "of-another-manager", StartedAt: metav1.NewMicroTime(now), Deadline: metav1.NewMicroTime(now.Add(time.Second)),
			RegistrationNumber: name + "-1234567", Domain: name + ".example",
		},
		SellerID: w.api.SellerID(), Endpoint: w.endpoint,
	}
}
