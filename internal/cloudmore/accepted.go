package cloudmore

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Announcements are what a user called right of what the lists of one account say of more
// entries than they show: a total may count inactive brokers. Each holds until the list
// says otherwise. They are safe for concurrent use.
type Announcements struct {
	mu       sync.Mutex
	accepted map[string]string // by operation; "": nothing any more
	asked    map[string]bool   // the next one of the operation is accepted
	changed  func()
}

// NewAnnouncements knows of none; changed is called after a user's word was put to use, or
// ended.
func NewAnnouncements(changed func()) *Announcements {
	return &Announcements{accepted: map[string]string{}, asked: map[string]bool{}, changed: changed}
}

// Accept has the next list of each kind be whole, whatever it announces.
func (n *Announcements) Accept() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked[OpList.String()], n.asked[OpActiveResellers.String()] = true, true
}

// Accepting reports whether the next list of an operation is to be whole, whatever it announces.
func (n *Announcements) Accepting(op Op) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked[op.String()]
}

// atBeginning stands behind an operation for what its first page says of entries before it.
const atBeginning = ", at its beginning"

// accepts reports whether a list of an operation is whole although it announces this, and
// whether a user's word was put to use for that.
func (n *Announcements) accepts(op Op, where, announced string) (whole, news bool) {
	n.mu.Lock()
	key := op.String() + where
	news = n.asked[op.String()] && n.accepted[key] != announced
	if news {
		n.accepted[key] = announced
	}
	whole = n.accepted[key] == announced
	n.mu.Unlock()
	if news {
		n.changed()
	}
	return whole, news
}

// ended notes that a whole list was read: what a user said was of that one. What such a
// list does not announce any more is not accepted any more, and stays so when it is
// recalled.
func (n *Announcements) ended(op Op, heeded map[string]bool) {
	n.mu.Lock()
	delete(n.asked, op.String())
	news := false
	for _, where := range []string{"", atBeginning} {
		if key := op.String() + where; !heeded[where] && n.accepted[key] != "" {
			n.accepted[key], news = "", true
		}
	}
	n.mu.Unlock()
	if news {
		n.changed()
	}
}

const acceptedMark = ": "

// Accepted is what was accepted, as it is stored.
func (n *Announcements) Accepted() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for _, op := range slices.Sorted(maps.Keys(n.accepted)) {
		if n.accepted[op] != "" {
			all = append(all, op+acceptedMark+n.accepted[op])
		}
	}
	return all
}

// Recall takes in what was stored, where nothing was accepted since.
func (n *Announcements) Recall(stored []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, text := range stored {
		op, announced, parted := strings.Cut(text, acceptedMark)
		if _, known := n.accepted[op]; parted && !known {
			n.accepted[op] = announced
		}
	}
}
