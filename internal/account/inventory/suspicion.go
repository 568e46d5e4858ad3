package inventory

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// suspicion is the state of the doubt about lists.
type suspicion struct {
	// doubt says why the latest list is not believed; "" if it is.
	doubt string
	// trusted says that a user calls the next list right.
	trusted bool
	// alike are the lists in a row that lacked all known brokers and were equal, since
	// the first of them started; print is what they show.
	alike      int
	alikeSince time.Time
	print      uint64
	// vouched says that a user called a list without any broker right, since the latest
	// list that showed one; blank says that the latest believed sync showed none where
	// nobody did, and blanks are the starts of such syncs, oldest
	// first, and never changed in place.
	vouched bool
	blank   bool
	blanks  []time.Time
	// accepted says that a list with this print was believed although it lacked all.
	accepted bool
}

// Doubt says why the latest list is not believed; "" if it is.
func (s *suspicion) Doubt() string { return s.doubt }

// Trust has the next list believed, as a user said, where the latest one was not, or showed
// no broker, or there was none.
func (s *Snapshot) Trust() {
	if s.doubt != "" || s.blank || s.Latest().IsZero() {
		s.trusted = true
	}
}

// Trusted reports whether a user called the next list right.
func (s *Snapshot) Trusted() bool { return s.trusted }

// doubts says why a list is not to be believed, "" if it is: it lacks many known
// brokers at once, or all of them, held ones included. The latter may be true of a
// small account, and is believed when equal lists say so for long.
func (s *Snapshot) doubts(start time.Time, listed []broker.Broker, held func() []broker.ID) string {
	known, expected := count(s.entries, (*entry).stays), count(s.entries, (*entry).expected)
	shown, found := 0, 0
	for i := range listed {
		if e := s.find(listed[i].ID); e != nil && e.inList {
			found++
			shown += one(e.expected())
		}
	}
	missing := expected - shown
	if missing >= suspicionMinimum && missing*100 > expected*suspicionPercent {
		return fmt.Sprintf("the list lacks %d of %d known brokers at once, so it is not believed; no broker is recreated until a later list confirms the loss or a user accepts the list", missing, expected)
	}
	if found > 0 || !s.lacksAll(known, listed, held()) {
		s.alike, s.accepted = 0, false
		return ""
	}
	return s.lackingAll(start, listed)
}

// accept has lists that equal this one believed from now on, as a user said.
func (s *Snapshot) accept(start time.Time, listed []broker.Broker) {
	s.alike, s.alikeSince, s.print, s.accepted = 1, start, printOf(listed), true
}

// noteBlank notes whether a believed list shows no broker at all, which an outage looks
// like, too. It reports whether lists that proved nothing have ended with it.
func (s *Snapshot) noteBlank(start time.Time, listed []broker.Broker) (ended bool) {
	s.vouched = len(listed) == 0 && (s.vouched || s.trusted)
	before := s.blank
	if s.blank = len(listed) == 0 && !s.vouched; s.blank {
		first := max(0, len(s.blanks)+1-keptReadings)
		s.blanks = append(slices.Clone(s.blanks[first:]), start)
	}
	return before && !s.blank
}

// lacksAll reports whether a list shows none of the brokers that were known, or that
// Resellers hold.
func (s *Snapshot) lacksAll(known int, listed []broker.Broker, held []broker.ID) bool {
	for _, id := range held {
		if e := s.find(id); (e != nil && e.deleted) || s.lackedBefore(e) {
			continue
		}
		if slices.ContainsFunc(listed, func(b broker.Broker) bool { return b.ID.Same(id) }) {
			return false
		}
		known++
	}
	return known > 0
}

// lackedBefore reports whether a believed list that showed others lacks the broker
// already: what became of it was told then.
func (s *Snapshot) lackedBefore(e *entry) bool {
	seen := time.Time{}
	if e != nil {
		seen = e.seenAt
	}
	return slices.ContainsFunc(s.since(seen), func(start time.Time) bool { return !slices.ContainsFunc(s.blanks, start.Equal) })
}

// lackingAll counts equal lists that lack all brokers, until they are believed.
func (s *Snapshot) lackingAll(start time.Time, listed []broker.Broker) string {
	shows := printOf(listed)
	if s.alike == 0 || s.print != shows {
		s.alike, s.alikeSince, s.print, s.accepted = 0, start, shows, false
	}
	s.alike++
	if s.accepted || (s.alike >= emptyLists && start.Sub(s.alikeSince) >= emptyFor) {
		s.accepted = true
		return ""
	}
	return fmt.Sprintf("the list lacks every broker that was known, as in an outage, so it is not believed before %d equal lists over %s; nothing is created or recreated meanwhile", emptyLists, emptyFor)
}

// printOf tells one list from another by the brokers that it shows.
func printOf(listed []broker.Broker) uint64 {
	ids := make([]string, 0, len(listed))
	for i := range listed {
		ids = append(ids, string(listed[i].ID.Key()))
	}
	slices.Sort(ids)
	h := fnv.New64a()
	for _, id := range ids {
		_, _ = h.Write([]byte(id + "\x00"))
	}
	return h.Sum64()
}

// count counts the brokers of which something is so.
func count(entries map[broker.ID]*entry, is func(*entry) bool) int {
	n := 0
	for _, e := range entries {
		n += one(is(e))
	}
	return n
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// stays reports whether the latest list shows the broker, and we did not delete it.
func (e *entry) stays() bool { return e.inList && !e.deleted }

// expected reports whether the next list has to show the broker, unless somebody
// else deletes it.
func (e *entry) expected() bool { return e.inList && e.goneAt.IsZero() && !e.deleted }
