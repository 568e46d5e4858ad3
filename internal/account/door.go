package account

import (
	"context"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Trust is what is known of a session's credentials before they are used.
type Trust int

const (
	// Untried is nothing.
	Untried Trust = iota
	// Renewed is that earlier credentials of the same Seller got the list.
	Renewed
	// Proven is that they got the list themselves, in an earlier process.
	Proven
)

// Door is the gate of one session's client. It leads through the account's gate
// as soon as the session's credentials got the list, and until then past it, so
// that whoever merely names a seller id can't get its account silenced or slowed
// down. The zero value leads nowhere.
type Door struct {
	mu       sync.Mutex
	to       cloudmore.Gate
	withheld func(cloudmore.Op) error // what may not pass in any case
}

// Enter implements [cloudmore.Gate].
func (d *Door) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	d.mu.Lock()
	to, withheld := d.to, d.withheld
	d.mu.Unlock()
	if withheld != nil {
		if err := withheld(call.Op); err != nil {
			return nil, err
		}
	}
	if to == nil {
		return nil, errNoSession(call.Op.String())
	}
	return to.Enter(ctx, call)
}

// watch has the door held shut for some calls.
func (d *Door) watch(withheld func(cloudmore.Op) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.withheld = withheld
}

func (d *Door) lead(to cloudmore.Gate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
}

// entrance is what the clients of one account have to pass.
type entrance struct {
	gate *gate // of sessions whose credentials got the list
	// hall is passed by all others, one at a time. It hears of no answer: each of
	// them keeps the pauses of its own trial, and those of the gate.
	hall   *gate
	trials map[string]*trial // by name of the session
}

// trial is the gate of a session whose credentials have yet to get the list.
type trial struct {
	clock      clock.Clock
	gate, hall *gate

	mu     sync.Mutex
	pauses pauses
}

// Enter implements [cloudmore.Gate].
func (t *trial) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	if f := t.silenced(call); f != nil {
		return nil, f
	}
	leave, err := t.hall.Enter(ctx, call)
	if err != nil {
		return nil, err
	}
	if f := t.silenced(call); f != nil { // meanwhile
		t.hall.giveBack()
		return nil, f
	}
	t.mu.Lock()
	round := t.pauses.round
	t.mu.Unlock()
	return func(r cloudmore.Result) {
		leave(cloudmore.Result{Status: r.Status, Duration: r.Duration})
		t.mu.Lock()
		defer t.mu.Unlock()
		if telling(ctx, r.Failure) {
			t.pauses.note(call, r.Failure, round, t.clock.Now())
		}
	}, nil
}

// silenced is the failure of a call while the account or this session pauses; nil
// for none.
func (t *trial) silenced(call cloudmore.Call) error {
	now := t.clock.Now()
	for _, f := range []*broker.Failure{t.gate.silenced(call, now), t.ownPause(call, now)} {
		if f != nil {
			return f
		}
	}
	return nil
}

func (t *trial) ownPause(call cloudmore.Call, now time.Time) *broker.Failure {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pauses.failureAt(call, now)
}

// own is until when this session alone is silent.
func (t *trial) own() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pauses.toReadings()
}

// silence is until when this session may not call.
func (t *trial) silence() time.Time {
	return later(t.gate.silentUntil(), t.own())
}
