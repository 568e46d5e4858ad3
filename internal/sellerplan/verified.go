package sellerplan

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Verified reports whether a Seller's own credentials got the list of its account at
// some time, whatever they can now. A Seller that was last kept by v0.1.0 says so by
// what it shows of the account.
func Verified(status *v1alpha1.SellerStatus, account broker.Account) bool {
	if v := status.Verified; v != nil {
		return broker.AccountOf(v.Endpoint, v.SellerID) == account
	}
	return status.Brokers != nil || meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady)
}

func (s *State) verified(status *v1alpha1.SellerStatus) bool {
	return Verified(status, s.Seller.Account)
}

// EverVerified reports whether that is so as of now.
func (s *State) EverVerified() bool {
	status := s.Status.DeepCopy()
	s.noteVerified(status)
	return s.verified(status)
}

// noteVerified notes that the credentials at work got the account's list: that
// outlives the session.
func (s *State) noteVerified(status *v1alpha1.SellerStatus) {
	if s.Session == nil || !s.Account.Verified {
		return
	}
	revision := s.Session.Revision
	if status.Verified != nil && status.Verified.SecretRevision == revision && s.verified(status) {
		return
	}
	status.Verified = &v1alpha1.VerifiedAccount{
		SellerID: s.Seller.SellerID, Endpoint: s.Seller.Endpoint, SecretRevision: revision, At: metav1.NewTime(s.Now),
	}
}

// trust is what status tells of the credentials in a revision of the Secret.
func (s *State) trust(status *v1alpha1.SellerStatus, revision string) Trust {
	v := status.Verified
	switch {
	case !s.verified(status):
		return Untried
	case v != nil && v.SecretRevision == revision:
		return Proven
	default:
		return Renewed
	}
}

// Counts reports whether a Reseller that names a Seller is no stranger: it holds
// something, or could, since the Seller is verified and admits its namespace.
func (u *User) Counts(verified bool) bool { return u.Holds || verified && u.Admitted }

// Needed reports whether one of them needs the Seller: all but strangers do.
func Needed(users []User, verified bool) bool {
	return slices.ContainsFunc(users, func(u User) bool { return u.Counts(verified) })
}

// shownUsers are those that status counts and names: strangers hold no deletion up.
func (s *State) shownUsers() []User {
	if !s.Seller.Deleting {
		return s.Users
	}
	verified := s.EverVerified()
	return slices.DeleteFunc(slices.Clone(s.Users), func(u User) bool { return !u.Counts(verified) })
}
