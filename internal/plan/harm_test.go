package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// harmed has status say that an update changed a field.
func harmed(path string) func(*State) {
	return func(s *State) {
		s.Record.Harmed = append(slices.Clone(s.Record.Harmed), v1alpha1.UnmanagedChange{Field: path, Before: "1", After: "11", Since: metav1.NewMicroTime(start)})
	}
}

// doubted has the answer to an update show that it did harm.
func doubted(s *State) { s.Memory.SentBack = SentBack{At: s.Now, Doubted: true} }

// accepting has a user accept what updates make of a field.
func accepting(path string) func(*State) {
	return func(s *State) { s.Desired.Accepts = []string{path} }
}

// vatIs is the own broker, shown with a VAT number, which the spec does not name.
func vatIs(vat string) *broker.Broker {
	b := shown(own)
	b.VAT = &vat
	return b
}

func TestHarm(t *testing.T) {
	fresh := lookedLike(drifted().Reading.Known)
	masked := func(s *State) { s.Outcome.Looked.Broker.VAT, s.Reading.Known.VAT = ptr("1***"), ptr("1***") }
	namesVAT := func(s *State) { s.Desired.Broker.VAT = ptr("1") }
	stops := func(message string) Rest {
		return Rest{Reason: v1alpha1.ReasonUnmanagedFieldChanged, Message: message}
	}
	check(t, []row{
		{"says what an update changed although the spec does not name it", bound(harmed("spec.vat")), stops(`spec.vat: the spec does not name it, and an update changed it: it was "1", and is "11"`)},
		{"says how to go on", bound(harmed("spec.vat")), stops(`the annotation cloudmore.com/accept-change: "spec.vat"`)},
		{"sends nothing after that, and says what waits", drifted(fresh, isEdited, harmed("spec.vat")), stops("this waits for that: spec.name")},
		{"says so although writing is stopped", drifted(fresh, harmed("spec.vat"), isHalted), stops("")},
		{"says so while it is suspended", drifted(fresh, harmed("spec.vat"), isSuspended), stops("")},
		{"says so under Report", drifted(fresh, harmed("spec.vat"), isReporting), stops("")},
		{"only watches under Observe", bound(harmed("spec.vat"), isObserving), observing},
		{"sends the field when the spec names it", bound(lookedLike(vatIs("11")), isEdited, harmed("spec.vat"), namesVAT), changes("spec.vat")},
		{"goes on when a user accepts it", drifted(fresh, harmed("spec.vat"), accepting("spec.vat")), changes("spec.name")},
		{"goes on only when each is answered for", drifted(fresh, harmed("spec.vat"), harmed("spec.customProperties[x]"), accepting("spec.vat")), stops(`"spec.customProperties[x]"`)},
		{"is in sync again when a user accepts it", bound(harmed("spec.vat"), accepting("spec.vat")), inSync},
		{"deletes all the same", deleted(lookedAt, notActivated, harmed("spec.vat")), RecordDeletion{}},
		{"proves by a read what the answer to an update shows", bound(doubted), Look{ID: own}},
		{"believes that read", bound(doubted, lookedAt), inSync},
		{"stores no mask in place of a value", drifted(fresh, masked), stops("Cloudmore shows spec.vat with characters hidden")},
		{"stores it when a user accepts that", drifted(fresh, masked, accepting("spec.vat")), changes("spec.name")},
		{"minds no mask while nothing is to be sent", bound(lookedLike(vatIs("1***"))), inSync},
		{"minds no mask of what it sends", bound(lookedLike(vatIs("2***")), isEdited, namesVAT), changes("spec.vat")},
	})
}

// TestWhatUpdatesSendBack holds how it is found out that an update changed what it sent back.
func TestWhatUpdatesSendBack(t *testing.T) {
	edited := func(vat string) *broker.Broker { b := vatIs(vat); b.Name = ptr("Edited"); return b }
	for name, row := range map[string]struct {
		answer  *broker.Broker // nil: it shows nothing
		reads   []*broker.Broker
		ago     time.Duration // since the update, of the last read
		doubted bool          // after the answer
		harm    string
		open    bool // the reads decided nothing
	}{
		"nothing is lost, by the answer":                      {answer: edited("1")},
		"nothing is lost, by a read":                          {reads: []*broker.Broker{edited("1")}},
		"the answer shows harm, and a read proves it":         {answer: edited("11"), reads: []*broker.Broker{edited("11")}, doubted: true, harm: "spec.vat"},
		"the answer shows harm, and no read does":             {answer: edited("11"), reads: []*broker.Broker{edited("1")}, doubted: true},
		"the answer lacks the field, and reads do not":        {answer: nameIs("Edited"), reads: []*broker.Broker{edited("1")}, doubted: true},
		"the answer shows nothing, and a read shows harm":     {reads: []*broker.Broker{edited("11")}, harm: "spec.vat"},
		"what comes later is somebody else's":                 {answer: edited("1"), reads: []*broker.Broker{edited("11")}},
		"what comes after a read is, too":                     {reads: []*broker.Broker{edited("1"), edited("11")}},
		"the answer is older than the update":                 {answer: vatIs("1"), reads: []*broker.Broker{edited("11")}, harm: "spec.vat"},
		"a read that may be older decides nothing":            {reads: []*broker.Broker{vatIs("1")}, open: true},
		"the next one does":                                   {reads: []*broker.Broker{vatIs("1"), edited("11")}, harm: "spec.vat"},
		"a read after the lag is not older":                   {reads: []*broker.Broker{vatIs("1")}, ago: DefaultListLag},
		"after hours it may be anybody's":                     {reads: []*broker.Broker{edited("11")}, ago: 2 * sentMemory},
		"a read that began before the update says nothing":    {reads: []*broker.Broker{edited("11")}, ago: -time.Second, open: true},
		"a summary says nothing":                              {reads: []*broker.Broker{{ID: own, Name: ptr("Edited")}}, open: true},
		"what is spelled otherwise is no harm, by the answer": {answer: edited("0 1-"), reads: nil, doubted: true, open: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := bound(isEdited, lookedLike(vatIs("1")), func(s *State) { s.Desired.Broker.Name = ptr("Edited") })
			update, is := Next(s).(Update)
			if !is {
				t.Fatalf("%#v is no update", Next(s))
			}
			s.Outcome = Outcome{Updated: &Updated{At: s.Now, Answered: row.answer != nil}}
			if s.Reading.Known = row.answer; row.answer != nil {
				s.Reading.KnownSince = s.Now
			}
			s.Memory.Did(update, s)
			if s.Memory.SentBack.Doubted != row.doubted {
				t.Errorf("the answer is doubted: %v", s.Memory.SentBack.Doubted)
			}
			for _, read := range row.reads {
				s.Now = now.Add(row.ago)
				s.Outcome = Outcome{Looked: &Looked{ID: own, Broker: *read, At: s.Now}}
				s.Memory.Did(Look{ID: own}, s)
			}
			harm := ""
			for _, found := range s.harm() {
				harm += found.Field
			}
			if harm != row.harm || row.open == s.Memory.SentBack.At.IsZero() {
				t.Errorf("%q is harmed, want %q; still open: %v", harm, row.harm, !s.Memory.SentBack.At.IsZero())
			}
		})
	}
}

