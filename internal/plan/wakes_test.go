package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// wakes are, for each part of a state, what wakes an object whose decision it may change,
// and changes of it.
var wakes = map[string]struct {
	by      Wait // 0: time, or the pass itself
	changes []func(*State)
}{
	"Now":     {},
	"Memory":  {},
	"Outcome": {},
	"Desired": {by: ForUser},
	"Record":  {by: ForUser},
	"Rivals": {ForRival, []func(*State){
		rivalled(), rivalled(Rival{BrokerID: own, UID: "a"}), rivalled(Rival{DeletionID: own, UID: "a"}),
		rivalled(Rival{Intent: identity, UID: "a"}), rivalled(Rival{Intent: spelled, UID: "a"}), rivalled(Rival{Identity: identity, BrokerID: other, UID: "a"}),
		rivalled(Rival{Identity: identity, UID: "a", Created: start.Add(-time.Hour)}), rivalled(Rival{SpecID: own, Created: start.Add(-time.Hour)}),
	}},
	"Reading": {ForBroker, []func(*State){
		func(s *State) { s.Reading = Reading{} }, matching(), matching(Match{ID: own}), matching(Match{ID: own}, Match{ID: other}),
		func(s *State) { s.Reading.Known, s.Reading.KnownSince = shown(own), s.Now },
		func(s *State) { s.Reading.Known, s.Reading.KnownSince = elsewhere(), s.Now },
		func(s *State) { s.Reading.Doubt = "half is missing" },
		func(s *State) { s.Reading.Whole = !s.Reading.Whole },
		func(s *State) { s.Reading.AbsentID = []time.Time{s.Now}; s.Reading.Latest = s.Now },
		func(s *State) { s.Reading.ServicesActivated = ptr(true) },
		beside(Similar{Broker: normalized(own)}), beside(Similar{Broker: normalized(own), Held: true}), beside(Similar{Broker: normalized(own), Listed: true}), beside(Similar{Broker: normalized(own), Unlisted: true}),
		blank, misread, mended, isInactive,
	}},
	// The Seller's spec is heard of by all who name it.
	"Access.Account":             {by: ForUser},
	"Access.Deadline":            {by: ForUser},
	"Access.CommitBound":         {by: ForUser},
	"Access.ListLag":             {by: ForUser},
	"Access.WaitOnUnknown":       {by: ForUser},
	"Access.CreateBesideSimilar": {by: ForUser},
	"Access.AdoptionForbidden":   {by: ForUser},
	"Access.Mark":                {by: ForUser},
	"Access.Problem":             {ForSeller, []func(*State){sellerNotReady(false), sellerNotReady(true), func(s *State) { s.Access.Problem = nil }}},
	"Access.Passing":             {ForSeller, []func(*State){sellerNotReady(true)}},
	"Access.Session":             {ForSeller, []func(*State){func(s *State) { s.Access.Session = "another" }}},
	"Access.DryRun":              {ForSeller, []func(*State){isDry, func(s *State) { s.Access.DryRun = "" }}},
	"Access.Halted":              {ForSeller, []func(*State){isHalted, func(s *State) { s.Access.Halted = nil }}},
	// Who could not call is told of its turn, and comes back when the pause ends.
	"Access.SilentUntil": {},
	"Access.Silence":     {},
	"Access.Outage":      {},
	// It comes back at its turn.
	"Access.ProveAt":    {},
	"Access.AnnotateAt": {},
	// The process was started so.
	"Access.OriginGuarded": {},
}

func sellerNotReady(passing bool) func(*State) {
	return func(s *State) {
		s.Access.Problem = &Problem{Reason: v1alpha1.ReasonSellerNotReady, Message: "the Seller is not ready"}
		s.Access.Passing = passing
	}
}

