package plan

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestUpdate(t *testing.T) {
	fresh := lookedLike(drifted().Reading.Known)
	notReadyBecause := func(reason string) func(*State) {
		return func(s *State) { isNotReady(s); s.Record.Ready.Reason = reason }
	}
	notReady := func(s *State) { s.Record.Ready.Status = metav1.ConditionFalse }
	check(t, []row{
		{"does nothing in sync", bound(), inSync},
		{"stays ready through an outage", bound(isSilent), inSync},
		{"stays ready while its Seller is not", bound(func(s *State) { s.Access.Problem = &Problem{Reason: v1alpha1.ReasonSellerNotReady} }), Rest{Reason: v1alpha1.ReasonSellerNotReady, Quiet: true}},
		{"says so when its Seller is not there", bound(withoutSeller), Rest{Reason: v1alpha1.ReasonSellerNotFound}},
		{"calls nothing when the account is another", drifted(accountElsewhere), Rest{Reason: v1alpha1.ReasonAccountChanged}},
		{"reads the broker before it corrects it", drifted(), Look{ID: own}},
		{"corrects what was changed elsewhere", drifted(fresh), changes("spec.name")},
		{"does not correct what the fresh GET shows right", drifted(lookedAt), inSync},
		{"sends an edit", bound(isEdited, lookedAt, func(s *State) { s.Desired.Broker.VAT = ptr("1") }), changes("spec.vat")},
		{"reads the broker in full when an edit meets a summary", bound(isEdited, func(s *State) { s.Reading.Known.Detail = false }), Look{ID: own}},
		{"looks at a broker that is listed and that a GET of the account found gone", bound(func(s *State) { s.Reading.Known = nil }), Look{ID: own}},
		{"waits for the first sync after a start, quietly", bound(func(s *State) { s.Reading = Reading{} }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true}},
		{"does not wait for it with an edit", bound(isEdited, func(s *State) { s.Reading = Reading{} }), Look{ID: own}},
		{"looks when a user asks", bound(func(s *State) { s.Desired.Requested = "now" }), Look{ID: own}},
		{"reads the account for all who ask where lists show all of a broker", bound(isReady, isAskedWithWholeLists), Rest{Reason: v1alpha1.ReasonWaitingForReading, AfterReading: now.Add(-time.Second), Until: now.Add(askedWithin - time.Second), Quiet: true}},
		{"lets more of them ask where it was read just now", bound(isReady, isAskedWithWholeLists, func(s *State) { s.Reading.Latest = now.Add(-5 * time.Second) }), Rest{Reason: v1alpha1.ReasonWaitingForReading, AfterReading: now.Add(askedGap - 5*time.Second), Until: now.Add(askedWithin - time.Second), Quiet: true}},
		{"has looked when a sync shows all of it", bound(isReady, isAskedWithWholeLists, func(s *State) { s.Reading.KnownSince = now }), inSync},
		{"reads one broker where no such sync comes", bound(isReady, isAskedWithWholeLists, func(s *State) { s.Memory.AskedAt = now.Add(-askedWithin) }), Look{ID: own}},
		{"reads one broker while lists are not believed", bound(isReady, isAskedWithWholeLists, func(s *State) { s.Reading.Doubt = "half is missing" }), Look{ID: own}},
		{"reads one broker that has to be mended", bound(isNotReady, isAskedWithWholeLists), Look{ID: own}},
		{"reads one broker with an edit", bound(isReady, isEdited, isAskedWithWholeLists), Look{ID: own}},
		{"does not write what looks like somebody else's", drifted(lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
		{"writes what this process has proven before", drifted(lookedLike(elsewhere()), sentAs(identity), func(s *State) { s.Memory.Proven = own }), changes("spec.registrationNumber", "spec.domain")},
		{"does not write what another Reseller shows, too", drifted(fresh, rivalled(Rival{BrokerID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"says so when a user names another broker meanwhile", bound(func(s *State) { s.Desired.BrokerID = other }), Rest{Reason: v1alpha1.ReasonOwnershipUnproven, Message: `"4711"`}},
		{"says that a broker is inactive, and what is not sent to it", drifted(isInactive), Rest{Reason: v1alpha1.ReasonBrokerInactive, Message: "it differs in spec.name"}},
		{"says it although nothing differs", bound(isInactive), Rest{Reason: v1alpha1.ReasonBrokerInactive, Message: "activate it in the portal"}},
		{"says it of one that is only watched", bound(isInactive, isObserving), Rest{Reason: v1alpha1.ReasonBrokerInactive}},
		{"sends nothing to one that a fresh GET shows as inactive", drifted(lookedLike(inactive())), Rest{Reason: v1alpha1.ReasonBrokerInactive}},
		{"sends what waited when it is active again", drifted(isInactive, fresh), changes("spec.name")},
		{"reads one that only a list shows as inactive", bound(summarised, isInactive), Look{ID: own}},
		{"only shows drift under Report", drifted(isReporting), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"sends an edit under Report, and leaves what was changed elsewhere", drifted(isReporting, isEdited, fresh, func(s *State) { s.Desired.Broker.VAT = ptr("1") }), changes("spec.vat")},
		{"sends under Report an edit of what was changed elsewhere", drifted(isReporting, isEdited, fresh, nameEdited), changes("spec.name")},
		{"sends it whatever status says of the edit", drifted(isReporting, fresh, nameEdited, notReadyBecause(v1alpha1.ReasonRefused)), changes("spec.name")},
		{"only shows under Report what differs when a user asks for a look", drifted(isReporting, isAskedFor, fresh), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"only shows under Report what differs in a broker that was never compared", drifted(isReporting, isAdopted, isNew, fresh, neverApplied), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"sends it under Correct", drifted(isAdopted, isNew, fresh, neverApplied), changes("spec.name")},
		{"sends under Report what an earlier version left waiting", drifted(isReporting, fresh, neverApplied, isEdited), changes("spec.name")},
		{"leaves under Report what an earlier version showed as drift", drifted(isReporting, fresh, neverApplied, isEdited, heldBack("")), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"stays unproven under Report with an edit", drifted(isReporting, lookedLike(elsewhere()), nameEdited), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
		{"reads first what only a list shows as changed", drifted(isReporting, isListed), Look{ID: own}},
		{"reads nothing that status shows", drifted(isReporting, isListed, heldBack(v1alpha1.DriftChanged)), Rest{Reason: v1alpha1.ReasonDriftReported}},
		{"reads it while suspended, too", drifted(isSuspended, isListed), Look{ID: own}},
		{"believes the GET", drifted(isObserving, isListed, fresh), Rest{Reason: v1alpha1.ReasonObserving, Message: "spec.name"}},
		{"only shows drift under Observe", drifted(isObserving), Rest{Reason: v1alpha1.ReasonObserving, Message: "spec.name"}},
		{"only shows drift while suspended", drifted(isSuspended), Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.name"}},
		{"writes nothing while writing is stopped", drifted(isHalted), Rest{Reason: v1alpha1.ReasonSellerNotReady, Message: "halted"}},
		{"does not repeat a refused update", drifted(fresh, failedLately(CallUpdate), notReady), Rest{Reason: v1alpha1.ReasonRefused}},
		{"says where a refused value comes from that the spec does not name", drifted(fresh, func(s *State) { s.Outcome.Updated = &Updated{Failure: &refusedAll} }), Rest{Reason: v1alpha1.ReasonRefused, Message: "every update sends it; set spec.vat"}},
		{"says so of what an update leaves as the broker has it", drifted(isReporting, fresh, func(s *State) {
			missing := refusedAll
			missing.Fields = []broker.FieldFailure{{Path: "spec.name", Message: "required"}}
			s.Outcome.Updated = &Updated{Failure: &missing, Sent: []string{"spec.vat"}}
		}), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.name: Cloudmore refused it: required; the update leaves it as the broker has it, because driftPolicy is Report"}},
		{"names the fields of a refusal, and goes on with the others", drifted(fresh, refusedVAT), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.vat: Cloudmore refused it: no such number", Until: now.Add(firstLook)}},
		{"holds back what belongs to a list or group that was refused", drifted(fresh, refusedProperties), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.customProperties[x]: Cloudmore refused it: not defined", Until: now.Add(firstLook)}},
		{"sends the others without a field that was refused", drifted(fresh, vatHeldBack(v1alpha1.DriftRefused)), changes("spec.name")},
		{"keeps a refused field back for an hour", bound(lookedAt, vatHeldBack(v1alpha1.DriftRefused)), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.vat"}},
		{"sends it once more after that", bound(lookedAt, vatHeldBack(v1alpha1.DriftRefused), func(s *State) { s.Now = s.Now.Add(2 * time.Hour) }), changes("spec.vat")},
		{"sends it once more when a user asks", bound(lookedAt, vatHeldBack(v1alpha1.DriftRefused), isAskedFor), changes("spec.vat")},
		{"keeps back what Cloudmore does not accept, over restarts", bound(lookedAt, vatHeldBack(v1alpha1.DriftNotAccepted)), Rest{Reason: v1alpha1.ReasonNotAccepted, Message: "spec.vat"}},
		{"keeps back what is contested, over restarts", bound(lookedAt, vatHeldBack(v1alpha1.DriftContested)), Rest{Reason: v1alpha1.ReasonContested, Message: "spec.vat"}},
		{"sends at once what the spec has otherwise by now", bound(lookedAt, vatHeldBack(v1alpha1.DriftContested), func(s *State) { s.Desired.Broker.VAT = ptr("2") }), changes("spec.vat")},
		{"accepts how the answer to the update shows what was sent", bound(sent("", 1, time.Minute), showing("XY", now.Add(-time.Minute))), accepts("XY")},
		{"sends once more what is shown otherwise by a read soon after", bound(sent("", 1, time.Second), lookedLike(nameIs("XY"))), changes("spec.name")},
		{"accepts it when the same comes of that", bound(again("", "XY", time.Second), lookedLike(nameIs("XY"))), accepts("XY")},
		{"corrects what is shown otherwise long after", bound(sent("", 1, time.Minute), lookedLike(nameIs("XY"))), changes("spec.name")},
		{"reads what came of sending a value again", bound(again("", "XY", time.Second)), Look{ID: own}},
		{"waits while that may only be late", bound(again("XY", "XY", time.Second), lookedLike(nameIs("XY"))), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"accepts what came of sending it twice, after that", bound(again("XY", "XY", time.Minute), lookedLike(nameIs("XY"))), accepts("XY")},
		{"accepts nothing in a fight", bound(fighting("XY", time.Minute), lookedLike(nameIs("XY"))), Rest{Reason: v1alpha1.ReasonContested}},
		{"does not accept what never changed", drifted(fresh, sent("Changed", 1, time.Minute)), Rest{Reason: v1alpha1.ReasonNotAccepted, Message: "spec.name"}},
		{"nor what it rewrites without a change", bound(sent("X Y", 1, time.Minute), lookedLike(nameIs("X  Y"))), Rest{Reason: v1alpha1.ReasonNotAccepted}},
		{"does not accept an empty value for one that was sent", bound(sent("", 1, time.Minute), lookedLike(nameIs(""))), Rest{Reason: v1alpha1.ReasonNotAccepted}},
		{"accepts that answers lack the field", bound(sent("", 1, time.Minute), lookedLike(hidden())), Accept{Spellings: []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF"}}}},
		{"reads a broker that was created without being shown", bound(func(s *State) { s.Memory.Made = Made{At: now} }), Look{ID: own}},
		{"accepts how the answer to the create shows what was sent", bound(func(s *State) { s.Memory.Made = Made{At: now, Answered: true} }, showing("XY", now)), accepts("XY")},
		{"sends once more under Report what a read after the create shows otherwise", bound(isReporting, isNew, madeAgo(time.Second), lookedLike(nameIs("XY"))), changes("spec.name")},
		{"reports what is changed soon after the create was compared", bound(isReporting, madeAgo(time.Second), lookedLike(nameIs("XY"))), Rest{Reason: v1alpha1.ReasonDriftReported}},
		{"reports what is shown otherwise long after the create", bound(isReporting, isNew, madeAgo(time.Minute), lookedLike(nameIs("XY"))), Rest{Reason: v1alpha1.ReasonDriftReported}},
		{"accepts no form that status can't hold", bound(sent("", 1, time.Minute), showing(strings.Repeat("x", v1alpha1.MaxObservedLength+1), now.Add(-time.Minute))), Look{ID: own}},
		{"keeps to what it accepted", bound(func(s *State) {
			s.Reading.Known.Name = ptr("ABCDEF Ltd")
			s.Record.Accepted = []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF", Observed: "ABCDEF Ltd"}}
		}), inSync},
		{"waits while the API still shows what was there before", drifted(fresh, sent("Changed", 1, time.Second)), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"reads nothing while it waits for that", drifted(sent("Changed", 1, time.Second)), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"looks again when the API had its time", drifted(sent("Changed", 1, time.Minute)), Look{ID: own}},
		{"corrects at once what somebody changes to another value", drifted(fresh, sent("Older", 1, time.Second)), changes("spec.name")},
		{"stops at the third fight over a value", drifted(fresh, sent("Changed", 3, time.Minute)), Rest{Reason: v1alpha1.ReasonContested}},
		{"looks first under Report at what an update made of it", bound(isReporting, sent("", 1, time.Second), showing("ABCDEF", now.Add(-time.Second))), Look{ID: own}},
		{"fights again after an hour", drifted(fresh, sent("Changed", 3, time.Hour)), changes("spec.name")},
		{"does not send an identity that another one holds", bound(isEdited, lookedAt, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other})), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "spec.domain"}},
		{"sends the other fields all the same", bound(isEdited, lookedAt, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), func(s *State) { s.Desired.Broker.VAT = ptr("1") }), changes("spec.vat")},
		{"sends none of them while an identity is not shown yet that it sent before that one", bound(isEdited, lookedAt, editedInto("x.example"), domainSent(time.Second), rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), func(s *State) { s.Desired.Broker.VAT = ptr("1") }), Rest{Reason: v1alpha1.ReasonUpdating, Message: "spec.domain: sent, and not shown yet"}},
		{"sends them when that had its time", bound(isEdited, lookedAt, editedInto("x.example"), domainSent(time.Minute), rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), func(s *State) { s.Desired.Broker.VAT = ptr("1") }), changes("spec.vat")},
		{"sends nothing under Report when only an identity was edited that another one holds", drifted(isReporting, isEdited, fresh, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other})), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "spec.domain"}},
		{"sends an identity that another one only wishes", bound(isEdited, lookedAt, editedInto("x.example"), sentAs(edited("x.example")), rivalled(Rival{Identity: edited("x.example"), Created: start.Add(-time.Hour)})), changes("spec.domain")},
		{"tells of a twin, and deletes nothing", bound(matching(Match{ID: own}, Match{ID: other})), Rest{Reason: v1alpha1.ReasonDuplicateSuspected, Message: "4712"}},
		{"knows that the other one is another Reseller's", bound(matching(Match{ID: own}, Match{ID: other}), rivalled(Rival{BrokerID: other})), inSync},
	})
}

// summarised knows the broker from a list only, which shows its name.
func summarised(s *State) {
	if s.Reading.Known != nil {
		s.Reading.Known = &broker.Broker{ID: own, Name: s.Reading.Known.Name, RegistrationNumber: s.Reading.Known.RegistrationNumber, Domain: s.Reading.Known.Domain}
	}
}

// TestSummaries holds that a list's summary is never taken for a comparison.
func TestSummaries(t *testing.T) {
	shows := func(field, desired, observed string) func(*State) {
		return func(s *State) {
			s.Record.Drift = []v1alpha1.Drift{{Field: field, Desired: desired, Observed: observed}}
		}
	}
	vat := shows("spec.vat", "1", "2")
	check(t, []row{
		{"leaves what status says", bound(summarised), Rest{Quiet: true}},
		{"leaves the drift that status shows and no summary can", bound(isReporting, summarised, vat), Rest{Quiet: true}},
		{"leaves it under Observe", bound(isObserving, summarised, vat), Rest{Quiet: true}},
		{"leaves the drift that the summary shows, too", drifted(isReporting, summarised, shows("spec.name", "ABCDEF", "Changed")), Rest{Quiet: true}},
		{"looks at what the summary shows otherwise", drifted(summarised), Look{ID: own}},
		{"looks under Report, too", drifted(isReporting, summarised, vat), Look{ID: own}},
		{"looks before it sends an edit", bound(isReporting, isEdited, summarised, vat), Look{ID: own}},
		{"looks when it was never compared", bound(summarised, isNew), Look{ID: own}},
		{"looks when a twin appears", bound(summarised, matching(Match{ID: own}, Match{ID: other})), Look{ID: own}},
		{"says that it is in sync after a look", bound(summarised, lookedAt), inSync},
	})
}

// TestWhatWasNeverShownWasNotChangedElsewhere holds that a value that was sent, and in whose
// place still stands what was there before, is an edit and no drift, also under Report.
func TestWhatWasNeverShownWasNotChangedElsewhere(t *testing.T) {
	fresh := lookedLike(drifted().Reading.Known)
	taken := func(s *State) {
		sent := s.Memory.Sent["spec.name"]
		sent.Taken = true
		s.Memory.Sent["spec.name"] = sent
	}
	echoed := func(s *State) {
		sent := s.Memory.Sent["spec.name"]
		sent.Taken, sent.Echoed = true, true
		s.Memory.Sent["spec.name"] = sent
	}
	waits := func(observed string) func(*State) {
		return func(s *State) {
			d := broker.Diff(&s.Desired.Broker, s.Reading.Known, nil)[0]
			s.Record.Drift = []v1alpha1.Drift{{Field: d.Field, Desired: d.Desired, Observed: observed, Cause: v1alpha1.DriftEdited}}
		}
	}
	for _, row := range []struct {
		name  string
		state *State
		want  v1alpha1.DriftCause
	}{
		{"sent a moment ago", drifted(fresh, sent("Changed", 1, time.Second)), v1alpha1.DriftEdited},
		{"and shown in between", drifted(fresh, sent("Changed", 1, time.Second), taken), v1alpha1.DriftChanged},
		{"and shown by the answer alone, before the policy became Report", drifted(fresh, isReporting, sent("Changed", 1, time.Minute), echoed), v1alpha1.DriftNotAccepted},
		{"and shown by the answer alone, where that is a proof", drifted(fresh, sent("Changed", 1, time.Minute), echoed), v1alpha1.DriftChanged},
		{"an earlier value that was sent from here", drifted(isReporting, func(s *State) {
			s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "Changed", Times: 1, At: s.Now}}
		}), v1alpha1.DriftEdited},
		{"an edit by what status says, whoever sent it", drifted(fresh, waits("Changed")), v1alpha1.DriftEdited},
		{"shown otherwise than status says", drifted(fresh, waits("Other")), v1alpha1.DriftChanged},
		{"made without it", bound(isReporting, showing("", now), func(s *State) { s.Memory.Made = Made{At: now, Answered: true} }), v1alpha1.DriftEdited},
		{"made without it, and compared for the first time by whoever comes after", bound(isReporting, showing("", now), func(s *State) { s.Record.Compared = false }), v1alpha1.DriftEdited},
		{"never compared, and shown otherwise", bound(isReporting, showing("XY", now), func(s *State) { s.Record.Compared = false }), v1alpha1.DriftChanged},
		{"made long ago", bound(isReporting, showing("", now), func(s *State) { s.Memory.Made = Made{At: now.Add(-time.Hour), Answered: true} }), v1alpha1.DriftChanged},
	} {
		t.Run(row.name, func(t *testing.T) {
			all := row.state.deviations()
			if len(all) != 1 || all[0].Field != "spec.name" || all[0].Cause != row.want {
				t.Errorf("deviates by %+v, not by %s", all, row.want)
			}
		})
	}
}

// TestAFormIsSeenBySettledReads: what the first GET shows that can't be older than a write
// may be how Cloudmore shows the value; what a later one shows was changed elsewhere.
func TestAFormIsSeenBySettledReads(t *testing.T) {
	for name, row := range map[string]struct {
		reads []time.Duration // after the write
		want  string
	}{
		"the first one":                    {[]time.Duration{time.Minute}, "XY"},
		"the first one after an early one": {[]time.Duration{time.Second, time.Minute}, "XY"},
		"a later one":                      {[]time.Duration{time.Minute, 2 * time.Minute}, ""},
		"one that may be older":            {[]time.Duration{time.Second}, "XY"},
	} {
		t.Run(name, func(t *testing.T) {
			s := bound(sent("Old", 1, 10*time.Minute), lookedLike(nameIs("XY")))
			var at time.Time
			for _, after := range row.reads {
				at = s.Memory.Sent["spec.name"].At.Add(after)
				s.Memory.taken(s, true, at)
			}
			d := s.deviations()[0]
			s.Outcome.Updated = &Updated{At: s.Now}
			if next := s.next(s.sentFor(&d.Difference), &d, at); next.Seen != row.want {
				t.Errorf("%q counts as seen, not %q", next.Seen, row.want)
			}
		})
	}
}

// TestNotAcceptedInWords holds what is said of a value that Cloudmore took and does not show.
func TestNotAcceptedInWords(t *testing.T) {
	for want, d := range map[string]broker.Difference{
		`update of spec.name with success and still shows "Old"`:                   {Field: "spec.name", Observed: "Old"},
		`update of spec.vat with success and shows nothing there`:                  {Field: "spec.vat"},
		`has to be defined in the portal first`:                                    {Field: "spec.customProperties[9]"},
		`update of spec.customProperties[9] with success and still shows "silver"`: {Field: "spec.customProperties[9]", Observed: "silver"},
	} {
		if got := notAccepted([]Deviation{{Difference: d}}); !strings.Contains(got, want) {
			t.Errorf("says %q, not %q", got, want)
		}
	}
}

// madeAgo has the broker created a while ago, answered, and read since.
func madeAgo(ago time.Duration) func(*State) {
	return func(s *State) { s.Memory.Made = Made{At: now.Add(-ago), Answered: true, Read: true} }
}

func isListed(s *State) { s.Reading.Listed = true }

// nameEdited has the spec say another name than Cloudmore took.
func nameEdited(s *State) { s.Desired.Broker.Name = ptr("Edited") }

func neverApplied(s *State) { s.Record.Applied = "" }

// refusedVAT is the answer to a PUT that was refused for the VAT number, among others.
func refusedVAT(s *State) {
	s.Desired.Broker.VAT = ptr("1")
	s.Outcome.Updated = &Updated{Failure: &refusedAll, Sent: []string{"spec.vat", "spec.name"}}
}

// refusedProperties is the answer to a PUT that was refused for some custom property.
func refusedProperties(s *State) {
	s.Desired.Broker.CustomProperties = []broker.Property{{ID: "x", Value: "1"}}
	refused := refusedAll
	refused.Fields = []broker.FieldFailure{{Path: "spec.customProperties", Message: "not defined"}}
	s.Outcome.Updated = &Updated{Failure: &refused, Sent: []string{"spec.name", "spec.customProperties[x]"}}
}

// vatHeldBack has status say why the VAT number is not sent.
func vatHeldBack(cause v1alpha1.DriftCause) func(*State) {
	return func(s *State) {
		tried := metav1.NewTime(now.Add(-time.Minute))
		s.Desired.Broker.VAT = ptr("1")
		s.Record.Drift = []v1alpha1.Drift{{Field: "spec.vat", Desired: "1", Cause: cause, TriedAt: &tried}}
	}
}

// nameIs is the own broker with another name, hidden is it without one.
func nameIs(name string) *broker.Broker {
	b := shown(own)
	b.Name = &name
	return b
}

func hidden() *broker.Broker {
	b := shown(own)
	b.Name = nil
	return b
}

// showing is what is known of the own broker since a moment.
func showing(name string, since time.Time) func(*State) {
	return func(s *State) { s.Reading.Known, s.Reading.KnownSince = nameIs(name), since }
}

// sent has the name sent by updates, and shown again as before.
func sent(before string, times int, ago time.Duration) func(*State) {
	return func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Before: before, Times: times, At: now.Add(-ago), Answered: true, Taken: times > 1}}
	}
}