// TestHarmIsKept holds what status says of it, and what this process remembers.
func TestHarmIsKept(t *testing.T) {
	s := bound(func(s *State) {
		s.Memory.boundSeen = own
		s.Memory.Harmed = changedUnmanaged([]broker.Alteration{{Field: "spec.vat", Before: "1", After: strings.Repeat("é", 5000)}}, s.Now)
	})
	status := v1alpha1.ResellerStatus{}
	rest, _ := Next(s).(Rest)
	first := Report(s, rest, &status)
	status = first.Status
	if !first.News || len(status.UnmanagedChanges) != 1 || Report(s, rest, &status).News {
		t.Fatalf("status has %+v", status.UnmanagedChanges)
	}
	stored := v1alpha1.Reseller{Status: *status.DeepCopy()}
	stored.Status.BrokerID = string(own)
	s.Record = RecordFrom(&stored)
	if s.Memory.Saw(&s.Record, 1, s.Now); len(s.Memory.Harmed) > 0 || len(s.harm()) != 1 {
		t.Errorf("after it was stored %d are remembered, and %d hold updates back", len(s.Memory.Harmed), len(s.harm()))
	}
	s.Memory.Harmed = s.Record.Harmed
	for name, change := range map[string]func(*State){
		"the annotation accepts it":  accepting("spec.vat"),
		"the spec names it":          func(s *State) { s.Desired.Broker.VAT = ptr("1") },
		"another broker is held":     func(s *State) { s.Memory.Saw(&Record{BrokerID: other}, 1, s.Now); s.Record.Harmed = nil },
		"the broker is gone for all": func(s *State) { s.Record.BrokerID = "" },
	} {
		gone := *s
		change(&gone)
		after := Report(&gone, rest, &status)
		if after.News && len(gone.harm()) > 0 && gone.bound() {
			t.Errorf("when %s, %+v stays", name, gone.harm())
		}
		if left := after.Status.UnmanagedChanges; len(left) > 0 {
			t.Errorf("when %s, status still has %+v", name, left)
		}
	}
}

func TestAcceptedFields(t *testing.T) {
	got := acceptedIn(" spec.vat,contact.phone , ,spec.customProperties[x]")
	if !slices.Equal(got, []string{"spec.vat", "spec.contact.phone", "spec.customProperties[x]"}) || acceptedIn("") != nil {
		t.Errorf("accepted are %q", got)
	}
}

// TestWhatIsShownIsNotSentBack holds that a field that is held back goes with the value of the
// spec where what is shown has characters hidden, or may be how Cloudmore shows that value.
func TestWhatIsShownIsNotSentBack(t *testing.T) {
	const masked, other, wanted = "s***@abcdef.example", "t@abcdef.example", "s@abcdef.example"
	for _, row := range []struct {
		cause        v1alpha1.DriftCause
		shows, sends string
	}{
		{v1alpha1.DriftContested, masked, wanted},
		{v1alpha1.DriftContested, other, other},
		{v1alpha1.DriftNotAccepted, masked, wanted},
		{v1alpha1.DriftNotAccepted, other, wanted},
	} {
		b := nameIs("Changed")
		b.SupportEmail = &row.shows
		s := bound(lookedLike(b), func(s *State) {
			s.Record.Drift = []v1alpha1.Drift{{Field: "spec.supportEmail", Desired: wanted, Observed: row.shows, Cause: row.cause}}
		})
		update, is := Next(s).(Update)
		if !is || fields(update.Changed) != "spec.name" || *update.Body.SupportEmail != row.sends {
			t.Errorf("%s, where %q is shown, %#v sends %q", row.cause, row.shows, Next(s), *update.Body.SupportEmail)
		}
	}
}
