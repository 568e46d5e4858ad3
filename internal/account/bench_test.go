package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

const many = 10_000

// ofMany is an account that was read once, and its list.
func ofMany(b *testing.B, shown func(*broker.Broker)) (*Account, []broker.Broker) {
	b.Helper()
	list := make([]broker.Broker, many)
	for i := range list {
		list[i] = wanted(i)
		list[i].ID = broker.ID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
		shown(&list[i])
	}
	a := newAccount(testKey, nil, &entrance{}, &braking{})
	a.takeIn(begin, &cloudmore.Listing{Brokers: list}, nil, map[Owner]bool{})
	for i := range list {
		o := owner(fmt.Sprint("r", i))
		a.followers.interest[o] = Interest{ID: list[i].ID, Identity: identity(i)}
		join(a.followers.byID, list[i].ID, o)
		join(a.followers.byIdentity, identity(i), o)
	}
	return a, list
}

func whole(b *broker.Broker) { b.Detail = true }
func summary(b *broker.Broker) {
	b.SupportEmail, b.NotificationEmail, b.Contact = nil, nil, broker.Contact{}
}

func BenchmarkTakeIn(b *testing.B) {
	for name, shown := range map[string]func(*broker.Broker){"whole": whole, "summary": summary} {
		b.Run(fmt.Sprintf("%d unchanged/%s", many, name), func(b *testing.B) {
			a, list := ofMany(b, shown)
			start, woken := begin, map[Owner]bool{}
			b.ReportAllocs()
			for b.Loop() {
				start = start.Add(time.Minute)
				a.takeIn(start, &cloudmore.Listing{Brokers: list}, nil, woken)
			}
			if len(woken) > 0 {
				b.Errorf("%d woken by nothing", len(woken))
			}
		})
	}
	b.Run(fmt.Sprintf("%d summaries over details", many), func(b *testing.B) {
		a, list := ofMany(b, summary)
		for i := range list {
			detail := wanted(i)
			detail.ID, detail.Detail = list[i].ID, true
			a.snap.Learn(list[i].ID, begin.Add(time.Second), &detail, false)
		}
		start, woken := begin, map[Owner]bool{}
		b.ReportAllocs()
		for b.Loop() {
			start = start.Add(time.Minute)
			a.takeIn(start, &cloudmore.Listing{Brokers: list}, nil, woken)
		}
	})
}

func BenchmarkView(b *testing.B) {
	a, list := ofMany(b, whole)
	query := inventory.Query{ID: list[7].ID, Identity: identity(7), Mark: broker.Marking{PropertyID: "12", Prefix: "prod/team/r7/"}}
	b.ReportAllocs()
	for b.Loop() {
		if v := a.View(query); len(v.Matches) != 1 {
			b.Fatal("not found")
		}
	}
}

func BenchmarkServices(b *testing.B) {
	a, list := ofMany(b, whole)
	a.active = activeList{start: begin, ids: map[broker.ID]bool{list[1].ID.Key(): true, list[2].ID.Key(): true}}
	woken := map[Owner]bool{}
	a.takeInServices(woken)
	b.ReportAllocs()
	for b.Loop() {
		a.takeInServices(woken)
	}
}
