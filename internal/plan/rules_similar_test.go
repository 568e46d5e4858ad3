package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// normalized is the wanted broker as an API shows it that writes identities in its own way.
func normalized(id broker.ID) *broker.Broker {
	b := shown(id)
	b.RegistrationNumber, b.Domain = ptr("EE0123"), ptr("www.abcdef.example")
	return b
}

// sibling is another company of the same domain.
func sibling(id broker.ID) *broker.Broker {
	b := normalized(id)
	b.Name, b.RegistrationNumber = ptr("Another company"), ptr("999")
	return b
}

// withOtherData is the broker broker with other data, as a stranger would have made it.
func withOtherData(b *broker.Broker) *broker.Broker {
	b.Contact.Email = ptr("x@abcdef.example")
	return b
}

var spelled, _ = broker.IdentityFrom("EE0123", "abcdef.example")

func beside(brokers ...Similar) func(*State) {
	return func(s *State) { s.Reading.Similar = brokers }
}

func despite(ids ...broker.ID) func(*State) {
	return func(s *State) { s.Desired.Despite = ids }
}

func passedOver(ids ...broker.ID) func(*State) {
	return func(s *State) {
		if c := s.Record.Creation; c != nil {
			passed := *c
			passed.PassedOver = ids
			s.Record.Creation = &passed
		}
	}
}

// lookMissed has two GETs have found no broker, the latest just now.
func lookMissed(s *State) {
	s.Memory.Tries = Tries{CallLook: {Content: string(own.Key()), Session: s.Access.Session, Failures: 2, At: s.Now, Missing: true, Failure: &gone}}
}

func createBesideSimilar(s *State) { s.Access.CreateBesideSimilar = true }

