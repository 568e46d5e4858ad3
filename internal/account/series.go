package account

import (
	"context"
	"sync"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// series are the GETs of several brokers, by readers side by side.
type series struct {
	mu     sync.Mutex
	left   []*broker.Broker
	failed []*broker.Broker
	hidden []*broker.Broker // the API says that they are not there, or not to be seen
	row    int              // failures in a row
	broken bool             // one failed since the latest that was read alone
	ends   *broker.Failure  // why no more is read
}

// alone is the next broker, which is read alone; nil for none.
func (s *series) alone() *broker.Broker {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = false
	return s.take()
}

// beside is the next one, while those beside it can be read.
func (s *series) beside() *broker.Broker {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take()
}

func (s *series) take() *broker.Broker {
	if s.broken || s.ends != nil || len(s.left) == 0 {
		return nil
	}
	next := s.left[0]
	s.left = s.left[1:]
	return next
}

// note keeps what a GET came to, and reports whether it worked.
func (s *series) note(b *broker.Broker, f *broker.Failure) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case f == nil:
		s.row = 0
		return true
	case f.Hides():
		s.row, s.hidden = 0, append(s.hidden, b)
		return true
	}
	s.broken = true
	s.failed = append(s.failed, b)
	if s.row++; s.ends == nil && (ofAccount(f) || s.row >= limiter.Patience) {
		s.ends = f
	}
	return false
}

// identifyAll reads the details of brokers, several at a time, and returns those whose GET
// failed, and those that the API hides. The first one is read alone, and so is who follows a failure: an account that
// does not work costs few calls. It ends with a failure of the account, or with so many in
// a row, and returns that one, too.
func (a *Account) identifyAll(ctx context.Context, s *Session, brokers []*broker.Broker, woken map[Owner]bool) (failed, hidden []*broker.Broker, f *broker.Failure) {
	all := &series{left: brokers}
	for b := all.alone(); b != nil; b = all.alone() {
		if !all.note(b, a.identifyOne(ctx, s, b, woken)) {
			continue
		}
		a.several(ctx, func(ctx context.Context) {
			for b := all.beside(); b != nil; b = all.beside() {
				all.note(b, a.identifyOne(ctx, s, b, woken))
			}
		})
	}
	return all.failed, all.hidden, all.ends
}

// several does something so many times at once as leaves half of the calls that may be
// under way to others, and waits for all.
func (a *Account) several(ctx context.Context, do func(context.Context)) {
	var all sync.WaitGroup
	for range a.gate.Half() {
		all.Add(1)
		a.beside(ctx, func(ctx context.Context) {
			defer all.Done()
			do(ctx)
		})
	}
	all.Wait()
}
