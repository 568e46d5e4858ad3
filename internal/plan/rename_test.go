package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// renamed is what the company of the tests was edited into.
var renamed, _ = broker.IdentityFrom("987654", "renamed.example")

// renaming has the spec ask for another number and domain.
func renaming(s *State) {
	s.Desired.Broker.RegistrationNumber, s.Desired.Broker.Domain = ptr("987654"), ptr("renamed.example")
	s.Desired.Identity = renamed
	isEdited(s)
}

// sentAs has status keep identities that updates were about to give the broker.
func sentAs(identities ...broker.Identity) func(*State) {
	return func(s *State) {
		s.Record.Sent, s.Memory.RenameUnsure = identities, s.Now
	}
}

// shownAs has the broker read in full as this company, at a moment.
func shownAs(number, domain string, at time.Time) func(*State) {
	return func(s *State) {
		s.Reading.Known = shown(own)
		s.Reading.Known.RegistrationNumber, s.Reading.Known.Domain = ptr(number), ptr(domain)
		s.Reading.KnownSince = at
	}
}

// readHere has this pass have read it.
func readHere(s *State) {
	s.Outcome.Looked = &Looked{ID: own, Broker: *s.Reading.Known, At: s.Now}
}

func TestTheNextIdentityIsWrittenDownBeforeItIsSent(t *testing.T) {
	s := bound(renaming, readHere)
	step, is := Next(s).(RecordIdentity)
	if !is || step.RegistrationNumber != "987654" || step.Domain != "renamed.example" {
		t.Fatalf("the step before the update is %#v", Next(s))
	}
	sentAs(renamed)(s)
	if update, is := Next(s).(Update); !is || !update.renames() {
		t.Fatalf("what follows is %#v", Next(s))
	}
	if write := Ahead(bound(renaming), Next(bound(renaming))); write == nil || write.Call() != CallUpdate {
		t.Fatalf("the update is not foreseen: %#v", write)
	}
}

func TestAnUpdateOfSomethingElseWritesNoIdentityDown(t *testing.T) {
	s := drifted(readHere)
	if _, is := Next(s).(Update); !is {
		t.Fatalf("the step is %#v", Next(s))
	}
}

func TestWhatWasSentAndWhatWasShownProveTheBroker(t *testing.T) {
	editedAgain := func(s *State) {
		renaming(s)
		s.Desired.Broker.RegistrationNumber, s.Desired.Broker.Domain = ptr("55555"), ptr("third.example")
		s.Desired.Identity, _ = broker.IdentityFrom("55555", "third.example")
	}
	for name, row := range map[string]struct {
		shown  func(*State)
		proven bool
	}{
		"as before":                        {shownAs("123", "abcdef.example", now), true},
		"as sent":                          {shownAs("987654", "renamed.example", now), true},
		"as sent, without zeros":           {shownAs("00987654", "www.renamed.example", now), true},
		"as sent, half changed elsewhere":  {shownAs("987654", "portal.example", now), true},
		"as before, half changed there":    {shownAs("123", "portal.example", now), true},
		"as a company that was never ours": {shownAs("44444", "portal.example", now), false},
	} {
		s := bound(editedAgain, sentAs(renamed), row.shown, readHere)
		if got := s.proven(&s.Outcome.Looked.Broker); got != row.proven {
			t.Errorf("%s: proven is %v", name, got)
		}
	}
}

func TestSentIdentitiesAreForgottenWhenItIsKnownWhatCameOfThem(t *testing.T) {
	bounds := DefaultDeadline + DefaultCommitBound + DefaultListLag
	for name, row := range map[string]struct {
		state *State
		kept  bool
	}{
		"the answer shows it":                     {bound(renaming, sentNow, shownAs("987654", "renamed.example", now)), false},
		"what is known is older":                  {bound(renaming, sentNow, shownAs("987654", "renamed.example", now.Add(-time.Second))), true},
		"it is not shown yet, and sent again":     {bound(renaming, sentNow, shownAs("123", "abcdef.example", now.Add(time.Hour))), true},
		"the spec wants another, and it may come": {bound(sentNow, shownAs("123", "abcdef.example", now)), true},
		"the spec wants another, a list lag later": {
			bound(sentNow, shownAs("123", "abcdef.example", now.Add(DefaultListLag))), false},
		"an earlier process sent it":         {bound(renaming, sentAs(renamed), shownAs("987654", "renamed.example", now.Add(bounds-time.Second))), true},
		"an earlier process, after a while":  {bound(renaming, sentAs(renamed), shownAs("987654", "renamed.example", now.Add(bounds))), false},
		"a list alone says so":               {bound(renaming, sentNow, shownAs("987654", "renamed.example", now), summarised), true},
		"the broker is let go of":            {unbound(sentAs(renamed)), false},
		"an answer was lost before this one": {bound(renaming, sentNow, unsure, shownAs("987654", "renamed.example", now)), true},
	} {
		status := &v1alpha1.ResellerStatus{SentIdentities: []v1alpha1.SentIdentity{{RegistrationNumber: "987654", Domain: "renamed.example"}}}
		reportIdentities(row.state, &Rest{}, status)
		if kept := len(status.SentIdentities) > 0; kept != row.kept {
			t.Errorf("%s: kept is %v", name, kept)
		}
	}
}

