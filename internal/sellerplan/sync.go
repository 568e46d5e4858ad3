package sellerplan

import (
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// dateSync dates the latest sync, where there is something else to write or nothing was
// written for long. It comes after all else.
func (s *State) dateSync(status *v1alpha1.SellerStatus) {
	if s.Account.ReadAt.IsZero() {
		return
	}
	at := metav1.NewTime(s.Account.ReadAt.Truncate(time.Second))
	before := s.Stored.LastSyncAt
	due := before == nil || at.Sub(before.Time) >= max(syncIntervals*s.Seller.ObserveInterval, syncAtLeast)
	if due || !equality.Semantic.DeepEqual(s.Stored, status) {
		status.LastSyncAt = &at
	}
}

// showSync says why the account can't be read, in what Cloudmore answered, and what is
// waited for.
func (s *State) showSync(status *v1alpha1.SellerStatus) {
	if s.inherits() {
		return
	}
	status.LastSyncError = s.syncError(status.LastSyncError)
	status.Pause = nil
	if q := s.Account.Silence; s.Account.Entitled && s.worth(q.Until) {
		status.Pause = &v1alpha1.Pause{Reason: q.Why, Until: metav1.NewTime(q.Until.Truncate(time.Second))}
	}
}

// worth reports whether a moment is far enough for people to wait for it.
func (s *State) worth(at time.Time) bool { return at.Sub(s.Now) >= worthTelling }

func (s *State) syncError(before *v1alpha1.SyncError) *v1alpha1.SyncError {
	f, since := s.failing()
	if f == nil {
		return nil
	}
	e := &v1alpha1.SyncError{
		Message: bounded.Characters(f.Told(), maxSyncError), Since: metav1.NewTime(since.Truncate(time.Second)),
	}
	if f.Status >= 100 && f.Status <= 999 {
		e.Status = small(f.Status)
	}
	if before != nil && before.Message == e.Message {
		e.Since = before.Since
	}
	e.NextTryAt = s.nextTry(before)
	return e
}

// nextTry is when the account is read again, where people wait long for it. While that try
// is under way the time stays, so that each try is one write.
func (s *State) nextTry(before *v1alpha1.SyncError) *metav1.Time {
	switch at := s.Account.RetryAt; {
	case at.Sub(s.Now) >= tryWorthTelling:
		next := metav1.NewTime(at.Truncate(time.Second))
		return &next
	case before != nil && before.NextTryAt != nil && s.Now.Sub(before.NextTryAt.Time) < worthTelling:
		return before.NextTryAt
	default:
		return nil
	}
}

// failing is what really failed, and since when; nil while nothing does. A pause of the
// account says why by the failure that it began with.
func (s *State) failing() (*broker.Failure, time.Time) {
	a := &s.Account
	switch {
	case a.Trouble != nil && !a.Trouble.Denied:
		return a.Trouble.Cause, a.Trouble.Since
	case a.Failure != nil:
		return a.Failure.Origin(), s.Now
	default:
		return nil, time.Time{}
	}
}

// unmanaged are the first of the brokers that no Reseller claims. A ClusterSeller tells
// no names: who may read it need not know whom others deal with.
func (s *State) unmanaged(free []Free) []v1alpha1.UnmanagedBroker {
	var shown []v1alpha1.UnmanagedBroker
	for _, b := range free[:min(len(free), maxUnmanaged)] {
		row := v1alpha1.UnmanagedBroker{ID: bounded.Characters(b.ID, maxID)}
		if s.Seller.Kind == v1alpha1.SellerKindSeller {
			row.Name = bounded.Characters(b.Name, maxName)
		}
		shown = append(shown, row)
	}
	return shown
}
