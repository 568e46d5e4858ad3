package simulation

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
)

// The most that an object and an account may cost an hour while nobody edits and
// nothing changes at Cloudmore.
const (
	callsAtFirst = 30 // in the first hour of a failure
	callsLater   = 12 // in each later one
	// callsAtStart are those of each process that begins in an outage, of which status
	// keeps nothing: a first one, and those after pauses that double, until three callers
	// have failed and one call at a time is tried for all.
	callsAtStart = 8
	// Lists of an account beyond its interval, and more of them in each new process.
	readsBeyond  = 30
	readsAtStart = 20
	// readsAfterEdit are those of who seeks something new since a user edited it.
	readsAfterEdit = 15
	// readsOfBefore are those in the first hour, of who was edited as the failure began and is
	// new to the account some minutes later, when its Seller can be used.
	readsOfBefore = 5
	// A DELETE that is refused is tried 10 times in the first hour and 6 times in each later
	// one; each try is announced in status, which foretells the answer. A POST that is refused
	// is tried five times in the first hour, and takes two writes each time: the end of one
	// intent is the next one.
	writesBeyond  = 12
	writesAtStart = 3
	// writesOfBefore are those of what ends as the failure begins, in the first hour: an edit
	// just before, an account that could not be used, and a broker that is found to be gone.
	writesOfBefore = 3
	readyWithin    = time.Minute
)

// siege is a time in which something fails for good, nobody edits, and nothing
// changes at Cloudmore.
type siege struct {
	from, to time.Time
	restarts bool // managers die again and again
	outage   bool // no call gets an answer of the API
}

// hours are its whole hours.
func (g *siege) hours() int { return int(g.to.Sub(g.from) / time.Hour) }

// hourOf is the hour in which a moment lies, and whether it does.
func (g *siege) hourOf(at time.Time) (int, bool) {
	hour := int(at.Sub(g.from) / time.Hour)
	return hour, !at.Before(g.from) && hour < g.hours()
}

// besieged is the time in which nothing but the pace is looked at.
const besieged = 3 * time.Hour

// besiege has something fail for hours, with or without managers that die.
func (s *storm) besiege() {
	w := s.w
	w.onlyOne()
	clear(w.frozen)
	s.besieging = true
	w.met[shapeSiege] = true
	restarts := s.chance(0.5)
	failing, o, outage := s.failing()
	s.strokes = append(s.strokes, fmt.Sprintf("for hours %s", o))
	spared := s.without[len(s.strokes)]
	w.strike = func(p *point) Outcome { return onlyIf(!spared && failing(p.op), o) }
	restart := besieged
	if restarts {
		w.met[shapeRestarts] = true
		restart = time.Duration(1+s.random.IntN(20)) * time.Minute
	}
	s.edit()
	s.delete()
	s.create()
	g := siege{now(), now().Add(besieged), restarts, outage}
	for now().Before(g.to) && w.broken == "" {
		w.Run(min(restart, g.to.Sub(now())), nil)
		if now().Before(g.to) {
			w.leader().kill()
		}
	}
	w.sieges = append(w.sieges, g)
	w.strike, s.besieging = s.strike, false
}

// failing draws what fails for good: one kind of write, all writes, or everything. Left
// out are outages like an empty account, which is believed to be one after a quarter of
// an hour.
func (s *storm) failing() (strikes func(operation) bool, o Outcome, outage bool) {
	o = refusal(pick(s, 400, 403, 405, 409, 413, 422), pick(s, forms...), false)
	switch s.random.IntN(3) {
	case 0:
		only := pick(s, post, put, del)
		return func(op operation) bool { return op == only }, o, false
	case 1:
		return operation.changes, o, false
	default:
		return operation.seller, pick(s, Unreached, Cut, "500", "503", HTML), true
	}
}

func onlyIf(struck bool, o Outcome) Outcome {
	if struck {
		return o
	}
	return Fine
}

// keepsPace: what fails is tried less and less, over restarts, too; an account is
// read as often as is sensible; status is not written again and again; and nobody
// waits for long to hear what is the matter.
func keepsPace(h *history) []violation {
	var found []violation
	for i := range h.sieges {
		g := &h.sieges[i]
		for uid, r := range h.presentAt(h.before(g.to)) {
			found = append(found, h.tooMany(g, uid, r.Name)...)
			found = append(found, h.withoutReady(g, r)...)
		}
		found = append(found, h.readTooOften(g)...)
	}
	return found
}

// tooMany finds the hours in which a Reseller cost too many calls or writes.
func (h *history) tooMany(g *siege, uid types.UID, name string) []violation {
	calls, writes := h.costs(g, uid)
	var found []violation
	for hour := range calls {
		if h.editedIn(g, hour, uid) {
			continue
		}
		mostCalls, mostWrites := h.bounds(g, hour)
		if calls[hour] > mostCalls {
			found = append(found, violation{what: fmt.Sprintf("%s costs %d calls in hour %d of a failure", name, calls[hour], hour+1)})
		}
		if writes[hour] > mostWrites {
			found = append(found, violation{what: fmt.Sprintf("the status of %s is written %d times in hour %d of a failure", name, writes[hour], hour+1)})
		}
	}
	return found
}

