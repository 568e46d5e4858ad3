package controller_test

import (
	"net/http"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// refusing is an account that refuses every write in some form, with one Reseller
// for each kind of write, and another one that means what they mean.
type refusing struct {
	*world
	manager            *process
	made, changed, far *v1alpha1.Reseller // to be created, updated, deleted
	rival              *v1alpha1.Reseller // suspended: it calls nothing itself
	touches            int
}

// each are the three Resellers with the call that is refused to them.
func (a *refusing) each(do func(r *v1alpha1.Reseller, op fake.Operation)) {
	do(a.made, fake.OpCreate)
	do(a.changed, fake.OpUpdate)
	do(a.far, fake.OpDelete)
}

func newRefusing(ctx SpecContext, answer fake.Fault) *refusing {
	GinkgoHelper()
	a := &refusing{world: newAccount(ctx, fake.Shapes{}, quick)}
	a.manager = startManager()
	a.made = a.reseller("made", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
	create(ctx, a.made) // before the competing Reseller, or that would come first
	a.changed, a.far = a.inSync(ctx, "changed"), a.inSync(ctx, "far")
	a.readings(ctx, 1)
	a.rival = a.reseller("rival", meaning("made"), func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
	create(ctx, a.rival)
	awaitReason(ctx, a.rival, v1alpha1.ReasonIdentityTaken)
	a.api.ResetHistory()
	a.inject(answer)
	edit(ctx, a.made, func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil })
	edit(ctx, a.changed, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@changed.example") })
	remove(ctx, a.far)
	return a
}

// disturb wakes the three in every way that asks for nothing, one after the other.
func (a *refusing) disturb(ctx SpecContext) {
	GinkgoHelper()
	a.touches++
	switch a.touches % 6 {
	case 0:
		a.each(func(r *v1alpha1.Reseller, _ fake.Operation) { annotate(ctx, r, "example.com/note", fresh()) })
	case 1:
		a.each(func(r *v1alpha1.Reseller, _ fake.Operation) {
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Labels = map[string]string{"example.com/note": fresh()} })
		})
	case 2, 3, 4:
		names := []string{"made", "changed", "far"}
		edit(ctx, a.rival, func(r *v1alpha1.Reseller) { meaning(names[a.touches%3])(&r.Spec) })
	case 5:
		a.requestReading(ctx)
		a.each(func(r *v1alpha1.Reseller, _ fake.Operation) { noted(ctx, r) })
	}
}

// noted has somebody else write status.
func noted(ctx SpecContext, r *v1alpha1.Reseller) {
	GinkgoHelper()
	refresh(ctx, r)
	before := r.DeepCopy()
	meta.SetStatusCondition(&r.Status.Conditions, metav1.Condition{
		Type: "Noted", Status: metav1.ConditionTrue, Reason: "Noted", Message: fresh(), LastTransitionTime: metav1.Now(),
	})
	Expect(server.Status().Patch(ctx, r, client.MergeFrom(before))).To(Succeed())
}

// tries are the calls of an operation so far. One whose token is refused may be sent
// once more with a new one: that is one call.
func (a *refusing) tries(op fake.Operation) []fake.Exchange {
	logins := a.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpToken })
	var calls []fake.Exchange
	repeated := false
	for _, x := range a.exchanges(func(x fake.Exchange) bool { return x.Op == op }) {
		last := len(calls) - 1
		repeated = !repeated && last >= 0 && calls[last].Status == http.StatusUnauthorized &&
			slices.ContainsFunc(logins, func(login fake.Exchange) bool { return login.EndedAt.After(calls[last].At) && login.At.Before(x.At) })
		if repeated {
			calls[last].EndedAt = x.EndedAt
		} else {
			calls = append(calls, x)
		}
	}
	return calls
}

// refusal is how the account answers writes, and what is to be seen of it.
type refusal struct {
	answer                       fake.Fault
	says                         string   // in the message
	toCreate, toUpdate, toDelete string   // the reasons of Ready
	fields                       []string // that the answer names
	stalled                      bool
	ended                        bool // the API itself says so: the call is over, and none of the writer's bounds is awaited
}

