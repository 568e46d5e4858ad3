package simulation

import (
	"context"
	"fmt"
	"slices"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const (
	// tick passes with every action, so that no two happen at one moment.
	tick = time.Millisecond
	// takeover is how long it takes until a new manager begins after one died.
	takeover = 2 * time.Second
	// maxActions bounds a run; several times what the longest takes.
	maxActions = 100_000
)

// World is everything that a run consists of. It lives inside one bubble of
// testing/synctest.
type World struct {
	Options

	server   *server
	fake     *fake.Server
	apis     []*api // fake is the first one's
	managers []*manager
	tasks    []*task
	trace    []*point
	points   int
	actions  int
	started  int    // managers
	last     string // what was done last
	woken    chan struct{}
	takeover []time.Time // when managers begin in the place of dead ones
	broken   string      // a panic of the operator, or a run without end
	lagging  bool        // watch events come after everything else
	settling bool        // faults and edits have ended
	quiet    bool        // nothing is expected to happen any more
	frozen   map[*manager]bool
	// strike decides what happens at a point; nil: nothing.
	strike func(*point) Outcome
	// faults are outcomes of this run only.
	faults map[Outcome]fake.Fault
	// hold keeps a task at its point as long as it answers true; nil: nobody.
	hold func(*point) bool
	// choose picks one of several possible actions; nil: the first.
	choose func([]action) int
	// script is what people do, each when it is time.
	script    []*stage
	touched   []touch
	sieges    []siege
	heeded    map[types.UID]int       // how often people asked for another try
	met       map[string]bool         // shapes of the schedule itself
	limited   bool                    // the accounts' rate is low
	asked     int                     // requests for a pass
	unheeded  bool                    // people do not do what Resellers ask of them
	recording *recording              // nil: nobody listens
	heirs     map[types.UID]types.UID // of restored Resellers, by which the checker knows them
	restored  []restored
	told      told            // the events of all managers
	compared  map[string]int  // effects that were foreseen, and happened
	shaped    map[string]bool // the shapes met before that; nil: nothing was foreseen
}

// Options say what kind of run it is.
type Options struct {
	Seed    uint64
	Shapes  fake.Shapes
	Workers int // passes at the same time in one manager; 0 means 1
	// Alone says that nobody becomes the leader when a manager dies.
	Alone bool
	// Stormy says that two Resellers may come to show one broker, if both stop then.
	Stormy bool
	// Skew is how far the clock of each further manager is ahead of the one before.
	Skew time.Duration
}

// action is something that can happen now.
type action struct {
	kind string // "go on", "deliver", "person", "pass", "observe"
	run  func()
}

// stage is one thing that somebody does once it is time.
type stage struct {
	when func() bool
	do   func()
	done bool
}

// touch is an edit of a broker in the portal.
type touch struct {
	broker string
	at     time.Time
}

// NewWorld makes a world with an account and without managers. It must be
// called inside a bubble.
func NewWorld(o Options) *World {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // the types are compiled in
		}
	}
	o.Workers = max(o.Workers, 1)
	if o.Shapes.Latency == 0 {
		o.Shapes.Latency = 20 * time.Millisecond
	}
	w := &World{Options: o, server: newServer(scheme), woken: make(chan struct{}, 1), frozen: map[*manager]bool{}, heeded: map[types.UID]int{}, met: map[string]bool{}, heirs: map[types.UID]types.UID{}}
	w.fake = w.addAPI(endpoint, o.Seed, o.Shapes).Server
	return w
}

// bystander is somebody else's broker, so that lists that lack all others are not
// those of an outage.
var bystander = fake.Broker{
	Name: "Bystander", RegistrationNumber: "Rbystander", Domain: "bystander.example",
	NotificationEmail: "n@bystander.example", SupportEmail: "s@bystander.example",
}

// Close ends every manager and waits until nothing of them is left.
func (w *World) Close() {
	w.Alone = true
	for _, m := range w.managers {
		m.kill()
	}
	for range 1000 {
		synctest.Wait()
		w.reap()
		if len(w.tasks) == 0 {
			return
		}
		select {
		case <-w.woken:
		case <-time.NewTimer(time.Hour).C:
		}
	}
}

// Run lets things happen until a condition holds or so much time has passed. It
// reports whether the condition holds.
func (w *World) Run(most time.Duration, until func() bool) bool {
	end := now().Add(most)
	for w.broken == "" {
		synctest.Wait()
		w.reap()
		if until != nil && until() {
			return true
		}
		if !now().Before(end) {
			return false
		}
		w.step(end)
		if w.actions++; w.actions > maxActions {
			w.broken = fmt.Sprintf("no end after %d actions, the last to %s", maxActions, w.last)
		}
	}
	return false
}

// step makes one of the possible actions, or lets time pass until there is one.
func (w *World) step(end time.Time) {
	possible := w.possible()
	if len(possible) == 0 {
		w.last = "wait"
		w.wait(end)
		return
	}
	i := 0
	if w.choose != nil {
		i = w.choose(possible)
	}
	if i < 0 {
		w.wait(end) // time may pass although there is something to do
		return
	}
	pause(tick)
	w.last = possible[i].kind
	possible[i].run()
}

// wait lets time pass until something is due or a task wants to go on.
func (w *World) wait(end time.Time) {
	if w.limited && slices.ContainsFunc(w.tasks, (*task).waitsItsTurn) {
		w.met[shapeRate] = true
	}
	next := w.due(end)
	timer := time.NewTimer(max(next.Sub(now()), tick))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.woken:
	}
}

// reap forgets tasks that have ended, and unwinds those of dead managers.
func (w *World) reap() {
	for {
		unwound := false
		for _, t := range w.tasks {
			if t.m.dead && t.parked != nil {
				t.parked = nil
				t.resume <- CrashBefore
				unwound = true
			}
		}
		w.tasks = slices.DeleteFunc(w.tasks, func(t *task) bool { return t.done })
		if !unwound {
			return
		}
		synctest.Wait()
	}
}

// goOn lets a task make the operation at whose point it waits.
func (w *World) goOn(t *task) {
	p := t.parked
	t.parked = nil
	if p.op != awake {
		w.points++
		p.n, p.at, p.view, p.settling = w.points, now(), t.m.cache.position["Reseller"], w.settling
		if w.strike != nil {
			p.struck = w.strike(p)
		}
		w.trace = append(w.trace, p)
		w.met[shapeWorkers] = w.met[shapeWorkers] || slices.ContainsFunc(w.tasks, func(o *task) bool {
			return o != t && o.m == t.m && t.uid != "" && o.uid != "" && !o.done
		})
	}
	t.resume <- p.struck
}

// killed is told by a manager that died.
func (w *World) killed(*manager) {
	if !w.Alone {
		w.takeover = append(w.takeover, now().Add(takeover))
	}
}

// leader is the latest manager.
func (w *World) leader() *manager { return w.managers[len(w.managers)-1] }

// background is the context of what people do.
func background() context.Context { return context.Background() }
