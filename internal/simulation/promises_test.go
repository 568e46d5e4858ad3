package simulation

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// promises are schedules for the last three invariants: pace, truth, and no harm.
var promises = []scenario{
	{name: "a DELETE that is refused is tried ever more rarely", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.remove("a")
		w.fails(false, refusal(409, fake.FormMessage, false), del)
	}, ends: "gone"},
	{name: "a POST that is refused is, whoever begins again meanwhile", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.fails(true, refusal(422, fake.FormErrors, false), post)
	}, ends: "InSync"},
	{name: "in an outage one Seller finds out for all of an account", run: func(w *World) {
		w.addSellerNamed(secondSeller, nil)
		w.addSellerNamed(thirdSeller, nil)
		w.start(0, 0)
		w.calm(time.Minute)
		w.fails(false, Unreached, list, active, get)
	}},
	{name: "nor does each of them where lists say that there is more", run: func(w *World) {
		w.addSellerNamed(secondSeller, nil)
		w.addSellerNamed(thirdSeller, nil)
		w.start(0, 0)
		w.calm(time.Minute)
		w.fails(false, shortBy(fake.AnnounceLink), list)
	}},
	{name: "who waited for an identity gets it when it becomes free", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("b", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.reasonOfA() == v1alpha1.ReasonIdentityTaken })
		w.remove("b")
	}, ends: "InSync"},
	{name: "an edit that comes while another one is sent is not lost", options: Options{Shapes: fake.Shapes{GetLag: true, ListLag: 5 * time.Second}}, run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.hold = func(p *point) bool { return p.op == put }
		w.edit("a", phone("7770000"))
		w.calm(time.Second)
		w.edit("a", phone("8880000"))
		w.hold = nil
	}, ends: "InSync"},
	{name: "who is healthy notices that the broker was removed", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.calm(time.Minute)
		w.removeElsewhere(w.newest())
		w.calm(time.Hour)
	}, ends: "InSync"},
	{name: "an update leaves what the portal has beside the spec", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) {
			b.VAT, b.Address.City = "EE1", "Tallinn"
			b.InvoiceContact = &fake.InvoiceContact{Name: "Invoices", Email: "i@example.com"}
			b.CustomProperties = []fake.CustomProperty{{ID: "segment", Value: "gold"}}
		}))
		w.calm(time.Hour)
		w.edit("a", phone("7770000"))
	}, ends: "InSync"},
	{name: "an update keeps what was edited in the portal just before it", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.calm(time.Minute)
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.VAT = "EE2" }))
		w.edit("a", phone("7770000"))
	}, ends: "InSync"},
}

func TestPromises(t *testing.T) {
	for i := range promises {
		s := &promises[i]
		t.Run(s.name, s.test)
	}
}

// fails has some operations fail for hours, with or without managers that die.
func (w *World) fails(restarts bool, o Outcome, ops ...operation) {
	before := w.strike
	w.strike = func(p *point) Outcome {
		for _, op := range ops {
			if p.op == op {
				return o
			}
		}
		return Fine
	}
	g := siege{now(), now().Add(besieged), restarts, false}
	for now().Before(g.to) {
		if w.calm(10 * time.Minute); restarts {
			w.leader().kill()
		}
	}
	w.sieges = append(w.sieges, g)
	w.strike = before
}
