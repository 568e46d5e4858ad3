package sellerplan

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// noteList puts into the status of a Seller that has got the account's list what that
// shows and can't be taken as it is. Until this process has got one, what is stored stays.
func (s *State) noteList(status *v1alpha1.SellerStatus) {
	if !s.showsList() {
		return
	}
	status.List = nil
	all, accepted := s.Account.Unreadable, s.Account.Accepted
	if len(all) == 0 && len(accepted) == 0 {
		return
	}
	notes := &v1alpha1.ListNotes{Unreadable: small(len(all))}
	for _, text := range accepted[:min(len(accepted), maxAccepted)] {
		notes.Accepted = append(notes.Accepted, bounded.Characters(text, maxProblem))
	}
	for i := range all[:min(len(all), maxEntries)] {
		notes.Entries = append(notes.Entries, v1alpha1.UnreadableEntry{
			Index: small(all[i].Index), Problem: bounded.Characters(all[i].Problem, maxProblem), Value: bounded.Characters(all[i].Value, maxProblem),
		})
	}
	status.List = notes
}

// showsList reports whether what the account's list is known to show is for this Seller to show.
func (s *State) showsList() bool { return s.Account.Entitled && s.Account.Verified }

// unreadable says for Ready that entries of the list can't be told apart; "" for none.
func unreadable(l *v1alpha1.ListNotes) string {
	if l == nil || len(l.Entries) == 0 {
		return ""
	}
	first := broker.Unreadable{Index: int(l.Entries[0].Index), Problem: l.Entries[0].Problem}
	if l.Unreadable == 1 {
		return fmt.Sprintf("; %s can't be told apart as a broker, and what it may be is not created (status.list)", first.String())
	}
	return fmt.Sprintf("; %s and %d more can't be told apart as brokers, and what they may be is not created (status.list)", first.String(), l.Unreadable-1)
}

// askedOfAnnouncement reports whether status asks about what a list announces: several
// Sellers of one account ask the same, and the answer to the second speaks of that, too.
func (s *State) askedOfAnnouncement() bool {
	if f := s.Account.Failure; f != nil && f.Origin().Announced != "" {
		return true
	}
	ready := meta.FindStatusCondition(s.Stored.Conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.Reason == v1alpha1.ReasonListSuspicious && s.Stored.LastSyncError != nil
}

// asksToAccept reports whether a user's word on a list was not heard yet.
func asksToAccept(s *State, status *v1alpha1.SellerStatus, heard Requests) bool {
	asked := s.Seller.AcceptList
	return s.Session != nil && asked != "" && asked != status.LastHandledAcceptListAt && asked != heard.AcceptList
}

// noteAccepted says that a user's word on a list was acted on once a list was read with it,
// and status may say what it accepted: the next manager hears it again where this one ends
// before.
func (s *State) noteAccepted(status *v1alpha1.SellerStatus) {
	asked := s.Seller.AcceptList
	if asked != "" && s.Session != nil && s.Session.Heard.AcceptList == asked && s.showsList() && !s.Account.Accepting {
		status.LastHandledAcceptListAt = asked
	}
}
