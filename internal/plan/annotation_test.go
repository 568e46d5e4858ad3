package plan

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// annotatedBy is an object whose annotation names the own broker, without an origin where
// somebody else wrote it.
func annotatedBy(origin v1alpha1.Origin) func(*State) {
	return func(s *State) { s.Record.Annotated, s.Record.AnnotatedAs = own, origin }
}

func isGuarded(s *State) { s.Access.OriginGuarded = true }

func TestAnnotationsOf(t *testing.T) {
	for _, row := range []struct {
		name, id, origin string
		wantID           broker.ID
		wantOrigin       v1alpha1.Origin
	}{
		{"of the operator", "4711", "Created/4711", own, v1alpha1.OriginCreated},
		{"of the operator, with the id as the API spells it now", "5f0c8a4e-0000-4000-8000-0000000000ab", "Adopted/5F0C8A4E-0000-4000-8000-0000000000AB", "5f0c8a4e-0000-4000-8000-0000000000ab", v1alpha1.OriginAdopted},
		{"of a user", "4711", "", own, ""},
		{"of a user, with spaces", " 4711\n", "", own, ""},
		{"of which a user changed the id", "4712", "Created/4711", other, ""},
		{"with an origin that there is not", "4711", "Made/4711", own, ""},
		{"with an origin alone", "", "Created/4711", "", ""},
		{"that are no id", "../sellers", "", "", ""},
		{"that lead elsewhere", "..", "", "", ""},
		{"that are missing", "", "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			id, origin := annotationsOf(&v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{
				v1alpha1.AnnotationBrokerID: row.id, v1alpha1.AnnotationBrokerOrigin: row.origin,
			}}})
			if id != row.wantID || origin != row.wantOrigin {
				t.Errorf("they name %q, %q", id, origin)
			}
		})
	}
}

