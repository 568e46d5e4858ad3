package sellerplan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// shows is status as the pass ends with it.
func shows(t *testing.T, s *State) *v1alpha1.SellerStatus {
	t.Helper()
	show, is := Next(s).(Show)
	if !is {
		t.Fatalf("answers %T", Next(s))
	}
	return show.Status
}

// atRest is a Seller whose status says all that there is to say, read at a moment.
func atRest(t *testing.T, read time.Time, interval time.Duration) *State {
	t.Helper()
	s := usual()
	s.Seller.ObserveInterval, s.Account.ReadAt = interval, read
	s.Status = shows(t, s)
	s.Stored = s.Status
	return s
}

func TestLastSync(t *testing.T) {
	for _, row := range []struct {
		interval time.Duration
		later    time.Duration
		writes   bool
	}{
		{time.Minute, 9 * time.Minute, false},
		{time.Minute, 10 * time.Minute, true},
		{5 * time.Minute, 49 * time.Minute, false},
		{5 * time.Minute, 50 * time.Minute, true},
		{10 * time.Second, 9 * time.Minute, false},
	} {
		t.Run(fmt.Sprintf("of an interval of %s is %s old", row.interval, row.later), func(t *testing.T) {
			g := NewWithT(t)
			s := atRest(t, now, row.interval)
			s.Account.ReadAt, s.Now = now.Add(row.later), now.Add(row.later)
			got := shows(t, s)
			g.Expect(!equality.Semantic.DeepEqual(got, s.Stored)).To(Equal(row.writes))
			if row.writes {
				g.Expect(got.LastSyncAt.Time).To(BeTemporally("~", s.Account.ReadAt, time.Second))
			}
		})
	}
	t.Run("is written with whatever else changes", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.ReadAt = now.Add(time.Minute)
		s.Outcome.Counted = &Counted{Read: true, Total: 99}
		g.Expect(shows(t, s).LastSyncAt.Time).To(BeTemporally("~", now.Add(time.Minute), time.Second))
	})
	t.Run("stays while the account can't be read", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.ReadAt, s.Now = time.Time{}, now.Add(time.Hour)
		g.Expect(shows(t, s).LastSyncAt).To(Equal(s.Stored.LastSyncAt))
	})
}

func TestLastSyncError(t *testing.T) {
	down := &broker.Failure{Class: broker.Ambiguous, Op: "list brokers", Status: 503, StatusLine: "503 Service Unavailable", Said: "down for maintenance"}
	turnedAway := &broker.Failure{Class: broker.Unavailable, Op: "call", NotSent: true, Reason: "the account pauses", Before: down}
	t.Run("is what Cloudmore answered, not that the account pauses", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.Failure = turnedAway
		got := shows(t, s)
		g.Expect(got.LastSyncError.Status).To(BeEquivalentTo(503))
		g.Expect(got.LastSyncError.Message).To(Equal("list brokers: ambiguous (Cloudmore answered 503 Service Unavailable: down for maintenance)"))
		g.Expect(ready(got).Message).To(And(ContainSubstring("down for maintenance"), Not(ContainSubstring("pauses"))))
		g.Expect(got.Turn).To(Equal(v1alpha1.TurnCloudmore))
	})
	t.Run("is dated once", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.Failure = down
		s.Status = shows(t, s)
		s.Stored, s.Now = s.Status, now.Add(time.Hour)
		g.Expect(shows(t, s)).To(Equal(s.Stored))
	})
	t.Run("is dated by the trouble of the account", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.Trouble = &Trouble{Since: ago(time.Hour), Cause: down}
		g.Expect(shows(t, s).LastSyncError.Since.Time).To(BeTemporally("~", ago(time.Hour), time.Second))
	})
	t.Run("says when it is tried again, if that is long", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.Failure, s.Account.RetryAt = down, s.Now.Add(4*time.Minute)
		g.Expect(shows(t, s).LastSyncError.NextTryAt).To(BeNil())
		s.Account.RetryAt = s.Now.Add(10 * time.Minute)
		g.Expect(shows(t, s).LastSyncError.NextTryAt.Time).To(BeTemporally("~", s.Account.RetryAt, time.Second))
	})
	t.Run("says so while that try is under way, and not for ever", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Account.Failure, s.Account.RetryAt = down, s.Now.Add(10*time.Minute)
		s.Stored = shows(t, s)
		s.Status, s.Now = s.Stored, s.Account.RetryAt.Add(time.Second)
		g.Expect(shows(t, s).LastSyncError.NextTryAt).NotTo(BeNil())
		s.Now = s.Now.Add(time.Hour)
		g.Expect(shows(t, s).LastSyncError.NextTryAt).To(BeNil())
	})
	t.Run("goes with the next sync", func(t *testing.T) {
		g := NewWithT(t)
		s := atRest(t, now, time.Minute)
		s.Stored = s.Stored.DeepCopy()
		s.Stored.LastSyncError = &v1alpha1.SyncError{Message: "down", Since: metav1.NewTime(now)}
		s.Status = s.Stored
		g.Expect(shows(t, s).LastSyncError).To(BeNil())
	})
}

