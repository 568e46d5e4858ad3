package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A create", func() {
	reports := func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport }
	spelled := func(shapes fake.Shapes) fake.Shapes {
		shapes.Spell = []string{"store name short"}
		return shapes
	}

	DescribeTable("that Cloudmore shows in its own way is learned, and fought over by no later manager",
		func(ctx SpecContext, shapes fake.Shapes, most int, change func(*v1alpha1.ResellerSpec)) {
			w := newAccount(ctx, spelled(shapes))
			manager := startManager()
			r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.Name = as[v1alpha1.Text]("Main Street & Sons") }, change)
			awaitReason(ctx, r, v1alpha1.ReasonInSync, `Cloudmore shows spec.name as "Main St & Sons"`)
			Expect(r.Status.Drift).To(BeEmpty())
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
			sent := w.api.Calls(fake.OpUpdate)
			Expect(sent).To(BeNumerically("<=", most))

			manager.stop()
			startManager()
			w.readings(ctx, 3)
			refresh(ctx, r)
			Expect(ready(r).Reason).To(Equal(v1alpha1.ReasonInSync))
			Expect(w.api.Calls(fake.OpUpdate)).To(Equal(sent))
		},
		Entry("from the answer", fake.Shapes{}, 0, unchanged),
		Entry("where the answer has its id only", fake.Shapes{CreateAnswer: fake.CreateBareID}, 1, unchanged),
		Entry("where lists show brokers in part", fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name", "domain", "registrationNumber"}}, 0, unchanged),
		Entry("under Report", fake.Shapes{ListContent: fake.ListDetail}, 1, reports),
	)
})