// again has the name sent twice, after something was seen in its place.
func again(before, seen string, ago time.Duration) func(*State) {
	return func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Before: before, Seen: seen, Again: true, Times: 2, At: now.Add(-ago), Answered: true}}
	}
}

// fighting has the name sent as often as is sensible.
func fighting(seen string, ago time.Duration) func(*State) {
	return func(s *State) {
		again(seen, seen, ago)(s)
		sent := s.Memory.Sent["spec.name"]
		sent.Times = maxFights
		s.Memory.Sent["spec.name"] = sent
	}
}

func accepts(observed string) Accept {
	return Accept{Spellings: []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF", Observed: observed}}}
}

// domainSent has the domain x.example sent a while ago, and the former one shown.
func domainSent(ago time.Duration) func(*State) {
	return func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.domain": {Desired: "x.example", Before: broker.TextOf(s.Reading.Known.Domain), Times: 1, At: now.Add(-ago), Answered: true}}
	}
}

func editedInto(domain string) func(*State) {
	return func(s *State) {
		s.Desired.Broker.Domain, s.Desired.Identity = ptr(domain), edited(domain)
	}
}

func edited(domain string) broker.Identity {
	id, _ := broker.IdentityFrom("123", domain)
	return id
}

func TestDisappearance(t *testing.T) {
	listed := func(s *State) { s.Reading.AbsentID = []time.Time{now} }
	proof := []func(*State){lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))}
	vanishing := func(change ...func(*State)) *State { return bound(append(proof, change...)...) }
	notFound := Rest{Reason: v1alpha1.ReasonBrokerNotFound}
	check(t, []row{
		{"looks when a list lacks the broker", bound(listed), Look{ID: own}},
		{"keeps the broker when the list lacks it but GET finds it", bound(listed, lookedAt), inSync},
		{"looks again after one 404, quietly", bound(listed, lookedFor(gone), missingSince(now)), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}},
		{"waits for a list after two 404s", bound(lookedFor(gone), missingSince(now.Add(-time.Minute))), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"believes no list that started before the 404", bound(lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Hour))), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}},
		{"does not count a 404 that came sooner after the binding than a GET may lag", vanishing(boundAgo(80 * time.Second)), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true, Until: now.Add(DefaultListLag)}},
		{"looks no sooner than a 404 would count", bound(listed, missingSince(now.Add(-time.Minute)), boundAgo(DefaultListLag-time.Second)), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}},
		{"looks when a 404 would count", bound(listed, missingSince(now.Add(-time.Minute)), boundAgo(DefaultListLag)), Look{ID: own}},
		{"looks the second time only when the account was read", bound(missingSince(now.Add(-time.Minute))), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"counts a 404 a list lag after the binding", vanishing(boundAgo(time.Minute + DefaultListLag)), Forget{}},
		{"recreates what it created and is proven to be gone", vanishing(), Forget{}},
		{"does not recreate what was adopted", vanishing(isAdopted), notFound},
		{"does not recreate what a user named", vanishing(func(s *State) { s.Desired.BrokerID = own }), notFound},
		{"does not recreate under Report", vanishing(isReporting), notFound},
		{"does not recreate what is only watched", vanishing(isObserving), notFound},
		{"does not recreate while suspended", vanishing(isSuspended), notFound},
		{"does not recreate while many are missing at once", vanishing(func(s *State) { s.Reading.Doubt = "many are missing" }), Rest{Reason: v1alpha1.ReasonBrokerNotFound, Message: "many are missing"}},
		{"recreates nothing on a gateway's 404", bound(listed, lookedFor(broker.Failure{Class: broker.NotFound})), Rest{Reason: v1alpha1.ReasonUnavailable}},
	})
}

