package controller_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func outageLikeAnEmptyAccount(ctx SpecContext) {
	x := startRig(ctx)
	x.addSeller(ctx, "main")
	a, b := x.inSync(ctx, "abc"), x.inSync(ctx, "def")
	x.readings(ctx, 1)
	x.api.ResetHistory()
	Expect(x.api.SetShapes(fake.Shapes{EmptyAccount: true})).To(Succeed())
	annotate(ctx, a, v1alpha1.AnnotationReconcileRequestedAt, fresh()) // read on its own, too
	// The clock runs: set forward while a list is read, one that stands makes lists look slow.
	for range 20 {
		x.clock.advance(5 * time.Second)
		x.readings(ctx, 1)
	}
	awaitReason(ctx, x.seller, v1alpha1.ReasonListSuspicious)
	Expect(x.wrote()).To(BeEmpty())
	Expect(x.api.SetShapes(fake.Shapes{})).To(Succeed())
	x.readings(ctx, 2)
	x.ready(ctx)
	annotate(ctx, a, v1alpha1.AnnotationReconcileRequestedAt, fresh())
	x.unchanged(ctx, map[string]string{"abc": a.Status.BrokerID, "def": b.Status.BrokerID})
	Expect(x.wrote()).To(BeEmpty())
}

func unavailableEverywhere(ctx SpecContext) {
	x := newRig(ctx, quirk{}, "PUT")
	x.clock.hold()
	x.inject(fake.Fault{Status: http.StatusServiceUnavailable, Form: fake.FormText, Says: "Back at noon"})
	for range 6 {
		x.clock.advance(time.Minute)
		x.readings(ctx, 1)
		awaitReason(ctx, x.seller, v1alpha1.ReasonUnreachable, "503 Service Unavailable", "Back at noon")
		Expect(ready(x.seller).Message).NotTo(ContainSubstring("the account pauses"))
	}
	edit(ctx, x.abc, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
	Eventually(func() string { return x.plainReady(ctx, x.abc) }).Should(ContainSubstring("503 Service Unavailable"))
	x.api.ClearFaults()
	x.clock.run()
	x.clock.advance(time.Hour)
	x.requestReading(ctx)
	awaitReason(ctx, x.abc, v1alpha1.ReasonInSync)
}

func propertyDefinedLater(ctx SpecContext) {
	x := newRig(ctx, quirk{}, "PUT")
	Expect(x.api.SetShapes(fake.Shapes{DefinedProperties: []string{"other"}})).To(Succeed())
	x.clock.hold()
	x.api.ResetHistory()
	edit(ctx, x.abc, func(r *v1alpha1.Reseller) {
		r.Spec.CustomProperties = []v1alpha1.CustomProperty{{ID: "tier", Value: ptr("gold")}}
	})
	awaitReason(ctx, x.abc, v1alpha1.ReasonRefused, "There is no such custom property: tier", "it is tried again at", v1alpha1.AnnotationReconcileRequestedAt)
	x.clock.advance(59 * time.Minute)
	nudge(ctx, x.abc)
	Consistently(func() int { return x.api.Calls(fake.OpUpdate) }, time.Second).Should(Equal(1))
	Expect(x.api.SetShapes(fake.Shapes{DefinedProperties: []string{"tier"}})).To(Succeed())
	x.clock.advance(10 * time.Minute)
	nudge(ctx, x.abc)
	awaitReason(ctx, x.abc, v1alpha1.ReasonInSync)
	Expect(x.api.Calls(fake.OpUpdate)).To(Equal(2))
}

func killedInDeletes(ctx SpecContext) {
	x := startRig(ctx)
	x.bystander()
	x.addSeller(ctx, "main", func(s *v1alpha1.SellerSettings) {
		s.Creation.Deadline.Duration, s.Creation.CommitBound.Duration = time.Minute, 4*time.Minute
	})
	var all []*v1alpha1.Reseller
	for n := range 3 {
		all = append(all, x.inSync(ctx, numbered(n)))
	}
	x.inject(fake.Fault{Op: fake.OpDelete, Delay: time.Hour})
	for _, r := range all {
		remove(ctx, r)
	}
	x.awaitCalls(ctx, fake.OpDelete, len(all))
	x.manager.die()
	x.api.ClearFaults()
	x.anotherManager(x.namespace)
	for _, r := range all {
		awaitGone(ctx, r)
	}
	Expect(x.live()).To(ConsistOf("bystander Company"))
	Expect(x.api.Calls(fake.OpDelete)).To(Equal(2 * len(all)))
}

func madeAgain(ctx SpecContext) {
	x := startRig(ctx)
	x.bystander()
	x.addSeller(ctx, "main")
	first := x.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DeletionPolicy = v1alpha1.DeletionOrphan })
	x.readings(ctx, 1)
	remove(ctx, first)
	awaitGone(ctx, first)
	Expect(x.api.Remove(first.Status.BrokerID)).To(Succeed())
	second := x.inSync(ctx, "abc")
	Expect(second.Status.BrokerID).NotTo(Equal(first.Status.BrokerID))
	Expect(x.live()).To(ConsistOf("bystander Company", "abc Company"))
	Expect(x.api.Calls(fake.OpCreate)).To(Equal(2))
}