// TestEveryPartOfAStateWakes holds that whatever a rule may read has something that wakes
// those who rest because of it.
func TestEveryPartOfAStateWakes(t *testing.T) {
	named := map[string]bool{}
	for _, part := range []struct {
		of   any
		path string
	}{{State{}, ""}, {Access{}, "Access."}} {
		for i := range reflect.TypeOf(part.of).NumField() {
			path := part.path + reflect.TypeOf(part.of).Field(i).Name
			if _, known := wakes[path]; !known && path != "Access" {
				t.Errorf("nothing wakes who rests because of %s", path)
			}
			named[path] = true
		}
	}
	for path, wake := range wakes {
		if !named[path] {
			t.Errorf("%s is no part of a state", path)
		}
		if strings.HasPrefix(path, "R") && path != "Record" && len(wake.changes) == 0 {
			t.Errorf("nothing changes %s", path)
		}
	}
}

// TestWhatARestDoesNotWaitForChangesNothing holds that nobody sleeps through what matters:
// whatever part of the state changes that would not wake the object, a pass would come to
// the same end, or have nothing to say or to do.
func TestWhatARestDoesNotWaitForChangesNothing(t *testing.T) {
	slept := map[string]int{}
	explore(explored/5, 9, func(s *State) {
		s.Outcome = Outcome{} // that ended with its pass
		rest, rests := Next(s).(Rest)
		if !rests || t.Failed() {
			return
		}
		waits := WaitsFor(s, rest)
		said := *s
		if kinds[rest.Reason] == ready {
			isReady(&said) // as the report of the rest says
		}
		for path, part := range wakes {
			if part.by&waits != 0 {
				continue
			}
			for _, change := range part.changes {
				after := said
				change(&after)
				slept[path]++
				if then, idle := Next(&after).(Rest); !idle || (!then.Quiet && !reflect.DeepEqual(then, rest)) {
					t.Errorf("a change of %s does not wake who rests with %#v, and leads to %#v", path, rest, Next(&after))
				}
			}
		}
	})
	for _, path := range []string{"Rivals", "Reading", "Access.Problem", "Access.Halted"} {
		if slept[path] == 0 {
			t.Errorf("nobody sleeps through a change of %s", path)
		}
	}
}

// TestNoReadingIsAskedForThatIsThere holds that a pass does not end by asking for what it
// had: it would begin again at once.
func TestNoReadingIsAskedForThatIsThere(t *testing.T) {
	asked := 0
	explore(explored, 11, func(s *State) {
		rest, rests := Next(s).(Rest)
		if !rests || rest.AfterReading.IsZero() || !told(s, s.Reading.Absent, len(s.Reading.Matches) == 0) || !told(s, s.Reading.AbsentID, false) || t.Failed() {
			return
		}
		if asked++; s.Reading.Latest.After(rest.AfterReading) {
			t.Errorf("the sync of %s is there, and %#v asks for one after %s", s.Reading.Latest, rest, rest.AfterReading)
		}
	})
	if asked == 0 {
		t.Error("no rest asks for a sync")
	}
}

// told reports whether syncs that lack something are as an account tells of them: the
// latest is among them, or has what they lack.
func told(s *State, lacking []time.Time, all bool) bool {
	if n := len(lacking); n > 0 {
		return lacking[n-1].Equal(s.Reading.Latest)
	}
	return !all || s.Reading.Latest.IsZero()
}

// TestARestThatRepeatsBacksOff holds that an object that comes back to the same end, while
// nothing changes, comes back less and less often.
func TestARestThatRepeatsBacksOff(t *testing.T) {
	const most = 30 // passes in an hour
	explore(explored/20, 10, func(s *State) {
		began := s.Now
		for passes := 1; s.Now.Sub(began) < time.Hour; passes++ {
			rest, rests := passOf(s)
			if !rests || rest.Until.IsZero() || t.Failed() {
				return
			}
			if passes > most {
				t.Errorf("%d passes in %s end with %#v", passes, s.Now.Sub(began), rest)
			}
			s.Now = rest.Until
		}
	})
}

// passOf is how a pass ends while the broker is what it was.
func passOf(s *State) (Rest, bool) {
	s.Outcome = Outcome{}
	step := Next(s)
	if look, asks := step.(Look); asks && s.Reading.Known != nil && look.ID.Same(s.Reading.Known.ID) {
		lookedLike(s.Reading.Known)(s)
		step = Next(s)
	}
	rest, rests := step.(Rest)
	return rest, rests
}
