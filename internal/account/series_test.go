package account

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestDetailsAreReadSideBySide holds that who the brokers of an account are is read at its
// rate, however long each answer takes, and that half of the calls are left to others.
func TestDetailsAreReadSideBySide(t *testing.T) {
	const answer, brokers, atOnce = 100 * time.Millisecond, 81, 8
	synctest.Test(t, func(t *testing.T) {
		var under, most atomic.Int64
		server, err := fake.New(fake.Options{
			Shapes: fake.Shapes{ListFields: []string{"name"}, Latency: answer},
			Sleep: func(ctx context.Context, d time.Duration) error {
				if now := under.Add(1); now > most.Load() {
					most.Store(now)
				}
				defer under.Add(-1)
				timer := time.NewTimer(d)
				defer timer.Stop()
				select {
				case <-timer.C:
				case <-ctx.Done():
				}
				return ctx.Err()
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range brokers {
			server.Add(company(i))
		}
		w := &world{T: t, server: server, held: map[broker.ID]bool{}}
		c := clock.RealClock{}
		w.registry = NewRegistry(c, func() float64 { return 1 }, func(broker.Account, broker.ID) bool { return false }, func(cloudmore.Call, cloudmore.Result) {})
		w.account = w.registry.Account(testKey)
		settings := usual
		settings.MaxInFlight = atOnce
		w.enterBy(c.Now, "main", fake.DefaultUsername, Untried, settings)
		began := c.Now()
		w.observe()
		took := c.Since(began)
		const others = 5 * answer // login, list, the first GET, active resellers
		if limit := others + brokers/(atOnce/2)*answer; took > limit || most.Load() != atOnce/2 {
			t.Errorf("%d brokers were read in %v, %d at once; it may take %v", brokers, took, most.Load(), limit)
		}
		if len(w.matches(0)) != 1 || len(w.matches(brokers-1)) != 1 {
			t.Error("not all are found by identity")
		}
	})
}

// TestASeriesThatFailsGoesOnAlone holds that a failure ends what is read side by side: an
// account that does not work costs few calls.
func TestASeriesThatFailsGoesOnAlone(t *testing.T) {
	brokers := make([]*broker.Broker, 9)
	for i := range brokers {
		brokers[i] = &broker.Broker{}
	}
	down := &broker.Failure{Class: broker.Unavailable}
	s := &series{left: slices.Clone(brokers)}
	first := s.alone()
	if !s.note(first, nil) {
		t.Fatal("a success is none")
	}
	second, third := s.beside(), s.beside()
	if s.note(second, down) || s.beside() != nil {
		t.Error("more are read side by side after a failure")
	}
	s.note(third, nil)
	if s.beside() != nil || s.ends != nil {
		t.Error("what was under way ends the series, or makes it go on side by side")
	}
	for range limiter.Patience - 1 {
		s.note(s.alone(), down)
	}
	if s.ends != nil {
		t.Fatal("it ends too soon")
	}
	if s.note(s.alone(), down); s.ends != down || s.alone() != nil || len(s.failed) != 1+limiter.Patience {
		t.Errorf("after %d failures in a row it ends with %v, and %d are to be read again", limiter.Patience, s.ends, len(s.failed))
	}
	if s = (&series{left: brokers}); s.note(s.alone(), &broker.Failure{Class: broker.Throttled}) || s.ends == nil {
		t.Error("a failure of the account does not end it")
	}
}
