package limiter

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// lines are who waits, one line for each lane, and one behind each for those who failed.
// The most urgent goes first, unless a lane has stood back often enough.
type lines[T comparable] [2*cloudmore.LaneBackground + 1]line[T]

// next is the lane whose turn it is; false where nobody waits.
func (l *lines[T]) next() (lane cloudmore.Lane, waits bool) {
	for i := range l {
		if len(l[i].turns) > 0 && (!waits || l[i].passed >= laneShare) {
			lane, waits = cloudmore.Lane(i), true
		}
	}
	return lane, waits
}

// first is the one whose turn it is; false for nobody.
func (l *lines[T]) first() (first T, waits bool) {
	lane, waits := l.next()
	if waits {
		first = l[lane].first()
	}
	return first, waits
}

// enter takes the first of a lane out, since it was let in. The less urgent stood back.
func (l *lines[T]) enter(lane cloudmore.Lane) {
	l[lane].enter()
	for i := int(lane) + 1; i < len(l); i++ {
		if len(l[i].turns) > 0 {
			l[i].passed++
		}
	}
}

// line is who waits in one lane. Namespaces take turns, so that one with many
// calls does not hold up another with few; within a namespace it goes by order.
type line[T comparable] struct {
	turns   []string // namespaces of those who wait; the first is next
	waiting map[string][]T
	passed  int // calls of more urgent lanes let in since one of these was
}

// join puts somebody at the end of their namespace.
func (l *line[T]) join(namespace string, who T) {
	if l.waiting == nil {
		l.waiting = map[string][]T{}
	}
	if len(l.waiting[namespace]) == 0 {
		l.turns = append(l.turns, namespace)
	}
	l.waiting[namespace] = append(l.waiting[namespace], who)
}

// first is the one whose turn it is; there must be one.
func (l *line[T]) first() T { return l.waiting[l.turns[0]][0] }

// leave takes out who gives up.
func (l *line[T]) leave(namespace string, who T) {
	those := slices.DeleteFunc(l.waiting[namespace], func(other T) bool { return other == who })
	if l.waiting[namespace] = those; len(those) > 0 {
		return
	}
	delete(l.waiting, namespace)
	l.turns = slices.DeleteFunc(l.turns, func(other string) bool { return other == namespace })
	if len(l.turns) == 0 {
		l.passed = 0
	}
}

// enter takes the first out, since it was let in; the next namespace has its turn.
func (l *line[T]) enter() {
	namespace := l.turns[0]
	l.turns = append(l.turns[1:], namespace)
	l.leave(namespace, l.waiting[namespace][0])
	l.passed = 0
}
