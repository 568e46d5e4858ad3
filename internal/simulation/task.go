package simulation

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
)

// errCrashed unwinds the passes of a manager that was killed.
var errCrashed = errors.New("the manager was killed")

// task is a pass, or a sync of the account, in a goroutine of its own. It
// runs only between a resume and the next point, timer or end.
type task struct {
	w      *World
	m      *manager
	what   string
	uid    types.UID
	resume chan Outcome
	parked *point // what it waits to do; nil while it does not wait for the driver
	asleep bool   // in the fake
	done   bool
}

// waitsItsTurn reports whether the task waits for the account's limiter.
func (t *task) waitsItsTurn() bool { return t.parked == nil && !t.done && !t.asleep }

type taskKey struct{}

// taskOf is the task of a context, also of one without cancel.
func taskOf(ctx context.Context) *task {
	t, _ := ctx.Value(taskKey{}).(*task)
	return t
}

// spawn begins a task; it is at work until the driver waits.
func (w *World) spawn(m *manager, what string, uid types.UID, work func(context.Context)) {
	t := &task{w: w, m: m, what: what, uid: uid, resume: make(chan Outcome)}
	w.tasks = append(w.tasks, t)
	go func() {
		defer func() {
			if cause := recover(); cause != nil && !unwound(cause) {
				w.broken = fmt.Sprintf("%s of %s: %v\n%s", what, m.name, cause, debug.Stack())
			}
			t.done = true
			w.wake()
		}()
		work(context.WithValue(m.ctx, taskKey{}, t))
	}()
}

// unwound reports whether a panic is the end of a killed manager's pass.
func unwound(cause any) bool {
	err, ok := cause.(error)
	return ok && errors.Is(err, errCrashed)
}

// arrive waits at a point until the driver says how it goes on.
func (t *task) arrive(p *point) Outcome {
	if t.m.dead {
		panic(errCrashed)
	}
	t.park(p)
	if p.struck == CrashBefore || t.m.dead {
		t.m.kill()
		panic(errCrashed)
	}
	return p.struck
}

// leave is called when the operation of a point is done.
func (t *task) leave(struck Outcome) {
	if struck == CrashAfter || struck == CrashCommits {
		t.m.kill()
	}
	if t.m.dead {
		panic(errCrashed)
	}
}

// park waits for the driver.
func (t *task) park(p *point) {
	t.parked = p
	t.w.wake()
	p.struck = <-t.resume
}

// sleep is how long the fake's server takes. The driver says when a call goes
// on that has slept, so that two which end at one moment do so in sequence.
func (w *World) sleep(ctx context.Context, d time.Duration) error {
	t := taskOf(ctx)
	timer := time.NewTimer(d)
	defer timer.Stop()
	t.asleep = true
	defer func() { t.asleep = false }()
	var err error
	select {
	case <-timer.C:
	case <-ctx.Done():
		err = ctx.Err()
	case <-t.m.gone:
		return context.Canceled
	}
	t.park(&point{what: t.what, op: awake})
	if t.m.dead {
		return context.Canceled
	}
	return err
}

// awake is the end of a wait in the fake, which is no point of its own.
const awake operation = "awake"

// now is virtual inside a bubble.
func now() time.Time { return clock.RealClock{}.Now() }

// pause lets time pass.
func pause(d time.Duration) { <-time.NewTimer(d).C }

// wake tells the driver that a task waits for it or has ended.
func (w *World) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}
