package account

import "slices"

// line is who waits in one lane. Namespaces take turns, so that one with many
// calls does not hold up another with few; within a namespace it goes by order.
type line struct {
	turns   []string // namespaces of those who wait; the first is next
	waiting map[string][]chan struct{}
	passed  int // calls of more urgent lanes let in since one of these was
}

// join puts a call at the end of its namespace. It is woken by its channel.
func (l *line) join(namespace string, wake chan struct{}) {
	if l.waiting == nil {
		l.waiting = map[string][]chan struct{}{}
	}
	if len(l.waiting[namespace]) == 0 {
		l.turns = append(l.turns, namespace)
	}
	l.waiting[namespace] = append(l.waiting[namespace], wake)
}

// first is the one whose turn it is, nil where nobody waits.
func (l *line) first() chan struct{} {
	if len(l.turns) == 0 {
		return nil
	}
	return l.waiting[l.turns[0]][0]
}

// leave takes a call out that gives up.
func (l *line) leave(namespace string, wake chan struct{}) {
	those := slices.DeleteFunc(l.waiting[namespace], func(other chan struct{}) bool { return other == wake })
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
func (l *line) enter() {
	namespace := l.turns[0]
	l.turns = append(l.turns[1:], namespace)
	l.leave(namespace, l.waiting[namespace][0])
	l.passed = 0
}
