package plan

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestDelete(t *testing.T) {
	waiting := Rest{Reason: v1alpha1.ReasonDeleting}
	check(t, []row{
		{"rests when its finalizer is off", deleted(func(s *State) { s.Record.Finalizer = false }), Rest{Quiet: true}},
		{"lets go of what was never made", unbound(isDeleting), Release{}},
		{"leaves what was adopted", deleted(isAdopted), Release{Orphaned: true}},
		{"deletes what was adopted when the spec says so", deleted(isAdopted, lookedAt, notActivated, func(s *State) { s.Desired.Deletion = v1alpha1.DeletionDelete }), RecordDeletion{}},
		{"leaves the broker under Orphan", deleted(isOrphaning), Release{Orphaned: true}},
		{"knows of one that was found to be gone", deleted(isAdopted, isBrokerNotFound), Release{Orphaned: true, Gone: true}},
		{"leaves the broker under Observe", deleted(isObserving), Release{Orphaned: true}},
		{"leaves the broker under Orphan although suspended", deleted(isOrphaning, isSuspended), Release{Orphaned: true}},
		{"waits while suspended, naming both ways out", deleted(isSuspended), Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend: false to delete it, or spec.deletionPolicy: Orphan"}},
		{"waits while suspended although it was adopted", deleted(isSuspended, isAdopted), Rest{Reason: v1alpha1.ReasonSuspended}},
		{"keeps what is protected, naming the way out", deleted(isProtected, lookedAt, notActivated), Rest{Reason: v1alpha1.ReasonDeletionProtected, Message: "take the annotation away"}},
		{"keeps what is protected under Orphan", deleted(isProtected, isOrphaning), Rest{Reason: v1alpha1.ReasonDeletionProtected}},
		{"keeps what is protected although another Reseller shows its broker", deleted(isProtected, rivalled(Rival{BrokerID: own})), Rest{Reason: v1alpha1.ReasonDeletionProtected}},
		{"lets go of what is protected and was never made", unbound(isDeleting, isProtected), Release{}},
		{"waits for its Seller, naming Orphan", deleted(withoutSeller), Rest{Reason: v1alpha1.ReasonSellerNotFound, Message: "spec.deletionPolicy: Orphan"}},
		{"calls nothing when the account is another", deleted(accountElsewhere), Rest{Reason: v1alpha1.ReasonAccountChanged, Message: "Orphan"}},
		{"waits for the finalizers of others", deleted(func(s *State) { s.Record.Foreign = []string{"x/y"} }), Rest{Reason: v1alpha1.ReasonDeleting, Message: "x/y"}},
		{"lets go of a broker that another Reseller shows, too", deleted(rivalled(Rival{BrokerID: own})), Release{Orphaned: true}},
		{"reads the broker first", deleted(), Look{ID: own}},
		{"asks for services before it deletes", deleted(lookedAt), AskServices{ID: own}},
		{"does not delete while services are activated", deleted(lookedAt, activated), Rest{Reason: v1alpha1.ReasonServicesActivated, Message: `cloudmore.com/force-delete: "4711"`}},
		{"deletes with services activated when forced by id", deleted(lookedAt, activated, func(s *State) { s.Desired.ForceDelete = string(own) }), RecordDeletion{}},
		{"ignores a force for another broker, and says so", deleted(lookedAt, activated, func(s *State) { s.Desired.ForceDelete = "1" }), Rest{Reason: v1alpha1.ReasonServicesActivated, Message: "ignored"}},
		{"does not delete when services can't be asked for", deleted(lookedAt, func(s *State) { s.Outcome.Services = &Services{Failure: &unavailable} }), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"asks a user about a list of services that announces more", deleted(lookedAt, func(s *State) { s.Outcome.Services = &Services{Failure: &announcesAll} }), Rest{Reason: v1alpha1.ReasonUnavailable, Message: HowToAccept}},
		{"reads nothing for a question for services that is not due", deleted(failedLately(CallServices)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"announces the delete", deleted(lookedAt, notActivated), RecordDeletion{}},
		{"does not delete what looks like somebody else's", deleted(notActivated, lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonOwnershipUnproven, Message: `spec.brokerID: "4711"`}},
		{"deletes what a user names, whatever it looks like", deleted(notActivated, lookedLike(elsewhere()), func(s *State) { s.Desired.BrokerID = own }), RecordDeletion{}},
		{"deletes nothing while the account is paused", deleted(isSilent), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"waits with a broker that is gone on one 404", deleted(lookedFor(gone), missingSince(now)), waiting},
		{"takes the first 404 for the first", deleted(lookedFor(gone), absentSince(now)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag)}},
		{"lets go when the broker is proven to be gone", deleted(lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))), Release{Gone: true}},
		{"looks once more when the list came between two looks", deleted(lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second)), func(s *State) {
			s.Outcome.Looked.At = now.Add(-time.Minute + DefaultListLag - time.Nanosecond)
		}), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(firstLook)}},
		{"does not take a gateway's 404 for gone", deleted(lookedFor(broker.Failure{Class: broker.Unavailable}), missingSince(now.Add(-time.Minute)), absentSince(now)), Rest{Reason: v1alpha1.ReasonUnavailable}},
	})
}

