package sellerplan

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// noted is status with the facts that the pass has come to know.
func (s *State) noted() *v1alpha1.SellerStatus {
	status := s.Status.DeepCopy()
	s.noteBrake(status)
	s.noteVerified(status)
	s.noteLogins(status)
	s.noteExpiry(status)
	s.noteUpdates(status)
	s.noteList(status)
	s.noteAccepted(status)
	return status
}

func haltUnsaved(s *State) Step {
	status := s.Stored.DeepCopy()
	s.noteBrake(status)
	if status.Halt == nil || equality.Semantic.DeepEqual(s.Stored, status) {
		return nil
	}
	return KeepHalt{Status: status}
}

func gone(s *State) Step {
	if s.Seller.Deleting && !s.Seller.Protected {
		return Leave{}
	}
	return nil
}

// needed reports whether the cache shows somebody who needs the object.
func (s *State) needed() bool { return Needed(s.Users, s.EverVerified()) }

// unprotected puts no finalizer on an object that is going: none can be added then.
func unprotected(s *State) Step {
	if s.Seller.Deleting || !s.needed() {
		return nil
	}
	lacking := func(h Held) bool { return h.Found && !h.Going && !h.Protected }
	if s.Seller.Protected && !slices.ContainsFunc(s.Held, lacking) {
		return nil
	}
	return Protect{}
}

func usersUnasked(s *State) Step {
	if s.Seller.Protected && s.Outcome.Needed == nil && !s.needed() {
		return AskUsers{}
	}
	return nil
}

func unneeded(s *State) Step {
	if s.Seller.Protected && s.Outcome.Needed != nil && !*s.Outcome.Needed {
		return LetGo{Ends: s.Seller.Deleting}
	}
	return nil
}

func credentialsUnread(s *State) Step {
	if s.Seller.EndpointAllowed && s.Credentials == nil {
		return ReadCredentials{}
	}
	return nil
}

// unheeded decides about logging in first: what is asked of the account may end in
// a login.
func unheeded(s *State) Step {
	if s.Outcome.Heeded != nil || !s.Account.Known {
		return nil
	}
	status := s.noted()
	step := Heed{Status: status, Login: s.login(status)}
	noted, heard := false, Requests{}
	if s.Session != nil {
		heard = s.Session.Heard
	}
	heed := func(asked, before string, handled *string, permitted bool) bool {
		if asked == "" || asked == *handled || !permitted {
			return false
		}
		*handled, noted = asked, true
		return asked != before
	}
	// Who never got the account's list has no say in what others do with it.
	step.Read = heed(s.Seller.Reading, heard.Reading, &status.LastHandledReconcileAt, true)
	step.AcceptList = asksToAccept(s, status, heard) && s.Account.Entitled
	step.Announcement = step.AcceptList && s.askedOfAnnouncement()
	step.Resume = heed(s.Seller.ResumeWrites, heard.ResumeWrites, &status.LastHandledResumeWritesAt, s.ownsHalt(status))
	if !noted && !step.AcceptList {
		return nil
	}
	step.Forget = step.Read && s.Account.Entitled
	return step
}

func uncounted(s *State) Step {
	if s.Account.Verified && s.Outcome.Counted == nil {
		return Count{}
	}
	return nil
}
