package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// tally counts the schedules in which each shape struck: in which the fake gave an
// answer by it. What no schedule meets is not tried, whatever was drawn.
type tally struct {
	mu        sync.Mutex
	schedules int
	struck    map[string]int
	// foreseen are the effects that previews named and that happened, by kind.
	foreseen map[string]int
}

// effects are the kinds that previews must have named.
var effects = []string{effectCreate, effectUpdate, effectDelete, effectAdopt, effectOrphan, effectRelease, effectNothing}

// unforeseen are those that no preview named; of few schedules it says nothing.
func (t *tally) unforeseen() []string {
	if t.schedules < leastTold {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(effects), func(kind string) bool { return t.foreseen[kind] > 0 })
}

// leastShare of the schedules must have met each shape: 100 of 10,000. Fewer than leastTold
// tell nothing of shapes that are drawn for one kind of field in a part of the schedules.
const (
	leastShare = 100
	leastTold  = 1000
)

// add counts the shapes that struck in one schedule.
func (t *tally) add(w *World) {
	met := w.shapesMet()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.struck == nil {
		t.struck, t.foreseen = map[string]int{}, map[string]int{}
	}
	t.schedules++
	for kind, n := range w.compared {
		t.foreseen[kind] += n
	}
	for shape, struck := range met {
		if struck {
			t.struck[shape]++
		}
	}
}

// rare are the shapes that struck in too few schedules; of few schedules it says nothing.
func (t *tally) rare() []string {
	if t.schedules < leastTold {
		return nil
	}
	least := t.schedules / leastShare
	var found []string
	for _, shape := range shapes {
		if t.struck[shape] < least {
			found = append(found, fmt.Sprintf("%s: %d of %d schedules", shape, t.struck[shape], t.schedules))
		}
	}
	return found
}

// String is the table, the rarest first.
func (t *tally) String() string {
	sorted := slices.Clone(shapes)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(t.struck[a], t.struck[b]) })
	var b strings.Builder
	for _, shape := range sorted {
		fmt.Fprintf(&b, "%6d  %5.1f %%  %s\n", t.struck[shape], 100*float64(t.struck[shape])/float64(max(t.schedules, 1)), shape)
	}
	return b.String()
}

// shapes are all that a run must meet.
var shapes = slices.Concat(refusalShapes(), settingShapes(), valueShapes(), listShapes(), worldShapes, restoreShapes, markShapes, discoveryShapes)

// worldShapes are those of a schedule as a whole.
var worldShapes = []string{shapeNamespaces, shapeAccounts, shapeWorkers, shapeRate, shapeSiege, shapeRestarts, shapeVendor}

const (
	shapeNamespaces = "two namespaces on one account"
	shapeAccounts   = "two accounts"
	shapeWorkers    = "passes of two objects at once"
	shapeRate       = "calls that waited for the rate"
	shapeSiege      = "a lasting failure"
	shapeRestarts   = "a lasting failure with restarts"
	shapeVendor     = "many brokers respelled at once"
	writesOnly401   = "401 for writes while reads work"
)

// refusalShapes are every status and every form for every operation, and each write
// that was refused and took effect.
func refusalShapes() []string {
	all := []string{writesOnly401}
	for _, op := range []operation{post, put, del, get, list} {
		for _, status := range statuses {
			if op != get || status != 404 { // a GET that finds nothing is a shape of its own
				all = append(all, fmt.Sprintf("%s %d", op, status))
			}
		}
		for _, form := range forms {
			all = append(all, fmt.Sprintf("%s refused as %s", op, form))
		}
		if op.changes() {
			all = append(all, fmt.Sprintf("%s refused and done", op))
		}
	}
	return all
}

// settingShapes are those by the settings of the fake, and brokers that contradict
// themselves.
func settingShapes() []string {
	return []string{
		fake.ShapedEnvelope, fake.ShapedNullGroup, fake.ShapedMembers, fake.ShapedReadOnly, fake.ShapedRequired, fake.ShapedStored,
		fake.ShapedDisplayed, fake.ShapedLate, fake.ShapedUnlisted, fake.ShapedUnreadable, fake.ShapedInactive, fake.ShapedEmptyAccount,
	}
}

// valueShapes are every kind and every place in which values are written in the API's
// own way, and what it shows of updates.
func valueShapes() []string {
	all := []string{fake.ShapedHarmed, fake.ShapedDropped, fake.ShapedLateRead, fake.ShapedEcho, fake.ShapedOldAnswer, fake.ShapedBare}
	for _, where := range []string{fake.SpellStore, fake.SpellUpdate, fake.SpellShow, fake.SpellDetail, fake.SpellList} {
		all = append(all, spelledAt+where)
	}
	for _, kind := range spellingKinds {
		kind, _, _ = strings.Cut(kind, "=")
		if shape := spelledAs + kind; !slices.Contains(all, shape) {
			all = append(all, shape)
		}
	}
	return all
}

const (
	spelledAt = "spelled at "
	spelledAs = "spelled by "
)

// spelled are the place and the kind of a spelling that struck.
func spelled(shape string) []string {
	where, kind, two := strings.Cut(shape, " ")
	if place := spelledAt + where; two && !strings.Contains(kind, " ") && slices.Contains(valueShapes(), place) {
		return []string{place, spelledAs + kind}
	}
	return nil
}

// operations are those of the fake as points know them.
var operations = map[fake.Operation]operation{
	fake.OpCreate: post, fake.OpUpdate: put, fake.OpDelete: del, fake.OpGet: get, fake.OpList: list,
}

// shapesMet are the shapes that struck in a run, up to its previews.
func (w *World) shapesMet() map[string]bool {
	if w.shaped != nil {
		return w.shaped
	}
	met := maps.Clone(w.met)
	for _, a := range w.apis {
		history := a.History()
		for i := range history {
			for _, shape := range shapesOf(&history[i]) {
				met[shape] = true
			}
		}
		met[writesOnly401] = met[writesOnly401] || refusedWritesOnly(history)
	}
	return met
}

// shapesOf are those that one call met.
func shapesOf(ex *fake.Exchange) []string {
	met := slices.Clone(ex.Shaped)
	for _, shape := range ex.Shaped {
		met = append(met, spelled(shape)...)
	}
	op, f := operations[ex.Op], ex.Fault
	if f == nil || op == "" || f.Status < 400 || ex.Status != f.Status {
		return met
	}
	met = append(met, fmt.Sprintf("%s %d", op, f.Status))
	if f.Form != "" {
		met = append(met, fmt.Sprintf("%s refused as %s", op, f.Form))
	}
	if ex.Committed {
		met = append(met, fmt.Sprintf("%s refused and done", op))
	}
	return met
}

// soon is how far apart a refused write and a list that works are, so that the token
// was good.
const soon = time.Minute

// refusedWritesOnly reports whether a write got 401 while lists were answered.
func refusedWritesOnly(history []fake.Exchange) bool {
	var listed, refused time.Time
	for i := range history {
		ex := &history[i]
		switch {
		case ex.Op == fake.OpList && ex.Status == 200:
			listed = ex.At
		case operations[ex.Op].changes() && ex.Status == 401:
			refused = ex.At
		default:
			continue
		}
		if !listed.IsZero() && !refused.IsZero() && listed.Sub(refused).Abs() < soon {
			return true
		}
	}
	return false
}