// sentNow is the new identity sent just now.
func sentNow(s *State) {
	s.Record.Sent, s.Memory.Renamed = []broker.Identity{renamed}, s.Now
}

func TestWhatWasSentBeforeEndsFirst(t *testing.T) {
	for name, row := range map[string]struct {
		at   time.Time // when the broker is read, as it was before
		rest Rest
		kept int
	}{
		"both may come":                              {at: now, kept: 2},
		"the last one is sent again":                 {at: now.Add(DefaultListLag), kept: 1},
		"the broker is gone, and what it may become": {at: now, rest: Rest{Reason: v1alpha1.ReasonBrokerNotFound}},
	} {
		s := bound(renaming, sentNow, shownAs("123", "abcdef.example", row.at))
		status := &v1alpha1.ResellerStatus{SentIdentities: []v1alpha1.SentIdentity{{RegistrationNumber: "1", Domain: "first.example"}, {RegistrationNumber: "987654", Domain: "renamed.example"}}}
		told := reportIdentities(s, &row.rest, status)
		if n := len(status.SentIdentities); n != row.kept || told != (n < 2) {
			t.Errorf("%s: %d are kept, not %d (status changes: %v)", name, n, row.kept, told)
		}
		if n := len(status.SentIdentities); n == 1 && status.SentIdentities[0].RegistrationNumber != "987654" {
			t.Errorf("%s: kept is %v", name, status.SentIdentities)
		}
	}
}

// TestWhatWasSentBeforeIsReadForOnce holds that an identity is free again also where the
// broker is read only right before the next one is sent.
func TestWhatWasSentBeforeIsReadForOnce(t *testing.T) {
	settles := now.Add(DefaultListLag)
	for name, row := range map[string]struct {
		sent []broker.Identity
		read time.Time
		want time.Time
	}{
		"two were sent":                  {[]broker.Identity{identity, renamed}, now, settles},
		"two were sent, and it is known": {[]broker.Identity{identity, renamed}, settles, time.Time{}},
		"one is sent again and again":    {[]broker.Identity{renamed}, now, time.Time{}},
	} {
		s := bound(renaming, sentNow, shownAs("123", "abcdef.example", row.read), func(s *State) { s.Record.Sent = row.sent })
		if got := s.readsIdentityAt(); !got.Equal(row.want) {
			t.Errorf("%s: the broker is read at %s", name, got)
		}
	}
}

func unsure(s *State) { s.Memory.RenameUnsure = s.Now }

func TestABrokerIsReadWhenAnIdentityThatWasSentHasSettled(t *testing.T) {
	s := bound(sentAs(renamed), readHere)
	s.Outcome.Looked = nil
	rest, rests := Next(s).(Rest)
	due := s.Now.Add(DefaultDeadline + DefaultCommitBound + DefaultListLag)
	if !rests || !rest.Until.Equal(due) {
		t.Fatalf("before that it is %#v", Next(s))
	}
	s.Now = due
	if _, looks := Next(s).(Look); !looks {
		t.Fatalf("then it is %#v", Next(s))
	}
}

func TestWhoFirstSeesASentIdentityCountsFromThen(t *testing.T) {
	var m Memory
	r := bound(sentAs(renamed)).Record
	m.Saw(&r, 1, now)
	m.Saw(&r, 1, now.Add(time.Minute))
	if !m.RenameUnsure.Equal(now) {
		t.Errorf("a new process counts from %v", m.RenameUnsure)
	}
	r.Sent = nil
	m.Saw(&r, 1, now.Add(time.Minute))
	m.Foretold()
	r.Sent = []broker.Identity{renamed}
	if m.Saw(&r, 1, now.Add(time.Minute)); !m.RenameUnsure.IsZero() {
		t.Errorf("who wrote it counts from %v", m.RenameUnsure)
	}
}

func TestOnlyTheLatestSentIdentitiesAreKept(t *testing.T) {
	status := &v1alpha1.ResellerStatus{}
	for _, number := range []string{"1", "2", "3", "4", "5"} {
		Foretell(RecordIdentity{RegistrationNumber: number, Domain: "acme.example"}, status)
	}
	if n := len(status.SentIdentities); n != v1alpha1.MaxSentIdentities || status.SentIdentities[n-1].RegistrationNumber != "5" || status.SentIdentities[0].RegistrationNumber != "2" {
		t.Fatalf("kept are %v", status.SentIdentities)
	}
}

func TestAnIdentityThatWasSentIsTaken(t *testing.T) {
	sent := Rival{Namespace: "ns", Name: "r", UID: "z", Created: now, BrokerID: other, Sent: [v1alpha1.MaxSentIdentities]broker.Identity{renamed}}
	if s := unbound(renaming, rivalled(sent)); winner(s) == nil || s.mayCreate() == nil {
		t.Error("a create of it is not held up")
	}
	if s := bound(renaming, rivalled(sent)); contender(s, s.Desired.Identity) == nil {
		t.Error("an update to it is not held up")
	}
	if s := bound(renaming, sentAs(renamed), rivalled(sent)); contender(s, s.Desired.Identity) != nil {
		t.Error("of two that sent it, the older waits for the younger")
	}
}