// TestNoFormOfWhatWasIgnored holds that what was there before an update is not taken for
// a form of what was sent: not where the answer had said that the value was taken, nor
// where somebody changed the field since it was not accepted.
func TestNoFormOfWhatWasIgnored(t *testing.T) {
	ago := now.Add(-5 * time.Minute)
	for name, row := range map[string]struct {
		sent  Sent
		drift []v1alpha1.Drift
	}{
		"after an echo":            {sent: Sent{Desired: "ABCDEF", Before: "Changed", Times: 1, At: ago, Answered: true, Taken: true}},
		"after a change elsewhere": {sent: Sent{Desired: "ABCDEF", Before: "Older", Times: 1, At: ago}, drift: []v1alpha1.Drift{{Field: "spec.name", Desired: "ABCDEF", Observed: "Older", Cause: v1alpha1.DriftNotAccepted}}},
	} {
		s := drifted(lookedLike(drifted().Reading.Known))
		s.Outcome.Updated, s.Record.Drift = &Updated{At: now, Answered: true}, row.drift
		d := Deviation{Difference: broker.Difference{Field: "spec.name", Desired: "ABCDEF", Observed: "Changed", Shown: true}}
		s.Memory.Sent = map[string]Sent{d.Field: s.next(row.sent, &d, now)}
		s.Now = now.Add(s.Access.ListLag)
		s.Reading.KnownSince = s.Now
		cause, _ := s.causeOf(&d.Difference)
		if sent := s.sentFor(&d.Difference); s.isForm(&d.Difference, &sent) || cause != v1alpha1.DriftNotAccepted {
			t.Errorf("%s: %q after it was sent twice is %s, or a form", name, d.Observed, cause)
		}
	}
}

