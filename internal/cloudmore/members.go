package cloudmore

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Some APIs show members that they refuse in an update, or want one that only
// answers have. That is learned from their refusals: what a 400 or 422 names and
// the field table does not know is left out, and the update sent once more. It is
// kept if the answer to that names it no more; a documented field is always sent.

// amendment is a member that updates leave out, or have besides the documented ones.
type amendment struct {
	member string
	added  bool
}

// Members are the amendments of one account. They are safe for concurrent use.
type Members struct {
	mu        sync.Mutex
	known     []amendment
	since     time.Time
	forgotten time.Time
	useless   map[amendment]bool // tried, and of no help
	changed   func()
}

// NewMembers knows of none; changed is called after more of them are known.
func NewMembers(changed func()) *Members {
	return &Members{useless: map[amendment]bool{}, changed: changed}
}

// Learned are amendments as they are stored.
type Learned struct {
	// LeftOut are members that are shown and not sent back, Added those that are sent
	// although the documentation has them in answers only: the id.
	LeftOut, Added []string
	// Since is when the first was learned; zero where there is none.
	Since time.Time
}

// Learned returns what is known.
func (m *Members) Learned() Learned {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := Learned{Since: m.since}
	for _, a := range m.known {
		if a.added {
			l.Added = append(l.Added, a.member)
		} else {
			l.LeftOut = append(l.LeftOut, a.member)
		}
	}
	return l
}

// Recall takes in what was stored, unless it was forgotten since.
func (m *Members) Recall(l Learned) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.Since.IsZero() || !l.Since.After(m.forgotten) {
		return
	}
	for _, member := range l.LeftOut {
		m.add(amendment{member: member}, l.Since)
	}
	for _, member := range l.Added {
		m.add(amendment{member: member, added: true}, l.Since)
	}
}

// Forget has updates send everything again.
func (m *Members) Forget(now time.Time) {
	m.mu.Lock()
	m.known, m.since, m.forgotten = nil, time.Time{}, now
	clear(m.useless)
	m.mu.Unlock()
	m.changed()
}

// add needs the lock.
func (m *Members) add(a amendment, at time.Time) bool {
	if slices.Contains(m.known, a) || len(m.known) >= maxAmendments {
		return false
	}
	m.known = append(m.known, a)
	if m.since.IsZero() || at.Before(m.since) {
		m.since = at
	}
	return true
}

// keep takes in what the updates of one attempt showed.
func (m *Members) keep(proven, useless []amendment, now time.Time) {
	m.mu.Lock()
	news := false
	for _, a := range proven {
		news = m.add(a, now.Truncate(time.Microsecond)) || news
	}
	for _, a := range useless {
		m.useless[a] = true
	}
	m.mu.Unlock()
	if news {
		m.changed()
	}
}

// begin is an attempt with what is known now.
func (m *Members) begin() *attempt {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &attempt{known: slices.Clone(m.known), barred: maps.Clone(m.useless)}
}

// attempt is an update, sent again while its answer names members that may help.
type attempt struct {
	known  []amendment
	barred map[amendment]bool
	// tried are those of the latest sending that the account does not know.
	tried, proven, useless []amendment
}

// sends are the amendments of the next sending.
func (t *attempt) sends() []amendment { return slices.Concat(t.known, t.proven, t.tried) }

// heard takes in an answer, with what it names if it is a refusal, and reports
// whether to send once more. An answer that says nothing of the members, such as
// a throttle, proves nothing.
func (t *attempt) heard(want *broker.Broker, failure *broker.Failure, mentions []string) bool {
	if failure != nil && !aboutMembers(failure.Status) {
		t.tried = nil
		return false
	}
	for _, a := range t.tried {
		if a.namedIn(mentions) {
			t.useless = append(t.useless, a)
			continue
		}
		t.proven = append(t.proven, a)
	}
	t.tried = nil
	for _, a := range candidates(want) {
		fresh := !t.barred[a] && !slices.Contains(t.useless, a) && !slices.Contains(t.sends(), a)
		if fresh && len(t.sends()) < maxAmendments && a.namedIn(mentions) {
			t.tried = append(t.tried, a)
		}
	}
	return len(t.tried) > 0
}

// aboutMembers reports whether an answer may be about members of the body.
func aboutMembers(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
}

// candidates are the members of an update without which it is still what the
// documentation describes, and those that it could have besides.
func candidates(want *broker.Broker) []amendment {
	var all []amendment
	for _, path := range slices.Sorted(maps.Keys(want.Extra)) {
		lower := strings.ToLower(path)
		if fieldsByPath[lower] == nil && groups[lower] == "" && !strings.EqualFold(path, propertiesKey) {
			all = append(all, amendment{member: path})
		}
	}
	for _, key := range idKeys {
		all = append(all, amendment{member: key, added: true})
	}
	return all
}

// namedIn reports whether a refusal names the member.
func (a amendment) namedIn(mentions []string) bool {
	return slices.ContainsFunc(mentions, func(name string) bool { return broker.NamesMember(name, strings.TrimPrefix(a.member, wholeKey)) })
}

// put sends an update, once more for each set of members that a refusal newly names.
func (c *Client) put(ctx context.Context, want *broker.Broker, read func(*answer) string) *broker.Failure {
	t := c.members.begin()
	defer func() { c.members.keep(t.proven, t.useless, c.now()) }()
	for sent := 1; ; sent++ {
		r := &request{
			op: OpUpdate, method: http.MethodPut, url: c.brokerURL(want.ID), body: c.updateBody(want, t.sends()...),
			accept: []int{http.StatusOK, http.StatusNoContent}, limit: maxBodyBytes, about: want.ID, read: read,
		}
		failure := c.call(ctx, r)
		if !t.heard(want, failure, r.mentions) || sent > maxResends {
			return failure
		}
	}
}
