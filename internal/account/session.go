package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Settings are what one Seller asks of the account. Where several lead to it,
// the most careful ones hold.
type Settings struct {
	Limits
	// ObserveInterval is how often the account is read, DetailInterval how often
	// each broker's details are, where lists are summaries.
	ObserveInterval, DetailInterval time.Duration
}

// Session is one set of credentials at work in an account.
type Session struct {
	id       string
	client   *cloudmore.Client
	settings Settings

	// Guarded by the account's lock.
	verified bool // its own credentials got the list
	failure  *broker.Failure
}

// Standing is how a session stands.
type Standing struct {
	// ID tells one set of credentials from another; "" where there is no session.
	ID string
	// Verified says that the session's own credentials got the list: only then may
	// its users see the account.
	Verified bool
	// Failure is why the latest reading by this session failed; nil if it did not.
	Failure *broker.Failure
	// LoginRefused says that the credentials are not tried again.
	LoginRefused bool
}

// careful merges the settings of all sessions.
func careful(sessions map[string]*Session) Settings {
	var s Settings
	for _, session := range sessions {
		if s == (Settings{}) {
			s = session.settings
			continue
		}
		s.RequestsPerSecond = min(s.RequestsPerSecond, session.settings.RequestsPerSecond)
		s.Burst = min(s.Burst, session.settings.Burst)
		s.MaxInFlight = min(s.MaxInFlight, session.settings.MaxInFlight)
		s.ObserveInterval = min(s.ObserveInterval, session.settings.ObserveInterval)
		s.DetailInterval = min(s.DetailInterval, session.settings.DetailInterval)
	}
	return s
}
