package reseller

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// oneReseller is a cache with one Reseller, which every list shows.
type oneReseller struct {
	client.Client
	is *v1alpha1.Reseller
}

func (c oneReseller) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*v1alpha1.ResellerList).Items = []v1alpha1.Reseller{*c.is}
	return nil
}

func (c oneReseller) Get(_ context.Context, _ client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	c.is.DeepCopyInto(obj.(*v1alpha1.Reseller))
	return nil
}

// sleeper is a controller with one Reseller, and its queue.
type sleeper struct {
	*Reconciler
	m     *memory
	obj   *v1alpha1.Reseller
	queue queue
}

func newSleeper(t *testing.T, waits plan.Wait) *sleeper {
	obj := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "sleeper", UID: "1"}}
	registry := account.NewRegistry(nil, nil, nil, func(cloudmore.Call, cloudmore.Result) {})
	s := &sleeper{Reconciler: &Reconciler{Client: oneReseller{is: obj}, Accounts: registry}, obj: obj}
	s.m = s.memories.of(client.ObjectKeyFromObject(obj), obj.UID)
	s.memories.rests(s.m, waits)
	s.queue = workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	t.Cleanup(s.queue.ShutDown)
	if err := s.WakeUps().Start(t.Context(), s.queue); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sleeper) owner() account.Owner {
	return account.Owner{Namespace: s.obj.Namespace, Name: s.obj.Name}
}

// sellers has the Seller of the object change.
func (s *sleeper) sellers(change func(*v1alpha1.Seller)) {
	before := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "main", Generation: 1}}
	before.Status.Brokers = &v1alpha1.BrokerCounts{} // its list was got
	before.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: "Ready"}}
	after := before.DeepCopy()
	change(after)
	s.SellerEvents().Update(context.Background(), event.TypedUpdateEvent[*v1alpha1.Seller]{ObjectOld: before, ObjectNew: after}, s.queue)
}

// resellers has a Reseller change.
func (s *sleeper) resellers(before *v1alpha1.Reseller, change func(*v1alpha1.Reseller)) {
	after := before.DeepCopy()
	change(after)
	s.ResellerEvents().Update(context.Background(), event.TypedUpdateEvent[*v1alpha1.Reseller]{ObjectOld: before, ObjectNew: after}, s.queue)
}

// another is a Reseller that claims the same as the sleeper.
func another() *v1alpha1.Reseller {
	return &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "another", UID: "2"}, Status: v1alpha1.ResellerStatus{BrokerID: "4711"}}
}

// TestWhoIsWoken holds that each event wakes those whose last rest waits for it, or is not
// known, and nobody else.
func TestWhoIsWoken(t *testing.T) {
	const always = plan.Wait(0)
	for name, row := range map[string]struct {
		by   plan.Wait
		what func(*sleeper)
	}{
		"an edit": {always, func(s *sleeper) { s.resellers(s.obj, func(r *v1alpha1.Reseller) { r.Generation++ }) }},
		"a deletion": {always, func(s *sleeper) {
			s.resellers(s.obj, func(r *v1alpha1.Reseller) { r.DeletionTimestamp = &metav1.Time{Time: time.Now()} })
		}},
		"an edit of the Seller": {always, func(s *sleeper) { s.sellers(func(o *v1alpha1.Seller) { o.Generation++ }) }},
		"a Seller that comes": {always, func(s *sleeper) {
			s.SellerEvents().Create(context.Background(), event.TypedCreateEvent[*v1alpha1.Seller]{Object: &v1alpha1.Seller{}}, s.queue)
		}},
		"a turn": {always, func(s *sleeper) { s.wakeUps.turn([]account.Owner{s.owner()}) }},
		"a Seller that is no longer ready": {plan.ForSeller, func(s *sleeper) {
			s.sellers(func(o *v1alpha1.Seller) { o.Status.Conditions[0].Status = metav1.ConditionFalse })
		}},
		"a Seller whose trouble is another": {plan.ForSeller, func(s *sleeper) {
			s.sellers(func(o *v1alpha1.Seller) { o.Status.Conditions[0].Reason = v1alpha1.ReasonWritesHalted })
		}},
		"a Seller that is protected": {plan.ForSeller, func(s *sleeper) {
			s.sellers(func(o *v1alpha1.Seller) { o.Finalizers = []string{v1alpha1.FinalizerInUse} })
		}},
		"a competing Reseller that lets go": {plan.ForRival, func(s *sleeper) { s.resellers(another(), func(r *v1alpha1.Reseller) { r.Status.BrokerID = "" }) }},
		"a competing Reseller that goes": {plan.ForRival, func(s *sleeper) {
			s.ResellerEvents().Delete(context.Background(), event.TypedDeleteEvent[*v1alpha1.Reseller]{Object: another()}, s.queue)
		}},
		"a sync": {plan.ForBroker, func(s *sleeper) { s.wakeUps.wake([]account.Owner{s.owner()}) }},
	} {
		for _, waits := range []plan.Wait{0, plan.ForUser, plan.ForUser | plan.ForSeller, plan.ForUser | plan.ForRival, plan.ForUser | plan.ForBroker, plan.ForAll} {
			s := newSleeper(t, waits)
			row.what(s)
			wakes := row.by == always || waits == 0 || waits&row.by != 0
			if woken := s.queued(); woken != wakes {
				t.Errorf("%s wakes who waits for %04b: %t", name, waits, woken)
			}
		}
	}
}

