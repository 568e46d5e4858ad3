package plan

import (
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// withMark is a broker that carries a mark; ourMark is the one of the intent "a1".
func withMark(mark broker.Mark, b *broker.Broker) *broker.Broker {
	marked := *b
	marked.CustomProperties = []broker.Property{{ID: "owner", Value: string(mark)}}
	return &marked
}

var (
	ourMark     = broker.MarkOf("prod/ns/name/", "a1")
	earlierMark = broker.MarkOf("prod/ns/name/", "a0")
	theirMark   = broker.MarkOf("prod/ns/other/", "a1")
	capitals    = broker.Mark(strings.ToUpper(string(ourMark)))
)

func TestMarksBind(t *testing.T) {
	forbidden := adoptionIsForbidden
	isOurs := Bind{ID: own, Origin: v1alpha1.OriginCreated}
	refused := Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: `spec.brokerID: "4711"`}
	carrying := func(mark broker.Mark) func(*State) { return matching(Match{ID: own, Mark: mark}) }
	halfOurs := func(s *State) {
		matching(Match{ID: own, Mark: ourMark, Other: true, Half: true})(s)
		lookedLike(withMark(ourMark, normalized(own)))(s)
	}
	summary := matching(Match{ID: own, Summary: true})
	check(t, []row{
		{"takes what carries its mark and its identity", unbound(marking, matching(Match{ID: own, Mark: "prod/ns/name/x"}), lookedLike(markedBroker())), Bind{ID: own, Origin: v1alpha1.OriginCreated}},
		{"takes nothing by its mark where adoption is forbidden", unbound(marking, forbidden, matching(Match{ID: own, Mark: "prod/ns/name/x"}), lookedLike(markedBroker())), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"takes nothing by its mark alone", unbound(marking, matching(Match{ID: own, Mark: "prod/ns/name/x", Other: true})), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: "carries the ownership mark"}},
		{"takes nothing by its mark alone under MatchExisting either", unbound(marking, matchExisting, matching(Match{ID: own, Mark: "prod/ns/name/x", Other: true})), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: "carries the ownership mark"}},
		{"takes what carries it in capitals", unbound(marking, carrying(capitals), lookedLike(withMark(capitals, shown(own)))), isOurs},
		{"takes what carries its owner's half", unbound(marking, carrying(ourMark[:13]), lookedLike(withMark(ourMark[:13], shown(own)))), isOurs},
		{"does not go by less than that", unbound(marking, carrying(ourMark[:12]), lookedLike(withMark(ourMark[:12], shown(own)))), refused},
		{"takes what carries its mark and half of its identity", unbound(marking, halfOurs), isOurs},
		{"takes it under MatchExisting, too, as what it created", unbound(marking, matchExisting, carrying(ourMark), lookedLike(withMark(ourMark, shown(own)))), isOurs},
		{"takes nothing by another one's mark", unbound(marking, matchExisting, carrying(theirMark), lookedLike(withMark(theirMark, shown(own)))), refused},
		{"reads for its mark what a list only sums up", unbound(marking, summary), Look{ID: own}},
		{"reads so what is similar", unbound(marking, beside(Similar{Broker: summaryOf(normalized(own)), Listed: true}), createBesideSimilar), Look{ID: own}},
		{"reads so who has the name and half of the identity", unbound(marking, beside(Similar{Broker: summaryOf(sibling(own)), Listed: true, Named: true}), createBesideSimilar), Look{ID: own}},
		{"asks when it carries none", unbound(marking, summary, lookedAt), refused},
		{"does not read it where no mark is used", unbound(summary), refused},
		{"does not read what another Reseller holds", unbound(marking, summary, rivalled(Rival{BrokerID: own})), refused},
	})
}

func TestMarksOfOthers(t *testing.T) {
	theirs := lookedLike(withMark(theirMark, shown(own)))
	marker := func(s *State) { s.Outcome.Looked.Marker = &Rival{Namespace: "ns", Name: "x"} }
	isTaken := Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: "Reseller x"}
	unproven := func(message string) Rest {
		return Rest{Reason: v1alpha1.ReasonOwnershipUnproven, Message: message}
	}
	check(t, []row{
		{"are overruled by spec.brokerID", unbound(naming(own), marking, theirs), Bind{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"are not by the annotation, which a second cluster made from a backup has", unbound(annotatedBy(v1alpha1.OriginCreated), isGuarded, marking, theirs), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: "is marked as owned"}},
		{"are not where a Reseller of this cluster has set them", unbound(naming(own), marking, theirs, marker), isTaken},
		{"keep a bound broker from being deleted, and say why", deleted(marking, theirs), unproven("is marked as owned by another cluster or Reseller (custom property owner)")},
		{"keep it from being changed", drifted(marking, lookedLike(withMark(theirMark, withOtherData(shown(own))))), unproven("is marked as owned")},
		{"do so no more when spec.brokerID names it", deleted(naming(own), marking, theirs), AskServices{ID: own}},
		{"but where they are those of a Reseller of this cluster", deleted(naming(own), marking, theirs, marker), unproven("carries the ownership mark of Reseller x")},
		{"keep it no more when a user has cleared them", deleted(marking, lookedLike(withMark(theirMark[:0], shown(own)))), AskServices{ID: own}},
		{"are none when they are ours in capitals", deleted(marking, lookedLike(withMark(capitals, shown(own)))), AskServices{ID: own}},
		{"are none when they are ours and cut", deleted(marking, lookedLike(withMark(ourMark[:20], shown(own)))), AskServices{ID: own}},
		{"are none when they are cut too short to say whose they are", deleted(marking, lookedLike(withMark(ourMark[:5], shown(own)))), AskServices{ID: own}},
		{"are none when they are ours of v0.1.0 and cut", deleted(marking, lookedLike(withMark("PROD/NS/NAME/0123", shown(own)))), AskServices{ID: own}},
	})
}

func TestMarksProveACreate(t *testing.T) {
	isOurs := RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}
	resolving := Rest{Reason: v1alpha1.ReasonResolvingCreate}
	carrying := func(mark broker.Mark, b *broker.Broker) func(*State) {
		return func(s *State) {
			marking(s)
			identity, _ := broker.IdentityOf(b)
			matching(Match{ID: own, Mark: mark, Other: identity != s.Sought()})(s)
			lookedLike(withMark(mark, b))(s)
		}
	}
	check(t, []row{
		{"by its attempt", found(carrying(ourMark, shown(own))), isOurs},
		{"by its attempt, whatever became of the identity", found(carrying(ourMark, elsewhere())), isOurs},
		{"in capitals", found(carrying(capitals, elsewhere())), isOurs},
		{"by its owner and the identity where the attempt was cut", found(carrying(ourMark[:20], shown(own))), isOurs},
		{"not by its owner alone", found(carrying(ourMark[:20], elsewhere())), resolving},
		{"not by another attempt while this one may still make a broker", found(carrying(earlierMark, shown(own))), resolving},
		{"by another attempt when it can't", found(carrying(earlierMark, shown(own)), concludedMatch), isOurs},
		{"not by a mark cut short, but by all that was posted with it", found(carrying(ourMark[:5], shown(own))), isOurs},
		{"not by a mark cut short and other data", found(carrying(ourMark[:5], withOtherData(shown(own)))), resolving},
		{"as v0.1.0 wrote it", found(carrying("Prod/NS/name/A1", elsewhere())), isOurs},
	})
}
