package controller_test

import (
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// meaning gives a Reseller the identity that this name represents.
func meaning(name string) func(*v1alpha1.ResellerSpec) {
	return func(s *v1alpha1.ResellerSpec) {
		s.RegistrationNumber, s.Domain = as[v1alpha1.Text](name+"-1234567"), as[v1alpha1.Domain](name+".example")
	}
}

// moved has a Reseller mean another identity.
func moved(ctx SpecContext, r *v1alpha1.Reseller, to string) {
	GinkgoHelper()
	edit(ctx, r, func(r *v1alpha1.Reseller) { meaning(to)(&r.Spec) })
}

// Nothing is touched and no sync is asked for in these specs: who waits for an
// identity is woken by whoever gives it up.
var _ = Describe("Who waits for an identity goes on automatically", func() {
	It("when its holder is edited to mean another one, each time", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		for n := range 4 {
			holder := w.inSync(ctx, fmt.Sprintf("old%d", n))
			waiting := w.reseller(fmt.Sprintf("next%d", n), meaning(holder.Name))
			create(ctx, waiting)
			awaitReason(ctx, waiting, v1alpha1.ReasonIdentityTaken, "Reseller "+holder.Name)
			moved(ctx, holder, fmt.Sprintf("moved%d", n))
			awaitReason(ctx, holder, v1alpha1.ReasonInSync)
			awaitReason(ctx, waiting, v1alpha1.ReasonInSync)
			Expect(waiting.Status.Origin).To(Equal(v1alpha1.OriginCreated))
			Expect(w.at(holder).Domain).To(Equal(fmt.Sprintf("moved%d.example", n)))
		}
		Expect(w.live()).To(HaveLen(8))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(8))
	})

	It("when its holder is deleted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		holder := w.inSync(ctx, "abc")
		waiting := w.reseller("def", meaning("abc"))
		create(ctx, waiting)
		awaitReason(ctx, waiting, v1alpha1.ReasonIdentityTaken, "Reseller abc")
		remove(ctx, holder)
		awaitGone(ctx, holder)
		awaitReason(ctx, waiting, v1alpha1.ReasonInSync)
		Expect(w.live()).To(ConsistOf("def Company"))
	})

	It("when the create of who came first was refused, and it is edited to mean another one", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Broker: "abc.example", Status: http.StatusConflict, Form: fake.FormMessage, Says: "No", Times: 1})
		first := w.reseller("abc")
		create(ctx, first)
		awaitReason(ctx, first, v1alpha1.ReasonRefused)
		waiting := w.reseller("def", meaning("abc"))
		create(ctx, waiting)
		awaitReason(ctx, waiting, v1alpha1.ReasonIdentityTaken, "Reseller abc")
		moved(ctx, first, "ghi")
		awaitReason(ctx, first, v1alpha1.ReasonInSync)
		awaitReason(ctx, waiting, v1alpha1.ReasonInSync)
		Expect(w.live()).To(ConsistOf("abc Company", "def Company"))
		Expect(w.made("abc")).To(Equal(1))
		Expect(w.made("ghi")).To(Equal(1))
	})

	It("when it holds a broker that it is to rename", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		holder, waiting := w.inSync(ctx, "abc"), w.inSync(ctx, "def")
		moved(ctx, waiting, "abc")
		awaitReason(ctx, waiting, v1alpha1.ReasonIdentityTaken, "not sent", "Reseller abc")
		Expect(w.at(waiting).Domain).To(Equal("def.example"))
		moved(ctx, holder, "ghi")
		awaitReason(ctx, holder, v1alpha1.ReasonInSync)
		awaitReason(ctx, waiting, v1alpha1.ReasonInSync)
		Expect(w.at(waiting).Domain).To(Equal("abc.example"))
		Expect(w.at(holder).Domain).To(Equal("ghi.example"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))
	})
})