// spelledOtherwise is what the tests' company is renamed to, as another one's broker shows it.
var spelledOtherwise, _ = broker.IdentityFrom("000987654", "www.renamed.example")

func TestAnUpdateDoesNotMakeABrokerLikeAnothers(t *testing.T) {
	holding := Rival{Namespace: "ns", Name: "r", UID: "z", Created: now, BrokerID: other, Bound: spelledOtherwise, Identity: spelledOtherwise}
	making := Rival{Namespace: "ns", Name: "r", UID: "z", Created: now, Intent: spelledOtherwise}
	sends := RecordIdentity{RegistrationNumber: "987654", Domain: "renamed.example"}
	alike := shownAs("987654", "abcdef.example", now)
	check(t, []row{
		{"waits for the one who has it, written otherwise, and says how to go on", bound(renaming, readHere, rivalled(holding)),
			Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: `cloudmore.com/create-despite: "4712"`}},
		{"waits for the one who is making it", bound(renaming, readHere, rivalled(making)), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"sends what a user says is another company", bound(renaming, readHere, rivalled(holding), despite(other)), sends},
		{"sends it where similar brokers are usual", bound(renaming, readHere, rivalled(holding), createBesideSimilar), sends},
		{"sends what was similar before", bound(renaming, alike, readHere, rivalled(holding)), sends},
	})
}

func TestTwoThatSwapIdentitiesAreToldTheWay(t *testing.T) {
	swapping := Rival{Namespace: "ns", Name: "r", UID: "z", Created: now, BrokerID: other, Bound: renamed, Identity: identity}
	check(t, []row{
		{"by a third value", bound(renaming, readHere, rivalled(swapping)), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "a third value first"}},
	})
	staying := swapping
	staying.Identity = renamed
	if rest, _ := Next(bound(renaming, readHere, rivalled(staying))).(Rest); strings.Contains(rest.Message, "third") {
		t.Errorf("who does not move is said to swap: %s", rest.Message)
	}
}

func TestATwinThatIsWrittenOtherwiseIsToldOf(t *testing.T) {
	long := func(s *State) {
		s.Desired.Broker.RegistrationNumber, s.Desired.Identity = ptr("0012345"), broker.Identity{RegistrationNumber: "0012345", Domain: "abcdef.example"}
		s.Reading.Known.RegistrationNumber = ptr("0012345")
	}
	twin := shown(other)
	twin.RegistrationNumber, twin.Domain = ptr("12345"), ptr("www.abcdef.example")
	half := shown(other)
	half.RegistrationNumber, half.Domain = ptr("12345"), ptr("else.example")
	prefixed := func(s *State) {
		s.Record.Bound.RegistrationNumber = "XY77"
		s.Reading.Known.RegistrationNumber, s.Record.Accepted = ptr("XY77"), []broker.Spelling{{Field: "spec.registrationNumber", Desired: "0012345", Observed: "XY77"}}
	}
	alike := shown(other)
	alike.RegistrationNumber = ptr("XY77")
	check(t, []row{
		{"also where it is like the own broker as Cloudmore shows that", bound(long, prefixed, beside(Similar{Broker: alike})), Rest{Reason: v1alpha1.ReasonDuplicateSuspected, Message: "4712"}},
		{"with the way to say that it is none", bound(long, beside(Similar{Broker: twin})), Rest{Reason: v1alpha1.ReasonDuplicateSuspected, Message: `cloudmore.com/create-despite: "4712"`}},
		{"not where a user has said so", bound(long, beside(Similar{Broker: twin}), despite(other)), inSync},
		{"nor where only half is the same", bound(long, beside(Similar{Broker: half})), inSync},
		{"nor where similar brokers are usual", bound(long, beside(Similar{Broker: twin}), createBesideSimilar), inSync},
		{"nor of one that a Reseller holds", bound(long, beside(Similar{Broker: twin, Held: true})), inSync},
		{"nor beside one that was adopted", bound(long, isAdopted, beside(Similar{Broker: twin})), inSync},
	})
}

func TestWhoIsNamedNeedsNoIdentityOfItsOwn(t *testing.T) {
	older := start.Add(-time.Hour)
	check(t, []row{
		{"takes it beside one who holds another", unbound(naming(own), lookedAt, rivalled(Rival{Identity: identity, Bound: identity, BrokerID: other, Created: older})), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"takes it beside one who names another", unbound(naming(own), lookedAt, rivalled(Rival{Identity: identity, SpecID: other, Created: older})), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"not beside one who is making the company's broker", unbound(naming(own), lookedAt, rivalled(Rival{Identity: identity, Intent: identity, SpecID: other})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"nor beside one who names the same", unbound(naming(own), lookedAt, rivalled(Rival{Identity: identity, SpecID: own, Created: older})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"who is not named waits for who is", unbound(rivalled(Rival{Identity: identity, Bound: identity, BrokerID: other, SpecID: other})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
	})
}