// as is the refusal whose three reasons are one.
func (r refusal) as(reason string) refusal {
	r.toCreate, r.toUpdate, r.toDelete = reason, reason, reason
	return r
}

// shown waits until status says what was refused, and why.
func (a *refusing) shown(ctx SpecContext, want refusal) {
	GinkgoHelper()
	reasons := map[fake.Operation]string{fake.OpCreate: want.toCreate, fake.OpUpdate: want.toUpdate, fake.OpDelete: want.toDelete}
	a.each(func(r *v1alpha1.Reseller, op fake.Operation) {
		Eventually(func(g Gomega) {
			refresh(ctx, r)
			c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
			g.Expect(c.Reason).To(Equal(reasons[op]), "%s: %s", op, c.Message)
			g.Expect(c.Status).To(Equal(metav1.ConditionFalse))
			g.Expect(c.Message).To(ContainSubstring(want.says))
			g.Expect(meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionStalled)).To(Equal(want.stalled), string(op))
			var fields []string
			for _, f := range r.Status.Rejected {
				g.Expect(f.Message).To(ContainSubstring(want.says))
				fields = append(fields, f.Field)
			}
			g.Expect(fields).To(Equal(want.fields), string(op))
		}).WithContext(ctx).Should(Succeed())
	})
}

// quiet sees that no event has the words of the answer.
func (a *refusing) quiet(ctx SpecContext, want refusal) {
	GinkgoHelper()
	a.each(func(r *v1alpha1.Reseller, _ fake.Operation) {
		Eventually(a.events(ctx, r.Name)).Should(ContainElement(ContainSubstring("Warning")))
		Expect(a.events(ctx, r.Name)()).NotTo(ContainElement(ContainSubstring(want.says)))
	})
}

// accepted has the account take writes again, and asks for another try.
func (a *refusing) accepted(ctx SpecContext) {
	GinkgoHelper()
	a.api.ClearFaults()
	a.each(func(r *v1alpha1.Reseller, _ fake.Operation) {
		patch := []byte(`{"metadata":{"annotations":{"` + v1alpha1.AnnotationReconcileRequestedAt + `":"` + fresh() + `"}}}`)
		err := server.Patch(ctx, r, client.RawPatch(types.MergePatchType, patch))
		Expect(client.IgnoreNotFound(err)).To(Succeed(), "what was to be deleted may have gone on its own")
	})
	awaitReason(ctx, a.made, v1alpha1.ReasonInSync)
	awaitReason(ctx, a.changed, v1alpha1.ReasonInSync)
	awaitGone(ctx, a.far)
	Expect(a.live()).To(ConsistOf("made Company", "changed Company"))
	Expect(a.at(a.changed).SupportEmail).To(Equal("help@changed.example"))
	Expect(a.world.made("made")).To(Equal(1))
	for _, r := range []*v1alpha1.Reseller{a.made, a.changed} {
		Expect(r.Status.Retry).To(BeNil())
		Expect(r.Status.Rejected).To(BeEmpty())
	}
}

