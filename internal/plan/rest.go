package plan

import (
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// undecided is shown for a state that no rule covers; a test keeps it unreachable.
const undecided = v1alpha1.ReasonWaitingForReading

// quietAccount replaces a call, and what is written down just before one, by a
// rest while the account must be paused.
func quietAccount(s *State, step Step) Step {
	if s.Now.Before(s.Access.SilentUntil) && (step.Calls() || step.Writes()) {
		return silent(s)
	}
	return step
}

// silent waits until the account may be called again.
func silent(s *State) Rest {
	return Rest{
		Reason: s.Access.Silence.Reason, Message: s.Access.Silence.Message,
		Until: s.Access.SilentUntil, Quiet: s.settled(),
	}
}

// spoken has a rest that takes longer than a moment say why, where status says nothing yet
// or what is no longer true: what ends soon is written down by what follows it.
func spoken(s *State, step Step) Step {
	rest, rests := step.(Rest)
	by := s.speaksBy()
	if !rests || !rest.Quiet || rest.Reason == "" || by.IsZero() {
		return step
	}
	if s.Now.Before(by) {
		if rest.Until.IsZero() || rest.Until.After(by) {
			rest.Until = by
		}
		return rest
	}
	rest.Quiet = false
	return rest
}

// speaksBy is until when status may say nothing of the object, or a reason that has
// ended; zero where it says what is.
func (s *State) speaksBy() time.Time {
	switch {
	case s.Record.Ready == nil && !s.Memory.Since.IsZero():
		return s.Memory.Since.Add(speaksWithin)
	case s.stale():
		return s.Memory.FinalizerSince.Add(speaksWithin) // put on when the account could be used
	default:
		return time.Time{}
	}
}

// AwaitTurn is the rest of an object that waits until it may call its account.
func AwaitTurn(s *State) Rest {
	rest, _ := spoken(s, Rest{
		Reason: v1alpha1.ReasonWaitingForReading, Message: "others of this account go first; it is this one's turn soon, automatically", Quiet: true,
	}).(Rest)
	return rest
}

// settled reports whether the object was healthy when last looked at and was
// not edited since: an outage does not flip it.
func (s *State) settled() bool {
	r := s.Record.Ready
	return s.bound() && !s.Desired.Deleting && r != nil && r.Status == "True" &&
		s.Record.ObservedGeneration == s.Desired.Generation
}

// failed says what a failed call means for the Reseller.
func failed(s *State, f *broker.Failure) Rest {
	rest := meaning(s, f)
	rest.Note = f.Error() + "; status has the words of the answer"
	return rest
}

// meaning is the same without what events say.
func meaning(s *State, f *broker.Failure) Rest {
	rest := Rest{Until: moment.Later(s.Access.SilentUntil, s.Now.Add(firstLook)), Message: f.Told() + "; it is retried automatically"}
	switch f.Class {
	case broker.Invalid:
		return Rest{Reason: v1alpha1.ReasonRefused, Message: s.whatWasRefused(f) + s.nextTry(f, "\n"), Until: rest.Until, Rejected: f.Fields}
	case broker.Forbidden:
		return Rest{
			Reason:  v1alpha1.ReasonForbidden,
			Message: f.Told() + ": the API user has no right to do this; give it the Admin role" + s.nextTry(f, "; "),
			Until:   rest.Until,
		}
	case broker.NotFound:
		rest.Reason = v1alpha1.ReasonUnavailable
		if refused(f) && s.Outcome.Looked == nil {
			rest.Reason = v1alpha1.ReasonRefused
		}
		rest.Message = f.Told() + ": Cloudmore does not know this seller id or broker, or the API user has no right to it; check spec.sellerID of the Seller and the account's role" + s.nextTry(f, "; ")
	case broker.Unauthorized:
		rest.Reason, rest.Quiet = v1alpha1.ReasonSellerNotReady, s.settled()
		rest.Message = "Cloudmore refused the token; a new one is tried once, and the Seller shows the outcome"
		rest.Until = moment.Later(s.Access.SilentUntil, s.Now.Add(tokenRetry))
	case broker.Throttled, broker.Unavailable:
		if s.Now.Before(s.Access.SilentUntil) {
			return silent(s) // the account's pause says it better than one call
		}
		rest.Reason, rest.Quiet = v1alpha1.ReasonUnavailable, s.settled() || (unclear(f) && s.toldMissing())
		if f.Class == broker.Throttled {
			rest.Reason = v1alpha1.ReasonThrottled
		}
		if f.Announced != "" {
			rest.Message = f.Told() + "; " + HowToAccept
		}
	default:
		rest.Reason, rest.Quiet = v1alpha1.ReasonUnavailable, s.settled()
	}
	return rest
}

// HowToAccept says how a user calls a list right that announces more than it shows.
const HowToAccept = "if it is whole all the same (a total may count inactive brokers), set the annotation " + v1alpha1.AnnotationAcceptListAt +
	" of the Seller to any new value: that holds until the list says something else"

// notFound reports whether the API itself said that the broker does not exist.
func notFound(f *broker.Failure) bool {
	return f != nil && f.Class == broker.NotFound && f.Documented
}

// ids joins broker ids for a message.
func ids(matches []Match) string {
	words := make([]string, 0, len(matches))
	for _, m := range matches {
		words = append(words, string(m.ID))
	}
	return strings.Join(words, ", ")
}
