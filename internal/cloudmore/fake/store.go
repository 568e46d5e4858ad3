package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// State is what became of a broker.
type State string

// The states of a broker.
const (
	StateLive     State = "live"
	StateInactive State = "inactive" // deleted softly: readable, not listed
	StateGone     State = "gone"
)

// version is a broker as it was from a time on. A version may lie in the
// future: a delete that takes its time.
type version struct {
	at     time.Time
	state  State
	broker Broker
	shown  time.Time // when reads show it, if that is later
}

// record is one broker with its past.
type record struct {
	id       string
	foreign  bool
	services bool
	// unlisted: lists lack it; unreadable: calls by its id get 404.
	unlisted, unreadable bool
	entry                Entry     // how lists show it
	versions             []version // by time; never empty
}

// at is the broker as it was, or false if it did not exist yet.
func (r *record) at(t time.Time) (version, bool) {
	for _, v := range slices.Backward(r.versions) {
		if !v.at.After(t) {
			return v, true
		}
	}
	return version{}, false
}

// seen is the broker as reads show it.
func (r *record) seen(t time.Time) (version, bool) {
	for _, v := range slices.Backward(r.versions) {
		if !v.at.After(t) && !v.shown.After(t) {
			return v, true
		}
	}
	return version{}, false
}

// add enters a version; one that lies in the future stays after it.
func (r *record) add(v version) {
	i := len(r.versions)
	for i > 0 && r.versions[i-1].at.After(v.at) {
		i--
	}
	r.versions = slices.Insert(r.versions, i, v)
	if len(r.versions) > maxVersions {
		r.versions = slices.Delete(r.versions, 0, 1)
	}
}

// ending is the first time from t on at which the broker is no longer live,
// and whether there is one.
func (r *record) ending(t time.Time) (time.Time, bool) {
	for _, v := range r.versions {
		if v.state != StateLive && v.at.After(t) {
			return v.at, true
		}
	}
	return time.Time{}, false
}

// listed is the broker as a list shows it whose view is from seen; a deleted
// one stays for a while longer, an inactive one for good if the settings say so.
func (r *record) listed(seen time.Time, afterDelete time.Duration, inactive bool) (version, bool) {
	v, ok := r.seen(seen)
	if !ok || v.state == StateLive || inactive && v.state == StateInactive {
		return v, ok
	}
	if !v.at.Add(afterDelete).After(seen) {
		return version{}, false
	}
	before, ok := r.at(v.at.Add(-1))
	return before, ok && before.state == StateLive
}

// store holds the brokers in the order of their creation.
type store struct {
	byID  map[string]*record
	order []*record
	last  int // the last integer id
}

func newStore() store { return store{byID: map[string]*record{}, last: 1000} }

// find ignores the case of GUIDs.
func (s *store) find(id string) (*record, bool) {
	r, ok := s.byID[strings.ToLower(id)]
	return r, ok
}

func (s *store) insert(r *record) {
	s.byID[strings.ToLower(r.id)] = r
	s.order = append(s.order, r)
	if n, err := strconv.Atoi(r.id); err == nil {
		s.last = max(s.last, n)
	}
}

// newID makes an id of the kind that the settings want.
func (s *Server) newID() string {
	if s.shapes.IDs == IDInteger {
		s.store.last++
		return strconv.Itoa(s.store.last)
	}
	for {
		id := s.newGUID()
		if _, taken := s.store.find(id); !taken { // a seed used again meets the brokers of a state file
			return id
		}
	}
}

func (s *Server) newGUID() string { return guid(s.random.Uint64(), s.random.Uint64()) }

// guid is a random UUID (RFC 9562 §5.4) of these bits.
func guid(high, low uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x",
		high>>32, high>>16&0xffff, high&0xfff, low>>48&0x3fff|0x8000, low&0xffffffffffff)
}

// create enters a new broker.
func (s *Server) create(req *request, b Broker, foreign bool, at time.Time) *record {
	b = s.respelled(req, Broker{}, s.normalized(b), SpellStore)
	r := &record{id: s.newID(), foreign: foreign, versions: []version{{at: at, state: StateLive, broker: b}}}
	s.store.insert(r)
	return r
}

// identityTaken says whether another live broker has this registration number and domain.
func (s *Server) identityTaken(b Broker, except *record, at time.Time) bool {
	return slices.ContainsFunc(s.store.order, func(r *record) bool {
		v, ok := r.at(at)
		return ok && r != except && v.state == StateLive &&
			v.broker.RegistrationNumber == b.RegistrationNumber && strings.EqualFold(v.broker.Domain, b.Domain)
	})
}