// editedIn reports whether somebody still edited a Reseller in an hour.
func (h *history) editedIn(g *siege, hour int, uid types.UID) bool {
	return slices.ContainsFunc(h.changes, func(c change) bool { return c.editsIn(g, hour) && c.after.GetUID() == uid })
}

// editsIn is how many edits of Resellers there still were in an hour.
func (h *history) editsIn(g *siege, hour int) (edits int) {
	for i := range h.changes {
		if h.changes[i].editsIn(g, hour) {
			edits++
		}
	}
	return edits
}

// editsIn reports whether a change is an edit of a Reseller in an hour, and not one of
// those with which the failure began.
func (c *change) editsIn(g *siege, hour int) bool {
	before, _ := c.before.(*v1alpha1.Reseller)
	after, _ := c.after.(*v1alpha1.Reseller)
	at, in := g.hourOf(c.at)
	return in && at == hour && c.at.After(g.from) && before != nil && after != nil && before.Generation != after.Generation
}

// bounds are how many calls and writes of status a Reseller may cost in an hour.
func (h *history) bounds(g *siege, hour int) (calls, writes int) {
	calls, writes = callsLater, writesBeyond
	if hour == 0 {
		calls, writes = callsAtFirst, writesBeyond+writesOfBefore
	}
	starts := h.startsIn(g, hour)
	if g.outage {
		calls += starts * callsAtStart
	}
	return calls, writes + starts*writesAtStart
}

// startsIn is how many managers began in an hour.
func (h *history) startsIn(g *siege, hour int) (starts int) {
	for _, at := range h.starts {
		if begun, in := g.hourOf(at); in && begun == hour {
			starts++
		}
	}
	return starts
}

// costs are the calls and the writes of status of a Reseller, by hour. One GET an
// interval is no part of a failure.
func (h *history) costs(g *siege, uid types.UID) (calls, writes []int) {
	calls, looks, writes := make([]int, g.hours()), make([]int, g.hours()), make([]int, g.hours())
	for _, p := range h.points {
		hour, in := g.hourOf(p.at)
		switch {
		case !in || p.uid != uid:
		case g.restarts && p.struck == Fine: // each process looks on and settles what it finds
		case p.op == get:
			looks[hour]++
		case p.op.changes():
			calls[hour]++
		}
	}
	for hour := range calls {
		calls[hour] += max(0, looks[hour]-int(time.Hour/detailInterval))
	}
	for i := range h.changes {
		if hour, in := g.hourOf(h.changes[i].at); in && h.changes[i].writesStatusOf(uid) {
			writes[hour]++
		}
	}
	return calls, writes
}

// writesStatusOf reports whether a manager changed the status of a Reseller.
func (c *change) writesStatusOf(uid types.UID) bool {
	before, _ := c.before.(*v1alpha1.Reseller)
	after, _ := c.after.(*v1alpha1.Reseller)
	return c.by != "person" && before != nil && after != nil && after.UID == uid && after.Generation == before.Generation &&
		slices.Equal(after.Finalizers, before.Finalizers)
}

// readTooOften finds hours in which the account was listed too often.
func (h *history) readTooOften(g *siege) []violation {
	reads := make([]int, g.hours())
	most := slices.Repeat([]int{readsBeyond + int(time.Hour/account.DefaultObserveInterval)}, g.hours())
	for _, at := range h.reads {
		if hour, in := g.hourOf(at); in {
			reads[hour]++
		}
	}
	most[0] += readsOfBefore
	var found []violation
	for hour := range reads {
		most[hour] += h.startsIn(g, hour)*readsAtStart + h.editsIn(g, hour)*readsAfterEdit
		if reads[hour] > most[hour] {
			found = append(found, violation{what: fmt.Sprintf("the account is listed %d times in hour %d of a failure, at most %d are due", reads[hour], hour+1, most[hour])})
		}
	}
	return found
}

// withoutReady finds a Reseller that said nothing a minute after it was made.
func (h *history) withoutReady(g *siege, r *v1alpha1.Reseller) []violation {
	at := r.CreationTimestamp.Add(readyWithin)
	if _, in := g.hourOf(at); !in {
		return nil
	}
	then := h.asOf(r.UID, h.before(at.Add(time.Second))) // a time stamp has no parts of a second
	if then == nil || meta.FindStatusCondition(then.Status.Conditions, v1alpha1.ConditionReady) != nil {
		return nil
	}
	return []violation{{what: fmt.Sprintf("%s says nothing of itself %s after it was made", r.Name, readyWithin)}}
}
