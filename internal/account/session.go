package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Settings are what one Seller asks of the account. Where several lead to it,
// the most careful ones hold.
type Settings struct {
	limiter.Limits
	// ObserveInterval is how often the account is read, DetailInterval how often
	// each broker's details are, where lists are summaries.
	ObserveInterval, DetailInterval time.Duration
	// ListLag is how far a list may be behind the brokers.
	ListLag time.Duration
	// Brake halts writing when too much is about to change at once.
	Brake Brake
	// DryRun says that nothing is written to the account.
	DryRun bool
}

// Session is one set of credentials at work in an account.
type Session struct {
	id     string
	client *cloudmore.Client
	door   *Door
	trial  *limiter.Trial
	trust  Trust

	// Guarded by the account's lock.
	settings Settings
	verified bool // its own credentials got the list
	entitled bool // they did so at some time: its settings count, and it passes the account's limiter
	readOnly bool // they were denied the latest create
	failure  *broker.Failure
	failures int       // syncs that failed in a row
	readAt   time.Time // when a sync with it began last
	retryAt  time.Time // when to read again with a session that is not at work
}

// atWork reports whether syncs by this session may be taken for granted.
func (s *Session) atWork() bool { return s.verified && s.failure == nil }

// failed notes that a sync by this session failed. Only the API itself takes
// its rights from it, no page of a gateway.
func (s *Session) failed(f *broker.Failure, now time.Time) {
	switch f.Class {
	case broker.Unauthorized, broker.Forbidden, broker.NotFound:
		s.verified = s.verified && f.Gateway
	default: // says nothing of its rights
	}
	if s.failure = f; f.RetryAfter > 0 {
		s.retryAt = now // the limiter keeps a pause that the server asks for
		return
	}
	s.retryAt = now.Add(min(limiter.FirstPause<<min(s.failures, 10), limiter.LongestPause))
	s.retryAt = moment.Later(s.retryAt, s.client.LoginAt()) // nothing is sent before
	s.failures++
}

// succeeded notes that a sync by this session got the list.
func (s *Session) succeeded() {
	s.verified, s.failure, s.failures, s.retryAt = true, nil, 0, time.Time{}
}

// Standing is how a session stands.
type Standing struct {
	// ID tells one set of credentials from another; "" where there is no session.
	ID string
	// Verified says that the session's own credentials got the list: only then may
	// its users see the account.
	Verified bool
	// Entitled says that they did so at some time, if only in an earlier process:
	// only then may its Seller ask for something in the name of the account.
	Entitled bool
	// Failure is why the latest sync by this session failed; nil if it did not.
	Failure *broker.Failure
	// Logins are what is known of the logins with the credentials.
	Logins cloudmore.Logins
	// Trouble is why the calls of the account fail; nil while they do not, and for who
	// never got its list.
	Trouble *limiter.Trouble
	// ReadOnly says that the latest create was denied.
	ReadOnly bool
	// ReadAt is when the latest sync of the account that was believed began; zero for
	// none, and for who may not see the account.
	ReadAt time.Time
	// RetryAt is when this session reads again after Failure; zero while it did not fail.
	RetryAt time.Time
}

// Standing returns how a session stands.
func (a *Account) Standing(session string) Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.sessions[session]
	if s == nil {
		return Standing{}
	}
	st := Standing{ID: s.id, Verified: s.verified, Entitled: s.entitled, Failure: s.failure, Logins: s.client.Logins(), ReadOnly: s.readOnly}
	if s.entitled {
		st.Trouble = a.gate.Trouble()
	}
	if s.verified {
		st.ReadAt = a.snap.Latest()
	}
	if s.failure != nil {
		st.RetryAt = moment.Later(s.retryAt, a.gate.SilentUntil())
	}
	return st
}

// LoginAgain has a session log in once more, whatever became of it before, and
// the account read with it.
func (a *Account) LoginAgain(session string) {
	a.mu.Lock()
	if s := a.sessions[session]; s != nil {
		s.client.LoginAgain()
		s.retryAt = time.Time{}
	}
	a.mu.Unlock()
	a.run()
}

// HoldLogins says whether a session may log in; a token that it has is used to its end.
func (a *Account) HoldLogins(session string, held bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.sessions[session]; s != nil {
		s.client.HoldLogins(held)
	}
}

// changeSessions changes the sessions, puts what they ask for to use, and returns
// how many there are.
func (a *Account) changeSessions(change func()) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
	a.useSettings()
	a.run()
	return len(a.sessions)
}

// useSettings puts the settings of the sessions to use.
func (a *Account) useSettings() {
	before := a.settings
	a.settings = careful(a.sessions)
	if len(a.sessions) == 0 {
		return
	}
	a.gate.Limit(a.settings.Limits)
	a.hall.Limit(a.settings.Lower(hallLimits))
	a.snap.SetLag(a.settings.ListLag)
	if !a.nextRead.IsZero() {
		a.nextRead = moment.Earlier(a.nextRead, a.clock.Now().Add(a.settings.ObserveInterval))
	}
	if a.settings.DetailInterval != before.DetailInterval {
		a.planDetails()
	}
}

// careful merges the settings of the sessions that have got the list, so that a
// stranger who names the seller id can't slow the account down; of all sessions
// while none has.
func careful(sessions map[string]*Session) Settings {
	var entitled, all Settings
	for _, session := range sessions {
		all = all.merge(session.settings)
		if session.entitled {
			entitled = entitled.merge(session.settings)
		}
	}
	if entitled != (Settings{}) {
		return entitled
	}
	return all
}

// merge keeps the more careful of both; zero settings ask for nothing.
func (s Settings) merge(other Settings) Settings {
	if s == (Settings{}) {
		return other
	}
	return Settings{
		Limits:          s.Lower(other.Limits),
		ObserveInterval: min(s.ObserveInterval, other.ObserveInterval),
		ListLag:         max(s.ListLag, other.ListLag),
		DetailInterval:  min(s.DetailInterval, other.DetailInterval),
		Brake:           s.Brake.merge(other.Brake),
		DryRun:          s.DryRun || other.DryRun,
	}
}
