package simulation

import (
	"testing"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spelling is an API that stores the registration number or the domain in its own way.
func spelling(kinds ...string) Options {
	return Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, Spell: kinds}}
}

var (
	zeros  = spelling("store registrationNumber zeros")
	prefix = spelling("store registrationNumber prefix=EE")
	www    = spelling("store domain prefix=www.")
	both   = spelling("store registrationNumber zeros", "store domain prefix=www.")
)

// numbered gives a Reseller a registration number that APIs write in several ways.
func numbered(number string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { r.Spec.RegistrationNumber = ptr.To(v1alpha1.Text(number)) }
}

// adopting is the same, and adopts what has its identity.
func adopting(number string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) {
		numbered(number)(r)
		r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
	}
}

// inPortal is a broker that people made in the portal.
func inPortal(number, mail string) fake.Broker {
	b := newBroker("acme")
	b.RegistrationNumber, b.NotificationEmail = number, mail
	return b
}

// lost has the answer to the first POST lost, and then something else happen.
func lost(then func(*World)) func(*World) {
	return func(w *World) {
		w.start(0, 0)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		if then != nil {
			then(w)
		}
	}
}

// identities are the schedules in which the API shows the identity in its own way.
var identities = []scenario{
	{name: "a broker of the portal without the zeros is asked about, whatever the policy", run: func(w *World) {
		w.fake.Add(inPortal("12345", "people@acme.example"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.add(newReseller("a", "acme", adopting("0012345")))
		w.unheeded = true
	}, ends: v1alpha1.ReasonSimilarBrokerExists},
	{name: "who is told that it is another company creates", run: func(w *World) {
		id := w.fake.Add(inPortal("12345", "people@acme.example"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.calm(10 * time.Minute)
		w.edit("a", despite(id))
	}, ends: "InSync"},
	{name: "who waits because of a broker creates when people remove it", run: func(w *World) {
		id := w.fake.Add(inPortal("12345", "people@acme.example"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.calm(10 * time.Minute)
		must(w.fake.Remove(id))
	}, ends: "InSync"},
	{name: "what a lost POST made is found without its zeros", options: zeros, run: lost(nil), ends: "InSync"},
	{name: "and with a prefix", options: prefix, run: lost(nil), ends: "InSync"},
	{name: "and with www.", options: www, run: lost(nil), ends: "InSync"},
	{name: "and with both halves written otherwise", options: both, run: lost(nil), ends: "InSync"},
	{name: "by another manager, too", options: both, run: lost(func(w *World) { w.failOver() }), ends: "InSync"},
	{name: "by one that starts in the middle of the search", options: both, run: lost(func(w *World) {
		w.failOver()
		w.calm(25 * time.Second)
		w.failOver()
	}), ends: "InSync"},
	{name: "although the spec was edited since", options: both, run: lost(func(w *World) { w.edit("a", phone("7770000")) }), ends: "InSync"},
	{name: "although the identity was edited since", options: both, run: lost(func(w *World) { w.edit("a", domain("other.example")) }), ends: "InSync"},
	{name: "a Reseller deleted meanwhile deletes it", options: both, run: lost(func(w *World) { w.remove("a") }), ends: "gone"},
	{name: "also by another manager", options: zeros, run: lost(func(w *World) {
		w.remove("a")
		w.failOver()
	}), ends: "gone"},
	{name: "a manager that dies with the answer leaves enough to find it", options: both, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, CrashCommits)
		w.add(newReseller("a", "acme", numbered("0012345")))
	}, ends: "InSync"},
	{name: "a POST without an id leads to it", options: Options{Shapes: fake.Shapes{ListLag: 20 * time.Second, Spell: both.Shapes.Spell, CreateAnswer: fake.CreateNothing}}, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", numbered("0012345")))
	}, ends: "InSync"},
	{name: "a 422 of a POST that made it all the same makes no second one", options: both, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(422, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
	}, ends: "InSync"},
	{name: "nor does it let the Reseller go", options: both, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(422, fake.FormMessage, true))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.remove("a")
	}, ends: "gone"},
	{name: "a stranger's broker that comes meanwhile is not taken for it, but told of", options: lag, run: lost(func(w *World) {
		w.fake.Add(inPortal("12345", "people@acme.example"))
	}), ends: v1alpha1.ReasonDuplicateSuspected},
	{name: "while it may be what was made nothing is posted again", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, "503")
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.fake.Add(inPortal("12345", "people@acme.example"))
		w.unheeded = true
	}, ends: v1alpha1.ReasonSimilarBrokerExists},
	{name: "nor does a deletion let go", options: lag, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, "503")
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.fake.Add(inPortal("12345", "people@acme.example"))
		w.remove("a")
		w.unheeded = true
	}, ends: v1alpha1.ReasonSimilarBrokerExists},
	{name: "a Seller that creates beside similar brokers does not do so while a create is open", options: lag, seller: createsBeside, run: func(w *World) {
		w.start(0, 0)
		w.on("", post, "503")
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.fake.Add(inPortal("12345", "people@acme.example"))
		w.unheeded = true
	}, ends: v1alpha1.ReasonSimilarBrokerExists},
	{name: "what it created beside is not taken for what was made", options: lag, seller: createsBeside, run: func(w *World) {
		w.fake.Add(inPortal("12345", "people@acme.example"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.on("", post, "503")
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.failOver()
		w.unheeded = true
	}, ends: "InSync"},
	{name: "nor is it taken although it has all that was posted", options: lag, seller: createsBeside, run: func(w *World) {
		w.fake.Add(inPortal("12345", "mail@acme.example"))
		w.start(0, 0)
		w.calm(time.Minute)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.failOver()
		w.unheeded = true
	}, ends: "InSync"},
	{name: "nor is one of too many that share a key, by its name", options: lag, run: func(w *World) {
		for _, name := range []string{"Company acme", "Another company", "A third one"} {
			b := inPortal("12345", "mail@acme.example")
			b.Name = name
			w.fake.Add(b)
		}
		w.start(0, 0)
		w.calm(time.Minute)
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.failOver()
		w.unheeded = true
	}, ends: "InSync"},
	{name: "of two whose numbers differ in zeros none adopts what the other one makes", options: zeros, run: lost(func(w *World) {
		w.add(newReseller("b", "acme", adopting("12345")))
	}), ends: "InSync"},
	{name: "nor while its POST is under way", options: zeros, run: func(w *World) {
		w.start(0, 0).workers = 2
		w.on("", post, w.fault("slow", fake.Fault{AnswerDelay: 40 * time.Second}))
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.reached("manager-A", post)
		w.calm(25 * time.Second)
		w.add(newReseller("b", "acme", adopting("12345")))
	}, ends: "InSync"},
	{name: "nor by another manager", options: zeros, run: lost(func(w *World) {
		w.add(newReseller("b", "acme", adopting("12345")))
		w.failOver()
	}), ends: "InSync"},
	{name: "two whose numbers differ in zeros get a broker each", options: lag, run: func(w *World) {
		w.start(0, 0).workers = 2
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.add(newReseller("b", "acme", numbered("12345")))
		w.Run(time.Hour, func() bool { return w.inSync("a") && w.inSync("b") })
		if !w.inSync("b") {
			w.broken = "b has none: " + readiness(w.reseller("b"))
		}
	}, ends: "InSync"},
	{name: "a broker shown otherwise stays its Reseller's over restarts", options: both, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.Run(time.Hour, func() bool { return w.inSync("a") })
		w.failOver()
		w.editThenDelete()
	}, ends: "gone"},
	{name: "also when the manager dies before it has read it", options: both, run: func(w *World) {
		w.start(0, 0)
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.Run(time.Hour, func() bool { return w.reseller("a").Status.BrokerID != "" })
		w.leader().kill()
		w.editThenDelete()
	}, ends: "gone"},
}

// despite says that brokers are other companies.
func despite(ids string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) {
		if r.Annotations == nil {
			r.Annotations = map[string]string{}
		}
		r.Annotations[v1alpha1.AnnotationCreateDespite] = ids
	}
}

func createsBeside(s *v1alpha1.Seller) { s.Spec.Creation.OnSimilar = v1alpha1.OnSimilarCreate }

func TestCounterexamplesOfIdentity(t *testing.T) {
	for i := range identities {
		s := &identities[i]
		t.Run(s.name, s.test)
	}
}
