package controller_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// walker is what the reference model knows of one Reseller and its broker: for each
// field what the spec wants, what Cloudmore last took, and what the broker has.
type walker struct {
	name   string
	fields []walkField
	// named says that spec.brokerID names the broker, so that the spec may lack any field.
	named bool
	// wanted has the fields that the spec names, with "" for one that it clears.
	wanted, taken, broker      map[string]string
	report, observe, suspended bool
}

// walkSeller is what stands in the Seller.
type walkSeller struct{ suspended, dry bool }

// walkState is what must be seen of a Reseller once everything has settled.
type walkState struct {
	reason  string
	drifted bool
	drift   []string // "field cause: wanted, observed"
	broker  map[string]string
}

// against says in what one that was seen is not what the model says.
func (seen walkState) against(name string, want walkState) []string {
	var all []string
	differ := func(what string, seen, want any) {
		if seen != want {
			all = append(all, fmt.Sprintf("%s: %s is %#v, and the model says %#v", name, what, seen, want))
		}
	}
	differ("the reason", seen.reason, want.reason)
	differ("Drifted", seen.drifted, want.drifted)
	for _, path := range slices.Sorted(maps.Keys(both(seen.broker, want.broker))) {
		differ("the broker's "+path, seen.broker[path], want.broker[path])
	}
	for _, row := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(seen.drift, want.drift)))) {
		differ("whether status.drift has "+row, slices.Contains(seen.drift, row), slices.Contains(want.drift, row))
	}
	return all
}

// both have the keys of one or the other.
func both(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// differing are the paths of the wanted fields that the broker has otherwise.
func (w *walker) differing() []string {
	var all []string
	for _, f := range w.fields {
		if value, managed := w.wanted[f.path]; managed && value != w.broker[f.path] {
			all = append(all, f.path)
		}
	}
	return all
}

// edited reports whether Cloudmore never took the value that the spec has.
func (w *walker) edited(path string) bool {
	value, known := w.taken[path]
	return !known || value != w.wanted[path]
}

// settle has the operator do what it should, and is what is seen then. It reports
// whether that takes an update.
func (w *walker) settle(s walkSeller) (seen walkState, updates bool) {
	w.took()
	reason := w.resting(s)
	if updates = reason == ""; updates {
		for _, path := range w.differing() {
			if w.edited(path) || !w.report {
				w.broker[path] = w.wanted[path]
			}
		}
		w.took()
		reason = w.resting(s)
	}
	seen = walkState{reason: reason, broker: maps.Clone(w.broker)}
	for _, path := range w.differing() {
		cause := v1alpha1.DriftChanged
		if w.edited(path) {
			cause = v1alpha1.DriftEdited
		}
		seen.drifted = seen.drifted || cause == v1alpha1.DriftChanged
		seen.drift = append(seen.drift, driftLine("spec."+path, cause, w.wanted[path], w.broker[path]))
	}
	maps.DeleteFunc(seen.broker, func(_, value string) bool { return value == "" })
	slices.Sort(seen.drift)
	return seen, updates
}

// took notes what Cloudmore shows as wanted, and forgets what the spec lacks.
func (w *walker) took() {
	maps.DeleteFunc(w.taken, func(path, _ string) bool { _, managed := w.wanted[path]; return !managed })
	for path, value := range w.wanted {
		if w.broker[path] == value {
			w.taken[path] = value
		}
	}
}

// resting is the reason with which nothing is sent; "" where something is.
func (w *walker) resting(s walkSeller) string {
	differs := w.differing()
	switch {
	case w.observe:
		return v1alpha1.ReasonObserving
	case len(differs) == 0:
		return v1alpha1.ReasonInSync
	case w.suspended:
		return v1alpha1.ReasonSuspended
	case w.report && !slices.ContainsFunc(differs, w.edited):
		return v1alpha1.ReasonDriftReported
	case s.suspended:
		return v1alpha1.ReasonSuspended
	case s.dry:
		return v1alpha1.ReasonDryRun
	default:
		return ""
	}
}

func driftLine(field string, cause v1alpha1.DriftCause, wanted, observed string) string {
	return fmt.Sprintf("%s %s: %q, %q", field, cause, wanted, observed)
}

// walkStep is one thing that somebody does to a Reseller, or to its broker in the portal.
type walkStep struct {
	says   string
	spec   map[string]any // a merge patch; nil for nothing
	portal string         // the field that is changed there; "" for none
}

// step draws what happens next, and has the model know it.
func (w *walker) step(random *rand.Rand) walkStep {
	f := w.fields[random.IntN(len(w.fields))]
	value := f.values[random.IntN(len(f.values))]
	switch n, ends := random.IntN(100), random.IntN(3) == 0; { // what stops writes ends soon, or little would be written
	case ends && w.suspended:
		return w.flip("suspend", &w.suspended, true, false)
	case ends && w.observe:
		return w.flip("managementPolicy", &w.observe, string(v1alpha1.Observe), string(v1alpha1.Manage))
	case n < 38:
		return w.edit(f.path, value)
	case n < 47 && f.values[len(f.values)-1] == "":
		return w.edit(f.path, "")
	case n < 60 && (w.named || !f.required):
		return w.leaveOut(f.path)
	case n < 83 && (w.named || !f.identity):
		w.broker[f.path] = value
		return walkStep{says: fmt.Sprintf("%s: %s is %q in the portal", w.name, f.path, value), portal: f.path}
	case n < 91:
		return w.flip("driftPolicy", &w.report, string(v1alpha1.DriftReport), string(v1alpha1.DriftCorrect))
	case n < 95:
		return w.flip("managementPolicy", &w.observe, string(v1alpha1.Observe), string(v1alpha1.Manage))
	default:
		return w.flip("suspend", &w.suspended, true, false)
	}
}

func (w *walker) edit(path, value string) walkStep {
	w.wanted[path] = value
	return walkStep{says: fmt.Sprintf("%s: %s is %q in the spec", w.name, path, value), spec: partOf(path, w.wanted)}
}

func (w *walker) leaveOut(path string) walkStep {
	delete(w.wanted, path)
	return walkStep{says: fmt.Sprintf("%s: the spec lacks %s", w.name, path), spec: partOf(path, w.wanted)}
}

func (w *walker) flip(field string, to *bool, on, off any) walkStep {
	*to = !*to
	value := off
	if *to {
		value = on
	}
	return walkStep{says: fmt.Sprintf("%s: %s is %v", w.name, field, value), spec: inSpec(field, value)}
}
