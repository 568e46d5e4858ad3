package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// row is one state and the step that follows. For a rest the reason is held.
type row struct {
	name  string
	state *State
	want  Step
}

// check holds a table of rows. Of steps with much content only the kind and what
// the row names is compared.
func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got := Next(r.state)
			if !sameStep(got, r.want) {
				t.Errorf("by rule %s:\n got %#v\nwant %#v", decidedBy(r.state), got, r.want)
			}
		})
	}
}

// sameStep compares what a row says: of a Rest reason and quiet, of an Update its
// changed fields, of steps that show a Rest that rest.
func sameStep(got, want Step) bool {
	switch w := want.(type) {
	case Rest:
		g, ok := got.(Rest)
		return ok && g.Reason == w.Reason && g.Quiet == w.Quiet && (w.AfterReading.IsZero() || g.AfterReading.Equal(w.AfterReading)) &&
			(w.Until.IsZero() || g.Until.Equal(w.Until)) &&
			strings.Contains(g.Message, w.Message)
	case ClearIntent:
		g, ok := got.(ClearIntent)
		return ok && g.Unfound == w.Unfound && (w.Then.Reason == "" || g.Then.Reason == w.Then.Reason)
	case MarkRefused:
		g, ok := got.(MarkRefused)
		return ok && g.Then.Reason == w.Then.Reason
	case ClearDeletion:
		g, ok := got.(ClearDeletion)
		return ok && (w.Then.Reason == "" || g.Then.Reason == w.Then.Reason)
	case Show:
		g, ok := got.(Show)
		return ok && g.Then.Reason == w.Then.Reason
	case Update:
		g, ok := got.(Update)
		return ok && fields(g.Changed) == fields(w.Changed)
	default:
		return reflect.DeepEqual(got, want)
	}
}

// decidedBy is the name of the rule that answers.
func decidedBy(s *State) string {
	_, name := Decide(s)
	return name
}

// changes is an Update of these fields.
func changes(paths ...string) Update {
	var u Update
	for _, p := range paths {
		u.Changed = append(u.Changed, Deviation{Difference: broker.Difference{Field: p}})
	}
	return u
}

// TestOrder holds, for states in which two rules could speak, which one does.
func TestOrder(t *testing.T) {
	for _, r := range []struct {
		name  string
		state *State
		first string
	}{
		{"an id is written down although the Seller is gone", announced(withoutSeller, func(s *State) { s.Outcome.Created = &Created{ID: own} }), "createAnswered"},
		{"an id is written down although the object is being deleted", announced(isDeleting, func(s *State) { s.Outcome.Created = &Created{ID: own} }), "createAnswered"},
		{"what was never made goes without a Seller", unbound(isDeleting, withoutSeller), "neverMade"},
		{"a broker that stays needs no Seller to be let go", deleted(isOrphaning, withoutSeller), "letGo"},
		{"a broker that stays is let go although the account is another", deleted(isOrphaning, accountElsewhere), "letGo"},
		{"an open create holds the object even if the broker is to stay", posted(isDeleting, isOrphaning), "intentUnresolved"},
		{"another account is said before a missing session", bound(accountElsewhere, withoutSeller), "accountChanged"},
		{"an intent is withdrawn before it is posted", announced(isDeleting), "intentWithdrawn"},
		{"a protected deletion waits before a suspended one", deleted(isSuspended, isProtected), "deletionProtected"},
		{"a suspended deletion waits before anything is read", deleted(isSuspended), "deletionSuspended"},
		{"the finalizers of others hold a deletion before it is announced", deleted(lookedAt, notActivated, func(s *State) { s.Record.Foreign = []string{"x/y"} }), "deletionHeld"},
		{"a shared broker is not deleted", deleted(lookedAt, notActivated, rivalled(Rival{BrokerID: own})), "deletionShared"},
		{"identity is proven before services are asked for", deleted(func(s *State) { s.Outcome.Looked = nil }), "deletionUnproven"},
		{"a finalizer comes before a binding", unbound(func(s *State) { s.Record.Finalizer = false; s.Desired.BrokerID = own }), "withoutFinalizer"},
		{"a taken identity is said before the account is read", unbound(rivalled(Rival{Identity: identity, BrokerID: other}), func(s *State) { s.Reading = Reading{} }), "identityTaken"},
		{"a named broker is looked at before a refusal is remembered", unbound(func(s *State) { s.Desired.BrokerID = own }), "brokerNamed"},
		{"our mark decides before an identity that several have", unbound(marking, matching(Match{ID: own, Mark: "prod/ns/name/x"}, Match{ID: other})), "marked"},
		{"nothing is announced while writing is stopped", unbound(isHalted), "writesHalted"},
		{"a shared broker is not written", drifted(lookedAt, rivalled(Rival{BrokerID: own})), "boundShared"},
		{"a missing broker is looked for before it is compared", bound(func(s *State) { s.Reading.AbsentID = []time.Time{now} }), "boundMissing"},
		{"an inactive broker is said to be that before a refusal is remembered", drifted(isInactive, failedLately(CallUpdate)), "boundInactive"},
		{"what differs is only shown under Observe, also when writing is stopped", drifted(isObserving, isHalted), "boundOnlyReported"},
		{"a contested value is not sent again", drifted(func(s *State) {
			s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Times: 3, At: now, Answered: true}}
		}), "boundLeft"},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := decidedBy(r.state); got != r.first {
				t.Errorf("%s decides, not %s: %#v", got, r.first, Next(r.state))
			}
		})
	}
}