func isBrokerNotFound(s *State) {
	s.Record.Ready = &metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonBrokerNotFound}
}

func isProtected(s *State) { s.Desired.Protected = true }

// elsewhere has another identity than this Reseller.
func elsewhere() *broker.Broker {
	b := shown(own)
	b.RegistrationNumber, b.Domain = ptr("999"), ptr("elsewhere.example")
	return b
}

// othersIdentity is that of elsewhere.
var othersIdentity, _ = broker.IdentityOf(elsewhere())

func missingSince(at time.Time) func(*State) { return func(s *State) { s.Memory.MissingSince = at } }
func boundAgo(ago time.Duration) func(*State) {
	return func(s *State) { s.Memory.BoundSince = now.Add(-ago) }
}
func absentSince(at time.Time) func(*State) {
	return func(s *State) { s.Reading.AbsentID = []time.Time{at} }
}

// foundAgo is a broker that a GET found, and that no list shows.
func foundAgo(d time.Duration) func(*State) {
	return func(s *State) { s.Memory.FoundAt, s.Reading.Known = now.Add(-d), nil }
}

func TestDeletionUnderWay(t *testing.T) {
	sent := func(s *State) { s.Memory.DeleteSent, s.Memory.DeleteEnded = "d1", now }
	accepted := func(s *State) { sent(s); s.Memory.DeleteAccepted = true }
	ago := func(d time.Duration) func(*State) {
		return func(s *State) { s.Memory.DeleteEnded, s.Memory.DeletionSince = now.Add(-d), now.Add(-d) }
	}
	listedAt := func(at time.Time) func(*State) { return func(s *State) { s.Reading.Latest = at } }
	restored := func(s *State) { s.Desired.Deleting = false }
	readOnly := func(s *State) { s.Memory.DeletionWrote = "" }
	later := func(d time.Duration) func(*State) { return func(s *State) { s.Now = now.Add(d) } }
	waiting := Rest{Reason: v1alpha1.ReasonDeleting}
	missed := func(s *State) {
		m := Memory{}
		s.Outcome.Deleted = &Deleted{Failure: &gone}
		m.Did(Delete{}, s)
		s.Outcome.Deleted, s.Memory.Tries = nil, m.Tries
	}
	answered := func(f broker.Failure) func(*State) {
		return func(s *State) { sent(s); s.Outcome.Deleted = &Deleted{Failure: &f} }
	}
	check(t, []row{
		{"sends what it announced", dying(), Delete{}},
		{"does not send what another process announced", dying(readOnly), Look{ID: own}},
		{"does not send it twice", dying(sent), Look{ID: own}},
		{"withdraws when Orphan was set meanwhile", dying(isOrphaning), ClearDeletion{}},
		{"withdraws when suspended meanwhile", dying(isSuspended), ClearDeletion{}},
		{"withdraws when its deadline has passed", dying(later(2 * time.Minute)), ClearDeletion{}},
		{"withdraws when another Reseller shows the broker", dying(rivalled(Rival{BrokerID: own})), ClearDeletion{}},
		{"does not believe one 404 after a delete that was accepted", dying(accepted, lookedFor(gone), missingSince(now)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag)}},
		{"says no more than that it is being deleted while the proof takes no longer than usual", dying(accepted, lookedFor(gone), missingSince(now), saidDeleting), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}},
		{"says more when it takes longer", dying(accepted, lookedFor(gone), missingSince(now.Add(-2*DefaultListLag)), saidDeleting), Rest{Reason: v1alpha1.ReasonDeleting}},
		{"nor two, before a list lacks the broker", dying(accepted, ago(time.Minute), lookedFor(gone), missingSince(now.Add(-time.Minute))), waiting},
		{"nor a list from before the delete", dying(accepted, lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))), waiting},
		{"lets go when two 404s and a list have shown it", dying(accepted, ago(time.Minute), lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))), Release{}},
		{"counts a 404 after it although this process has just begun", dying(accepted, boundAgo(time.Second), lookedFor(gone)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag)}},
		{"does not count one after a delete whose answer was lost", dying(sent, boundAgo(time.Second), lookedFor(gone)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag - time.Second)}},
		{"nor after one that another process sent", dying(readOnly, boundAgo(time.Second), lookedFor(gone)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag - time.Second)}},
		{"looks at once after a delete that was accepted", dying(accepted), Look{ID: own}},
		{"does not look again before the second look counts, whatever wakes it", dying(accepted, missingSince(now.Add(-time.Second)), absentSince(now)), Rest{Reason: v1alpha1.ReasonDeleting, Until: now.Add(DefaultListLag - time.Second)}},
		{"nor before a list is there", dying(accepted, ago(2*time.Minute), missingSince(now.Add(-time.Minute))), Rest{Reason: v1alpha1.ReasonDeleting, AfterReading: now.Add(-time.Minute)}},
		{"says why a list is not believed", dying(accepted, ago(2*time.Minute), missingSince(now.Add(-time.Minute)), func(s *State) { s.Reading.Doubt = "half is missing" }), Rest{Reason: v1alpha1.ReasonDeleting, Message: "half is missing"}},
		{"looks the second time when a list lacks it", dying(accepted, ago(2*time.Minute), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))), Look{ID: own}},
		{"looks again when a list shows it", dying(accepted, ago(2*time.Minute), missingSince(now.Add(-time.Minute)), listedAt(now)), Look{ID: own}},
		{"looks when a user asks for it", dying(accepted, missingSince(now.Add(-time.Second)), isAskedFor), Look{ID: own}},
		{"looks once in each pause while the broker can be read", dying(accepted, func(s *State) { s.Reading.KnownSince = now }), Rest{Reason: v1alpha1.ReasonDeleting, Message: "can still be read", Until: now.Add(firstLook)}},
		{"looks again after it", dying(accepted, later(firstLook), func(s *State) { s.Reading.KnownSince = now }), Look{ID: own}},
		{"does not look while a lost delete waits to be repeated", dying(sent, failedLately(CallDelete)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"looks once in each pause while it may not be repeated", dying(sent, isHalted, func(s *State) { s.Reading.KnownSince = now }), Rest{Reason: v1alpha1.ReasonDeleting, Message: "it is unknown", Until: now.Add(firstLook)}},
		{"forgets a deletion that was restored with an object that stays", dying(readOnly, restored, lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(-time.Second))), ClearDeletion{}},
		{"repeats no delete of such an object", dying(readOnly, restored, lookedAt), waiting},
		{"does not read again what stays readable and unlisted, whatever wakes it", dying(accepted, ago(2*time.Second), foundAgo(500*time.Millisecond)), waiting},
		{"reads it again when the next look is due", dying(accepted, ago(2*time.Second), foundAgo(1500*time.Millisecond)), Look{ID: own}},
		{"reads it again long after, but not at once", dying(accepted, ago(2*deleteSettles), foundAgo(time.Second)), Rest{Reason: v1alpha1.ReasonDeletionUnconfirmed}},
		{"waits while an accepted delete is not seen", dying(accepted, lookedAt), waiting},
		{"tells a user when it stays to be seen", dying(accepted, lookedAt, later(deleteSettles)), Rest{Reason: v1alpha1.ReasonDeletionUnconfirmed, Message: "can still be read and listed"}},
		{"lets go at once of what was accepted, if Orphan was set meanwhile", dying(accepted, isOrphaning), Release{Orphaned: true}},
		{"whatever is read then", dying(accepted, isOrphaning, lookedAt), Release{Orphaned: true}},
		{"also if it is missing, which is not proven yet", dying(accepted, isOrphaning, lookedFor(gone), missingSince(now)), Release{Orphaned: true}},
		{"but not of what a user protects", dying(accepted, isOrphaning, isProtected, lookedAt), waiting},
		{"lets go of an inactive broker that no list shows", dying(accepted, lookedAt, later(deleteSettles), func(s *State) {
			s.Reading.AbsentID = []time.Time{now.Add(time.Second), now.Add(time.Minute)}
		}), Release{}},
		{"does not believe one 404 when the delete was not answered", dying(sent, lookedFor(gone), missingSince(now)), waiting},
		{"does not believe a 404 to the delete itself", dying(answered(gone), lookedFor(gone), missingSince(now)), waiting},
		{"asks for services again before it repeats a delete whose answer was lost", dying(sent, lookedAt), AskServices{ID: own}},
		{"repeats it, written down first", dying(sent, lookedAt, notActivated), RecordDeletion{}},
		{"repeats at once what another process began", dying(readOnly, lookedAt, notActivated), RecordDeletion{}},
		{"repeats it when it is due only", dying(sent, lookedAt, failedLately(CallDelete)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"reads at once what a delete came to that found no broker", dying(sent, missed), Look{ID: own}},
		{"repeats that when it is due only, where the broker can be read", dying(sent, missed, lookedAt), Rest{Reason: v1alpha1.ReasonUnavailable, Message: "it is tried again at"}},
		{"reads nothing more for it then", dying(sent, missed, func(s *State) { s.Reading.KnownSince = s.Now }), Rest{Reason: v1alpha1.ReasonRefused}},
		{"reads nothing for a delete that is not due", dying(sent, failedLately(CallDelete)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"reads once what a delete of another process came to, although it is not due", dying(readOnly, failedLately(CallDelete)), Look{ID: own}},
		{"waits for its turn then", dying(readOnly, failedLately(CallDelete), lookedAt), Rest{Reason: v1alpha1.ReasonRefused}},
		{"and reads nothing more for it", dying(readOnly, failedLately(CallDelete), foundAgo(0)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"until a list lacks the broker", dying(readOnly, failedLately(CallDelete), ago(time.Minute), foundAgo(30*time.Second), absentSince(now)), Look{ID: own}},
		{"reads nothing either while the question for services is not due", dying(sent, failedLately(CallServices)), Rest{Reason: v1alpha1.ReasonRefused}},
		{"reads what an accepted delete came to, whatever failed before", dying(accepted, failedLately(CallServices)), Look{ID: own}},
		{"reads what a delete came to that may not be repeated", dying(sent, isHalted, failedLately(CallDelete)), Look{ID: own}},
		{"does not repeat it where services are activated meanwhile", dying(sent, lookedAt, activated), Rest{Reason: v1alpha1.ReasonServicesActivated}},
		{"does not repeat it of a broker that became another company", dying(sent, lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}},
		{"waits with a broker that is still there, while it may not be deleted", dying(sent, lookedAt, isHalted), waiting},
		{"starts over when a lost delete can no longer take effect", dying(sent, lookedAt, isSuspended, later(6*time.Minute)), ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonDeleting}}},
		{"lets go then, if Orphan was set meanwhile", dying(sent, isOrphaning, lookedAt, later(6*time.Minute)), Release{Orphaned: true}},
		{"waits for the call before Orphan is heard", dying(sent, isOrphaning, lookedAt), waiting},
		{"ends a delete that was refused", dying(answered(refusedAll)), ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonRefused}}},
		{"ends a delete that was not sent", dying(answered(broker.Failure{Class: broker.Unavailable, NotSent: true})), ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonUnavailable}}},
		{"counts from when it first saw another process's delete", dying(readOnly, lookedAt, isHalted, later(DefaultDeadline+DefaultCommitBound-1)), waiting},
		{"counts the time that its writer allowed, should the Seller allow less by now", dying(readOnly, lookedAt, isHalted, later(time.Hour), func(s *State) { s.Record.Deletion.Allowed = time.Hour }), waiting},
		{"starts over when another process's delete can no longer take effect", dying(readOnly, lookedAt, isHalted, later(DefaultDeadline+DefaultCommitBound)), ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonDeleting}}},
	})
}

// TestTheBrokerOfAnOpenDeletionIsMissed holds that a 404 counts although status lost the
// binding.
func TestTheBrokerOfAnOpenDeletionIsMissed(t *testing.T) {
	s := dying(lookedFor(gone), func(s *State) { s.Record.BrokerID = "" })
	m := s.Memory
	if m.Did(Look{ID: own}, s); m.MissingSince.IsZero() {
		t.Error("the 404 is forgotten, so the proof never ends")
	}
}

// saidDeleting has status say that the broker is being deleted.
func saidDeleting(s *State) {
	s.Record.Ready = &metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonDeleting}
}