// TestHowAnIdentityIsWrittenIsAForm: a number without its zeros, or a domain with "www.", is
// how Cloudmore writes what was sent, also where it was shown so before.
func TestHowAnIdentityIsWrittenIsAForm(t *testing.T) {
	for _, row := range []struct {
		field, desired, shown string
		form                  bool
	}{
		{"spec.registrationNumber", "00123", "123", true},
		{"spec.registrationNumber", "00123", "124", false},
		{"spec.domain", "acme.example", "www.acme.example", true},
		{"spec.domain", "acme.example", "acme.test", false},
		{"spec.name", "00123", "123", false},
	} {
		t.Run(row.field+" "+row.shown, func(t *testing.T) {
			s := bound()
			d := &broker.Difference{Field: row.field, Desired: row.desired, Observed: row.shown, Shown: true}
			sent := Sent{Desired: row.desired, Before: row.shown, Times: 1, At: s.Now.Add(-time.Minute), Answered: true}
			s.Reading.KnownSince = s.Now
			if got := s.isForm(d, &sent); got != row.form {
				t.Errorf("is a form: %t", got)
			}
			if got := s.ignored(d, &sent); got == row.form {
				t.Errorf("is ignored: %t", got)
			}
			sent.At = s.Now
			if s.isForm(d, &sent) || s.ignored(d, &sent) {
				t.Error("is judged before it can be shown")
			}
		})
	}
}

// isInactive has lists and details show the broker as inactive.
func isInactive(s *State) {
	if s.Reading.Known != nil {
		marked := *s.Reading.Known
		marked.Active = ptr(false)
		s.Reading.Known = &marked
	}
}

func inactive() *broker.Broker {
	b := shown(own)
	b.Active = ptr(false)
	return b
}
