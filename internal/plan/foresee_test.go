package plan

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// reads answers with a broker for its own id, and with 404 for any other.
func reads(b *broker.Broker) Answers {
	return Answers{Look: func(id broker.ID) Looked {
		if b != nil && b.ID.Same(id) {
			return Looked{Broker: *b}
		}
		failure := gone
		return Looked{Failure: &failure}
	}}
}

func TestForesee(t *testing.T) {
	changedName := shown(own)
	changedName.Name = ptr("Changed")
	fresh := func(change ...func(*State)) *State {
		s := unbound(change...)
		s.Record.Finalizer, s.Reading.Absent = false, nil
		return s
	}
	for _, row := range []struct {
		name    string
		state   *State
		answers Answers
		takes   []Step
		call    Call
		reason  string
	}{
		{"creates what no list shows", fresh(), reads(nil), nil, CallCreate, ""},
		{"rests in sync", bound(), reads(shown(own)), nil, NoCall, v1alpha1.ReasonInSync},
		{"sends an edit", bound(isEdited, func(s *State) { s.Desired.Broker.VAT = ptr("EE1") }), reads(shown(own)), nil, CallUpdate, ""},
		{"corrects drift by what is read, not by what is known", bound(isAskedFor), reads(changedName), nil, CallUpdate, ""},
		{"reports drift", drifted(isReporting), reads(changedName), nil, NoCall, v1alpha1.ReasonDriftReported},
		{"deletes", deleted(), reads(shown(own)), nil, CallDelete, ""},
		{"looks twice for what is gone, and lets go", deleted(func(s *State) {
			s.Reading.Known, s.Reading.AbsentID = nil, []time.Time{now.Add(-2 * time.Minute), now.Add(-time.Minute)}
		}), reads(nil), []Step{Release{Gone: true}}, NoCall, ""},
		{"lets go of what was adopted", deleted(isAdopted), reads(shown(own)), []Step{Release{Orphaned: true}}, NoCall, ""},
		{"adopts, and finds nothing to change", fresh(naming(own)), reads(shown(own)), []Step{Bind{ID: own, Origin: v1alpha1.OriginAdopted}}, NoCall, v1alpha1.ReasonInSync},
		{"adopts, and corrects", fresh(naming(own)), reads(changedName), []Step{Bind{ID: own, Origin: v1alpha1.OriginAdopted}}, CallUpdate, ""},
		{"adopts, and reports", fresh(naming(own), isReporting), reads(changedName), []Step{Bind{ID: own, Origin: v1alpha1.OriginAdopted}}, NoCall, v1alpha1.ReasonDriftReported},
		{"adopts what matches", fresh(matchExisting, matching(Match{ID: own})), reads(shown(own)), []Step{Bind{ID: own, Origin: v1alpha1.OriginAdopted}}, NoCall, v1alpha1.ReasonInSync},
		{"asks before it adopts", fresh(matching(Match{ID: own})), reads(shown(own)), nil, NoCall, v1alpha1.ReasonAdoptionNotAllowed},
		{"finds no broker of that id", fresh(naming(own)), reads(nil), nil, NoCall, v1alpha1.ReasonBrokerNotFound},
		{"waits for the Seller", fresh(withoutSeller), reads(nil), nil, NoCall, v1alpha1.ReasonSellerNotFound},
		{"shows what a dry run leaves out", bound(isEdited, func(s *State) {
			s.Desired.Broker.VAT, s.Access.DryRun = ptr("EE1"), "spec.writes of the Seller is DryRun"
		}), reads(shown(own)), nil, NoCall, v1alpha1.ReasonDryRun},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			before := *row.state
			f := Foresee(row.state, row.answers)
			g.Expect(*row.state).To(Equal(before), "a preview changes nothing")
			g.Expect(f.Takes).To(Equal(row.takes))
			call := NoCall
			if f.Write != nil {
				call = f.Write.Call()
			}
			g.Expect(call).To(Equal(row.call))
			if row.reason != "" {
				g.Expect(f.Rest.Reason).To(Equal(row.reason))
			}
		})
	}
}

// Where activated services forbid it, nothing is deleted.
func TestForeseeAsksForServices(t *testing.T) {
	g := NewWithT(t)
	answers := reads(shown(own))
	answers.Activated = func(broker.ID) bool { return true }
	f := Foresee(deleted(), answers)
	g.Expect(f.Write).To(BeNil())
	g.Expect(f.Rest.Reason).To(Equal(v1alpha1.ReasonServicesActivated))
}

// A preview ends, whatever the state is.
func TestForeseeEnds(t *testing.T) {
	for name, s := range map[string]*State{"announced": announced(), "posted": posted(), "found": found(), "dying": dying(), "silent": bound(isSilent, isAskedFor)} {
		f := Foresee(s, reads(nil))
		if f.State.Now.Sub(s.Now) > 24*time.Hour {
			t.Errorf("%s: the preview goes on until %s", name, f.State.Now)
		}
	}
}
