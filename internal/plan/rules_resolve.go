package plan

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// intentFound: an intent is open that may have been posted, and one broker can
// only be the one that it made. It is taken at once; one with other data, which
// a user or the policy lets us have, when the POST can make none any more.
func intentFound(s *State) Step {
	c := s.Record.Creation
	id := candidate(s)
	if id == "" {
		return nil
	}
	l := s.looked(id)
	switch {
	case l == nil:
		return Look{ID: id}
	case s.missing(l.Failure):
		return nil // the list shows what the GET does not yet, or no more
	case l.Failure != nil:
		rest := failed(s, l.Failure)
		rest.Quiet = false
		return rest
	case l.Broker.Foreign || foreignMark(s, &l.Broker):
		return nil
	}
	identity, whole := broker.IdentityOf(&l.Broker)
	switch {
	case s.provesCreate(s.markOn(&l.Broker), whole && identity == c.Identity):
		return RecordBroker{ID: id, Origin: v1alpha1.OriginCreated}
	case s.saysNoMark(&l.Broker) && s.onlyOneShownAs(&l.Broker):
		return RecordBroker{ID: id, Origin: v1alpha1.OriginCreated}
	case s.Access.AdoptionForbidden:
		return nil
	case !concluded(s) && !s.settledByName(id):
		return nil // the POST may still make another one, which nobody would know
	case !s.Desired.BrokerID.Same(id) && !s.takesOver(&l.Broker):
		return nil
	case !s.Desired.BrokerID.Same(id) && len(s.Reading.Unreadable) > 0:
		return nil // an entry that can't be told apart may be the one that was made
	case len(s.unanswered()) > 0:
		return nil // that may be the one that was made: a user says first that it is not
	}
	if r := claimant(s, id, &l.Broker); r != nil && identity != c.Identity {
		return claimed(s, id, r) // the open create of another one may have made it, and would make a second one
	}
	return RecordBroker{ID: id, Origin: adoptedAs(s)}
}

// takesOver reports whether the policy takes a broker over that has the posted
// identity and other data: not under suspend or in a deletion, and not where a
// person names another one.
func (s *State) takesOver(b *broker.Broker) bool {
	identity, whole := broker.IdentityOf(b)
	return s.Desired.MatchExisting && whole && identity == s.Record.Creation.Identity &&
		s.Desired.BrokerID == "" && !s.Desired.Deleting && !s.Desired.Suspended
}

// candidate is the one broker that the open intent can have made: the one with
// our mark; the one that a user names; or the only one with the posted
// identity that nobody else may have made. "" where none or several, and for
// one that another Reseller holds.
func candidate(s *State) broker.ID {
	var found []Match
	for _, m := range s.Reading.Matches {
		switch {
		case holder(s, m.ID) != nil:
			continue
		case s.provesCreate(m.Mark, !m.Other), s.Desired.BrokerID.Same(m.ID):
			return m.ID
		case !disputed(s, m.ID, s.Record.Creation.Identity):
			found = append(found, m)
		}
	}
	named := s.Desired.BrokerID
	switch {
	case named != "" && (concluded(s) || s.settledByName(named)) && holder(s, named) == nil:
		return named // a user has looked, and says so
	case len(found) == 1:
		return found[0].ID
	default:
		return ""
	}
}

// intentUnresolved: only "none" has to wait. It counts after every bound has
// passed and two complete syncs, a list lag apart, show nobody with the
// identity, held by anybody or not.
func intentUnresolved(s *State) Step {
	c := s.Record.Creation
	if step := unresolvedEntry(s); step != nil {
		return step
	}
	if !concluded(s) {
		return stillResolving(s)
	}
	matches := s.Reading.Matches
	switch {
	case len(matches) == 1 && s.lookedInVain(matches[0].ID):
		rest := unreadable(s.missedLook(matches[0].ID)) // as is said until its next GET
		rest.AfterReading = s.sharedReading()
		return rest
	case len(matches) > 1, len(matches) == 1 && disputed(s, matches[0].ID, c.Identity):
		return unresolved(s, v1alpha1.ReasonAmbiguousMatch, fmt.Sprintf(
			"it is unknown whether the create took effect, and brokers %s, which others may hold, have its registration number and domain; name the right one with spec.brokerID: %q", ids(matches), matches[0].ID))
	case len(matches) == 1:
		return unresolved(s, v1alpha1.ReasonAdoptionNotAllowed, fmt.Sprintf(
			"it is unknown whether the create took effect, and broker %s has its registration number and domain but other data; to adopt it, set spec.brokerID: %q", matches[0].ID, matches[0].ID))
	case c.Committed:
		return unresolved(s, v1alpha1.ReasonCreatedButNotListed,
			"Cloudmore confirmed the create without naming the broker, and no list shows it; look for it in the portal and name it with spec.brokerID")
	case c.Refused:
		return ClearIntent{Proven: true, Then: s.refusal()}
	case !s.provesNone():
		return s.untold()
	case s.Access.WaitOnUnknown:
		return unresolved(s, v1alpha1.ReasonCreateOutcomeUnknown,
			"it stays unknown whether the create took effect, and creation.onUnknown of the Seller is Wait; look in the portal and name the broker with spec.brokerID, or set creation.onUnknown: Retry")
	case s.gatewayRefused():
		return ClearIntent{Proven: true, Unfound: true, Then: s.refusal()}
	default:
		return ClearIntent{Proven: true, Unfound: true, Then: Rest{
			Reason: v1alpha1.ReasonCreating, Message: "the create did not take effect; it is started over", Until: s.Now.Add(firstLook),
		}}
	}
}

