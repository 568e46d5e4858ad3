package simulation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// life is what people do with one Reseller, "a"; at is a point, for lives that
// do something in the middle of a create.
type life struct {
	name   string
	middle bool // something is done in the middle of the create
	begin  func(w *World, at int)
}

// lives are those that are explored in full.
var lives = []life{
	{"create", false, func(w *World, _ int) {
		w.add(newReseller("a", "acme", nil))
		w.editThenDelete()
	}},
	{"adopt", false, func(w *World, _ int) {
		id := w.fake.Add(newBroker("acme"))
		pause(time.Hour) // lists show it
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) {
			r.Spec.BrokerID, r.Spec.DeletionPolicy = v1alpha1.ID(id), v1alpha1.DeletionDelete
			r.Spec.Contact.Phone = ptr.To(v1alpha1.Phone("7770000"))
		}))
		w.when(func() bool { return w.inSync("a") }, func() { w.remove("a") })
	}},
	{"match", false, func(w *World, _ int) {
		w.fake.Add(newBroker("acme"))
		pause(time.Hour) // lists show it
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) {
			r.Spec.AdoptionPolicy, r.Spec.DeletionPolicy = v1alpha1.AdoptMatchExisting, v1alpha1.DeletionDelete
			r.Spec.Contact.Phone = ptr.To(v1alpha1.Phone("7770000"))
		}))
		w.when(func() bool { return w.inSync("a") }, func() { w.remove("a") })
	}},
	{"delete", true, func(w *World, at int) {
		w.add(newReseller("a", "acme", nil))
		w.when(func() bool { return w.points >= at }, func() { w.remove("a") })
	}},
	{"edit", true, func(w *World, at int) {
		w.add(newReseller("a", "acme", nil))
		edited := w.when(func() bool { return w.points >= at }, func() {
			w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Domain = ptr.To(v1alpha1.Domain("other.example")) })
		})
		w.when(func() bool { return edited.done && w.inSync("a") }, func() { w.remove("a") })
	}},
	{"recreate", true, func(w *World, at int) {
		w.add(newReseller("a", "acme", nil))
		removed := w.when(func() bool { return w.points >= at }, func() { w.remove("a") })
		again := w.when(func() bool { return removed.done && w.reseller("a") == nil }, func() { w.add(newReseller("a", "acme", nil)) })
		w.when(func() bool { return again.done && w.inSync("a") }, func() { w.remove("a") })
	}},
}

func (w *World) editThenDelete() {
	edited := w.when(func() bool { return w.inSync("a") }, func() { w.edit("a", phone("7770000")) })
	w.when(func() bool { return edited.done && w.inSync("a") }, func() { w.remove("a") })
}

// schedule is one run of a life: what strikes at which points.
type schedule struct {
	life    string
	at      int
	lagging bool // watch events come late
	strikes map[int]Outcome
}

// String is the schedule as parse reads it: "delete@14~/17:crash-after,20:lost".
func (s schedule) String() string {
	var strikes []string
	numbers := make([]int, 0, len(s.strikes))
	for n := range s.strikes {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		strikes = append(strikes, fmt.Sprintf("%d:%s", n, s.strikes[n]))
	}
	text := s.life
	if s.at > 0 {
		text += "@" + strconv.Itoa(s.at)
	}
	if s.lagging {
		text += "~"
	}
	return text + "/" + strings.Join(strikes, ",")
}

// parse reads a schedule.
func parse(text string) (schedule, error) {
	head, tail, found := strings.Cut(text, "/")
	if !found {
		return schedule{}, fmt.Errorf("schedule %q: want life[@point][~]/point:outcome,…", text)
	}
	s := schedule{strikes: map[int]Outcome{}}
	head, s.lagging = strings.CutSuffix(head, "~")
	name, middle, _ := strings.Cut(head, "@")
	s.life = name
	s.at, _ = strconv.Atoi(middle) // none: 0
	for strike := range strings.SplitSeq(tail, ",") {
		number, outcome, _ := strings.Cut(strike, ":")
		if n, err := strconv.Atoi(number); err == nil {
			s.strikes[n] = Outcome(outcome)
		}
	}
	if !slices.ContainsFunc(lives, func(l life) bool { return l.name == s.life }) {
		return s, fmt.Errorf("schedule %q: no life %q", text, s.life)
	}
	return s, nil
}

// play lives a life to its end. It must be called inside a bubble.
func (s schedule) play() (*World, []violation) {
	w := NewWorld(Options{Seed: 1, Shapes: fake.Shapes{ListLag: 5 * time.Second}})
	defer w.Close()
	w.lagging = s.lagging
	w.addSeller(nil)
	w.strike = func(p *point) Outcome { return s.strikes[p.n] }
	w.start(0, 0)
	for _, l := range lives {
		if l.name == s.life {
			l.begin(w, s.at)
		}
	}
	return w, w.finish()
}

// finish runs the script to its end, lets everything come to rest and checks.
func (w *World) finish() []violation {
	const rounds = 20 // of people who wait and then do what they are told
	for range rounds {
		if w.Run(patience, func() bool { return w.scriptDone() && w.atRest() }) || w.broken != "" {
			break
		}
		w.heed()
	}
	var found []violation
	for _, h := range w.settle() {
		found = append(found, h.check()...)
	}
	if !w.scriptDone() {
		found = append(found, violation{5, "people wait for something that does not come"})
	}
	if w.broken != "" {
		found = append(found, violation{0, w.broken})
	}
	return found
}

func (w *World) scriptDone() bool {
	return !slices.ContainsFunc(w.script, func(s *stage) bool { return !s.done })
}
