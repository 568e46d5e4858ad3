package plan

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Answers are what the seller API answers to reads, as a preview has them.
type Answers struct {
	// Look is the answer to a GET of one broker; nil: what the state knows of it.
	Look func(broker.ID) Looked
	// Activated says whether services are activated for a broker; nil: none are.
	Activated func(broker.ID) bool
}

// Foreseen is what becomes of a Reseller if every call succeeds and nobody else does
// anything, up to the next write to the account.
type Foreseen struct {
	// Takes are the brokers that it is bound to, or lets go of, before that.
	Takes []Step
	// Write is the next write: an Update, or what announces a create or delete; nil for none.
	Write Step
	// Rest is what it rests for where there is no write; a dry run, or a halt, may have it
	// leave out the one in Instead.
	Rest Rest
	// State is where that is decided, with what was read.
	State *State
}

// Foresee runs the machine forward with the answers that are expected. It changes nothing.
func Foresee(s *State, answers Answers) Foreseen {
	next := *s
	f := Foreseen{State: &next}
	readings := 0
	for range foreseenAtMost {
		step := Next(&next)
		if step.Writes() {
			f.Write = step
			return f
		}
		if rest, rests := step.(Rest); rests {
			after := next.goesOnAfter(&rest)
			if f.Rest = rest; after.IsZero() || readings == readingsForeseen {
				return f
			}
			readings++
			next.readAgain(after)
			continue
		}
		switch step.(type) {
		case Bind, RecordBroker, Forget, Release:
			f.Takes = append(f.Takes, step)
		default:
		}
		if !next.becomes(step, answers) {
			return f
		}
	}
	return f
}

// goesOnAfter is from when on a sync, or another look at what may be gone, ends a rest; zero
// where a preview ends with it.
func (s *State) goesOnAfter(rest *Rest) time.Time {
	if rest.AfterReading.IsZero() && s.suspected() {
		return rest.Until
	}
	return rest.AfterReading
}

// readAgain lets time pass until a sync that starts after a moment has ended, which
// shows what the latest one did.
func (s *State) readAgain(after time.Time) {
	at := moment.Later(s.Now, after).Add(time.Second)
	s.Now = at.Add(time.Second)
	s.Outcome = Outcome{}
	s.Reading.Latest = at
	if len(s.Reading.Matches) == 0 {
		s.Reading.Absent = append(slices.Clip(s.Reading.Absent), at)
	}
	if len(s.Reading.AbsentID) > 0 {
		s.Reading.AbsentID = append(slices.Clip(s.Reading.AbsentID), at)
	} else if s.Reading.Known != nil && s.Reading.Whole {
		s.Reading.KnownSince = at
	}
}

// becomes puts what is expected of a step into the state. It is false where the step ends
// the object, or nothing is expected of it.
func (s *State) becomes(step Step, answers Answers) bool {
	switch step := step.(type) {
	case AddFinalizer:
		s.Record.Finalizer = true
	case Look:
		s.looksAt(step.ID, answers)
	case AskServices:
		s.Outcome.Services = &Services{Activated: answers.Activated != nil && answers.Activated(step.ID)}
	case Accept:
		s.Record.Accepted = append(slices.Clip(s.Record.Accepted), step.Spellings...)
	case Annotate:
		s.Record.Annotated, s.Record.AnnotatedAs = step.ID, step.Origin
	case Bind:
		s.holds(step.ID)
		s.Record.Origin = step.Origin
	case RecordBroker:
		s.holds(step.ID)
		s.Record.Origin, s.Record.Creation = step.Origin, nil
	case Forget:
		s.Record.BrokerID, s.Record.Origin, s.Record.Applied, s.Record.Accepted = "", "", "", nil
		s.Reading.Known, s.Reading.AbsentID, s.Outcome = nil, nil, Outcome{}
	default:
		return s.expect(step)
	}
	return true
}

// looksAt has the answer to a GET.
func (s *State) looksAt(id broker.ID, answers Answers) {
	var l Looked
	switch known := s.Reading.Known; {
	case answers.Look != nil:
		l = answers.Look(id)
	case known != nil && known.ID.Same(id):
		l.Broker = *known
	default:
		l.Failure = &broker.Failure{Class: broker.NotFound, Documented: true, Answered: true, Op: "get broker"}
	}
	l.ID, l.At = id, s.Now
	s.Outcome.Looked = &l
	if l.Failure == nil {
		s.showsSimilar(&l.Broker)
	}
	if id.Same(s.Record.holds()) {
		s.Memory.looked(s)
		if l.Failure == nil {
			s.Reading.Known, s.Reading.KnownSince = &l.Broker, s.Now
		}
	}
}

// showsSimilar has a similar broker known as it was read: it may be the sought one.
func (s *State) showsSimilar(b *broker.Broker) {
	similar := func(one Similar) bool { return one.Broker.ID.Same(b.ID) }
	i := slices.IndexFunc(s.Reading.Similar, similar)
	switch {
	case i < 0:
	case broker.Halves(b) == s.Sought():
		s.Reading.Similar = slices.DeleteFunc(slices.Clone(s.Reading.Similar), similar)
		s.Reading.Matches = append(slices.Clip(s.Reading.Matches), s.MatchOf(b, false, false))
	default:
		s.Reading.Similar = slices.Clone(s.Reading.Similar)
		one := &s.Reading.Similar[i]
		one.Broker, one.Listed, one.Unlisted = b, false, false
	}
}

// holds binds a broker as it was read.
func (s *State) holds(id broker.ID) {
	s.Record.BrokerID, s.Record.Account = id, s.Access.Account
	s.Record.Applied, s.Record.Compared = "", false
	s.Memory.Proven = id
	if l := s.looked(id); l != nil && l.Failure == nil {
		known := l.Broker
		s.Record.Bound, _ = broker.IdentityOf(&known)
		s.Reading.Known, s.Reading.KnownSince = &known, s.Now
	}
}
