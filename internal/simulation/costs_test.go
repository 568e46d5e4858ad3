package simulation

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// inFleet runs with so many Resellers that are InSync, and no brake. The account is read in
// each interval.
func inFleet(t *testing.T, many int, interval time.Duration, run func(w *World, names []string)) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(Options{Seed: 1, Shapes: fake.Shapes{ListContent: fake.ListDetail}})
		defer w.Close()
		w.addSeller(func(s *v1alpha1.Seller) {
			s.Spec.Brake.Enabled, s.Spec.ObserveInterval.Duration = ptr.To(false), interval
		})
		names := make([]string, many)
		for i := range names {
			names[i] = fmt.Sprintf("r%d", i)
			company := fmt.Sprintf("c%d", i)
			w.fake.Add(newBroker(company))
			w.add(newReseller(names[i], company, func(r *v1alpha1.Reseller) { r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting }))
		}
		w.start(0, 0)
		w.calm(2 * time.Hour)
		for _, name := range names {
			if r := w.reseller(name); reasonFor(r) != v1alpha1.ReasonInSync {
				t.Fatalf("%s is %s", name, reasonFor(r))
			}
		}
		run(w, names)
		if w.broken != "" {
			t.Error(w.broken)
		}
	})
}

// A storm of changes is told by at most as many events: each tells of one change, and what
// is tried again, or read again, tells nothing.
func TestAStormOfChangesMakesNoMoreEvents(t *testing.T) {
	const (
		many, rounds = 50, 5
		each         = many * rounds
	)
	inFleet(t, many, 5*time.Minute, func(w *World, names []string) {
		refused := refusal(400, fake.FormMessage, false)
		for _, storm := range []struct {
			name   string
			change func(name string, round int)
			strike func(*point) Outcome
			want   string
			at     int // how many at least
		}{
			{"edits", func(name string, round int) { w.edit(name, phone(fmt.Sprint("777000", round))) }, nil, "Reseller Updated", each},
			{"changes in the portal", func(name string, _ int) {
				must(w.fake.Edit(w.reseller(name).Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550000" }))
			}, nil, "Reseller DriftCorrected", 1},
			{"edits that are refused", func(name string, round int) { w.edit(name, phone(fmt.Sprint(round))) }, func(p *point) Outcome { return onlyIf(p.op == put, refused) }, "Reseller Refused", many},
			{"edits in an outage", func(name string, round int) { w.edit(name, phone(fmt.Sprint("888000", round))) }, func(p *point) Outcome { return onlyIf(p.op.seller(), "503") }, "Reseller Updated", many},
		} {
			before := w.told.since(nil)
			w.strike = storm.strike
			for round := range rounds {
				for _, name := range names {
					storm.change(name, round)
				}
				w.calm(6 * time.Minute) // longer than the interval
			}
			w.strike = nil
			w.calm(15 * time.Minute) // until all of it has arrived
			more := w.told.since(before)
			ofResellers := 0
			for what, n := range more {
				if strings.HasPrefix(what, "Reseller ") {
					ofResellers += n
				}
			}
			t.Logf("%s: %v", storm.name, more)
			if ofResellers > each || more[storm.want] < storm.at {
				t.Errorf("%d %s are told by %v", each, storm.name, more)
			}
		}
	})
}

// What an account costs while nothing happens: a list and a question for services in each
// interval, no write for a Reseller, and one for its Seller in ten intervals or ten minutes,
// whichever is longer.
func TestWhatAnAccountCostsAtRest(t *testing.T) {
	for _, row := range []struct {
		interval, written time.Duration
	}{
		{30 * time.Second, 10 * time.Minute},
		{time.Minute, 10 * time.Minute},
		{5 * time.Minute, 50 * time.Minute}, // the default
	} {
		t.Run("read in each "+row.interval.String(), func(t *testing.T) {
			inFleet(t, 20, row.interval, func(w *World, _ []string) {
				const rest = 4 * time.Hour
				calls, writes := w.costs(rest)
				t.Logf("%v %v", calls, writes)
				readings := int(rest / row.interval)
				if calls[list] > readings || calls[list] < readings-1 || calls[active] > readings {
					t.Errorf("%d lists of brokers and %d of services in %d intervals", calls[list], calls[active], readings)
				}
				for _, op := range []operation{get, services, post, put, del, login} {
					if calls[op] > 0 && (op != login || calls[op] > int(rest/time.Hour)) {
						t.Errorf("%s is called %d times", op, calls[op])
					}
				}
				if told, most := writes["write status Seller"], int((rest+row.written-1)/row.written); told > most || told < most-2 {
					t.Errorf("%d writes for the Seller, where %d are permitted", told, most)
				}
				delete(writes, "write status Seller")
				if len(writes) > 0 {
					t.Errorf("besides these writes: %v", writes)
				}
			})
		})
	}
}

// costs are the calls and writes while time passes, the latter by the kind of the object.
func (w *World) costs(d time.Duration) (calls map[operation]int, writes map[string]int) {
	from := len(w.trace)
	w.calm(d)
	calls, writes = map[operation]int{}, map[string]int{}
	for _, p := range w.trace[from:] {
		calls[p.op]++
		if p.op == writeObject || p.op == writeStatus {
			writes[string(p.op)+" "+strings.Fields(p.what + " ?")[0]]++
		}
	}
	return calls, writes
}
