package plan

import (
	"regexp"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Backups often keep no status. So the operator writes the broker's id, and whether it
// created it, into two annotations, once and when nothing else is to be done; without
// status they lead back to the broker. The id counts as spec.brokerID. The origin counts
// where an admission policy keeps others from writing it, and the broker agrees.

var validID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// annotationsOf are the broker that the annotations name, and its origin where the
// operator wrote both: who changes one of them makes them somebody else's.
func annotationsOf(r *v1alpha1.Reseller) (broker.ID, v1alpha1.Origin) {
	id := strings.TrimSpace(r.Annotations[v1alpha1.AnnotationBrokerID])
	if !validID.MatchString(id) || strings.Trim(id, ".") == "" {
		return "", "" // no id, and no part of an address
	}
	origin, of, _ := strings.Cut(r.Annotations[v1alpha1.AnnotationBrokerOrigin], "/")
	switch o := v1alpha1.Origin(origin); o {
	case v1alpha1.OriginCreated, v1alpha1.OriginAdopted, v1alpha1.OriginObserved:
		if broker.ID(of).Same(broker.ID(id)) {
			return broker.ID(id), o
		}
	}
	return broker.ID(id), ""
}

// NamedBy is the broker that a user, or what was left of a backup, says is the
// Reseller's; "" for none. Annotations count while nothing is known from status.
func NamedBy(d *Desired, r *Record) broker.ID {
	if d.BrokerID == "" && r.BrokerID == "" && r.Creation == nil {
		return r.Annotated
	}
	return d.BrokerID
}

func (s *State) named() broker.ID { return NamedBy(&s.Desired, &s.Record) }

// byAnnotation reports whether that is said by the annotation alone.
func (s *State) byAnnotation() bool { return s.Desired.BrokerID == "" && s.named() != "" }

// naming is what names the broker, for messages.
func (s *State) naming() string {
	if s.byAnnotation() {
		return "the annotation " + v1alpha1.AnnotationBrokerID
	}
	return "spec.brokerID"
}

// originOf is what a named broker is to the Reseller: what the operator wrote of it, where
// nobody else can have, and the broker has half of the identity; else it was there before.
func (s *State) originOf(b *broker.Broker) v1alpha1.Origin {
	r := &s.Record
	proven := s.Access.OriginGuarded && r.Annotated.Same(b.ID) && broker.Halves(b).Half(s.Desired.Identity)
	if s.Desired.Observe || !proven || r.AnnotatedAs != v1alpha1.OriginCreated {
		return adoptedAs(s)
	}
	return v1alpha1.OriginCreated
}

// annotatedMissing: the annotation names a broker that there is no more, and nothing else
// was found. It may be of an old backup, so a user says whether another one is made.
func annotatedMissing(s *State) Step {
	if !s.byAnnotation() {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonBrokerNotFound,
		Message: "the annotation " + v1alpha1.AnnotationBrokerID + ": there is no broker " + string(s.Record.Annotated) +
			" in this account; correct it, or remove the annotation to have the broker created",
		Until: s.Now.Add(lookAtMost),
	}
}

// Annotates reports whether the annotations are to be written: the Reseller holds a broker
// that they do not name, nothing is under way, and nobody else wrote them.
func (s *State) Annotates() bool {
	r := &s.Record
	theirs := r.Annotated != "" && r.AnnotatedAs == ""
	return PhaseOf(s) == Bound && r.Finalizer && !s.Desired.Suspended && r.Origin != "" && !theirs &&
		(!r.Annotated.Same(r.BrokerID) || r.AnnotatedAs != r.Origin)
}

// annotated writes them in place of a rest, when it is the object's turn.
func annotated(s *State, step Step) Step {
	rest, rests := step.(Rest)
	at := s.Access.AnnotateAt
	switch {
	case !rests || at.IsZero() || !s.Annotates():
		return step
	case !s.Now.Before(at):
		return Annotate{ID: s.Record.BrokerID, Origin: s.Record.Origin}
	case rest.Until.IsZero() || rest.Until.After(at):
		rest.Until = at
	}
	return rest
}
