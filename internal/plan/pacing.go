package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Call is a kind of call that is paced: after a failure the next one with the same
// content waits, whatever wakes the object meanwhile.
type Call string

// The kinds of calls. Those that write are named as status names them.
const (
	NoCall       Call = ""
	CallLook     Call = "get"
	CallServices Call = "services"
	CallCreate   Call = Call(v1alpha1.RetryCreate)
	CallUpdate   Call = Call(v1alpha1.RetryUpdate)
	CallDelete   Call = Call(v1alpha1.RetryDelete)
)

// Try is a call that failed, and with what.
type Try struct {
	// Content is a digest of what was to be sent, Observed of what was there before;
	// "" where that is not known (any more), which is like any other.
	Content, Observed string
	// Generation is the spec's that was to be sent, 0 where that is not known (any more).
	// It represents Content where that is not known.
	Generation int64
	// Session and Requested are the credentials and the user's request that it was
	// made with: new ones do not wait.
	Session, Requested string
	// Failures counts those of one kind in a row, At is when the latest ended.
	Failures int
	At       time.Time
	// Refused says that the latest was a write that was refused, Missing that it found
	// no broker, InUse that it was answered, and services are activated.
	Refused, Missing, InUse bool
	// Failure is the latest; nil where it is known from status only, and Shown is then
	// what status says.
	Failure *broker.Failure
	Shown   Rest
}

// with are the tries after a call.
func (t Tries) with(call Call, content string, f *broker.Failure, s *State) Tries {
	before, failing := t.of(call, content)
	if f == nil && !failing {
		return t
	}
	after := t.before(call, content)
	if f == nil {
		return after
	}
	next := Try{
		Content: content, Generation: s.Desired.Generation, Observed: s.observed(call), Session: s.Access.Session, Requested: s.Desired.Requested,
		Failures: 1, At: s.Now, Refused: slices.Contains(written, call) && denied(f), Missing: call != CallDelete && s.missing(f), Failure: f,
	}
	if proof := notFound(f) || unclear(f); call != CallLook || !proof { // a second one soon proves it
		next.Failures = t.first(call)
	}
	if failing && before.Refused == next.Refused && before.like(s, call, content) {
		next.Failures = max(next.Failures, before.Failures+1)
	}
	if next.Refused && certain(f) {
		next.Failures = max(next.Failures, refusedTries)
	}
	if d := s.Record.Deletion; call == CallDelete && next.Refused && !notFound(f) && d != nil {
		next.At = moment.Earlier(d.began(), s.Now) // as its announcement foretold
	}
	after[call] = next
	return after
}

// first is how many failures the first one of a call counts as. What is asked before a
// DELETE that is refused again and again waits as long as that: with short pauses each of
// its tries would begin a series of them.
func (t Tries) first(call Call) int {
	if d := t[CallDelete]; call != CallDelete && d.Refused && d.Failures >= refusedTries {
		return failuresOfLongest
	}
	return 1
}

// inUse are the tries after services were found to be activated. That is no failure, but
// is asked again in the same pauses: they may end before any list shows them.
func (t Tries) inUse(content string, s *State) Tries {
	before, asked := t[CallServices]
	next := Try{
		Content: content, Observed: s.observed(CallServices), Session: s.Access.Session, Requested: s.Desired.Requested,
		Failures: max(2, t.first(CallServices)), At: s.Now, InUse: true,
	}
	if asked && before.InUse && before.like(s, CallServices, content) {
		next.Failures = max(next.Failures, before.Failures+1)
	}
	after := t.before(CallServices, content)
	after[CallServices] = next
	return after
}

// certain reports whether a refusal would be the same at once: it names what it
// refuses, or lacks a right. A 404 is no such: it may be an outage, or the broker is gone.
func certain(f *broker.Failure) bool {
	return refused(f) && f.Class != broker.NotFound && (len(f.Fields) > 0 || f.Class == broker.Forbidden)
}

// like reports whether a call now would be the one that failed.
func (t *Try) like(s *State, call Call, content string) bool {
	observed := s.observed(call)
	return t.about(s, content) && (t.Observed == "" || observed == "" || t.Observed == observed)
}

// about reports whether a call now would send what the failed one sent, whatever it would
// be laid over.
func (t *Try) about(s *State, content string) bool {
	same := t.Content == content || (t.Content == "" && t.Generation == s.Desired.Generation)
	return same && (t.Session == "" || t.Session == s.Access.Session)
}

// due is when the call is made again. A part that differs from object to object
// spreads those that failed together.
func (t *Try) due(call Call, uid string) time.Time {
	pause := growing(t.Failures)
	switch {
	case !t.Refused || t.Failures < refusedTries:
	case call == CallDelete:
		pause = longestPause
	default:
		pause = refusedPause
	}
	return t.At.Add(pause + spread(pause, uid))
}

// spread is up to a tenth of a pause, another part of it for each object.
func spread(pause time.Duration, uid string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(uid))
	return pause / 10 * time.Duration(h.Sum32()%100) / 100
}

// waits is the failed try that a write still has to wait for, nil for none.
func (s *State) waits(call Call) *Try {
	if _, failing := s.Memory.Tries[call]; !failing {
		return nil
	}
	return s.waiting(call, s.content(call))
}

// waiting is the same of any call with a content.
func (s *State) waiting(call Call, content string) *Try {
	t, failing := s.Memory.Tries.of(call, content)
	if !failing || !t.like(s, call, content) || (s.Desired.Requested != "" && s.Desired.Requested != t.Requested) || !s.Now.Before(t.due(call, s.Record.UID)) || s.Access.Outage.explains(&t) {
		return nil
	}
	return &t
}

