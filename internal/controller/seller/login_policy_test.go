package seller

import (
	"testing"
	"time"
)

func TestDecideLogin(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	ago := func(all ...time.Duration) []time.Time {
		var times []time.Time
		for _, d := range all {
			times = append(times, now.Add(-d))
		}
		return times
	}
	again, repeat := loginDecision{again: true}, loginDecision{again: true, counts: true}
	for _, row := range []struct {
		name string
		f    loginFacts
		want loginDecision
	}{
		{"goes on with what is not refused", loginFacts{}, loginDecision{}},
		{"goes on when it is touched or asked for", loginFacts{touched: true, requested: true}, loginDecision{}},
		{"does not repeat by itself", loginFacts{refused: true}, loginDecision{}},
		{"repeats when a person asks", loginFacts{refused: true, requested: true}, again},
		{"repeats for a person whatever was repeated", loginFacts{refused: true, requested: true, touched: true, repeats: ago(3, 2, 1)}, again},
		{"asks for a verdict when a person asks", loginFacts{undecided: true, requested: true}, again},
		{"does not hurry for a touch when there is no verdict", loginFacts{undecided: true, touched: true}, loginDecision{}},
		{"repeats at a touch", loginFacts{refused: true, touched: true}, repeat},
		{
			"waits a quarter of an hour between two touches",
			loginFacts{refused: true, touched: true, repeats: ago(10 * time.Minute)}, loginDecision{later: now.Add(5 * time.Minute)},
		},
		{"repeats after that", loginFacts{refused: true, touched: true, repeats: ago(15 * time.Minute)}, repeat},
		{
			"repeats three times a day",
			loginFacts{refused: true, touched: true, repeats: ago(23*time.Hour, 2*time.Hour, time.Hour)}, loginDecision{later: now.Add(time.Hour)},
		},
		{"repeats on the next day", loginFacts{refused: true, touched: true, repeats: ago(day, 2*time.Hour, time.Hour)}, repeat},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.f.now = now
			if got := decideLogin(row.f); got != row.want {
				t.Errorf("decides %+v, not %+v", got, row.want)
			}
		})
	}
}
