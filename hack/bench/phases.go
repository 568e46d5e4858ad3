package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// result is what one phase took.
type result struct {
	Resellers int                    `json:"resellers"`
	Spread    int                    `json:"namespaces"` // 0: one, and all are watched
	Sellers   int                    `json:"sellers"`    // of the account
	Requests  int                    `json:"requests"`   // to the API server, by the manager
	Lists     string                 `json:"lists"`
	Unmanaged int                    `json:"unmanaged,omitempty"` // brokers that no Reseller names
	Phase     string                 `json:"phase"`
	Seconds   float64                `json:"seconds"`
	Calls     map[fake.Operation]int `json:"calls"`
	Writes    int                    `json:"writes"` // to Resellers, by the manager
	PeakMiB   float64                `json:"peakMiB"`
	LiveKiB   float64                `json:"liveKiBPerReseller"` // of the heap, at the latest garbage collection
	CPU       float64                `json:"cpuSeconds"`
	Rate      float64                `json:"rateUsed,omitempty"` // of what the Seller permits
	P50       float64                `json:"p50Seconds,omitempty"`
	P99       float64                `json:"p99Seconds,omitempty"`
	people    int                    // writes to Resellers by people
	edits     int                    // by people, while others are created
	waited    int                    // writes that may have said what a Reseller waits for
	changed   int                    // brokers that somebody changed elsewhere
	exceeded  []string               // see over
}

// measure lives through all phases.
func (w *world) measure(ctx context.Context) ([]*result, error) {
	if err := w.each(func(i int) error { return w.client.Create(ctx, w.reseller(i)) }); err != nil {
		return nil, err
	}
	if err := w.await(ctx, "all new", func() bool { n, _, _ := w.objects.counts(); return n == w.n }); err != nil {
		return nil, err
	}
	var all []*result
	for _, phase := range []struct {
		name   string
		people int // writes to Resellers by people, for each Reseller
		run    func(context.Context, *result) error
	}{
		{"create", 0, w.create},
		{"rest", 0, w.rest},
		{"drift", 0, w.drift},
		{"wrong lists", 0, w.wrongLists},
		{"restart", 0, w.restart},
		{"edit", 1, w.edit},
		{"delete", 1, w.delete},
	} {
		if w.phases != nil && !slices.Contains(w.phases, phase.name) {
			continue
		}
		r, err := w.phase(ctx, phase.name, phase.people*w.n, phase.run)
		if err != nil {
			return all, fmt.Errorf("%s: %w", phase.name, err)
		}
		all = append(all, r)
		r.print(len(all) == 1)
		r.exceeded = r.over()
	}
	return all, nil
}

// phase counts what happens while it runs.
func (w *world) phase(ctx context.Context, name string, byPeople int, run func(context.Context, *result) error) (*result, error) {
	w.fake.ResetHistory()
	w.objects.waiting()
	_, _, before := w.objects.counts()
	cpu, requests := 0.0, 0
	if w.usage != nil {
		_, cpu, _, _ = w.usage.now()
		requests = w.usage.asked()
	}
	r := &result{Resellers: w.n, Spread: w.spread, Sellers: w.sellers, Lists: w.lists, Unmanaged: w.unmanaged, Phase: name, Calls: map[fake.Operation]int{}, people: byPeople}
	began := time.Now()
	if err := run(ctx, r); err != nil {
		return nil, err
	}
	r.Seconds = time.Since(began).Seconds()
	_, _, after := w.objects.counts()
	peak, cpuNow, _, _ := w.usage.now()
	r.Writes, r.PeakMiB, r.CPU, r.waited = after-before-r.people, peak/(1<<20), cpuNow, w.objects.waiting()
	r.LiveKiB = w.usage.heap() / (1 << 10) / float64(w.n)
	r.Requests = w.usage.asked()
	if name != "restart" {
		r.CPU -= cpu
		r.Requests -= requests
	}
	for op, c := range w.fake.Counters() {
		if c.Calls > 0 {
			r.Calls[op] = c.Calls
		}
	}
	return r, nil
}

func (w *world) allReady() bool {
	all, ready, _ := w.objects.counts()
	return all == w.n && ready == w.n
}

// create starts the manager on all that are new, and has a user edit some of the
// first while the others wait.
func (w *world) create(ctx context.Context, r *result) error {
	if err := w.start(ctx); err != nil {
		return err
	}
	if w.n >= 1000 {
		if err := w.hurried(ctx, r); err != nil {
			return err
		}
	}
	err := w.await(ctx, "all ready", w.allReady)
	r.Rate = w.rateUsed(fake.OpCreate)
	if w.lists == listNames && w.unmanaged > 0 { // who they are is read before the first POST
		r.Rate = w.rateUsed(fake.OpCreate, fake.OpGet)
	}
	return err
}

