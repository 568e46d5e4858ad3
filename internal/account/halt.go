package account

import (
	"context"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Write is a change or deletion of a broker that is about to happen.
type Write struct {
	Deletes bool
	Owner   Owner
	Broker  broker.ID
	// Sends says that nothing comes before it, Waited that it had to wait when an
	// earlier process ended.
	Sends, Waited bool
}

// Halt is why nothing may be written to an account, as facts.
type Halt struct {
	Since time.Time
	// Most brokers of Total may be changed or deleted within Window.
	Most, Total int
	Window      time.Duration
	// Whom is what waits, the newest first, and More how many others. It is for those
	// who own the account only.
	Whom []Write
	More int
	// Sent is how many were let through within the window before.
	Sent int
	// Waiting tells of all who wait, as confirmed reads it; "" where that is not known.
	Waiting string
	// Field is what updates changed in the brokers of Whom although nobody asked for it,
	// where that is why; "" else.
	Field string
	// Told is the text of a halt whose facts were not kept; likewise.
	Told string
}

// halt is the halt by one write too many.
func (b *braking) halt(rule Brake, most, total int, now time.Time) *Halt {
	waiting := b.inLine()
	h := &Halt{
		Since: now.Truncate(time.Microsecond), Most: most, Total: total, Window: rule.Window,
		Sent: len(b.counted) - len(waiting), Waiting: confirmable(waiting),
	}
	for _, c := range slices.Backward(waiting) {
		if len(h.Whom) == whomAtMost {
			break
		}
		h.Whom = append(h.Whom, c.what)
	}
	h.More = len(waiting) - len(h.Whom)
	return h
}

// Memory is what outlasts a process of an account's brake.
type Memory struct {
	// Halt is nil where writing is not halted.
	Halt *Halt
	// Resumed is when a user last let writing go on; zero for never. Confirmed tells
	// for whom.
	Resumed   time.Time
	Confirmed string
}

// Stored is what one Seller keeps of the brake of its account.
type Stored struct {
	Key    broker.Account
	Memory Memory
}

// RecallOnce has all accounts remember what earlier processes had stored; read
// lists it. It is done once, and nobody may enter before.
func (r *Registry) RecallOnce(ctx context.Context, read func(context.Context) ([]Stored, error)) error {
	r.recalling.Lock()
	defer r.recalling.Unlock()
	if r.recalled {
		return nil
	}
	all, err := read(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		r.Recall(s.Key, s.Memory)
	}
	r.recalled = true
	return nil
}

// Recall has an account remember what a Seller keeps of its brake. Of several the
// latest resumption holds, and a halt that is later than it.
func (r *Registry) Recall(key broker.Account, m Memory) {
	r.mu.Lock()
	b := r.brake(key)
	r.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.Resumed.After(b.resumed) {
		b.resumed, b.confirmed = m.Resumed, confirmedIn(m.Confirmed)
	}
	if b.halted == nil {
		b.halted = m.Halt
	}
	if b.halted != nil && !b.halted.Since.After(b.resumed) {
		b.halted = nil
	}
}

// Brake is what is to be stored of an account's brake.
func (r *Registry) Brake(key broker.Account) Memory {
	r.mu.Lock()
	b := r.brakes[key]
	r.mu.Unlock()
	if b == nil {
		return Memory{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return Memory{Halt: b.halted, Resumed: b.resumed, Confirmed: b.confirmed.text}
}

// brake is that of an account, made if there is none. It outlives the account
// while writing is halted: a Seller that is recreated does not end that. The
// registry's lock guards it.
func (r *Registry) brake(key broker.Account) *braking {
	b := r.brakes[key]
	if b == nil {
		b = &braking{}
		r.brakes[key] = b
	}
	return b
}

// dropBrake forgets it with its account, unless writing is halted.
func (r *Registry) dropBrake(key broker.Account) {
	if b := r.brakes[key]; b != nil && b.current() == nil {
		delete(r.brakes, key)
	}
}
