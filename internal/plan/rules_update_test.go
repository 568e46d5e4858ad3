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
	sent := func(before string, times int, ago time.Duration) func(*State) {
		return func(s *State) {
			s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Before: before, Times: times, At: now.Add(-ago)}}
		}
	}
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
		{"waits for the first reading after a start, quietly", bound(func(s *State) { s.Reading = Reading{} }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true}},
		{"does not wait for it with an edit", bound(isEdited, func(s *State) { s.Reading = Reading{} }), Look{ID: own}},
		{"looks when a person asks", bound(func(s *State) { s.Desired.Requested = "now" }), Look{ID: own}},
		{"does not write what looks like somebody else's", drifted(lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
		{"writes what this process has proven before", drifted(lookedLike(elsewhere()), func(s *State) { s.Memory.Proven = own }), changes("spec.registrationNumber", "spec.domain")},
		{"does not write what another Reseller shows, too", drifted(fresh, rivalled(Rival{BrokerID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"says so when a person names another broker meanwhile", bound(func(s *State) { s.Desired.BrokerID = other }), Rest{Reason: v1alpha1.ReasonOwnershipUnproven, Message: `"4711"`}},
		{"only shows drift under Report", drifted(isReporting), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"sends an edit under Report, and leaves what was shown before", drifted(isReporting, isEdited, fresh, func(s *State) {
			s.Desired.Broker.VAT = ptr("1")
			s.Record.Drift = []v1alpha1.Drift{{Field: "spec.name", Desired: "ABCDEF"}}
		}), changes("spec.vat")},
		{"only shows under Report what differs when a person asks for a look", drifted(isReporting, isAskedFor, fresh), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"sends under Report an edit that could not be sent", drifted(isReporting, isNotReady, fresh), changes("spec.name")},
		{"only shows under Report what changed while nothing waited to be sent", drifted(isReporting, fresh, notReadyBecause(v1alpha1.ReasonBrokerNotFound)), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"only shows under Report what differs in a broker that was taken over", drifted(isReporting, isAdopted, isNew, fresh, notReadyBecause(v1alpha1.ReasonWaitingForReading)), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"only shows under Report what differs in a broker that was found again", drifted(isReporting, isNew, fresh, func(s *State) { s.Record.ObservedGeneration = -1 }), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "spec.name"}},
		{"stays contested under Report", drifted(isReporting, fresh, notReadyBecause(v1alpha1.ReasonContested), sent("Changed", 3, time.Minute)), Rest{Reason: v1alpha1.ReasonContested, Message: "spec.name"}},
		{"stays unproven under Report with an edit", drifted(isReporting, lookedLike(elsewhere()), notReadyBecause(v1alpha1.ReasonOwnershipUnproven)), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
		{"sends under Report an edit of what was just created", drifted(isReporting, isNew, isEdited, fresh), changes("spec.name")},
		{"leaves under Report, with an edit, what was changed elsewhere since", drifted(isReporting, isEdited, fresh, func(s *State) {
			s.Desired.Broker.VAT = ptr("1")
			s.Outcome.Looked.Before = shown(own)
		}), changes("spec.vat")},
		{"only shows drift under Observe", drifted(isObserving), Rest{Reason: v1alpha1.ReasonObserving, Message: "spec.name"}},
		{"only shows drift while suspended", drifted(isSuspended), Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.name"}},
		{"writes nothing while writing is stopped", drifted(isHalted), Rest{Reason: v1alpha1.ReasonSellerNotReady, Message: "halted"}},
		{"does not repeat a refused update", drifted(fresh, failedLately(CallUpdate), notReady), Rest{Reason: v1alpha1.ReasonRefused}},
		{"names the fields of a refusal", drifted(fresh, func(s *State) { s.Outcome.Updated = &Updated{Failure: &refusedAll} }), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.vat: Cloudmore refused it: no such number"}},
		{"says where a refused value comes from that the spec does not name", drifted(fresh, func(s *State) { s.Outcome.Updated = &Updated{Failure: &refusedAll} }), Rest{Reason: v1alpha1.ReasonRefused, Message: "every update sends it; set spec.vat"}},
		{"accepts how the API spells what was sent", bound(sent("", 1, time.Minute), func(s *State) { s.Reading.Known.Name = ptr("ABCDEF Ltd"); s.Reading.KnownSince = now }), Accept{Spellings: []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF", Observed: "ABCDEF Ltd"}}}},
		{"accepts no spelling that status can't hold", bound(sent("", 1, time.Minute), lookedLike(&broker.Broker{ID: own, Detail: true, Name: ptr("ABCDEF" + strings.Repeat("x", v1alpha1.MaxObservedLength))}), func(s *State) {
			s.Desired.Broker = broker.Broker{Name: ptr("ABCDEF")}
			s.Memory.Proven = own
		}), changes("spec.name")},
		{"keeps to what it accepted", bound(func(s *State) {
			s.Reading.Known.Name = ptr("ABCDEF Ltd")
			s.Record.Accepted = []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF", Observed: "ABCDEF Ltd"}}
		}), inSync},
		{"waits while the API still shows what was there before", drifted(fresh, sent("Changed", 1, time.Second)), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"reads nothing while it waits for that", drifted(sent("Changed", 1, time.Second)), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"looks again when the API had its time", drifted(sent("Changed", 1, time.Minute)), Look{ID: own}},
		{"corrects at once what somebody changes to another value", drifted(fresh, sent("Older", 1, time.Second)), changes("spec.name")},
		{"stops at the third fight over a value", drifted(fresh, sent("Changed", 3, time.Minute)), Rest{Reason: v1alpha1.ReasonContested}},
		{"fights again after an hour", drifted(fresh, sent("Changed", 3, time.Hour)), changes("spec.name")},
		{"does not send an identity that another one holds", bound(isEdited, lookedAt, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other})), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "spec.domain"}},
		{"sends the other fields all the same", bound(isEdited, lookedAt, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), func(s *State) { s.Desired.Broker.VAT = ptr("1") }), changes("spec.vat")},
		{"sends nothing under Report when only an identity was edited that another one holds", drifted(isReporting, isEdited, fresh, editedInto("x.example"), rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), func(s *State) {
			s.Record.Drift = []v1alpha1.Drift{{Field: "spec.name", Desired: "ABCDEF"}}
		}), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "spec.domain"}},
		{"sends an identity that another one only wishes", bound(isEdited, lookedAt, editedInto("x.example"), rivalled(Rival{Identity: edited("x.example"), Created: start.Add(-time.Hour)})), changes("spec.domain")},
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
		{"counts a 404 a list lag after the binding", vanishing(boundAgo(time.Minute + DefaultListLag)), Forget{}},
		{"makes anew what it created and is proven to be gone", vanishing(), Forget{}},
		{"does not make anew what was taken over", vanishing(isAdopted), notFound},
		{"does not make anew what a person named", vanishing(func(s *State) { s.Desired.BrokerID = own }), notFound},
		{"does not make anew under Report", vanishing(isReporting), notFound},
		{"does not make anew what is only watched", vanishing(isObserving), notFound},
		{"does not make anew while suspended", vanishing(isSuspended), notFound},
		{"does not make anew while many are missing at once", vanishing(func(s *State) { s.Reading.Doubt = "many are missing" }), Rest{Reason: v1alpha1.ReasonBrokerNotFound, Message: "many are missing"}},
		{"makes nothing anew on a gateway's 404", bound(listed, lookedFor(broker.Failure{Class: broker.NotFound})), Rest{Reason: v1alpha1.ReasonUnavailable}},
	})
}