// hurried measures from an edit to the broker while creates are queued. Each
// edit is a write by a user and one more by the manager.
func (w *world) hurried(ctx context.Context, r *result) error {
	const edits = 50
	err := w.await(ctx, "the first are ready", func() bool { _, ready, _ := w.objects.counts(); return ready >= edits })
	if err != nil {
		return err
	}
	var took []time.Duration
	for i := range w.n {
		if len(took) == edits {
			break
		}
		id := w.objects.readyBroker(name(i))
		if id == "" {
			continue
		}
		one, err := w.editOne(ctx, i, id)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	r.people += len(took)
	r.edits = len(took)
	r.P50, r.P99 = percentile(took, .5), percentile(took, .99)
	return nil
}

// editOne edits one Reseller and waits until its broker shows it.
func (w *world) editOne(ctx context.Context, i int, id string) (time.Duration, error) {
	obj := w.reseller(i)
	began := time.Now()
	if err := w.client.Patch(ctx, obj, stage.Edit); err != nil {
		return 0, err
	}
	err := w.await(ctx, "the edit of "+obj.Name, func() bool {
		b, _ := w.fake.Broker(id)
		return b.Broker.Contact.Phone == stage.EditedPhone
	})
	return time.Since(began), err
}

// rest watches two observe intervals.
func (w *world) rest(ctx context.Context, _ *result) error {
	return pause(ctx, 2*observeSeconds*time.Second)
}

// drift has one broker of a hundred edited elsewhere.
func (w *world) drift(ctx context.Context, r *result) error {
	var edited []string
	for i, b := range w.fake.Live()[w.unmanaged:] { // those were there first
		if i%100 == 0 {
			edited = append(edited, b.ID)
			if err := w.fake.Edit(b.ID, func(b *fake.Broker) { b.Name = "Somebody else" }); err != nil {
				return err
			}
		}
	}
	r.changed = len(edited)
	return w.await(ctx, "all corrected", func() bool {
		return !slices.ContainsFunc(edited, func(id string) bool {
			b, _ := w.fake.Broker(id)
			return b.Broker.Name == "Somebody else"
		})
	})
}

// wrongLists has lists turn empty, half-empty, and those of another account.
func (w *world) wrongLists(ctx context.Context, _ *result) error {
	for _, f := range []fake.Fault{
		{Op: fake.OpList, List: fake.ListEmpty}, {Op: fake.OpList, List: fake.ListShort, Missing: w.n / 2}, {Op: fake.OpList, List: fake.ListForeign},
	} {
		if err := w.fake.Inject(f); err != nil {
			return err
		}
		if err := pause(ctx, observeSeconds*time.Second); err != nil {
			return err
		}
		w.fake.ClearFaults()
	}
	lists := w.fake.Calls(fake.OpList)
	err := w.await(ctx, "a right list", func() bool { return w.fake.Calls(fake.OpList) >= lists+2 })
	if wrote := w.fake.Calls(fake.OpCreate) + w.fake.Calls(fake.OpDelete) + w.fake.Calls(fake.OpUpdate); wrote > 0 && err == nil {
		return fmt.Errorf("%d writes because of wrong lists", wrote)
	}
	return err
}

// restart measures from the start of the binary until it has read the account
// and nothing is queued.
func (w *world) restart(ctx context.Context, _ *result) error {
	w.stop()
	if err := w.start(ctx); err != nil {
		return err
	}
	return w.await(ctx, "empty queues", func() bool {
		_, _, queued, seen := w.usage.now()
		return seen && queued == 0 && w.allReady() && w.sellersAreProven()
	})
}

// sellersAreProven reports whether the account answered a sync for each Seller, which
// proves its credentials: until then its Resellers wait for it, and say so.
func (w *world) sellersAreProven() bool {
	answered := 0
	for _, x := range w.fake.History() {
		if x.Op == fake.OpList && !x.EndedAt.IsZero() {
			answered++
		}
	}
	return answered >= w.sellers
}

// edit has every Reseller edited.
func (w *world) edit(ctx context.Context, r *result) error {
	if err := w.each(func(i int) error {
		return w.client.Patch(ctx, w.reseller(i), client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"contact":{"jobTitle":"Owner"}}}`)))
	}); err != nil {
		return err
	}
	err := w.await(ctx, "all edited", func() bool { return w.fake.Commits(fake.OpUpdate) >= w.n && w.allReady() })
	r.Rate = w.rateUsed(fake.OpUpdate)
	return err
}

// delete has every Reseller deleted.
func (w *world) delete(ctx context.Context, r *result) error {
	if err := w.each(func(i int) error { return w.client.Delete(ctx, w.reseller(i)) }); err != nil {
		return err
	}
	err := w.await(ctx, "all gone", func() bool { all, _, _ := w.objects.counts(); return all == 0 })
	r.Rate = w.rateUsed(fake.OpDelete)
	return err
}

// rateUsed is how much of the permitted rate was used between the first and the
// last call of an operation.
func (w *world) rateUsed(ops ...fake.Operation) float64 {
	var first, last time.Time
	calls := 0
	history := w.fake.History()
	for i := range history {
		if slices.Contains(ops, history[i].Op) {
			if first.IsZero() {
				first = history[i].At
			}
			last = history[i].At
		}
	}
	for i := range history {
		if at := history[i].At; !at.Before(first) && !at.After(last) && history[i].Op != fake.OpToken {
			calls++
		}
	}
	if !last.After(first) {
		return 0
	}
	return float64(calls-1) / last.Sub(first).Seconds() / float64(w.rate)
}

func percentile(took []time.Duration, share float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[int(math.Ceil(share*float64(len(took))))-1].Seconds()
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
