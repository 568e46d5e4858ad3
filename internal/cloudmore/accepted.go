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
	accepted map[string]string // by operation
	asked    map[string]bool   // the next one of the operation is accepted
	changed  func()
}

// NewAnnouncements knows of none; changed is called after a user's word was put to use.
func NewAnnouncements(changed func()) *Announcements {
	return &Announcements{accepted: map[string]string{}, asked: map[string]bool{}, changed: changed}
}

// Accept has the next list of each kind be whole, whatever it announces.
func (n *Announcements) Accept() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked[OpList.String()], n.asked[OpActiveResellers.String()] = true, true
}

// accepts reports whether a list of an operation is whole although it announces this.
func (n *Announcements) accepts(op Op, announced string) bool {
	n.mu.Lock()
	news := n.asked[op.String()] && n.accepted[op.String()] != announced
	if news {
		n.accepted[op.String()] = announced
	}
	whole := n.accepted[op.String()] == announced
	n.mu.Unlock()
	if news {
		n.changed()
	}
	return whole
}

// ended notes that a whole list was read: what a user said was of that one.
func (n *Announcements) ended(op Op) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.asked, op.String())
}

const acceptedMark = ": "

// Accepted is what was accepted, as it is stored.
func (n *Announcements) Accepted() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for _, op := range slices.Sorted(maps.Keys(n.accepted)) {
		all = append(all, op+acceptedMark+n.accepted[op])
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
