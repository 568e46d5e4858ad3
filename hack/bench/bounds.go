package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// cost is what a phase may cost at most: calls to the seller API, but for syncs,
// and writes to Resellers by the manager.
type cost struct {
	calls  map[fake.Operation]int
	writes int
	// readings are those that are asked for, beside one in each interval.
	readings int
}

// allowed is what the phase of a result may cost.
func (r *result) allowed() cost {
	n := r.Resellers
	switch r.Phase {
	case "create":
		// Finalizer, intent, broker with report; one more write where status had to say what
		// is waited for, and one for each edit. Two syncs must agree before a first POST.
		return cost{
			calls:  map[fake.Operation]int{fake.OpCreate: n, fake.OpGet: r.edits, fake.OpUpdate: r.edits},
			writes: 3*n + r.waited + r.edits, readings: 4 + r.late(),
		}
	case "drift":
		// The broker is read before it is corrected.
		return cost{calls: map[fake.Operation]int{fake.OpGet: r.changed, fake.OpUpdate: r.changed}, writes: r.waited}
	case "edit":
		return cost{calls: map[fake.Operation]int{fake.OpGet: n, fake.OpUpdate: n}, writes: n + r.waited}
	case "delete":
		// Before it the broker and its services are read, after it two GETs a list's lag
		// apart and a list without it prove that it is gone.
		return cost{
			calls:  map[fake.Operation]int{fake.OpGet: 3 * n, fake.OpActiveReseller: n, fake.OpDelete: n},
			writes: 2*n + r.waited, readings: 2 + r.late(),
		}
	default: // at rest, after a restart, and while lists are wrong
		return cost{writes: r.waited}
	}
}

// late are the syncs of those who come while others are at work, and ask for later ones:
// there is at most one a second, and it serves all who wait.
func (r *result) late() int { return r.intervals() + int(r.Seconds/4) }

// intervals are the observe intervals that the phase touched.
func (r *result) intervals() int { return int(math.Ceil(r.Seconds / observeSeconds)) }

// identities are the brokers of which lists do not show who they are, and no Reseller says
// it either: a process reads each of them once, however many are created beside.
func (r *result) identities() int {
	if r.Lists == listNames && (r.Phase == "create" || r.Phase == "restart") {
		return r.Unmanaged
	}
	return 0
}

// detailed are the brokers of which details are read once in each detail interval.
func (r *result) detailed() int {
	switch r.Lists {
	case fake.ListDetail:
		return 0
	case listNames:
		return r.Resellers + r.Unmanaged
	default:
		return r.Resellers
	}
}

// over says what of it the phase exceeded. A sync is a list and the list of active
// resellers. Where lists are summaries, each broker is read once in a detail interval,
// too: for a time that is much shorter, twice its share is allowed.
func (r *result) over() []string {
	may := r.allowed()
	readings := r.intervals() + may.readings
	if r.Phase == "restart" {
		readings++ // the one of the manager that ended
	}
	if r.Phase == "restart" || r.Phase == "create" {
		readings += max(0, r.Sellers-1) // each proves its credentials by one
	}
	calls := map[fake.Operation]int{fake.OpList: readings, fake.OpActiveResellers: readings}
	if r.Phase == "delete" {
		calls[fake.OpActiveResellers] += int(r.Seconds / 5) // that nobody has services, a list says that is no older
	}
	maps.Copy(calls, may.calls)
	share := (r.Seconds + observeSeconds) / detailSeconds
	calls[fake.OpGet] += r.identities() + int(math.Ceil(2*share*float64(r.detailed())))
	var over []string
	for _, op := range slices.Sorted(maps.Keys(r.Calls)) {
		if op != fake.OpToken && r.Calls[op] > calls[op] {
			over = append(over, fmt.Sprintf("%d calls of %s, at most %d are allowed", r.Calls[op], op, calls[op]))
		}
	}
	if r.Writes > may.writes {
		over = append(over, fmt.Sprintf("%d writes to Resellers, at most %d are allowed", r.Writes, may.writes))
	}
	return over
}

// exceeded is an error that names every phase that cost too much.
func exceeded(all []*result) error {
	var errs []error
	for _, r := range all {
		for _, what := range r.exceeded {
			errs = append(errs, fmt.Errorf("%d Resellers, lists show %s, %s: %s", r.Resellers, r.Lists, r.Phase, what))
		}
	}
	return errors.Join(errs...)
}

// mayCostMore is how much more several namespaces may ask of the API server than one.
const mayCostMore = 1.10

// dearer complains where several namespaces cost more requests, over all phases, than
// one that is watched for itself.
func dearer(all []*result) error {
	type run struct {
		resellers, spread int
		lists             string
	}
	requests := map[run]int{}
	for _, r := range all {
		requests[run{r.Resellers, r.Spread, r.Lists}] += r.Requests
	}
	var errs []error
	for of, n := range requests {
		one := requests[run{of.resellers, 1, of.lists}]
		if of.spread > 1 && one > 0 && float64(n) > mayCostMore*float64(one) {
			errs = append(errs, fmt.Errorf("%d Resellers, lists show %s: %d namespaces cost %d requests to the API server, one costs %d",
				of.resellers, of.lists, of.spread, n, one))
		}
	}
	return errors.Join(errs...)
}
