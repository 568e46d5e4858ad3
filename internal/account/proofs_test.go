package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// prove has each owner prove at its turn, as far as it is told of one, for a while, and
// returns how many did.
func (w *world) prove(names []string, d time.Duration) (proved int) {
	w.Helper()
	done := map[string]bool{}
	for end := w.clock.Now().Add(d); w.clock.Now().Before(end); w.clock.Step(5 * time.Second) {
		for _, name := range names {
			if !done[name] && !w.account.ProofAt(owner(name)).After(w.clock.Now()) {
				w.account.Proving(owner(name))
				done[name] = true
				proved++
			}
		}
	}
	return proved
}

// proving is an account with a brake, and so many who have something to prove.
func proving(t *testing.T, limit, n int) (*world, []string) {
	t.Helper()
	w := newWorld(t, fake.Shapes{})
	settings := usual
	settings.Brake = Brake{Percent: 20, Minimum: limit, Window: 10 * time.Minute}
	w.enter("main", fake.DefaultUsername, settings)
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("r", i)
	}
	return w, names
}

func TestProofsStayBelowHalfOfTheBrake(t *testing.T) {
	const hours, many = 4, 120
	for _, limit := range []int{1, 2, 10, 50, 100} {
		w, names := proving(t, limit, many)
		all := 0
		for hour := range hours {
			got := w.prove(names[all:], time.Hour)
			all += got
			if most := max(1, (limit-1)/2); got > most {
				t.Errorf("%d proofs in hour %d with a limit of %d", got, hour, limit)
			}
		}
		if all < min(many, hours*limit/3-1) || all == 0 {
			t.Errorf("%d proofs in %d hours with a limit of %d", all, hours, limit)
		}
	}
}

func TestAStartCountsAsAProof(t *testing.T) {
	proved := 0
	for range 120 {
		w, names := proving(t, 50, 100)
		proved += w.prove(names, time.Minute)
	}
	if proved != 0 {
		t.Errorf("a manager that starts every minute has proved %d in two hours", proved)
	}
}

func TestProofsWaitForThoseWhoAreAboutToWrite(t *testing.T) {
	w, names := proving(t, 5, 1)
	w.prove(nil, time.Hour)
	due := w.account.ProofAt(owner(names[0]))
	w.clock.SetTime(due)
	w.account.Touch(Write{Owner: owner("edited"), Broker: "x"})
	if at := w.account.ProofAt(owner(names[0])); !at.Equal(due.Add(quiet)) {
		t.Errorf("it is proved %v after somebody is about to write", at.Sub(due))
	}
	for i := range 10 {
		w.account.Touch(Write{Owner: owner("edited"), Broker: numberedID(i)})
	}
	w.clock.Step(quiet + time.Second) // nobody has decided about them
	if at := w.account.ProofAt(owner(names[0])); !at.After(w.clock.Now()) {
		t.Error("it is proved while others wait for the brake")
	}
}

func TestAMissedTurnIsNotMadeUpFor(t *testing.T) {
	w, names := proving(t, 50, 100)
	for _, name := range names {
		w.account.ProofAt(owner(name))
	}
	w.clock.Step(12 * time.Hour) // as in a long outage
	if got := w.prove(names, time.Minute); got > 1 {
		t.Errorf("%d proofs at once after an outage", got)
	}
	w.account.Follow(owner(names[0]), Interest{ID: "x"})
	w.account.Unfollow(owner(names[0]))
	if _, kept := w.account.proofs.turns[owner(names[0])]; kept {
		t.Error("the turn of an object that has gone is kept")
	}
}
