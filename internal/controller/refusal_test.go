package controller_test

import (
	"net/http"
	"net/http/httptest"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A refusal by Cloudmore", func() {
	// What admission takes and the account refuses.
	badPhone := func(s *v1alpha1.ResellerSpec) {
		s.Contact.Phone, s.Contact.CellPhone = as[v1alpha1.Phone]("12"), as[v1alpha1.Phone]("34")
	}

	It("names every field on a line of its own, and is not repeated until the spec changes, by a restart either", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		r := w.reseller("abc", badPhone)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		Expect(ready(r).Message).To(HavePrefix(lines(
			"spec.contact.cellPhone: Cloudmore refused it: Phone number is not in valid format.",
			"spec.contact.phone: Cloudmore refused it: Phone number is not in valid format.",
			"it is tried again at ",
		)))
		Expect(r.Status.Rejected).To(HaveLen(2))
		Eventually(func() *v1alpha1.Creation { refresh(ctx, r); return r.Status.Creation }).WithContext(ctx).
			Should(BeNil(), "what was refused made nothing, as two lists show")
		Expect(ready(r).Reason).To(Equal(v1alpha1.ReasonRefused))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))

		By("reading the account again, twice")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))

		By("starting another manager")
		first.stop()
		startManager()
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "spec.contact.phone")

		By("correcting the spec")
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.Contact.Phone, r.Spec.Contact.CellPhone = as[v1alpha1.Phone]("53564558"), as[v1alpha1.Phone]("53564558")
		})
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))
		Expect(w.live()).To(HaveLen(1))
	})

	It("is understood in the shape of a list, too, and keeps values out of events", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/brokers") {
				rw.WriteHeader(http.StatusBadRequest)
				_, _ = rw.Write([]byte(`[{"errorCode": 5, "errorName": "InvalidValue", "errorMessage": "Invalid domain/website:abc.example"},
					{"errorCode": 5, "errorName": "InvalidValue", "errorMessage": "Nobody is called Johanna Tamm"}]`))
				return
			}
			w.api.ServeHTTP(rw, r)
		}))
		DeferCleanup(front.Close)
		w.endpoint = front.URL
		create(ctx, w.secret())
		w.addSeller(ctx, "main")
		startManager()
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		Expect(ready(r).Message).To(HavePrefix(lines(
			"spec.domain: Cloudmore refused it: Invalid domain/website:abc.example",
			"spec: Cloudmore refused it: Nobody is called Johanna Tamm",
		)))
		Eventually(w.events(ctx, "abc")).Should(ContainElement(ContainSubstring("spec.domain")))
		w.readings(ctx, 1)
		Expect(w.events(ctx, "abc")()).NotTo(ContainElement(Or(ContainSubstring("Johanna"), ContainSubstring("abc.example"))))
	})

	It("without a word about the field says at least what was refused", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Status: 400, Body: fake.BodyEmpty})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "create broker", "correct the spec")
	})

	It("of an update is shown and not repeated, until a user asks for another try", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { badPhone(&r.Spec) })
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "spec.contact.phone", "spec.contact.cellPhone")
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
		Expect(w.at(r).Contact.Phone).To(Equal("53564558"))

		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() int { return w.api.Calls(fake.OpUpdate) }).Should(Equal(2))

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Contact = w.reseller("abc").Spec.Contact })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})

	It("for lack of rights is forgotten when the next try is answered otherwise", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		w.inject(
			fake.Fault{Op: fake.OpCreate, Status: http.StatusForbidden, Times: 1},
			fake.Fault{Op: fake.OpCreate, Status: http.StatusBadGateway, Times: 1},
		)
		startManager()
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonForbidden)
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(3))
	})

	It("for lack of rights says so once and is tried again when a user says that they were given", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ReadOnly: true})
		startManager()
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonForbidden, "give it the Admin role")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.api.SetShapes(fake.Shapes{})).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.LastHandledReconcileAt).To(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
	})
})
