package simulation

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// beyond is an API that writes number and domain so that neither is like what was posted.
var beyond = spelling("store registrationNumber prefix=EE", "store domain prefix=shop.")

// designs are the schedules in which earlier wordings of the design broke.
var designs = []scenario{
	{name: "a restart in the middle of a search for what is shown beyond all likeness makes no second broker", options: beyond, run: lost(func(w *World) {
		w.failOver()
		w.calm(25 * time.Second)
		w.failOver()
		w.unheeded = true
	}), ends: v1alpha1.ReasonSimilarBrokerExists},
	{name: "a Seller that begins to create beside similar brokers during a search lets no POST pass", options: zeros, run: lost(func(w *World) {
		w.editSeller(createsBeside)
		w.failOver()
	}), ends: "InSync"},
	{name: "a POST that made the broker and was refused, a delete, an edit, an hour", options: both, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(409, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.remove("a")
		w.edit("a", phone("7770000"))
		w.calm(time.Hour)
	}, ends: "gone"},
	{name: "an edit of the identity while a refused create is searched for, over a restart", options: both, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(422, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.edit("a", company("0055555", "gamma.example"))
		w.failOver()
	}, ends: "InSync"},
	{name: "a DELETE that is repeated after Orphan was set lets the object go", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.on("", del, Lost)
		w.remove("a")
		w.reached("manager-A", del)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		w.failOver()
	}, ends: "gone"},
	{name: "an accepted DELETE holds up nobody who sets Orphan then", options: Options{Shapes: fake.Shapes{DeleteSoft: true, InactiveListed: true}}, run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.remove("a")
		w.reached("manager-A", del)
		w.calm(10 * time.Second)
		w.edit("a", orphaned)
		if w.calm(10 * time.Second); w.reseller("a") != nil {
			w.broken = "it is held up: " + readiness(w.reseller("a"))
		}
	}, ends: "gone"},
	{name: "one short list right after a 409 makes no second broker", options: both, run: func(w *World) {
		w.fake.Add(newBroker("other"))
		w.start(0, 0)
		w.on("", post, refusal(409, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.on("", list, ShortList)
	}, ends: "InSync"},
	{name: "a 202 and one 404 in an outage do not let a Reseller go", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.on("", del, "503")
		w.on("", get, "404")
		w.remove("a")
		w.calm(time.Minute)
	}, ends: "gone"},
	{name: "lists without any broker over both syncs do not prove that a refused POST made nothing", options: both, run: func(w *World) {
		w.fake.Add(newBroker("other"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.on("", post, refusal(409, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.on("", list, w.fault("no broker", fake.Fault{EmptyAccount: true}), 4)
	}, ends: "InSync"},
	{name: "a manager that dies while it reads side by side who the brokers are makes no second one", options: Options{Shapes: fake.Shapes{ListFields: []string{"name"}}}, run: func(w *World) {
		for i := range 20 {
			w.fake.Add(newBroker(fmt.Sprint("other", i)))
		}
		w.fake.Add(newBroker("acme"))
		gets := 0
		w.strike = func(p *point) Outcome {
			if p.op != get {
				return Fine
			}
			gets++
			return onlyIf(gets == 9, CrashAfter)
		}
		w.start(0, 0)
		w.add(newReseller("a", "acme", adopting("Racme")))
	}, ends: "InSync"},
	{name: "the old leader's 409 does not end what the new one searches for", run: learnsLate("409"), ends: "InSync"},
}

func TestCounterexamplesOfTheDesign(t *testing.T) {
	for i := range designs {
		s := &designs[i]
		t.Run(s.name, s.test)
	}
}
