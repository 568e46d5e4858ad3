package fake

import (
	"strings"
	"time"
)

// call is what faults are matched with.
type call struct {
	op     Operation
	broker string
	domain string // of a create
	user   string
}

// armed is a fault with its counts.
type armed struct {
	Fault
	since  time.Time
	seen   int // matching calls
	struck int
	burst  int // calls that are still to be struck
}

func (a *armed) matches(c call) bool {
	if a.Op != "" && a.Op != c.op || a.User != "" && a.User != c.user || a.Writes && !c.op.writes() {
		return false
	}
	return a.Broker == "" || strings.EqualFold(a.Broker, c.broker) || c.op == OpCreate && a.Broker == c.domain
}

// strikes counts the call and says whether the fault acts on it.
func (a *armed) strikes(c call, now time.Time, chance func() float64) bool {
	if a.For > 0 && now.Sub(a.since) >= a.For || !a.matches(c) {
		return false
	}
	a.seen++
	if a.Times > 0 && a.struck >= a.Times {
		return false
	}
	switch {
	case a.burst > 0:
		a.burst--
	case a.seen < a.Nth || a.Probability > 0 && chance() >= a.Probability:
		return false
	default:
		a.burst = max(0, a.Burst-1)
	}
	a.struck++
	return true
}

// strike is the fault that acts on a call, or nil.
func (s *Server) strike(c call) *Fault {
	for _, fault := range s.faults {
		if fault.strikes(c, s.now(), s.random.Float64) {
			return &fault.Fault
		}
	}
	return nil
}

// Inject adds faults after those that are set, or none of them if one could
// never act.
func (s *Server) Inject(faults ...Fault) error {
	for _, fault := range faults {
		if err := fault.check(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range faults {
		s.faults = append(s.faults, &armed{Fault: fault, since: s.now()})
	}
	return nil
}

// ClearFaults removes all faults. Calls that are under way keep theirs.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Faults are those that are set, whether or not they can still strike.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	faults := make([]Fault, len(s.faults))
	for i, fault := range s.faults {
		faults[i] = fault.Fault
	}
	return faults
}