// untold waits for lists that prove something. When one is there, only a second one is
// awaited.
func (s *State) untold() Rest {
	rest := unresolved(s, v1alpha1.ReasonCreateOutcomeUnknown,
		"it is unknown whether the create took effect"+s.answerToPost()+", and "+howToTell+"; or look in the portal and name the broker with spec.brokerID")
	if first := firstSince(s.telling(s.Reading.Absent), settledAfter(s)); !first.IsZero() {
		rest.AfterReading = first.Add(s.Access.ListLag)
	}
	return rest
}

// refusal is what the refused POST of the open intent came to.
func (s *State) refusal() Rest {
	if t, failed := s.Memory.Tries[CallCreate]; failed {
		return s.again(CallCreate, &t)
	}
	return Rest{Quiet: true}
}

// gatewayRefused reports whether the POST of the open intent was refused, perhaps by a
// gateway, behind which it may go on.
func (s *State) gatewayRefused() bool {
	t := s.Memory.Tries[CallCreate]
	return t.Failure != nil && t.Refused && s.Record.Creation.Attempt == s.Memory.Posted
}

// stillResolving looks again: soon at first, and right after each bound. The
// reading wakes it; a pass at the same moment would only ask for a later one.
func stillResolving(s *State) Rest {
	at := settledAfter(s)
	next := at
	if !s.Record.Creation.Refused && !s.gatewayRefused() { // those have seldom made something
		next = moment.Earlier(s.nextReading(moment.Later(s.Memory.IntentSince, s.Memory.PostEnded)), at)
	}
	if !next.After(s.Now) {
		next = moment.Later(at, s.Reading.Latest)
		if first := firstSince(s.Reading.Absent, at); !first.IsZero() {
			next = first.Add(s.Access.ListLag)
		}
	}
	if t := s.missedSince(s.Reading.Latest); t != nil && s.toldMissing() {
		rest := unreadable(t) // the next list may show it again
		rest.AfterReading = next
		return rest
	}
	if s.Record.Creation.Refused {
		rest := s.refusal()
		rest.Until, rest.AfterReading = time.Time{}, next // its own time may have come long before
		return rest
	}
	return Rest{
		Reason:       v1alpha1.ReasonResolvingCreate,
		Message:      fmt.Sprintf("it is unknown whether the create took effect%s; the account is searched for %s, and nothing is posted again before that is certain", s.answerToPost(), s.Record.Creation),
		AfterReading: next,
	}
}

// unresolved stays with the open intent and looks on; a user decides.
func unresolved(s *State, reason, message string) Rest {
	if s.Access.AdoptionForbidden {
		message += "; for that the owner of the ClusterSeller has to set spec.adoption: Allowed"
	}
	return Rest{Reason: reason, Message: message, AfterReading: s.sharedReading()}
}

// answerToPost is what the POST of the open intent was answered, where it was.
func (s *State) answerToPost() string {
	t := s.Memory.Tries[CallCreate]
	if t.Failure == nil || s.Record.Creation.Attempt != s.Memory.Posted || t.Failure.Heard() == "" {
		return ""
	}
	return " (" + t.Failure.Heard() + ")"
}

// settledAfter is when a POST of the open intent can no longer take effect and
// every list shows it. Who did not write the intent counts from when it first
// saw it, by its own clock.
func settledAfter(s *State) time.Time {
	c, m, a := s.Record.Creation, s.Memory, s.Access
	switch {
	case c.Attempt == m.Posted && m.PostAnswered:
		return m.PostEnded.Add(a.ListLag)
	case c.Refused:
		return m.IntentSince.Add(a.ListLag) // it was answered, so it is not under way
	case c.Attempt == m.Posted:
		return moment.Later(c.Deadline, m.PostEnded).Add(a.CommitBound + a.ListLag)
	default:
		return m.IntentSince.Add(max(a.Deadline, c.Allowed) + a.CommitBound + a.ListLag)
	}
}

// concluded reports whether nothing that the POST may still do is awaited: all
// bounds have passed, and so have two syncs a list lag apart.
func concluded(s *State) bool {
	at := settledAfter(s)
	if len(s.Reading.Matches) > 0 {
		return s.Reading.Latest.After(at)
	}
	first := firstSince(s.Reading.Absent, at)
	n := len(s.Reading.Absent)
	return !first.IsZero() && !s.Reading.Absent[n-1].Before(first.Add(s.Access.ListLag))
}

// settledByName reports whether a user names the broker, every bound has passed, and lists
// would never conclude anything: they show entries that can't be told apart.
func (s *State) settledByName(id broker.ID) bool {
	return s.Desired.BrokerID.Same(id) && len(s.Reading.Unreadable) > 0 && s.Reading.Latest.After(settledAfter(s))
}

// provesNone reports whether two of the syncs that concluded, a list lag apart, show
// other brokers, or a user called them right.
func (s *State) provesNone() bool {
	starts := s.telling(s.Reading.Absent)
	first := firstSince(starts, settledAfter(s))
	return !first.IsZero() && !starts[len(starts)-1].Before(first.Add(s.Access.ListLag))
}

// firstSince is the first moment not before at; zero where there is none.
func firstSince(moments []time.Time, at time.Time) time.Time {
	for _, m := range moments {
		if !m.Before(at) {
			return m
		}
	}
	return time.Time{}
}
