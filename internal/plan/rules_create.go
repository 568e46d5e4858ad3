package plan

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// withoutFinalizer: nothing is made, bound or written that could not be
// cleaned up. A broker that is only observed needs no cleaning up.
func withoutFinalizer(s *State) Step {
	if s.Record.Finalizer || s.Desired.Observe || s.Desired.Suspended {
		return nil
	}
	return AddFinalizer{}
}

// finalizerLost: somebody took our finalizer off an object whose create or delete is
// open. It is put back although the Seller is not usable.
func finalizerLost(s *State) Step {
	if s.Record.Finalizer {
		return nil
	}
	return AddFinalizer{}
}

// boundUnprotected: the same of an object that holds a broker, and does not only watch it.
func boundUnprotected(s *State) Step {
	if s.Record.Finalizer || s.Desired.Observe {
		return nil
	}
	return AddFinalizer{}
}

// createPaced: a create failed, and the next one is not due. No reading is asked for
// meanwhile.
func createPaced(s *State) Step {
	if t := s.waits(CallCreate); t != nil {
		return s.again(CallCreate, t)
	}
	return nil
}

// identityless: registration number or domain has no letter or digit, so the
// broker could not be found again after a crash.
func identityless(s *State) Step {
	if s.Desired.Identity != (broker.Identity{}) {
		return nil
	}
	return Rest{
		Reason:  v1alpha1.ReasonRefused,
		Message: "spec.registrationNumber, spec.domain: both need a letter or digit, because a broker is recognised by them; correct them, or name an existing broker with spec.brokerID",
		For:     ForUser,
	}
}

// unread: there is no sync yet that started after the object got its
// finalizer, and after a POST that failed, so the broker may be there already.
func unread(s *State) Step {
	since := moment.Later(s.Memory.FinalizerSince, s.Memory.PostFailed)
	if s.Reading.Latest.After(since) {
		return nil
	}
	return awaitReading(s, since)
}

// anyReading is before every sync; the zero time would ask for none.
var anyReading = time.Time{}.Add(1)

// awaitReading rests until a sync that started after since; why it takes
// long is shown, that it takes a moment is not (see spoken).
func awaitReading(s *State, since time.Time) Step {
	since = moment.Later(since, anyReading)
	if s.Now.Before(s.Access.SilentUntil) {
		rest := silent(s)
		rest.AfterReading = since
		return rest
	}
	rest := Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: "the account is being read", AfterReading: since, Quiet: true}
	if s.Reading.Doubt != "" {
		rest.Message, rest.Quiet = s.Reading.Doubt, s.settled()
	}
	return rest
}

// unconfirmed: one list may be short, so an earlier sync of this process, or
// else a second one, must agree that the broker is not there. Both must be fresh,
// since it may have come after an old one, or by a POST that was refused; and while
// the latest list is not believed, it may be the list of another account.
func unconfirmed(s *State) Step {
	fresh := moment.Later(s.Now.Add(-freshReading), s.Memory.PostFailed)
	n := len(s.Reading.Absent)
	if n >= 2 && s.Reading.Absent[n-2].After(fresh) && s.Reading.Absent[n-1].After(s.Memory.FinalizerSince) && s.Reading.Doubt == "" {
		return nil
	}
	return awaitReading(s, s.Reading.Latest)
}

// intentStarts: nobody has the broker; say so in writing before posting it.
func intentStarts(s *State) Step {
	return RecordIntent{Identity: s.Desired.Identity, PassedOver: s.passedOver(), Beside: s.beside()}
}

// unsent reports whether the open intent was written by this process and not
// posted yet: nobody else may post it, so it is certain that nobody has.
func (s *State) unsent() bool {
	c := s.Record.Creation
	return c.Attempt == s.Memory.Wrote && c.Attempt != s.Memory.Posted && !c.Committed && !c.Refused
}

// intentWithdrawn: while it is certain that nothing was posted, everything that
// would make the POST wrong ends the intent.
func intentWithdrawn(s *State) Step {
	if !s.unsent() {
		return nil
	}
	c := s.Record.Creation
	var because string
	switch no := s.mayCreate(); {
	case no != nil:
		because = no.Message
	case !s.Now.Before(c.Deadline):
		because = "its deadline passed before it was sent"
	case c.BodyHash != broker.Fingerprint(&s.Desired.Broker):
		because = "the spec was edited"
	default:
		return nil
	}
	return ClearIntent{Then: Rest{
		Reason: v1alpha1.ReasonCreating, Message: "the create was withdrawn before it was sent: " + because,
		Until: s.Now.Add(firstLook),
	}}
}

// intentPosted: this process wrote the intent, has not posted it, and the cache
// shows it, so every earlier intent of any other manager is visible, too.
func intentPosted(s *State) Step {
	if !s.unsent() {
		return nil
	}
	if r := making(s, s.Sought()); r != nil {
		return s.afterRival(r, s.Record.Creation.Deadline)
	}
	return Create{}
}

// createTold reports whether the POST of the open intent has returned with an answer
// that is to be written down. Without one it may have taken effect: the intent stays,
// and reading tells.
func (s *State) createTold() bool {
	c, answer := s.Record.Creation, s.Outcome.Created
	if c == nil || answer == nil {
		return false
	}
	switch f := answer.Failure; {
	case f == nil:
		return answer.ID != "" || !c.Committed
	case s.postRefused():
		return !c.Refused
	default:
		return f.NotSent || turnedAway(f)
	}
}

// postRefused reports whether the API itself said no to the POST of this pass, a token
// that it does not know included: reading shows that it made nothing.
func (s *State) postRefused() bool {
	f := s.Outcome.Created.Failure
	return refused(f) || (turnedAway(f) && f.Class == broker.Unauthorized)
}

// createAnswered: the POST of this pass has returned.
func createAnswered(s *State) Step {
	if !s.createTold() {
		return nil
	}
	switch f := s.Outcome.Created.Failure; {
	case f != nil && s.postRefused():
		return MarkRefused{Then: failed(s, f)}
	case f != nil:
		return ClearIntent{Then: failed(s, f)}
	case s.Outcome.Created.ID != "":
		return RecordBroker{ID: s.Outcome.Created.ID, Origin: v1alpha1.OriginCreated}
	default:
		return MarkCommitted{}
	}
}

// String is what was posted, for a message.
func (c *Intent) String() string {
	return fmt.Sprintf("registration number %s and domain %s", c.Identity.RegistrationNumber, c.Identity.Domain)
}