func servicesThatEnd(ctx SpecContext) {
	x := newRig(ctx, quirk{}, "DELETE")
	Expect(x.api.SetServices(x.abc.Status.BrokerID, true)).To(Succeed())
	remove(ctx, x.abc)
	awaitReason(ctx, x.abc, v1alpha1.ReasonServicesActivated)
	Expect(x.api.SetServices(x.abc.Status.BrokerID, false)).To(Succeed())
	awaitGone(ctx, x.abc)
	Expect(x.live()).To(ConsistOf("bystander Company"))
}

func resumedDeletions(ctx SpecContext) {
	x := startRig(ctx)
	x.bystander()
	x.addSeller(ctx, "main", braked)
	var all []*v1alpha1.Reseller
	for n := range 40 {
		all = append(all, x.reseller(numbered(n)))
		create(ctx, all[n])
	}
	for _, r := range all {
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	}
	x.readings(ctx, 1)
	for _, r := range all {
		remove(ctx, r)
	}
	awaitReason(ctx, x.seller, v1alpha1.ReasonWritesHalted)
	annotate(ctx, x.seller, v1alpha1.AnnotationResumeWritesAt, fresh())
	for _, r := range all {
		awaitGone(ctx, r)
	}
	Expect(x.live()).To(ConsistOf("bystander Company"))
	Expect(x.api.Calls(fake.OpDelete)).To(Equal(len(all)))
}

func laggingWatch(ctx SpecContext) {
	x := startRig(ctx)
	x.bystander()
	x.addSeller(ctx, "main")
	r := x.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
	x.readings(ctx, 1)
	x.clock.hold()
	x.manager.holdWatches()
	annotate(ctx, r, "example.com/note", fresh())
	x.api.ResetHistory()
	x.manager.forget()
	Expect(x.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Somebody else" })).To(Succeed())
	x.clock.advance(2 * time.Second)
	x.readings(ctx, 1)
	Eventually(func() int { return x.manager.refused("resellers") }).Should(Equal(1))
	calls := len(x.calls())
	Consistently(func() []int { return []int{x.manager.refused("resellers"), len(x.calls())} }, time.Second).
		Should(Equal([]int{1, calls}), "a conflict is not repeated while the cache shows the same version")
	Expect(calls).To(BeNumerically("<=", 3))
	x.manager.flow()
	x.clock.run()
	awaitReason(ctx, r, v1alpha1.ReasonDriftReported)
}

func twelveEdits(ctx SpecContext) {
	x := startRig(ctx)
	x.bystander()
	x.addSeller(ctx, "main")
	other := x.inSync(ctx, "other")
	var all []*v1alpha1.Reseller
	for n := range 12 {
		all = append(all, x.inSync(ctx, numbered(n)))
	}
	x.readings(ctx, 1)
	x.api.ResetHistory()
	for _, r := range all {
		x.inject(fake.Fault{Op: fake.OpUpdate, Broker: r.Status.BrokerID, Status: http.StatusInternalServerError})
	}
	x.calling.strike(fake.OpUpdate, func() {})
	for _, r := range append(all, other) {
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
	}
	Eventually(func() int { return x.api.Calls(fake.OpUpdate) }).Should(BeNumerically(">=", 3))
	Consistently(func() int { return x.api.Calls(fake.OpUpdate) }, 2*time.Second).Should(BeNumerically("<=", 13), "one try each")
	x.calling.strike("", nil)
	x.clock.run()
	x.clock.advance(time.Minute)
	awaitReason(ctx, other, v1alpha1.ReasonInSync)
	Expect(x.api.Calls(fake.OpUpdate)).To(BeNumerically("<=", 3*13), "seldom tried")
	x.api.ClearFaults()
	x.clock.advance(20 * time.Minute)
	for _, r := range all {
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	}
}

// hangingAccount has more edits waiting than there are workers, in an account whose
// server answers nothing any more.
func hangingAccount(ctx SpecContext) {
	hanging := startRig(ctx)
	hanging.calling.giveUp = time.Minute // the client's own bound of half a minute holds
	hanging.bystander()
	hanging.addSeller(ctx, "main", func(s *v1alpha1.SellerSettings) { s.RateLimit.MaxInFlight = 8 })
	var all []*v1alpha1.Reseller
	for n := range 48 {
		all = append(all, hanging.reseller(numbered(n)))
		create(ctx, all[n])
	}
	healthy := newAccount(ctx, fake.Shapes{})
	hanging.manager.stop()
	hanging.anotherManager(hanging.namespace, healthy.namespace)
	for _, r := range all {
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	}
	r := healthy.inSync(ctx, "abc")
	hanging.inject(fake.Fault{Delay: time.Hour})
	hanging.api.ResetHistory()
	for _, r := range all {
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
	}
	hanging.awaitCalls(ctx, fake.OpGet, 4) // besides a sync that hangs, too
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
	awaitReason(ctx, r, v1alpha1.ReasonInSync)
	Expect(hanging.exchanges(func(x fake.Exchange) bool { return !x.EndedAt.IsZero() })).To(BeEmpty(), "none of those that hang had ended by then")
	Expect(hanging.api.Close()).To(Succeed())
}
