package cloudmore

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// turnstile lets one in at a time, and keeps who came and how they left.
type turnstile struct {
	mu     sync.Mutex
	inside int
	calls  []Call
	left   []Result
	err    error // for all but logins
}

func (g *turnstile) Enter(_ context.Context, call Call) (func(Result), error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls = append(g.calls, call)
	if g.err != nil && call.Op != OpLogin {
		return nil, g.err
	}
	if g.inside++; g.inside > 1 {
		return nil, errors.New("somebody is inside")
	}
	return func(result Result) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.inside--
		g.left = append(g.left, result)
	}, nil
}

func gated(t *testing.T, handler http.HandlerFunc) (*Client, *turnstile, *clock) {
	t.Helper()
	gate, c := &turnstile{}, newClock()
	config := testConfig(listen(t, handler))
	config.Gate, config.Now = gate, c.Now
	return newClient(t, config), gate, c
}

func TestEveryRequestPassesTheGate(t *testing.T) {
	client, gate, _ := gated(t, says(http.StatusUnauthorized, nil, ""))
	ctx := WithObject(WithLane(t.Context(), LaneEdits), "team-a", "abc")
	_, _ = client.Get(ctx, "7")
	_, _ = client.Create(t.Context(), acme())
	want := []Call{
		{OpLogin, LaneEdits, "team-a", "abc", "", ""}, {OpGet, LaneEdits, "team-a", "abc", "", ""},
		{OpLogin, LaneEdits, "team-a", "abc", "", ""}, {OpGet, LaneEdits, "team-a", "abc", "", ""},
		{OpCreate, LaneCreates, "", "", "", ""},
	}
	if !slices.Equal(gate.calls, want) {
		t.Errorf("calls are %v, want %v", gate.calls, want)
	}
	if len(gate.left) != len(want) || gate.inside != 0 {
		t.Errorf("%d left, %d are inside", len(gate.left), gate.inside)
	}
}

func TestLanesFollowTheOperation(t *testing.T) {
	want := map[Op]Lane{
		OpLogin: LaneBackground, OpCreate: LaneCreates, OpGet: LaneBackground, OpList: LaneBackground,
		OpUpdate: LaneEdits, OpDelete: LaneEdits, OpActiveResellers: LaneBackground, OpActiveReseller: LaneBackground,
	}
	for op, lane := range want {
		if got := callOf(t.Context(), op).Lane; got != lane {
			t.Errorf("%s goes to lane %v, want %v", op, got, lane)
		}
	}
}

func TestTheGateLearnsHowACallEnded(t *testing.T) {
	var c *clock
	client, gate, c := gated(t, func(w http.ResponseWriter, r *http.Request) {
		c.advance(3 * time.Second)
		says(http.StatusTooManyRequests, http.Header{"Retry-After": {"9"}}, "")(w, r)
	})
	_ = list(t, client)
	last := gate.left[len(gate.left)-1]
	if last.Status != http.StatusTooManyRequests || last.Duration != 3*time.Second || last.Failure == nil || last.Failure.RetryAfter != 9*time.Second {
		t.Errorf("the limiter learns %+v", last)
	}
	if first := gate.left[0]; first.Status != http.StatusOK || first.Failure != nil {
		t.Errorf("of the login, the limiter learns %+v", first)
	}
}

func TestTheGateLearnsOfAnAnswerThatCannotBeRead(t *testing.T) {
	client, gate, _ := gated(t, says(http.StatusOK, nil, page))
	_ = list(t, client)
	if last := gate.left[len(gate.left)-1]; last.Status != http.StatusOK || last.Failure == nil {
		t.Errorf("the limiter learns %+v", last)
	}
}

func TestAClosedGateMeansNotSent(t *testing.T) {
	rows := []struct {
		name string
		err  error
		want broker.Failure
	}{
		{"a plain error is unavailable", errors.New("full"), broker.Failure{Class: broker.Unavailable, Reason: "the limiter is closed"}},
		{"a failure keeps its class and time", &broker.Failure{Class: broker.Throttled, Reason: "silence", RetryAfter: time.Minute, Answered: true}, broker.Failure{Class: broker.Throttled, Reason: "silence", RetryAfter: time.Minute}},
		{"nothing is ambiguous", &broker.Failure{Class: broker.Ambiguous, Reason: "odd"}, broker.Failure{Class: broker.Unavailable, Reason: "odd"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client, gate, _ := gated(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was sent", r.URL) })
			gate.err = row.err
			_, err := client.Create(t.Context(), acme())
			f := failed(t, err)
			if f.Class != row.want.Class || f.Reason != row.want.Reason || f.RetryAfter != row.want.RetryAfter || !f.NotSent || f.Answered || f.Op != "create broker" {
				t.Errorf("failure is %+v, want %+v and NotSent", f, row.want)
			}
		})
	}
}

func TestOpsAndLanesHaveNames(t *testing.T) {
	if OpActiveReseller.String() != "get active reseller" {
		t.Errorf("op is %q", OpActiveReseller)
	}
	names := []string{LaneEdits.String(), LaneCreates.String(), LaneBackground.String(), Lane(0).String()}
	if want := []string{"edits", "creates", "background", "none"}; !slices.Equal(names, want) {
		t.Errorf("lanes are %v, want %v", names, want)
	}
}
