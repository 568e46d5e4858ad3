package simulation

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// What no invariant of the checker sees, since it shows only where several things go
// wrong at once.

// inWorld runs a test in a world with one manager whose Seller is ready.
func inWorld(t *testing.T, run func(t *testing.T, w *World, m *manager)) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(Options{Seed: 1})
		defer w.Close()
		w.addSeller(nil)
		m := w.start(0, 0)
		w.Run(time.Minute, w.sellerReady)
		w.calm(time.Minute)
		run(t, w, m)
		if w.broken != "" {
			t.Error(w.broken)
		}
	})
}

func TestNoPassBeforeTheOwnWriteIsSeen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		w.hold = func(p *point) bool { return p.op == readLive } // just before the intent is written
		w.add(newReseller("a", "acme", nil))
		w.calm(time.Minute)
		w.frozen[m], w.hold = true, nil
		w.Run(time.Minute, func() bool { return w.reseller("a").Status.Creation != nil })
		operations := len(w.trace)
		m.work.Add(requestFor(named("a"))) // as a sync of the account does
		w.calm(10 * time.Second)
		for _, p := range w.trace[operations:] {
			if p.what == "Reseller "+named("a").String() {
				t.Errorf("on a version older than the own write: %s", p)
			}
		}
		w.frozen[m] = false
		w.until("a", inOrder)
	})
}

func TestNoIntentBeforeTheSellerIsProtected(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		w.calm(time.Minute) // nobody uses the Seller, so nothing of it is protected
		w.hold = func(p *point) bool { return p.op == writeObject && p.what == "Seller "+named(sellerName).String() }
		w.add(newReseller("a", "acme", nil))
		w.calm(time.Minute)
		if st := w.reseller("a").Status; st.Creation != nil || st.BrokerID != "" {
			t.Error("a broker is made, and nothing keeps the credentials from going")
		}
		w.hold = nil
		w.until("a", inOrder)
	})
}

// answersLate has the POST of "a" answered only after a while, and runs until it is sent.
func (w *World) answersLate() {
	w.on("", post, w.fault("slow", fake.Fault{AnswerDelay: 40 * time.Second}))
	w.add(newReseller("a", "acme", nil))
	w.reached("manager-A", post)
	w.calm(time.Second)
}

func TestAnAnswerIsNotForAnObjectOfAnotherUID(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		w.answersLate()
		m.retired = true // what is under way goes on
		lost := w.reseller("a")
		w.edit("a", func(r *v1alpha1.Reseller) { r.Finalizers = nil })
		w.remove("a")
		w.add(newReseller("a", "acme", nil))
		made := w.reseller("a")
		restored := made.DeepCopy()
		restored.Status.Creation = lost.Status.Creation
		must(w.person().Status().Patch(background(), restored, client.MergeFrom(made)))
		w.calm(time.Minute)
		if id := w.reseller("a").Status.BrokerID; id != "" {
			t.Errorf("the answer to the POST of the object that is gone was written into its successor: %s", id)
		}
	})
}

func TestAStoppingManagerFinishesItsPost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		w.answersLate()
		m.retired = true
		m.cancel()
		w.calm(time.Minute)
		if w.reseller("a").Status.BrokerID == "" {
			t.Errorf("the broker that the POST made is not known: %s", readiness(w.reseller("a")))
		}
	})
}

func TestRivalsThatAnotherWatchHasNotShownAreFound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		m.resellers.Namespaces = []string{namespace, "elsewhere"}
		rival := newReseller("b", "acme", nil)
		rival.Namespace = "elsewhere"
		w.add(rival)
		stored := rival.DeepCopy()
		rival.Status.Creation = &v1alpha1.Creation{
			CreationAttempt: v1alpha1.CreationAttempt{Attempt: "00000000000000000000000000000000", RegistrationNumber: "Racme", Domain: "acme.example"},
			SellerID:        fake.DefaultSellerID, Endpoint: endpoint,
		}
		must(w.person().Status().Patch(background(), rival, client.MergeFrom(stored)))
		m.cache.advance("Reseller")
		m.cache.advance("Reseller")
		delete(m.cache.objects["Reseller"], client.ObjectKeyFromObject(rival)) // its watch is behind
		w.add(newReseller("a", "acme", nil))
		w.calm(2 * time.Minute)
		if slices.ContainsFunc(w.trace, func(p *point) bool { return p.op == post }) {
			t.Error("posted although a Reseller of another namespace has an open create of the same identity")
		}
		if reason := w.reasonOfA(); reason != v1alpha1.ReasonIdentityTaken {
			t.Errorf("it says %s", reason)
		}
	})
}

func TestWhoWaitsForOtherWatchesReadsTheBrokerOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		m.resellers.Namespaces = []string{namespace, "elsewhere"} // where nothing happens
		id := w.fake.Add(newBroker("acme"))
		pause(time.Hour) // lists show it
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) }))
		w.until("a", inOrder)
		bound := w.fake.Calls(fake.OpGet)
		w.edit("a", phone("7770000"))
		w.calm(2 * time.Minute)
		if gets, updates := w.fake.Calls(fake.OpGet)-bound, w.fake.Calls(fake.OpUpdate); bound != 1 || gets != 1 || updates != 1 {
			t.Errorf("%d GETs for the binding, %d for %d updates", bound, gets, updates)
		}
	})
}

func TestAHolderThatAnotherWatchHasNotShownIsFoundBeforeTheFirstUpdate(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		m.resellers.Namespaces = []string{namespace, "elsewhere"}
		id := w.fake.Add(newBroker("acme"))
		pause(time.Hour) // lists show it
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) }))
		w.until("a", inOrder)
		holder := newReseller("b", "acme", func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		holder.Namespace = "elsewhere"
		w.add(holder)
		stored := holder.DeepCopy()
		holder.Status.BrokerID, holder.Status.SellerID, holder.Status.Endpoint = id, fake.DefaultSellerID, endpoint
		must(w.person().Status().Patch(background(), holder, client.MergeFrom(stored)))
		for m.cache.behind("Reseller") > 0 {
			m.cache.advance("Reseller")
		}
		delete(m.cache.objects["Reseller"], client.ObjectKeyFromObject(holder)) // its watch is behind
		updates := w.fake.Calls(fake.OpUpdate)
		for _, edited := range []string{"7770000", "8880000"} {
			w.edit("a", phone(edited))
			w.calm(2 * time.Minute)
		}
		if w.fake.Calls(fake.OpUpdate) != updates {
			t.Errorf("updated a broker that a Reseller of another namespace holds, too: %s", readiness(w.reseller("a")))
		}
	})
}

func TestASecretIsKeptWhileASellerInUseNamesIt(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		w.addSellerNamed(secondSeller, nil)
		w.live("a", nil)
		w.add(newReseller("b", "beta", func(r *v1alpha1.Reseller) { r.Spec.SellerRef.Name = secondSeller }))
		w.until("b", inOrder)
		kept := func() bool {
			found, err := w.server.find("Secret", named("login"))
			must(err)
			return slices.Contains(found.obj.GetFinalizers(), v1alpha1.FinalizerInUse)
		}
		let := false
		w.hold = func(*point) bool {
			let = let || !kept()
			return false
		}
		w.remove("b")
		w.calm(10 * time.Minute)
		w.hold = nil
		if w.reseller("b") != nil {
			t.Fatal("the other Reseller is still there")
		}
		if let || !kept() {
			t.Error("the Secret is let go while the first Seller needs it")
		}
		w.remove("a")
		w.calm(time.Minute)
		if kept() {
			t.Error("the Secret is kept for nobody")
		}
	})
}
