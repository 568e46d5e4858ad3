package controller_test

import (
	"context"
	"errors"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// made counts the brokers that were ever made for a Reseller of this name.
func (w *world) made(name string) int {
	return w.api.CommittedCreates(name+"-1234567", name+".example")
}

// awaitCalls waits until the account has seen so many calls of an operation.
func (w *world) awaitCalls(ctx SpecContext, op fake.Operation, n int) {
	GinkgoHelper()
	Eventually(func() int { return w.api.Calls(op) }).WithContext(ctx).Should(BeNumerically(">=", n))
}

// quick bounds a create as shortly as a Seller may.
func quick(s *v1alpha1.SellerSettings) { s.Creation.Deadline.Duration = time.Second }

var _ = Describe("A broker is made exactly once", func() {
	It("when the answer is lost after it was made", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1})
		r := w.inSync(ctx, "abc")
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.made("abc")).To(Equal(1))
	})

	It("when the server fails without making it: started over after the bounds, not before", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 500, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonResolvingCreate, "it is unknown whether the create took effect")
		Expect(r.Status.Creation).NotTo(BeNil())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		posts := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate })
		Expect(posts).To(HaveLen(2))
		Expect(w.made("abc")).To(Equal(1))
		lists := w.exchanges(func(x fake.Exchange) bool {
			return x.Op == fake.OpList && x.At.After(posts[0].EndedAt.Add(time.Second)) && x.EndedAt.Before(posts[1].At)
		})
		Expect(len(lists)).To(BeNumerically(">=", 2), "two syncs, after the list's lag, agree that it is not there")
		Expect(lists[len(lists)-1].At.Sub(lists[0].At)).To(BeNumerically(">", 900*time.Millisecond), "a list lag apart")
	})

	It("when no answer came and nothing was made: started over after deadline, commit bound and lag", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		w.bystander()
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Times: 1})
		w.inSync(ctx, "abc")
		posts := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate })
		Expect(posts).To(HaveLen(2))
		Expect(posts[1].At.Sub(posts[0].At)).To(BeNumerically(">=", 3*time.Second))
		Expect(w.made("abc")).To(Equal(1))
	})

	DescribeTable("when no answer came and the lists show no broker at all: a user decides", func(ctx SpecContext, decide func(context.Context, *world)) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonCreateOutcomeUnknown, v1alpha1.AnnotationAcceptListAt, "spec.brokerID")
		lists := w.lists()
		Consistently(w.lists, 3*time.Second).Should(BeNumerically("<=", lists+1), "nothing is read in a circle")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		decide(ctx, w)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	},
		Entry("the account is really empty", func(ctx context.Context, w *world) {
			annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		}),
		Entry("another broker shows that the lists are true", func(ctx context.Context, w *world) {
			w.bystander()
			w.requestReading(ctx)
		}),
	)

	It("when it is made after the client gave up", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, CommitAfter: 1800 * time.Millisecond, Times: 1})
		r := w.inSync(ctx, "abc")
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.made("abc")).To(Equal(1))
	})

	It("when a gateway answers in HTML after it was made", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 502, Body: fake.BodyHTML, Commit: fake.CommitYes, Times: 1})
		w.inSync(ctx, "abc")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})

	It("when the server asks for a pause", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 429, RetryAfter: 2 * time.Second, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonThrottled)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		posts := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate })
		Expect(posts).To(HaveLen(2))
		between := w.exchanges(func(x fake.Exchange) bool {
			return x.Seq > posts[0].Seq && x.At.Before(posts[0].EndedAt.Add(2*time.Second))
		})
		Expect(between).To(BeEmpty(), "the whole account is paused")
		Expect(w.made("abc")).To(Equal(1))
	})

	DescribeTable("whatever a 201 says about it",
		func(ctx SpecContext, answer, ids string) {
			w := newAccount(ctx, fake.Shapes{CreateAnswer: answer, IDs: ids})
			startManager()
			r := w.inSync(ctx, "abc")
			Expect(w.live()).To(HaveLen(1))
			Expect(r.Status.BrokerID).To(Equal(w.api.Live()[0].ID))
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		},
		Entry("all of it", fake.CreateBroker, fake.IDGUID),
		Entry("an object with the id", fake.CreateIDObject, fake.IDInteger),
		Entry("the bare id, a string", fake.CreateBareID, fake.IDGUID),
		Entry("the bare id, a number", fake.CreateBareID, fake.IDInteger),
		Entry("a Location header", fake.CreateLocation, fake.IDGUID),
		Entry("nothing", fake.CreateNothing, fake.IDGUID),
	)

	It("when the confirmed broker is not to be found: a user is asked, and it is taken when it shows", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{CreateAnswer: fake.CreateNothing}, quick)
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonCreatedButNotListed, "look for it in the portal")
		Expect(r.Status.Creation.Committed).To(BeTrue())
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		w.api.ClearFaults()
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	})

	It("where the Seller says Wait: never again without a user", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Creation.OnUnknown = v1alpha1.OnUnknownWait })
		w.bystander()
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 500, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonCreateOutcomeUnknown, "set creation.onUnknown: Retry")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Creation.OnUnknown = v1alpha1.OnUnknownRetry })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	})

	It("when its domain is edited while the outcome is unknown: found under the posted one, then changed", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		w.inject(
			fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1},
			fake.Fault{Op: fake.OpList, List: fake.ListEmpty},
		)
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonResolvingCreate)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Domain = as[v1alpha1.Domain]("new.example") })
		w.readings(ctx, 1)
		w.api.ClearFaults()
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Domain).To(Equal("new.example"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})

	It("when the object is deleted while the outcome is unknown: the broker is deleted, too", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		w.inject(
			fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1},
			fake.Fault{Op: fake.OpList, List: fake.ListEmpty},
		)
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonResolvingCreate)
		remove(ctx, r)
		w.readings(ctx, 1)
		Expect(w.live()).To(HaveLen(1))
		refresh(ctx, r)
		w.api.ClearFaults()
		w.requestReading(ctx)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
		Expect(w.made("abc")).To(Equal(1))
	})

	It("when the manager is stopped during the POST: the answer is still saved", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, AnswerDelay: time.Second, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		w.awaitCalls(ctx, fake.OpCreate, 1)
		manager.stop()
		refresh(ctx, r)
		Expect(r.Status.BrokerID).NotTo(BeEmpty())
		Expect(r.Status.Creation).To(BeNil())
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})

	It("when the manager dies between the POST and saving the id", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		manager := startManager()
		manager.beforeWrite(func(x write) error {
			if x.sets("brokerID") {
				manager.die()
			}
			return nil
		})
		r := w.reseller("abc")
		create(ctx, r)
		Eventually(manager.done).Should(BeClosed())
		refresh(ctx, r)
		Expect(r.Status.Creation).NotTo(BeNil())
		Expect(r.Status.BrokerID).To(BeEmpty())
		Expect(w.made("abc")).To(Equal(1))

		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(HaveLen(1))
	})

	It("when the API server is away just after the POST: the id is saved when it is back", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		lost := 0
		manager.beforeWrite(func(x write) error {
			if x.sets("brokerID") && lost < 2 {
				lost++
				return errors.New("the API server is away")
			}
			return nil
		})
		r := w.inSync(ctx, "abc")
		Expect(lost).To(Equal(2))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})

	It("when a refused POST has made it in a form of its own: who names it has what was edited meanwhile sent", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"store contact.name prefix=No"}})
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Status: http.StatusUnprocessableEntity, Form: fake.FormErrors, Commit: fake.CommitYes, Times: 1})
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "to adopt it, set spec.brokerID")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(w.api.Live()[0].ID) })
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "it differs in spec.contact.name")
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement("Normal Updated (Update): updated broker " + r.Status.BrokerID + ": spec.supportEmail"))
	})

	It("when a refused POST has made it, and a user names it: nobody is said to have changed it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"store contact.name prefix=No"}})
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Status: http.StatusUnprocessableEntity, Form: fake.FormErrors, Commit: fake.CommitYes, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(w.api.Live()[0].ID) })
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement("Normal Updated (Update): updated broker " + string(r.Spec.BrokerID) + ": spec.contact.name"))
	})

	It("when status was lost and the account has it: nothing is made", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		r := w.inSync(ctx, "abc")
		manager.stop()
		id := r.Status.BrokerID
		r.Status = v1alpha1.ResellerStatus{ObservedGeneration: -1}
		Expect(server.Status().Update(ctx, r)).To(Succeed())
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, id)
		Expect(w.made("abc")).To(Equal(1))
	})
})
