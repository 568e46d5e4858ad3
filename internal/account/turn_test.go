package account

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// calledFrom are those who get a turn, in their order.
func calledFrom(r *Registry) <-chan Owner {
	called := make(chan Owner, 10)
	r.OnTurns(func(owners []Owner) {
		for _, o := range owners {
			called <- o
		}
	})
	return called
}

// TestTheLoopCallsTheNext: nobody but the account's own clock ends these turns.
func TestTheLoopCallsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		defer r.stop()
		called := calledFrom(r.Registry)
		one := usual
		one.MaxInFlight = 1
		r.Enter(testKey, "main", r.entry("main", one))
		a := r.Account(testKey)
		first, second, third := Owner{Name: "first"}, Owner{Name: "second"}, Owner{Name: "third"}
		if !a.TakeTurn(first, cloudmore.LaneCreates) || a.TakeTurn(second, cloudmore.LaneCreates) || a.TakeTurn(third, cloudmore.LaneCreates) {
			t.Fatal("the turns are not one after the other")
		}
		a.KeepTurn(first, time.Now().Add(time.Minute))
		pause(time.Minute - time.Millisecond)
		if len(called) > 0 {
			t.Fatalf("%v is called although the first one's time has not come", <-called)
		}
		pause(time.Millisecond)
		if got := <-called; got != second {
			t.Fatalf("%v is called", got)
		}
		pause(10 * time.Second) // as long as a turn waits for its pass
		if got := <-called; got != third || a.ClaimTurn(second) || !a.ClaimTurn(third) {
			t.Errorf("%v is called when the second did not come", got)
		}
		a.Unfollow(third)
		if !a.TakeTurn(first, cloudmore.LaneCreates) {
			t.Error("a turn is lost with its object")
		}
		r.Leave(testKey, "main")
		if busy := r.workers.Busy(); busy != 0 {
			t.Errorf("%d workers are busy in an account that has gone", busy)
		}
	})
}

func TestTheLoopCallsWhoWaitsForAPauseToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		defer r.stop()
		called := calledFrom(r.Registry)
		r.Enter(testKey, "main", r.entry("main", usual))
		a, who := r.Account(testKey), Owner{Name: "first"}
		leave, err := a.gate.Enter(t.Context(), cloudmore.Call{Lane: cloudmore.LaneEdits})
		if err != nil {
			t.Fatal(err)
		}
		leave(cloudmore.Result{Failure: throttled(time.Minute)})
		if a.TakeTurn(who, cloudmore.LaneCreates) {
			t.Fatal("a pass has its turn in a pause")
		}
		pause(time.Minute - time.Millisecond)
		if len(called) > 0 {
			t.Fatalf("%v is called in a pause", <-called)
		}
		pause(2 * time.Second)
		if len(called) != 1 || !a.ClaimTurn(who) {
			t.Error("nobody is called when the pause ends")
		}
	})
}