func TestPause(t *testing.T) {
	g := NewWithT(t)
	s := atRest(t, now, time.Minute)
	s.Account.Silence = Silence{Until: s.Now.Add(time.Minute), Why: v1alpha1.PauseFailing}
	g.Expect(shows(t, s).Pause).To(BeNil(), "short ones would be a write each")
	s.Account.Silence = Silence{Until: s.Now.Add(10 * time.Minute), Why: v1alpha1.PauseAsked}
	g.Expect(shows(t, s).Pause).To(HaveField("Reason", v1alpha1.PauseAsked))
	g.Expect(shows(t, s).Pause.Until.Time).To(BeTemporally("~", s.Account.Silence.Until, time.Second))
	s.Account.Entitled, s.Account.Verified = false, false
	g.Expect(shows(t, s).Pause).To(BeNil(), "it is no stranger's business")
}

func TestUnmanaged(t *testing.T) {
	g := NewWithT(t)
	s := usual()
	s.Outcome.Counted = &Counted{Read: true, Total: 30, Unmanaged: 30}
	for i := range 30 {
		s.Outcome.Counted.Free = append(s.Outcome.Counted.Free, Free{ID: fmt.Sprintf("%02d", i), Name: strings.Repeat("ä", 300)})
	}
	s.Seller.Kind = v1alpha1.SellerKindSeller
	got := shows(t, s).Unmanaged
	g.Expect(got).To(HaveLen(20))
	g.Expect(got[19].ID).To(Equal("19"))
	g.Expect([]rune(got[0].Name)).To(HaveLen(256), "the API server would refuse more")
	s.Seller.Kind = v1alpha1.SellerKindClusterSeller
	for _, row := range shows(t, s).Unmanaged {
		g.Expect(row.Name).To(BeEmpty(), "all tenants may read it")
	}
}

// The pauses of an outage double up to ten minutes; each try ends in a pass.
func TestAnHourOfOutageIsFewWrites(t *testing.T) {
	g := NewWithT(t)
	s := atRest(t, now, time.Minute)
	down := &broker.Failure{Class: broker.Ambiguous, Op: "list brokers", Status: 503, StatusLine: "503 Service Unavailable"}
	writes, end := 0, s.Now.Add(time.Hour)
	for pause := time.Second; s.Now.Before(end); pause = min(2*pause, 10*time.Minute) {
		s.Account.Failure, s.Account.Trouble = down, &Trouble{Since: now, Cause: down}
		s.Account.RetryAt = s.Now.Add(pause)
		s.Account.Silence = Silence{Until: s.Now.Add(pause), Why: v1alpha1.PauseFailing}
		if got := shows(t, s); !equality.Semantic.DeepEqual(got, s.Stored) {
			writes++
			s.Stored, s.Status = got, got
		}
		s.Now = s.Now.Add(pause)
	}
	g.Expect(writes).To(BeNumerically("<=", 12))
	g.Expect(s.Stored.Pause).NotTo(BeNil())
}
