package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// forging has a spec that sets the property of the mark.
func forging(s *State) {
	s.Desired.Broker.CustomProperties = []broker.Property{{ID: "owner", Value: "prod/ns/other/x"}}
}

func TestAdopt(t *testing.T) {
	naming, matchingPolicy, forbidden := naming(own), matchExisting, adoptionIsForbidden
	check(t, []row{
		{"reads a named broker first", unbound(naming), Look{ID: own}},
		{"binds a named broker", unbound(naming, lookedAt), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"binds a named broker that is only watched", unbound(naming, isObserving, lookedAt), Bind{ID: own, Origin: v1alpha1.OriginObserved}},
		{"never creates for a name that does not exist", unbound(naming, lookedFor(gone)), Rest{Reason: v1alpha1.ReasonBrokerNotFound, Message: "4711"}},
		{"waits when a named broker can't be read now", unbound(naming, lookedFor(unavailable)), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"takes no broker that another Reseller holds", unbound(naming, lookedAt, rivalled(Rival{Namespace: "ns", Name: "x", BrokerID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "Reseller x"}},
		{"does not name a Reseller of another namespace", unbound(naming, lookedAt, rivalled(Rival{Namespace: "secret", Name: "x", BrokerID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "a Reseller of another namespace"}},
		{"takes no broker that another one is deleting", unbound(naming, lookedAt, rivalled(Rival{DeletionID: own})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"takes no broker that an open create may have made", unbound(naming, lookedAt, rivalled(Rival{Intent: identity})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"leaves a named broker to the older of two that name it", unbound(naming, lookedAt, rivalled(Rival{SpecID: own, Created: start.Add(-time.Hour)})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"takes a named broker as the older of two", unbound(naming, lookedAt, rivalled(Rival{SpecID: own, Created: start.Add(time.Hour)})), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"adopts nothing where the ClusterSeller forbids it", unbound(naming, forbidden), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"takes no broker of another seller", unbound(naming, lookedLike(foreign())), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"says how to adopt a match", unbound(matching(Match{ID: own})), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: `spec.brokerID: "4711"`}},
		{"reads a match before it is taken", unbound(matchingPolicy, matching(Match{ID: own})), Look{ID: own}},
		{"adopts a match where the policy allows", unbound(matchingPolicy, matching(Match{ID: own}), lookedAt), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"does not go by a sync older than its finalizer", unbound(matchingPolicy, matching(Match{ID: own}), func(s *State) { s.Memory.FinalizerSince = s.Reading.Latest }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true}},
		{"waits when a listed match is gone", unbound(matchingPolicy, matching(Match{ID: own}), lookedFor(gone)), Rest{Reason: v1alpha1.ReasonWaitingForReading}},
		{"looks at a match that the latest list lacks, before it speaks of it", unbound(matching(Match{ID: own, Unlisted: true})), Look{ID: own}},
		{"speaks of it when it is there", unbound(matching(Match{ID: own, Unlisted: true}), lookedAt), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"looks at a match that only a list shows, before it speaks of it", unbound(matching(Match{ID: own, Listed: true, Summary: true})), Look{ID: own}},
		{"looks at each of several", unbound(matching(Match{ID: own}, Match{ID: other, Listed: true})), Look{ID: other}},
		{"speaks of one that could not be read", unbound(matching(Match{ID: own, Listed: true, Summary: true}), lookedFor(unavailable)), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"asks which of several it is", unbound(matchingPolicy, matching(Match{ID: own}, Match{ID: other})), Rest{Reason: v1alpha1.ReasonAmbiguousMatch, Message: "4711, 4712"}},
		{"takes nothing whose details have another identity than its list entry", unbound(marking, matching(Match{ID: own, Mark: "prod/ns/name/x"}), lookedLike(elsewhere())), Rest{Reason: v1alpha1.ReasonWaitingForReading}},
		{"refuses a spec that sets the mark, before any call", unbound(marking, forging), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.customProperties"}},
		{"refuses it of a bound broker, too", drifted(marking, forging), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.customProperties"}},
		{"deletes all the same", deleted(marking, forging), Look{ID: own}},
		{"leaves an identity to the one that has a broker", unbound(rivalled(Rival{Bound: identity, BrokerID: other, Created: start.Add(time.Hour)})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"leaves an identity to the one whose create is open", unbound(rivalled(Rival{Intent: identity, Created: start.Add(time.Hour)})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"leaves an identity to the older", unbound(rivalled(Rival{Identity: identity, Created: start.Add(-time.Hour)})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"leaves an identity to the smaller UID of the same age", unbound(rivalled(Rival{Identity: identity, Created: start, UID: "a"})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"goes before the younger", unbound(rivalled(Rival{Identity: identity, Created: start.Add(time.Hour)})), RecordIntent{Identity: identity}},
		{"goes before one that is being deleted and has nothing", unbound(rivalled(Rival{Identity: identity, Created: start.Add(-time.Hour), Deleting: true})), RecordIntent{Identity: identity}},
	})
}

// foreign is another seller's broker that has added a service of this one.
func foreign() *broker.Broker {
	b := shown(own)
	b.Foreign = true
	return b
}
