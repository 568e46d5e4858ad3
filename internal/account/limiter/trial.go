package limiter

import (
	"context"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Trial is the limiter of a session whose credentials have yet to get the list.
type Trial struct {
	clock      clock.Clock
	gate, hall *Limiter

	mu     sync.Mutex
	pauses pauses
}

// NewTrial makes one beside the account's limiter: its calls pass the hall, which all
// trials share. It keeps the pauses of the limiter, and its own.
func NewTrial(c clock.Clock, random func() float64, g, hall *Limiter) *Trial {
	return &Trial{clock: c, gate: g, hall: hall, pauses: newPauses(random)}
}

// Enter implements [cloudmore.Gate].
func (t *Trial) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
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
		unheard := r
		unheard.Unheard = true
		leave(unheard)
		t.mu.Lock()
		defer t.mu.Unlock()
		if telling(ctx, r.Failure) {
			t.pauses.note(call, r.Failure, round, t.clock.Now())
		}
	}, nil
}

// silenced is the failure of a call while the account or this session pauses; nil
// for none.
func (t *Trial) silenced(call cloudmore.Call) error {
	now := t.clock.Now()
	for _, f := range []*broker.Failure{t.gate.silenced(call, now), t.ownPause(call, now)} {
		if f != nil {
			return f
		}
	}
	return nil
}

func (t *Trial) ownPause(call cloudmore.Call, now time.Time) *broker.Failure {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pauses.failureAt(call, now)
}

// OwnSilence is until when this session alone is paused.
func (t *Trial) OwnSilence() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pauses.toReadings()
}

// Silence is until when this session may not call.
func (t *Trial) Silence() time.Time {
	return moment.Later(t.gate.SilentUntil(), t.OwnSilence())
}