// paced lets a call wait for its time, and has a pass in which one failed come
// back then, whatever a rule has said.
func paced(s *State, step Step) Step {
	if len(s.Memory.Tries) == 0 {
		return step
	}
	if rest, ok := step.(Rest); ok {
		return pacedRest(s, rest)
	}
	call := step.Call()
	if call == NoCall {
		return step
	}
	if t := s.waiting(call, s.contentOf(step)); t != nil {
		return s.again(call, t)
	}
	return step
}

// pacedRest comes back not before the call that failed in this pass is due.
func pacedRest(s *State, rest Rest) Step {
	for call := range s.Memory.Tries {
		t := s.Memory.Tries[call]
		due := t.due(call, s.Record.UID)
		if s.failureOf(call) == nil || t.Missing || (call == CallUpdate && t.Content != s.content(call)) || !s.Now.Before(due) || kinds[rest.Reason] == ready {
			continue
		}
		if !rest.Until.IsZero() || rest.AfterReading.IsZero() {
			rest.Until = moment.Later(rest.Until, moment.Later(due, s.Access.SilentUntil))
		}
	}
	return rest
}

// again shows what the failed call came to, until it is due.
func (s *State) again(call Call, t *Try) Rest {
	rest := t.Shown
	switch {
	case t.Missing && s.suspected() && s.Record.BrokerID.Same(broker.ID(t.Content)):
		rest = s.absence(nil).rest(s, s.Record.BrokerID)
	case t.Missing && !s.named().Same(broker.ID(t.Content)) && s.matches(broker.ID(t.Content)):
		rest = unreadable(t)
	case t.Missing && slices.ContainsFunc(s.stopping(), func(b Similar) bool { return b.Broker.ID.Same(broker.ID(t.Content)) }):
		rest = unreadable(t)
		rest.Message += fmt.Sprintf("; it may be the one described here: if it is another company, or none, set the annotation %s: %q", v1alpha1.AnnotationCreateDespite, t.Content)
	case t.Missing, t.Failure == nil && rest.Reason == "":
		rest = Rest{Quiet: true}
	case t.Failure != nil:
		rest = failed(s, t.Failure)
	}
	rest.Until, rest.AfterReading = t.due(call, s.Record.UID), time.Time{}
	return rest
}

// matches reports whether a broker has the sought identity or mark.
func (s *State) matches(id broker.ID) bool {
	return slices.ContainsFunc(s.Reading.Matches, func(m Match) bool { return m.ID.Same(id) })
}

// contentOf is what the call of a step is about: a broker that is asked for, or a digest
// of what would be sent.
func (s *State) contentOf(step Step) string {
	if asks, ok := step.(interface{ subject(*State) string }); ok {
		return asks.subject(s)
	}
	return s.content(step.Call())
}

// content is a digest of what a write would send now.
func (s *State) content(call Call) string {
	switch call {
	case CallDelete:
		return digest(string(s.Record.BrokerID.Key()), s.Desired.ForceDelete)
	case CallUpdate:
		want := s.laid(s.deviations())
		return digest(valuesOf(&want)...)
	default:
		return digest(valuesOf(&s.Desired.Broker)...)
	}
}

// observed is a digest of what an update would be laid over, "" where the broker is
// not known in full; for the question for services it is what lists say of them.
func (s *State) observed(call Call) string {
	if call == CallServices {
		return listedServices(s.Reading.ServicesActivated)
	}
	known := s.Reading.Known
	if l := s.looked(s.Record.BrokerID); l != nil && l.Failure == nil {
		known = &l.Broker
	}
	if call != CallUpdate || known == nil || !known.Detail {
		return ""
	}
	return digest(valuesOf(known)...)
}

// listedServices is what lists say of services.
func listedServices(activated *bool) string {
	switch {
	case activated == nil:
		return "unlisted"
	case *activated:
		return "used"
	default:
		return "free"
	}
}

// valuesOf are the documented fields and the properties that a broker has.
func valuesOf(b *broker.Broker) []string {
	var words []string
	for i := range broker.Fields {
		if value, has := broker.Fields[i].Get(b); has {
			words = append(words, broker.Fields[i].API, value)
		}
	}
	for _, p := range b.CustomProperties {
		words = append(words, p.ID, p.Value)
	}
	return words
}

// digest is short, since status keeps it; equal words are equal for certain enough.
func digest(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// failureOf is how a call of this pass failed, nil if it did not.
func (s *State) failureOf(call Call) *broker.Failure {
	f := s.Outcome.failureOf(call)
	if call == CallServices && unclear(f) && s.listedFree() {
		return nil
	}
	return f
}

// failureOf is the failure of a call as it came.
func (o *Outcome) failureOf(call Call) *broker.Failure {
	switch {
	case o.Unannounced != nil && call == o.Unannounced.Call:
		return o.Unannounced.Failure
	case call == CallLook && o.Looked != nil:
		return o.Looked.Failure
	case call == CallServices && o.Services != nil:
		return o.Services.Failure
	case call == CallCreate && o.Created != nil:
		return o.Created.Failure
	case call == CallUpdate && o.Updated != nil:
		return o.Updated.Failure
	case call == CallDelete && o.Deleted != nil:
		return o.Deleted.Failure
	default:
		return nil
	}
}