func TestAnnotationLeadsBack(t *testing.T) {
	as := func(origin v1alpha1.Origin) Bind { return Bind{ID: own, Origin: origin} }
	taken := Rest{Reason: v1alpha1.ReasonIdentityTaken, Message: "the annotation cloudmore.com/broker-id"}
	created, byUser := annotatedBy(v1alpha1.OriginCreated), annotatedBy("")
	renamed := lookedLike(elsewhere())
	check(t, []row{
		{"to the broker, which is read first", unbound(created), Look{ID: own}},
		{"to what it created", unbound(created, isGuarded, lookedAt), as(v1alpha1.OriginCreated)},
		{"to what it created, however the API writes it", unbound(created, isGuarded, lookedLike(normalized(own))), as(v1alpha1.OriginCreated)},
		{"to what it created where spec.brokerID names it, too", unbound(created, isGuarded, naming(own), lookedAt), as(v1alpha1.OriginCreated)},
		{"to what it adopted", unbound(annotatedBy(v1alpha1.OriginAdopted), isGuarded, lookedAt), as(v1alpha1.OriginAdopted)},
		{"to what it only watches", unbound(created, isGuarded, isObserving, lookedAt), as(v1alpha1.OriginObserved)},
		{"to what it watched and may change by now", unbound(annotatedBy(v1alpha1.OriginObserved), isGuarded, lookedAt), as(v1alpha1.OriginAdopted)},
		{"to what was there before, where anybody may have written the origin", unbound(created, lookedAt), as(v1alpha1.OriginAdopted)},
		{"to what was there before, where the identity became another", unbound(created, isGuarded, renamed), as(v1alpha1.OriginAdopted)},
		{"to what was there before, where a user names another one", unbound(created, isGuarded, naming(other), lookedLike(shown(other))), Bind{ID: other, Origin: v1alpha1.OriginAdopted}},
		{"to what a user wrote, as spec.brokerID does", unbound(byUser, isGuarded, lookedAt), as(v1alpha1.OriginAdopted)},
		{"to what a user wrote, whatever its identity is", unbound(byUser, renamed), as(v1alpha1.OriginAdopted)},
		{"nowhere where adoption is forbidden, and nothing is made", unbound(created, isGuarded, adoptionIsForbidden), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"nowhere from a broker that another Reseller holds", unbound(created, rivalled(Rival{BrokerID: own})), taken},
		{"nowhere where an older one is annotated so, too", unbound(created, rivalled(Rival{SpecID: own, Created: start.Add(-time.Hour)})), taken},
		{"nowhere where the broker is what another Reseller describes", unbound(created, isGuarded, renamed, rivalled(Rival{Identity: broker.Halves(elsewhere())})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"nowhere when it is gone, and a user is asked", unbound(created, lookedFor(gone)), Rest{Reason: v1alpha1.ReasonBrokerNotFound, Message: "remove the annotation"}},
		{"to another one by the mark when it is gone", unbound(created, marking, lookedFor(gone), matching(Match{ID: other, Mark: ourMark})), Look{ID: other}},
		{"to another one that has the identity, when its GET said that it is gone", unbound(annotatedAsOther, saidGone(other), matchExisting, matching(Match{ID: own}), lookedAt), as(v1alpha1.OriginAdopted)},
		{"still nowhere when its GET said so", unbound(annotatedAsOther, saidGone(other)), Rest{Reason: v1alpha1.ReasonBrokerNotFound, Message: "remove the annotation"}},
		{"nowhere while it can't be read", unbound(created, lookedFor(unavailable)), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"nowhere while a create is open", found(created), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"nowhere where a broker is held", bound(func(s *State) { s.Record.Annotated = other }), Rest{Reason: v1alpha1.ReasonInSync}},
	})
}

func TestAnnotates(t *testing.T) {
	due := func(s *State) { s.Access.AnnotateAt = s.Now }
	later := func(s *State) { s.Access.AnnotateAt = s.Now.Add(time.Second) }
	writes := Annotate{ID: own, Origin: v1alpha1.OriginCreated}
	atRest := Rest{Reason: v1alpha1.ReasonInSync}
	check(t, []row{
		{"in place of a rest, when it is its turn", bound(due), writes},
		{"not before, and comes back then", bound(later), Rest{Reason: v1alpha1.ReasonInSync, Until: now.Add(time.Second)}},
		{"never without a turn", bound(), atRest},
		{"once", bound(due, annotatedBy(v1alpha1.OriginCreated)), atRest},
		{"again for another broker", bound(due, func(s *State) { s.Record.Annotated, s.Record.AnnotatedAs = other, v1alpha1.OriginCreated }), writes},
		{"again for another origin", bound(due, isAdopted, annotatedBy(v1alpha1.OriginCreated)), Annotate{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"not over what a user wrote", bound(due, annotatedBy("")), atRest},
		{"not over another id of theirs", bound(due, func(s *State) { s.Record.Annotated = other }), atRest},
		{"not while something is under way", drifted(due), Look{ID: own}},
		{"not while it is suspended", bound(due, isSuspended), atRest},
		{"not of what is being deleted", deleted(due), Look{ID: own}},
		{"not without the finalizer", bound(due, func(s *State) { s.Record.Finalizer = false }), AddFinalizer{}},
		{"not without a broker", unbound(due, identityTakenBefore), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
	})
}

func identityTakenBefore(s *State) { rivalled(Rival{Bound: identity, BrokerID: other})(s) }

func annotatedAsOther(s *State) {
	s.Record.Annotated, s.Record.AnnotatedAs = other, v1alpha1.OriginCreated
}

// saidGone has a GET of a broker have found none a moment ago.
func saidGone(id broker.ID) func(*State) {
	return func(s *State) {
		s.Memory.Tries = Tries{CallLook: {Content: string(id.Key()), Session: s.Access.Session, Failures: 2, At: s.Now, Missing: true, Failure: &gone}}
	}
}
