package inventory

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestOlderAnswers: what started before is not believed against what ended after.
func TestOlderAnswers(t *testing.T) {
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	full := func(name string) *broker.Broker {
		b := wanted(1)
		b.ID, b.Name, b.Detail = "7", &name, true
		return &b
	}
	for _, row := range []struct {
		name string
		do   func(*Snapshot)
		want string
	}{
		{"a list that started before an own write shows nothing new", func(s *Snapshot) {
			s.Learn("7", at(5), full("own"), true)
			s.believe(at(4), []broker.Broker{*full("list")})
		}, "own"},
		{"a list that started after an own write does", func(s *Snapshot) {
			s.Learn("7", at(5), full("own"), true)
			s.believe(at(6), []broker.Broker{*full("list")})
		}, "list"},
		{"a list that started before an own write lacks nothing", func(s *Snapshot) {
			s.believe(at(1), []broker.Broker{*full("list")})
			s.Learn("7", at(5), full("own"), true)
			s.believe(at(4), nil)
			s.believe(at(4), nil)
		}, "own"},
		{"a GET that started before an own write is dropped", func(s *Snapshot) {
			s.Learn("7", at(5), full("own"), true)
			s.Learn("7", at(4), full("get"), false)
		}, "own"},
		{"a 404 that started before an own write is dropped", func(s *Snapshot) {
			s.Learn("7", at(5), full("own"), true)
			s.Lose("7", at(4))
		}, "own"},
		{"a 404 that started before the list is dropped", func(s *Snapshot) {
			s.believe(at(5), []broker.Broker{*full("list")})
			s.Lose("7", at(4))
		}, "list"},
		{"a 404 that started after the list counts", func(s *Snapshot) {
			s.believe(at(5), []broker.Broker{*full("list")})
			s.Lose("7", at(6))
		}, "(no broker)"},
		{"a list that started before a 404 does not bring the broker back", func(s *Snapshot) {
			s.believe(at(1), []broker.Broker{*full("list")})
			s.Lose("7", at(5))
			s.believe(at(4), []broker.Broker{*full("list")})
		}, "(no broker)"},
		{"a list that started after a 404 does", func(s *Snapshot) {
			s.believe(at(1), []broker.Broker{*full("list")})
			s.Lose("7", at(5))
			s.believe(at(6), []broker.Broker{*full("list")})
		}, "list"},
		{"a GET that started before a 404 is dropped", func(s *Snapshot) {
			s.believe(at(1), []broker.Broker{*full("list")})
			s.Lose("7", at(5))
			s.Learn("7", at(4), full("get"), false)
		}, "(no broker)"},
		{"a GET that started after a 404 counts", func(s *Snapshot) {
			s.Lose("7", at(5))
			s.Learn("7", at(6), full("get"), false)
		}, "get"},
		{"the same list entry is believed again once it is newer than an own write", func(s *Snapshot) {
			s.believe(at(1), []broker.Broker{*full("list")})
			s.Learn("7", at(2), full("own"), true)
			s.believe(at(3), []broker.Broker{*full("list")})
		}, "list"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, v := New(), View{}
			row.do(s)
			s.view("7", &v)
			if got := nameOf(v.Known); got != row.want {
				t.Errorf("known is %s, not %s", got, row.want)
			}
			want := 1
			if row.want == "(no broker)" {
				want = 0
			}
			if got := len(s.byIdentity.at(identity(1))); got != want {
				t.Errorf("%d brokers with the identity, not %d", got, want)
			}
		})
	}
}

func TestLittleIsRememberedOfWhatHasGone(t *testing.T) {
	s, none := New(), func() []broker.ID { return nil }
	take := func(n int, numbers ...int) {
		list := List{Start: begin.Add(time.Duration(n) * time.Minute)}
		for _, number := range numbers {
			b := wanted(number)
			b.ID, b.Detail = broker.ID(fmt.Sprint(number)), true
			list.Brokers = append(list.Brokers, b)
		}
		if _, _, believed := s.TakeIn(&list, none); !believed {
			t.Fatal(s.Doubt())
		}
	}
	take(0, 1, 2)
	for n := range keptReadings + 2 {
		take(n+1, 2)
	}
	if len(s.entries) != 1 || len(s.byIdentity) != 1 || len(s.starts) != keptReadings {
		t.Errorf("%d entries, %d identities, %d syncs are kept", len(s.entries), len(s.byIdentity), len(s.starts))
	}
	if v := s.View(Query{ID: "1", Identity: identity(1)}); len(v.AbsentID) != keptReadings || len(v.Absent) != keptReadings {
		t.Errorf("absent from %d and %d syncs", len(v.Absent), len(v.AbsentID))
	}
}