var _ = Describe("A write that is answered with a failure", func() {
	// What may go by is tried again after pauses that double.
	DescribeTable("is made again after 1, 2, 4 … seconds, whatever wakes the object, until it is taken:",
		func(ctx SpecContext, want refusal, creates int) {
			a := newRefusing(ctx, want.answer)
			a.shown(ctx, want)
			Eventually(func(g Gomega) {
				a.disturb(ctx)
				g.Expect(len(a.tries(fake.OpCreate))).To(BeNumerically(">=", creates))
				g.Expect(len(a.tries(fake.OpUpdate))).To(BeNumerically(">=", 3))
				g.Expect(len(a.tries(fake.OpDelete))).To(BeNumerically(">=", 3))
			}).WithContext(ctx).Should(Succeed())
			a.each(func(_ *v1alpha1.Reseller, op fake.Operation) { spaced(a.tries(op)) })
			writes := len(a.wrote())
			looks := len(a.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpGet }))
			Expect(looks).To(BeNumerically("<=", 2*writes), "nothing is read for a call that waits")
			a.quiet(ctx, want)
			a.accepted(ctx)
		},
		Entry("409, an object with a message", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusConflict, Form: fake.FormMessage, Says: "The books of 2026 are closed"},
			says:   "The books of 2026 are closed", stalled: true,
		}.as(v1alpha1.ReasonRefused), 3),
		Entry("413 without a word", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusRequestEntityTooLarge, Form: fake.FormEmpty},
			says:   "Cloudmore answered 413 Request Entity Too Large", stalled: true,
		}.as(v1alpha1.ReasonRefused), 3),
		Entry("422, a list of errors", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusUnprocessableEntity, Form: fake.FormErrors, Says: "The books of 2026 are closed"},
			says:   "The books of 2026 are closed", stalled: true,
		}.as(v1alpha1.ReasonRefused), 3),
	)

	It("is counted on by the next manager", func(ctx SpecContext) {
		a := newRefusing(ctx, fake.Fault{Writes: true, Status: http.StatusConflict, Form: fake.FormMessage, Says: "The books of 2026 are closed"})
		a.awaitCalls(ctx, fake.OpUpdate, 3)
		kept := func() *v1alpha1.Retry { refresh(ctx, a.changed); return a.changed.Status.Retry }
		Eventually(kept).WithContext(ctx).Should(HaveField("Failures", int32(3)))
		a.manager.stop()
		before := len(a.tries(fake.OpUpdate))
		a.manager = startManager()
		a.awaitCalls(ctx, fake.OpUpdate, before+1)
		Eventually(kept).WithContext(ctx).Should(HaveField("Failures", int32(before+1)))
		calls := a.tries(fake.OpUpdate)
		Expect(calls[before].At.Sub(calls[before-1].EndedAt)).To(BeNumerically(">=", 3*time.Second), "status keeps whole seconds of the pause of four")
		a.accepted(ctx)
	})

	It("with 401 while the account can be read is a lack of rights, and costs few logins", func(ctx SpecContext) {
		want := refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusUnauthorized}, says: "has no right to do this", stalled: true,
		}.as(v1alpha1.ReasonForbidden)
		a := newRefusing(ctx, want.answer)
		a.shown(ctx, want)
		for range 12 {
			a.disturb(ctx)
		}
		a.readings(ctx, 1)
		for _, op := range []fake.Operation{fake.OpCreate, fake.OpUpdate} {
			Expect(len(a.tries(op))).To(BeNumerically("<=", 2), string(op))
			spaced(a.tries(op))
		}
		Expect(a.api.Calls(fake.OpToken)).To(BeNumerically("<=", 2), "one to renew the token, and one if a sync found it gone")
		a.quiet(ctx, want)
		a.accepted(ctx)
	})

	It("with 404 to a create is that of a create that is refused", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Status: http.StatusNotFound, Form: fake.FormMessage, Says: "Nothing is here"})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "Nothing is here")
		posts := func() []fake.Exchange {
			return w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate })
		}
		Eventually(func() []fake.Exchange {
			annotate(ctx, r, "example.com/note", fresh())
			w.requestReading(ctx)
			return posts()
		}).WithContext(ctx).Should(HaveLen(3))
		spaced(posts())
		w.api.ClearFaults()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	})

	// What would be refused again waits for a user, or an hour.
	DescribeTable("is made once where it would be refused again, by another manager, too, until a user asks or edits:",
		func(ctx SpecContext, want refusal) {
			a := newRefusing(ctx, want.answer)
			a.shown(ctx, want)
			once := func() {
				GinkgoHelper()
				for range 12 {
					a.disturb(ctx)
				}
				a.readings(ctx, 1)
				Expect(a.tries(fake.OpCreate)).To(HaveLen(1))
				Expect(a.tries(fake.OpUpdate)).To(HaveLen(1))
				for i, x := range a.tries(fake.OpDelete)[1:] { // a namespace may wait for it
					Expect(x.At.Sub(a.tries(fake.OpDelete)[i].EndedAt)).To(BeNumerically(">=", 15*time.Second))
				}
			}
			once()
			a.quiet(ctx, want)

			By("starting another manager")
			a.each(func(r *v1alpha1.Reseller, op fake.Operation) {
				refresh(ctx, r)
				Expect(r.Status.Retry).NotTo(BeNil(), string(op))
				Expect(r.Status.Retry.NextAt.After(r.Status.Retry.FailedAt.Time)).To(BeTrue())
			})
			a.manager.stop()
			a.manager = startManager()
			once()
			a.shown(ctx, want)
			a.quiet(ctx, want)

			By("asking for another try, and editing")
			annotate(ctx, a.changed, v1alpha1.AnnotationReconcileRequestedAt, fresh())
			edit(ctx, a.made, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@made.example") })
			a.awaitCalls(ctx, fake.OpUpdate, 2)
			a.awaitCalls(ctx, fake.OpCreate, 2)
			a.shown(ctx, want)
			a.accepted(ctx)
		},
		Entry("422, a model state that names a field", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusUnprocessableEntity, Form: fake.FormModelState, Field: "Contact.Phone", Says: "No such number: 53564558"},
			says:   "No such number: 53564558", fields: []string{"spec.contact.phone"}, stalled: true,
		}.as(v1alpha1.ReasonRefused)),
		Entry("400, a list that names a field by its words", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusBadRequest, Form: fake.FormList, Says: "Invalid VAT: EE1"},
			says:   "Invalid VAT: EE1", fields: []string{"spec.vat"}, stalled: true,
		}.as(v1alpha1.ReasonRefused)),
		Entry("403, problem details", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusForbidden, Form: fake.FormProblem, Says: "Role 4711 may only read"},
			says:   "Role 4711 may only read", stalled: true,
		}.as(v1alpha1.ReasonForbidden)),
	)

	DescribeTable("by a gateway or the server may have had an effect: the create is looked for first, the others are made again as others are:",
		func(ctx SpecContext, want refusal) {
			a := newRefusing(ctx, want.answer)
			a.shown(ctx, want)
			Eventually(func(g Gomega) {
				a.disturb(ctx)
				a.each(func(_ *v1alpha1.Reseller, op fake.Operation) {
					g.Expect(len(a.tries(op))).To(BeNumerically(">=", 2), string(op))
				})
			}).WithContext(ctx).Should(Succeed())
			a.each(func(_ *v1alpha1.Reseller, op fake.Operation) { spaced(a.tries(op)) })
			posts := a.tries(fake.OpCreate)
			bounds := 3 * time.Second // deadline, commit bound and list lag
			if want.ended {
				bounds = 2 * time.Second // a list's lag twice
			}
			Expect(posts[1].At.Sub(posts[0].At)).To(BeNumerically(">=", bounds))
			a.quiet(ctx, want)
			a.accepted(ctx)
		},
		Entry("400, text", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusBadRequest, Form: fake.FormText, Says: "Rule 4711 of the firewall"},
			says:   "Rule 4711 of the firewall", stalled: true, toCreate: v1alpha1.ReasonRefused, toUpdate: v1alpha1.ReasonRefused, toDelete: v1alpha1.ReasonRefused,
		}),
		Entry("403, a web page", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusForbidden, Form: fake.FormHTML, Says: "Rule 4711 of the firewall"},
			says:   "Rule 4711 of the firewall", stalled: true, toCreate: v1alpha1.ReasonForbidden, toUpdate: v1alpha1.ReasonForbidden, toDelete: v1alpha1.ReasonForbidden,
		}),
		Entry("500, an object with a message", refusal{
			answer: fake.Fault{Writes: true, Status: http.StatusInternalServerError, Form: fake.FormMessage, Says: "Object reference 4711 is not set"},
			says:   "Object reference 4711 is not set", ended: true, toCreate: v1alpha1.ReasonResolvingCreate, toUpdate: v1alpha1.ReasonUnavailable, toDelete: v1alpha1.ReasonUnavailable,
		}),
	)
})