// queued reports whether the sleeper is queued; others do not matter.
func (s *sleeper) queued() bool {
	for range s.queue.Len() {
		request, _ := s.queue.Get()
		if request.Name == s.obj.Name {
			return true
		}
	}
	return false
}

// TestWhoCouldNotUseItsAccountIsWokenByAReading holds that whatever its last rest says.
func TestWhoCouldNotUseItsAccountIsWokenByAReading(t *testing.T) {
	s := newSleeper(t, plan.ForUser)
	key := broker.AccountOf("https://api.cloudmore.com", "s")
	s.wakeUps.bar(key, s.owner())
	if s.wakeUps.wakeBarred(key, ""); !s.queued() {
		t.Error("it sleeps on")
	}
}

// TestAnOutdatedVersionIsNotLookedAtOverAndOver holds that the looks at a version that the
// API server has replaced become rare, whether this process wrote the newer one or was told
// so by a conflict, and that the newer one ends them.
func TestAnOutdatedVersionIsNotLookedAtOverAndOver(t *testing.T) {
	s := newSleeper(t, plan.ForUser)
	touch := func(r *v1alpha1.Reseller) { r.Labels = map[string]string{"touched": "by somebody"} }
	if s.resellers(s.obj, touch); s.queued() {
		t.Error("a touch wakes who waits for nothing of it")
	}
	began := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(began)
	s.obj.ResourceVersion, s.Clock = "7", clock
	for name, lags := range map[string]func(){
		"an own write":          func() { s.m.written = "8" },
		"that of somebody else": func() { s.m.written = ""; s.m.conflict = conflict{version: "7", times: 9, at: clock.Now()} },
	} {
		lags()
		s.memories.begins(s.m)
		looks := 0
		for began := clock.Now(); clock.Since(began) < time.Minute; looks++ {
			result, err := s.Reconcile(t.Context(), requestOf(s.obj))
			if err != nil || result.RequeueAfter < staleRetry || result.RequeueAfter > longestStale {
				t.Fatalf("a look ends with %v, %v", result, err)
			}
			clock.SetTime(clock.Now().Add(result.RequeueAfter))
		}
		if looks < 5 || looks > 20 {
			t.Errorf("%d looks a minute while the cache lacks %s", looks, name)
		}
	}
	if s.resellers(s.obj, touch); !s.queued() {
		t.Error("the newer version does not wake it")
	}
	s.memories.begins(s.m)
	if pause := s.memories.looksAgain(s.m); pause != staleRetry || s.memories.awaitsVersion(types.NamespacedName{}) {
		t.Errorf("after a pass the first pause is %s", pause)
	}
}
