package simulation

import (
	"strings"
	"testing"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// inOrderThen is a Reseller in sync, before its company is renamed.
func inOrderThen(then func(*World)) func(*World) {
	return func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		then(w)
	}
}

// company renames a Reseller's, to a number that APIs write in several ways.
func company(number, domain string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) {
		r.Spec.RegistrationNumber, r.Spec.Domain = ptr.To(v1alpha1.Text(number)), ptr.To(v1alpha1.Domain(domain))
	}
}

// dies has the manager die in its next PUT, before or after that takes effect, and the
// company be renamed once more before the next one starts.
func dies(outcome Outcome, then ...func(*World)) func(*World) {
	return inOrderThen(func(w *World) {
		w.on("", put, outcome)
		w.edit("a", company("0098765", "beta.example"))
		w.Run(time.Hour, func() bool { return w.leader().dead })
		w.edit("a", company("0055555", "gamma.example"))
		for _, t := range then {
			t(w)
		}
		w.editThenDelete()
	})
}

// moved has people change the domain of the broker in the portal.
func moved(w *World) {
	must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Domain = "portal.example" }))
}

// renames are the schedules in which registration number and domain are edited.
var renames = []scenario{
	{name: "a rename, a crash before the PUT, a rename", run: dies(CrashBefore), ends: "gone"},
	{name: "a rename, a crash after the PUT, a rename", run: dies(CrashAfter), ends: "gone"},
	{name: "the same where the API writes both in its own way", options: both, run: dies(CrashAfter), ends: "gone"},
	{name: "the same with a prefix", options: prefix, run: dies(CrashAfter), ends: "gone"},
	{name: "also when the PUT takes effect after the crash", options: both, run: dies(CrashCommits), ends: "gone"},
	{name: "also when people change half of it in between", options: both, run: dies(CrashAfter, moved), ends: "gone"},
	{name: "also when no PUT was sent and people change half of it", options: both, run: dies(CrashBefore, moved), ends: "gone"},
	{name: "a manager that dies while it corrects what people changed leaves enough to know it", options: both, run: inOrderThen(func(w *World) {
		w.on("", put, CrashAfter)
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "77777", "portal.example" }))
		w.Run(time.Hour, func() bool { return w.leader().dead })
		w.edit("a", company("0055555", "gamma.example"))
		w.editThenDelete()
	}), ends: "gone"},
	{name: "renames one after the other, each with a crash", options: both, run: inOrderThen(func(w *World) {
		for _, domain := range []string{"b.example", "c.example", "d.example", "e.example", "f.example"} {
			w.on("", put, CrashAfter)
			w.edit("a", company("00"+domain+"9876", domain))
			w.Run(time.Hour, func() bool { return w.leader().dead })
			w.calm(10 * time.Second)
		}
		w.editThenDelete()
	}), ends: "gone"},
	{name: "two that swap their identities are told the way, and it leads there", run: swapped(func(w *World) {
		for _, name := range []string{"a", "b"} {
			if text := readiness(w.reseller(name)); !strings.Contains(text, "a third value first") {
				w.broken = name + " is not told the way: " + text
			}
		}
		w.edit("a", means("third"))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.edit("a", means("beta"))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		if !w.inSync("a") || !w.inSync("b") {
			w.broken = "it does not lead there: " + readiness(w.reseller("a")) + "; " + readiness(w.reseller("b"))
		}
	}), ends: "InSync"},
	{name: "over restarts, too", run: swapped(func(w *World) {
		w.failOver()
		w.edit("a", means("third"))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.failOver()
		w.edit("a", means("beta"))
	}), ends: "InSync"},
	{name: "an update into what another one has, written otherwise, waits", options: zeros, run: inOrderThen(func(w *World) {
		w.add(newReseller("b", "beta", nil))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.edit("a", company("0055555", "gamma.example"))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.edit("b", company("0012345", "acme.example"))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.edit("a", company("012345", "acme.example"))
	}), ends: v1alpha1.ReasonIdentityTaken},
	{name: "and goes on when that one has moved", options: zeros, run: inOrderThen(func(w *World) {
		w.add(newReseller("b", "beta", company("0055555", "gamma.example")))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.edit("a", company("055555", "gamma.example"))
		w.Run(time.Minute, func() bool { return w.reasonOfA() == v1alpha1.ReasonIdentityTaken })
		if w.reasonOfA() != v1alpha1.ReasonIdentityTaken {
			w.broken = "it does not wait: " + w.reasonOfA()
		}
		w.edit("b", means("beta"))
	}), ends: "InSync"},
	{name: "two brokers of one company, each named, are both kept", run: func(w *World) {
		first, second := w.fake.Add(newBroker("acme")), w.fake.Add(newBroker("acme"))
		w.start(0, 0)
		w.add(newReseller("a", "acme", naming(first)))
		w.add(newReseller("b", "acme", naming(second)))
		w.Run(time.Hour, func() bool { return w.inSync("a") && w.inSync("b") })
		if !w.inSync("b") {
			w.broken = "b is not kept: " + readiness(w.reseller("b"))
		}
		w.failOver()
		w.edit("a", phone("7770000"))
	}, ends: "InSync"},
	{name: "a second broker of the company, written otherwise, is told of until people remove it", options: both, run: inOrderThen(func(w *World) {
		id := w.fake.Add(inPortal("012345", "people@acme.example"))
		w.Run(time.Hour, func() bool { return w.reasonOfA() == v1alpha1.ReasonDuplicateSuspected })
		if text := readiness(w.reseller("a")); !strings.Contains(text, id) {
			w.broken = "it is not told of: " + text
		}
		w.failOver()
		w.calm(time.Minute)
		if text := readiness(w.reseller("a")); !strings.Contains(text, id) {
			w.broken = "the next manager does not tell of it: " + text
		}
		must(w.fake.Remove(id))
	}), ends: "InSync"},
	{name: "so is one that is shown as its own is, however that is", options: prefix, run: inOrderThen(func(w *World) {
		w.fake.Add(inPortal("EE0012345", "people@acme.example"))
		w.unheeded = true
	}), ends: v1alpha1.ReasonDuplicateSuspected},
	{name: "or a user says that it is another company", options: both, run: inOrderThen(func(w *World) {
		id := w.fake.Add(inPortal("012345", "people@acme.example"))
		w.Run(time.Hour, func() bool { return w.reasonOfA() == v1alpha1.ReasonDuplicateSuspected })
		w.edit("a", despite(id))
	}), ends: "InSync"},
}

// swapped has two Resellers that want each other's identity.
func swapped(then func(*World)) func(*World) {
	return func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "alpha", means("alpha")))
		w.add(newReseller("b", "beta", means("beta")))
		w.Run(time.Hour, func() bool { return w.inSync("a") && w.inSync("b") })
		w.calm(time.Minute)
		w.edit("a", means("beta"))
		w.edit("b", means("alpha"))
		w.calm(time.Minute)
		then(w)
	}
}

func TestCounterexamplesOfRenames(t *testing.T) {
	for i := range renames {
		s := &renames[i]
		t.Run(s.name, s.test)
	}
}
