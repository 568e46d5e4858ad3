package sellerplan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// rule answers the next step, or nil if it has nothing to say.
type rule func(*State) Step

// rules decide the next step of one Seller. The first that answers wins.
var rules = []rule{
	haltUnsaved,       // what stops all writing must not be lost by what follows
	gone,              // our finalizer is off: the rest is not ours
	unprotected,       // what a Reseller needs is kept before it is used
	usersUnasked,      // the cache may not show a user yet
	unneeded,          // nobody needs it: it and what it names may go
	credentialsUnread, // they may be others than those at work
	credentialsUnused, // put to work what can be
	deletedAlone,      // what is at work now does not need its Secret for a while
	lossUnnoticed,     // nor if that went on its own
	unheeded,          // a user's word
	uncounted,         // last, since the account may have been read meanwhile
}

// Next answers what to do next about one Seller. It changes nothing, and always
// answers: where no rule has anything to say, the pass shows how the account stands.
func Next(s *State) Step {
	for _, decide := range rules {
		if step := decide(s); step != nil {
			return step
		}
	}
	status := s.noted()
	login := s.login(status)
	s.show(status)
	s.dateSync(status)
	return Show{Status: status, Login: login, Hold: s.holdsLogins(), Note: s.expiryNote(status), Back: s.back()}
}

// back is when the pass is to be made again: something that is said ends then.
func (s *State) back() time.Time {
	if s.inherits() {
		return moment.Sooner(s.worksUntil(), s.Session.Inherits)
	}
	return s.worksUntil()
}
