package simulation

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// manager is one process: the real controllers with a cache and a clock of
// their own. What it remembers ends with it.
type manager struct {
	w         *World
	name      string
	ctx       context.Context
	cancel    context.CancelFunc
	gone      chan struct{}
	dead      bool
	retired   bool // not leader any more: nothing new begins, calls under way go on
	cache     *cache
	client    client.Client
	clock     skewed
	accounts  *account.Registry
	resellers *reseller.Reconciler
	sellers   *seller.Reconciler
	work      *queue // Resellers
	keep      *queue // Sellers
	workers   int
	began     time.Time
	only      string                       // the one Reseller that it works on; "" for all
	spelled   map[[2]string]broker.Account // by endpoint and seller id
	observing map[*account.Account]bool
	observeAt map[*account.Account]time.Time // not before this
}

// skewed is a clock that is ahead or behind.
type skewed struct {
	clock.RealClock
	by time.Duration
}

// Now implements clock.PassiveClock.
func (s skewed) Now() time.Time { return s.RealClock.Now().Add(s.by) }

// Since implements clock.PassiveClock.
func (s skewed) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

// start begins a manager whose first lists are as old as so many changes, and
// whose clock is ahead.
func (w *World) start(lag int, ahead time.Duration) *manager {
	w.started++
	m := &manager{
		w: w, name: "manager-" + string(rune('A'+(w.started-1)%26)), gone: make(chan struct{}), cache: newCache(w.server),
		work: newQueue(), keep: newQueue(), clock: skewed{by: ahead}, workers: w.Workers, began: now(),
		spelled: map[[2]string]broker.Account{}, observing: map[*account.Account]bool{}, observeAt: map[*account.Account]time.Time{},
	}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	writer := &direct{server: w.server, by: m.name, around: m.stop}
	m.client = cachedClient{direct: writer, cache: m.cache}
	chance := w.chance()
	m.accounts = account.NewRegistry(m.clock, rand.New(chance).Float64, reseller.Holder(m.client), func(cloudmore.Call, cloudmore.Result) {})
	m.accounts.SetStored(reseller.Held(m.client))
	m.accounts.SetBeside(m.beside)
	if err := reseller.SetupIndexes(m.ctx, m.cache); err != nil {
		panic(err) // the indexes of this cache are made by a map
	}
	m.resellers = &reseller.Reconciler{
		Client: m.client, Live: writer, Accounts: m.accounts, Events: &w.told,
		Clock: m.clock, Entropy: chance, Decide: m.decide, OriginGuarded: true,
	}
	m.sellers = &seller.Reconciler{
		New: func() v1alpha1.SellerObject { return &v1alpha1.Seller{} }, Client: m.client, Live: writer, Accounts: m.accounts,
		Events: &w.told, Clock: m.clock, Connection: seller.Connection{UserAgent: m.name, Transport: transport{m}},
	}
	must(m.resellers.WakeUps().Start(m.ctx, m.work))
	m.accounts.OnKeepers(func(broker.Account, string) { m.wakeKeepers() })
	m.cache.start(lag)
	m.announceAll()
	w.managers = append(w.managers, m)
	w.recording.tell(m.name, "starts")
	return m
}

// ahead is how far the clock of the next manager is ahead of the first one's.
func (w *World) ahead() time.Duration { return time.Duration(w.started) * w.Skew }

// chance is what a manager draws by lot: of one seed, and different for each.
func (w *World) chance() *rand.ChaCha8 {
	var seed [32]byte
	copy(seed[:], fmt.Sprint(w.Seed, " ", w.started))
	return rand.NewChaCha8(seed)
}

// kill ends the process: nothing of it runs on, and what it has sent is on its way.
func (m *manager) kill() {
	if m.dead {
		return
	}
	m.dead = true
	m.w.recording.tell(m.name, "dies")
	m.cancel()
	close(m.gone)
	m.w.killed(m)
}

// at is a point of this task.
func (t *task) at(op operation, broker string) *point {
	return &point{manager: t.m.name, what: t.what, uid: t.uid, op: op, broker: broker}
}

// stop makes an operation on the API server at its point.
func (m *manager) stop(ctx context.Context, op operation, kind string, do func() error) error {
	t := taskOf(ctx)
	p := t.at(op, kind)
	struck := t.arrive(p)
	var err error
	switch struck {
	case Conflict:
		err = apierrors.NewConflict(resourceOf(kind), "", errors.New("the object was changed"))
	case Denied:
		err = apierrors.NewForbidden(resourceOf(kind), "", errors.New("for once"))
	case Unavailable:
		err = apierrors.NewServiceUnavailable("for once")
	case Timeout:
		err = apierrors.NewTimeoutError("for once", 1)
	case Lost:
		if err = do(); err == nil {
			err = apierrors.NewTimeoutError("the answer is lost", 1)
		}
	default:
		err = do()
	}
	t.leave(struck)
	return err
}

// pass begins one pass over a Reseller or Seller.
func (m *manager) pass(q *queue, kind string, name types.NamespacedName, reconcile func(context.Context, reconcile.Request) (reconcile.Result, error)) {
	q.take(name)
	uid := types.UID("")
	if kind == "Reseller" {
		if obj, err := m.cache.find(kind, name); err == nil {
			uid = m.w.known(obj.GetUID())
		}
	}
	m.w.spawn(m, kind+" "+name.String(), uid, func(ctx context.Context) {
		result, err := reconcile(ctx, requestFor(name))
		q.done(name, result, err)
	})
}

// observe has the account do what is due.
func (m *manager) observe(a *account.Account) {
	m.observing[a] = true
	m.w.spawn(m, "account", "", func(ctx context.Context) {
		a.Observe(ctx)
		m.observing[a], m.observeAt[a] = false, now().Add(m.w.readingPause())
	})
}

// beside begins a part of a task, which goes on when it is its turn.
func (m *manager) beside(ctx context.Context, do func(context.Context)) {
	of := taskOf(ctx)
	m.w.spawn(m, of.what, of.uid, func(own context.Context) {
		t := taskOf(own)
		t.park(&point{what: t.what, op: awake})
		do(context.WithValue(ctx, taskKey{}, t))
	})
}

func requestFor(name types.NamespacedName) reconcile.Request {
	return reconcile.Request{NamespacedName: name}
}

// decide answers as the operator does, and has it told.
func (m *manager) decide(s *plan.State) plan.Step {
	step, rule := plan.Decide(s)
	m.w.recording.decision(m.name, s, rule, step)
	return step
}