// TestEveryRuleDecides holds that no rule is dead: each decides one of the states
// that the tests of this package or the exploration make.
func TestEveryRuleDecides(t *testing.T) {
	reached := map[string]bool{}
	explore(40000, 1, func(s *State) { reached[decidedBy(s)] = true })
	for _, name := range RuleNames() {
		if !reached[name] {
			t.Errorf("no explored state is decided by %s", name)
		}
	}
	if reached[""] {
		t.Error("a state is decided by no rule")
	}
}

// TestInSyncCostsNothing holds that the usual answer allocates nothing.
func TestInSyncCostsNothing(t *testing.T) {
	s := bound()
	if n := testing.AllocsPerRun(100, func() { Next(s) }); n != 0 {
		t.Errorf("Next allocates %v times for a Reseller in sync", n)
	}
}

func BenchmarkNextInSync(b *testing.B) {
	s := bound()
	b.ReportAllocs()
	for b.Loop() {
		Next(s)
	}
}

// TestWhatMayBeWritten is the table of the policies.
func TestWhatMayBeWritten(t *testing.T) {
	for _, column := range []struct {
		name                            string
		policy                          func(*State)
		create, update, adopt, deletion bool
	}{
		{"Manage", func(*State) {}, true, true, true, true},
		{"Manage, suspended", isSuspended, false, false, false, false},
		{"Observe", isObserving, false, false, false, false},
	} {
		t.Run(column.name, func(t *testing.T) {
			for _, cell := range []struct {
				name  string
				state *State
				step  Step
				want  bool
			}{
				{"creates", unbound(column.policy), RecordIntent{}, column.create},
				{"updates", drifted(lookedLike(drifted().Reading.Known), column.policy), Update{}, column.update},
				{"adopts", unbound(lookedAt, func(s *State) { s.Desired.MatchExisting = true }, matching(Match{ID: own}), column.policy), Bind{Origin: v1alpha1.OriginAdopted}, column.adopt},
				{"deletes", deleted(lookedAt, notActivated, column.policy), RecordDeletion{}, column.deletion},
			} {
				got := Next(cell.state)
				is := reflect.TypeOf(got) == reflect.TypeOf(cell.step)
				if b, ok := got.(Bind); ok {
					is = b.Origin == v1alpha1.OriginAdopted
				}
				if is != cell.want {
					t.Errorf("%s: %t, not %t: %#v", cell.name, is, cell.want, got)
				}
			}
		})
	}
}
