package simulation

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var lag = Options{Shapes: fake.Shapes{ListLag: 20 * time.Second}}

// shown has lists that show custom properties: only there a mark is seen before
// the details of a broker are read.
var shown = Options{Shapes: fake.Shapes{
	ListLag: 20 * time.Second, ListFields: []string{"name", "registrationNumber", "domain", "customProperties"},
}}

// pages has every 404 look like a gateway's.
var pages = Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, ErrorBody: fake.ErrorHTML}}

var scenarios = []scenario{
	{name: "a new leader finds what the old one's POST makes when nobody waits for it any more", run: func(w *World) {
		w.start(0, 0)
		w.on("manager-A", post, LateCommit)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.failOver()
	}, ends: "InSync"},
	{name: "a new leader whose clock is ahead waits as long", options: Options{Skew: time.Hour}, run: func(w *World) {
		w.start(0, 0)
		w.on("manager-A", post, LateCommit)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.failOver()
	}, ends: "InSync"},
	{name: "a refusal that the old leader learns late leaves the new one's intent alone", run: learnsLate("400"), ends: "InSync"},
	{name: "nor does a 429 that it learns late", run: learnsLate("429"), ends: "InSync"},
	{name: "a leader whose view is stale does not write over the intent of another", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.holdIntent("manager-A", "a")
		w.on("manager-B", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.calm(20 * time.Second)
		w.start(0, 0)
		w.reached("manager-B", post)
		w.hold = nil
	}, ends: "InSync"},
	{name: "a manager that dies in its POST leaves enough to find the broker", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, CrashCommits)
		w.add(newReseller("a", "acme", nil))
	}, ends: "InSync"},
	{name: "an identity that is edited while a create is open is searched for as it was posted", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.edit("a", domain("other.example"))
	}, ends: "InSync"},
	{name: "a Reseller deleted while its create is open deletes what that makes", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, LateCommit)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.remove("a")
	}, ends: "gone"},
	{name: "a Reseller that may be orphaned waits for its open create all the same", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, LateCommit)
		w.add(newReseller("a", "acme", deleted))
		w.reached("manager-A", post)
		w.remove("a")
		w.failOver()
	}, ends: "gone"},
	{name: "one that is made again under the same name waits for the old one's broker to go", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, LateCommit)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.remove("a")
		w.failOver()
		w.when(func() bool { return w.reseller("a") == nil }, func() { w.add(newReseller("a", "acme", nil)) })
	}, ends: "InSync"},
	{name: "a broker that an open create may have made is not up for adoption by its id", run: func(w *World) {
		w.start(0, 0).workers = 2
		slow := w.fault("slow", fake.Fault{AnswerDelay: 40 * time.Second})
		w.on("", post, slow)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(time.Second)
		w.add(newReseller("b", "acme", naming(w.newest())))
	}, ends: "InSync"},
	{name: "nor is it for a Reseller that means another identity", run: func(w *World) {
		w.start(0, 0).workers = 2
		slow := w.fault("slow", fake.Fault{AnswerDelay: 40 * time.Second})
		w.on("", post, slow)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(time.Second)
		w.add(newReseller("b", "beta", naming(w.newest())))
		w.reachedBy("b", get)
	}, ends: "InSync"},
	{name: "a broker whose holder has just become another company is not taken for the one it was", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, GetLag: true}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("b", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.calm(time.Minute)
		w.edit("b", means("beta"))
		w.reached("manager-A", put)
		w.Run(time.Hour, func() bool { return w.inSync("b") })
		w.failOver()
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting }))
	}, ends: "InSync"},
	{name: "two that name one broker are served by age, whatever the views", options: Options{Workers: 2}, run: func(w *World) {
		id := w.fake.Add(newBroker("acme"))
		w.add(newReseller("a", "acme", naming(id)))
		w.add(newReseller("b", "beta", naming(id)))
		w.lagging = true
		w.start(0, 0)
	}, ends: "InSync"},
	{name: "two of one identity are served by age, whatever the views", options: Options{Workers: 2}, run: func(w *World) {
		w.add(newReseller("a", "acme", nil))
		w.add(newReseller("b", "acme", nil))
		w.lagging = true
		w.start(0, 0)
	}, ends: "InSync"},
	{name: "an intent that an earlier one of another manager preceded is withdrawn", options: lag, run: func(w *World) {
		a := w.rivals()
		w.calm(time.Minute)
		w.frozen[a] = false
	}, ends: v1alpha1.ReasonIdentityTaken},
	{name: "a result that a manager writes that no longer leads is corrected", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.calm(8 * time.Minute)
		w.resultBy("a", v1alpha1.ReasonSellerNotReady)
		w.calm(time.Minute)
		if !w.inSync("a") {
			w.broken = "still says " + w.reasonOfA()
		}
	}, ends: "InSync"},
	{name: "an update that was decided on before an edit is not sent after it", run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		before := w.fake.Calls(fake.OpUpdate)
		w.hold = func(p *point) bool { return p.op == get }
		w.edit("a", phone("7770000"))
		w.calm(time.Second)
		w.edit("a", phone("8880000"))
		w.calm(time.Second)
		w.hold = nil
		w.calm(time.Minute)
		if n := w.fake.Calls(fake.OpUpdate) - before; n != 1 {
			w.broken = fmt.Sprintf("%d updates are sent", n)
		}
	}, ends: v1alpha1.ReasonInSync},
	{name: "a stranger's twin is not taken for what the POST made", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Cut)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		twin := newBroker("acme")
		twin.Name = "Somebody else"
		w.fake.Add(twin)
		w.unheeded = true
	}, ends: v1alpha1.ReasonAdoptionNotAllowed},
	{name: "the mark tells the new broker from a stranger's twin", seller: marking, options: shown, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.fake.Add(newBroker("acme"))
		w.unheeded = true
	}, ends: v1alpha1.ReasonDuplicateSuspected},
	{name: "a new broker whose identity is edited elsewhere before it was found is asked about because of its name", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(25 * time.Millisecond)
		w.rename(w.newest())
	}, ends: "InSync"},
	{name: "one whose name is edited as well is lost without a mark", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(25 * time.Millisecond)
		w.rename(w.newest())
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Name = "Somebody else" }))
	}, broken: []int{1, 2}, ends: "InSync"},
	{name: "a new broker whose identity is edited elsewhere before it was found is known by its mark", seller: marking, options: shown, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(25 * time.Millisecond)
		w.rename(w.newest())
	}, ends: "InSync"},
	{name: "a list that is short once hides no broker from the first POST", run: func(w *World) {
		w.fake.Add(newBroker("acme"))
		w.start(0, 0)
		w.calm(time.Hour)
		w.on("manager-B", list, ShortList)
		before := w.strike
		w.strike = func(p *point) Outcome {
			if p.op == writeObject && p.what == "Reseller default/a" && p.manager == "manager-A" {
				return CrashAfter
			}
			return before(p)
		}
		w.add(newReseller("a", "acme", nil))
		w.unheeded = true
	}, ends: v1alpha1.ReasonAdoptionNotAllowed},
	{name: "a list that is short once does not end an open create", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, Done500)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.on("", list, Unreached, 6)
		w.calm(40 * time.Second)
		w.strike = nil
		w.on("", list, ShortList)
	}, ends: "InSync"},
	{name: "a 404 that is false once deletes nothing from the books", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		w.on("", get, "404")
		w.on("", list, ShortList)
		w.edit("a", phone("7770000"))
	}, ends: "InSync"},
	{name: "a 404 that is false once does not let a deleted Reseller go", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		w.on("", get, "404")
		w.on("", list, ShortList)
		w.remove("a")
	}, ends: "gone"},
	{name: "a list that is short once recreates nothing", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		w.on("", list, ShortList)
		w.calm(20 * time.Minute)
	}, ends: "InSync"},
	{name: "a GET that lags like the list costs time only", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, GetLag: true}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.editThenDelete()
	}, ends: "gone"},
	{name: "a GET that lags right after the binding is not the first of two 404s", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, GetLag: true}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { r := w.reseller("a"); return r.Status.BrokerID != "" })
		w.failOver()
		w.edit("a", phone("7770000"))
		w.reached("manager-B", get)
		w.calm(25 * time.Second)
		w.on("manager-B", get, "404")
	}, ends: "InSync"},
	{name: "a 201 without an id leads to the broker by search", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, CreateAnswer: fake.CreateNothing}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.editThenDelete()
	}, ends: "gone"},
	{name: "a create that was confirmed without an id is never sent again", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, CreateAnswer: fake.CreateNothing}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.calm(25 * time.Millisecond)
		w.rename(w.newest())
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Name = "Somebody else" }))
		w.calm(time.Minute)
		w.failOver()
	}, ends: v1alpha1.ReasonCreatedButNotListed},
	{name: "a DELETE under way keeps the broker from others although Orphan is set", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.on("", del, LateCommit)
		w.remove("a")
		w.reached("manager-A", del)
		w.failOver()
		id := w.newest()
		w.edit("a", orphaned)
		w.add(newReseller("b", "acme", naming(id)))
	}, ends: "gone"},
	{name: "an older Reseller is not edited into the identity of a younger one", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.calm(2 * time.Second)
		w.add(newReseller("b", "beta", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") && w.inSync("b") })
		w.edit("a", means("beta"))
	}, ends: v1alpha1.ReasonIdentityTaken},
	{name: "a broker that two Resellers show is neither written nor deleted", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		id := w.newest()
		w.add(newReseller("b", "acme", func(r *v1alpha1.Reseller) { deleted(r); phone("7770000")(r) }))
		w.calm(time.Minute)
		w.showBy("b", id)
		w.calm(time.Minute)
		w.edit("a", phone("8880000"))
		w.calm(time.Minute)
		w.remove("b")
	}, ends: "InSync"},
	{name: "a match that two open creates mean is recorded by neither", options: lag, run: func(w *World) {
		a := w.rivals()
		w.Run(time.Minute, func() bool { return w.reseller("a").Status.Creation != nil })
		w.retireAll()
		a.kill()
		w.calm(20 * time.Minute)
		w.unheeded = true
		w.remove("a")
		w.calm(20 * time.Minute)
	}},
	{name: "an outage in which lists show no broker at all does not prove that a lost POST made nothing", run: func(w *World) {
		w.start(0, 0)
		w.on("manager-A", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.on("", list, w.fault("no broker", fake.Fault{EmptyAccount: true}), 500)
		w.failOver()
		w.calm(20 * time.Minute)
		if w.reasonOfA() != v1alpha1.ReasonCreateOutcomeUnknown {
			w.broken = "not unknown: " + w.reasonOfA()
		}
		w.strike = nil
	}, ends: "InSync"},
	{name: "an outage like an empty account lets no deleted Reseller go, however long it lasts", run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.strike = func(p *point) Outcome { return onlyIf(p.op.seller() && p.op != login, EmptyAccount) }
		w.remove("a")
		w.calm(2 * time.Hour)
		w.strike = nil
	}, ends: "gone"},
	{name: "a POST that was answered 401 and made the broker is not sent again", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(401, fake.FormEmpty, true))
		w.add(newReseller("a", "acme", nil))
	}, ends: "InSync"},
	{name: "an API whose every 404 is a web page has brokers deleted, and tells what has gone", options: pages, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.editThenDelete()
	}, ends: "gone"},
	{name: "a broker that was removed elsewhere is recreated there, too", options: pages, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		w.removeElsewhere(w.newest())
		w.Run(2*time.Hour, func() bool { return w.newest() != "" && w.reseller("a").Status.BrokerID == w.newest() })
	}, ends: "InSync"},
	{name: "a page that says 404 for a while recreates nothing", options: pages, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", nil))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.calm(time.Minute)
		must(w.fake.SetUnlisted(w.newest(), true))
		w.strike = func(p *point) Outcome { return onlyIf(p.op == get, refusal(404, fake.FormHTML, false)) }
		w.edit("a", phone("7770000"))
		w.calm(14 * time.Minute)
		must(w.fake.SetUnlisted(w.newest(), false))
		w.strike = nil
	}, ends: "InSync"},
	{name: "a POST that takes effect at the last moment of the bound is found", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, w.fault("at the bound", fake.Fault{CommitAfter: 5 * time.Minute}))
		w.add(newReseller("a", "acme", nil))
	}, ends: "InSync"},
	{name: "a POST that takes effect after every bound makes a duplicate, which is told", run: func(w *World) {
		w.start(0, 0)
		w.on("", post, w.fault("beyond", fake.Fault{CommitAfter: 6*time.Minute + 30*time.Second}))
		w.add(newReseller("a", "acme", nil))
		w.calm(30 * time.Minute)
	}, broken: []int{1, 2}, ends: v1alpha1.ReasonDuplicateSuspected},
	{name: "a wait that is too short makes a duplicate", seller: func(s *v1alpha1.Seller) { s.Spec.Creation.CommitBound.Duration = time.Second }, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, w.fault("at the bound", fake.Fault{CommitAfter: 5 * time.Minute}))
		w.add(newReseller("a", "acme", nil))
		w.calm(30 * time.Minute)
	}, broken: []int{1, 2}},
	{name: "with onUnknown Wait a POST is never sent a second time", seller: waiting4, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, w.fault("beyond", fake.Fault{CommitAfter: 40 * time.Minute}))
		w.add(newReseller("a", "acme", nil))
		w.calm(20 * time.Minute)
		if w.reasonOfA() != v1alpha1.ReasonCreateOutcomeUnknown {
			w.broken = "not unknown: " + w.reasonOfA()
		}
		w.calm(30 * time.Minute)
	}, ends: "InSync"},
}

// learnsLate has the old leader save what its POST was answered after the new leader has
// posted, whose own answer is lost.
func learnsLate(answer Outcome) func(*World) {
	return func(w *World) {
		w.start(0, 0)
		w.on("manager-A", post, answer)
		w.on("manager-B", post, Lost)
		w.hold = func(p *point) bool {
			return p.manager == "manager-A" && p.op == writeStatus && w.made("manager-A", post)
		}
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.failOver()
		w.reached("manager-B", post)
		w.hold = nil
	}
}