// TestSimilarBeforeTheCreate: a broker that may be the one described stops the first POST.
func TestSimilarBeforeTheCreate(t *testing.T) {
	known := beside(Similar{Broker: withOtherData(normalized(own))})
	listed := beside(Similar{Broker: withOtherData(normalized(own)), Listed: true})
	hidden := beside(Similar{Broker: &broker.Broker{ID: own, Name: ptr("ABCDEF")}, Listed: true, Named: true})
	asks := Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: `spec.brokerID: "4711"`}
	check(t, []row{
		{"asks whether a similar broker is the one", unbound(known), asks},
		{"says what it shows", unbound(known), Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: `broker 4711 (name "ABCDEF", registration number "EE0123", domain "www.abcdef.example")`}},
		{"names the way out for another company", unbound(known), Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: `cloudmore.com/create-despite: "4711"`}},
		{"keeps the answers given before", unbound(known, despite(other)), Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: `"4711,4712"`}},
		{"does not show what it is to those who may not adopt it", unbound(known, adoptionIsForbidden), Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: "broker 4711 may be"}},
		{"asks under MatchExisting, too", unbound(known, matchExisting), asks},
		{"reads what only a list shows", unbound(listed), Look{ID: own}},
		{"asks when it was read", unbound(listed, lookedLike(withOtherData(normalized(own)))), asks},
		{"reads no second time what was told", unbound(listed, isToldOfSimilar), asks},
		{"reads again what the latest list lacks", unbound(beside(Similar{Broker: withOtherData(normalized(own)), Unlisted: true}), isToldOfSimilar), Look{ID: own}},
		{"waits for the list where the broker has gone", unbound(listed, lookedFor(gone)), Rest{Reason: v1alpha1.ReasonWaitingForReading}},
		{"keeps saying so when one more GET finds none just now", unbound(listed, lookMissed, lookedFor(gone), toldUnreadable), Rest{Reason: v1alpha1.ReasonBrokerUnreadable}},
		{"says so when one more GET finds none, and names the way out", unbound(listed, lookMissed), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: `cloudmore.com/create-despite: "4711"`}},
		{"waits where it can't be read now", unbound(listed, lookedFor(unavailable)), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"creates where a user says that it is another", unbound(known, despite(own)), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"asks where a user answered for another", unbound(known, despite("9")), asks},
		{"creates where too many share the key, although one has the name", unbound(beside(Similar{Broker: normalized(own), Crowded: true})), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}, Beside: []broker.ID{own}}},
		{"tells not of those of a crowd that have another name, and writes them down", unbound(beside(Similar{Broker: sibling(own), Crowded: true}, Similar{Broker: sibling(other), Crowded: true, Held: true})), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"creates where the Seller says so, and tells beside which", unbound(known, createBesideSimilar), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}, Beside: []broker.ID{own}}},
		{"creates beside what another Reseller holds", unbound(beside(Similar{Broker: normalized(own), Held: true})), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"and beside what an older one names", unbound(known, namedByAnOlder), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"creates beside another company of the domain, and tells which", unbound(beside(Similar{Broker: sibling(other)})), RecordIntent{Identity: identity, PassedOver: []broker.ID{other}, Beside: []broker.ID{other}}},
		{"asks of one whose entry has no name", unbound(beside(Similar{Broker: &broker.Broker{ID: own, RegistrationNumber: ptr("999"), Domain: ptr("abcdef.example")}, Listed: true})), Look{ID: own}},
		{"reads who has the name where lists show nothing else", unbound(hidden), Look{ID: own}},
		{"says so where its GET finds none", unbound(hidden, lookMissed), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: `cloudmore.com/create-despite: "4711"`}},
		{"asks where its GET is denied", unbound(hidden, lookedFor(broker.Failure{Class: broker.Forbidden, Status: 403})), asks},
		{"reads it no second time then", unbound(hidden, isToldOfSimilar), asks},
		{"creates where a user says that it is another, too", unbound(hidden, despite(own)), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"creates beside a namesake that shows another identity", unbound(beside(Similar{Broker: &broker.Broker{ID: own, Name: ptr("ABCDEF"), RegistrationNumber: ptr("999"), Domain: ptr("other.example")}, Listed: true, Named: true})), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}}},
		{"waits for a similar broker that another Reseller is making", unbound(rivalled(Rival{Namespace: "ns", Name: "x", Intent: spelled})), Rest{Reason: v1alpha1.ReasonCreating, Message: "Reseller x is creating"}},
		{"adopts nothing that a similar open create may have made", unbound(matchExisting, matching(Match{ID: own}), lookedAt, rivalled(Rival{Namespace: "ns", Name: "x", Intent: spelled})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"nor what an older open create ends in, since a user named it", unbound(matchExisting, matching(Match{ID: own}), lookedAt, rivalled(Rival{Namespace: "ns", Name: "x", UID: "a", Created: start, Intent: broker.Identity{RegistrationNumber: "99999", Domain: "other.example"}, SpecID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"nor by its id", unbound(naming(own), lookedAt, rivalled(Rival{Namespace: "ns", Name: "x", Intent: spelled})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"withdraws an intent when a similar broker appears", announced(known), ClearIntent{Then: Rest{Reason: v1alpha1.ReasonCreating, Message: "a similar broker has appeared"}}},
		{"posts beside those that a user let pass", announced(known, despite(own), passedOver(own)), Create{}},
		{"and beside what another Reseller still holds", announced(beside(Similar{Broker: normalized(own), Held: true}), passedOver(own)), Create{}},
		{"withdraws an intent when who held it has let go of it", announced(known, passedOver(own)), ClearIntent{Then: Rest{Reason: v1alpha1.ReasonCreating, Message: "a similar broker has appeared"}}},
		{"withdraws an intent for an older similar one", announced(rivalled(Rival{Intent: spelled, UID: "a", Created: start})), ClearIntent{Then: Rest{Reason: v1alpha1.ReasonCreating, Message: "another Reseller is making"}}},
		{"waits with an intent for a younger similar one to withdraw", announced(rivalled(Rival{Intent: spelled, UID: "c", Created: start})), Rest{Reason: v1alpha1.ReasonCreating, Message: "goes on when"}},
	})
}

// isToldOfSimilar has status ask already.
func isToldOfSimilar(s *State) {
	isNotReady(s)
	stalled := *s.Record.Ready
	stalled.Status, stalled.Reason, stalled.ObservedGeneration = "True", v1alpha1.ReasonSimilarBrokerExists, s.Desired.Generation
	s.Record.Stalled = &stalled
}

// namedByAnOlder has an older Reseller name the broker, which it does not hold.
var namedByAnOlder = rivalled(Rival{SpecID: own, Created: start.Add(-time.Hour)})

// TestSimilarInAResolve: a broker that may be what a lost POST made is ours by all that
// was posted, or a user says what it is.
func TestSimilarInAResolve(t *testing.T) {
	ours, listed := beside(Similar{Broker: normalized(own)}), beside(Similar{Broker: summaryOf(normalized(own)), Listed: true})
	doubtful := beside(Similar{Broker: withOtherData(normalized(own))})
	asks := Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: `spec.brokerID: "4711"`}
	isOurs := RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}
	look := lookedLike(normalized(own))
	check(t, []row{
		{"reads what only a list shows", found(listed), Look{ID: own}},
		{"reads what is ours by all that is known", found(ours), Look{ID: own}},
		{"reads what the latest list lacks", found(beside(Similar{Broker: withOtherData(normalized(own)), Unlisted: true}), concludedNone), Look{ID: own}},
		{"takes it at once", found(ours, look), isOurs},
		{"takes it although the spec was edited since", found(ours, look, editedInto("x.example")), isOurs},
		{"takes it in a deletion, too", found(ours, look, isDeleting), isOurs},
		{"takes it when the POST was refused", found(ours, look, refusedLongAgo), isOurs},
		{"takes it where no id came", found(ours, look, func(s *State) { s.Record.Creation.Committed = true }), isOurs},
		{"waits where the lists before the POST showed no broker, until one shows what it made", found(ours, look, surfacing(time.Second)), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"takes it then, where it is the only one", found(ours, look, surfacing(DefaultListLag)), isOurs},
		{"waits on where an entry can't be told apart", found(ours, look, surfacing(DefaultListLag), misread), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"does not take what was there before", found(ours, look, passedOver(own)), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"nor what another Reseller holds", found(beside(Similar{Broker: normalized(own), Held: true}), look), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"nor what another open create may have made", found(ours, look, rivalled(Rival{Intent: spelled})), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"nor a broker without the mark", found(ours, look, marking), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"takes it although an older Reseller names it", found(ours, look, namedByAnOlder), isOurs},
		{"asks although an older Reseller names it", found(doubtful, concludedNone, namedByAnOlder), asks},
		{"looks on while the POST may make one", found(doubtful), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"asks when it can make none any more", found(doubtful, concludedNone), asks},
		{"asks of one that its latest GET did not find, and does not read it before its time", found(listed, concludedNone, lookMissed), asks},
		{"asks of another company of the domain, too", found(beside(Similar{Broker: sibling(own)}), concludedNone), asks},
		{"asks which of two it is", found(beside(Similar{Broker: normalized(own)}, Similar{Broker: normalized(other)}), concludedNone), asks},
		{"asks in a deletion", found(doubtful, concludedNone, isDeleting), asks},
		{"asks whatever the Seller says of creates", found(doubtful, concludedNone, createBesideSimilar), asks},
		{"asks before a user's other broker is taken", found(doubtful, concludedNone, naming(other), lookedLike(withOtherData(shown(other)))), asks},
		{"goes on to the end where a user says that it is another", found(doubtful, concludedNone, despite(own)), RecordIntent{Identity: identity, PassedOver: []broker.ID{own}, Unfound: true}},
		{"takes it where a user names it", found(doubtful, concludedNone, naming(own), lookedLike(withOtherData(normalized(own)))), RecordBroker{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"takes what it made where a user names it", found(ours, concludedNone, naming(own), look), isOurs},
	})
}

// surfacing has a list after the POST show brokers, and one before it none.
func surfacing(ago time.Duration) func(*State) {
	return func(s *State) {
		s.Memory.PostEnded = s.Now.Add(-ago)
		s.Reading.Latest, s.Reading.Blank = s.Now, []time.Time{s.Now.Add(-ago - time.Second)}
	}
}

// summaryOf is a broker as a list's entry shows it.
func summaryOf(b *broker.Broker) *broker.Broker {
	return &broker.Broker{ID: b.ID, Name: b.Name, RegistrationNumber: b.RegistrationNumber, Domain: b.Domain}
}

// TestOwnershipByHalf: who changed half of the identity elsewhere changed a field.
func TestOwnershipByHalf(t *testing.T) {
	half := shown(own)
	half.RegistrationNumber = ptr("999")
	check(t, []row{
		{"corrects a broker of which half the identity was changed", drifted(lookedLike(half), sentAs(identity), func(s *State) { s.Reading.Known.Name = ptr("Changed") }), Update{Changed: []Deviation{{Difference: broker.Difference{Field: "spec.registrationNumber"}}}}},
		{"deletes a broker that shows its number and domain in another way", deleted(lookedLike(normalized(own))), AskServices{ID: own}},
		{"leaves one of another company alone", deleted(lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
	})
}

func TestANamesakeMayBeWhatAPostMade(t *testing.T) {
	namesake := Similar{Broker: elsewhere(), Named: true}
	namesake.Broker.ID = other
	check(t, []row{
		{"stops no first create, and is noted", unbound(beside(namesake)), RecordIntent{Identity: identity, PassedOver: []broker.ID{other}}},
		{"is asked about when the POST can make nothing more", found(concludedNone, beside(namesake)), Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: "4712"}},
		{"not where it was there before", found(concludedNone, beside(namesake), passedOver(other)), RecordIntent{Identity: identity, PassedOver: []broker.ID{other}, Unfound: true}},
	})
}
