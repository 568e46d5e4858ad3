package simulation

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestManyLooksAskedForAtOnce counts the calls when a user asks for a look at all
// Resellers with one command.
func TestManyLooksAskedForAtOnce(t *testing.T) {
	const (
		many = 100
		rate = 5 // calls a second
	)
	for _, row := range []struct {
		name        string
		content     string
		lists, gets int
		most        time.Duration // that it takes
	}{
		{"are served by one sync where lists show all of a broker", fake.ListDetail, 1, 0, 10 * time.Second},
		{"are a GET each, at the account's rate, where they do not", fake.ListSummary, 0, many, (many/rate + 10) * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := NewWorld(Options{Seed: 1, Shapes: fake.Shapes{ListContent: row.content}})
				defer w.Close()
				w.addSeller(func(s *v1alpha1.Seller) {
					s.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: rate, Burst: rate, MaxInFlight: 8}
					s.Spec.ObserveInterval.Duration, s.Spec.DetailInterval.Duration = 24*time.Hour, 168*time.Hour // nothing is read unasked
				})
				all := make([]string, many)
				for i := range all {
					all[i] = fmt.Sprintf("r%d", i)
					company := fmt.Sprintf("c%d", i)
					w.fake.Add(newBroker(company))
					w.add(newReseller(all[i], company, func(r *v1alpha1.Reseller) { r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting }))
				}
				w.start(0, 0)
				w.calm(10 * time.Minute)
				from, began := len(w.trace), now()
				for _, name := range all {
					w.ask(name)
				}
				if !w.Run(5*time.Minute, w.heardAll) {
					t.Fatal("not all were looked at in five minutes")
				}
				took := now().Sub(began)
				counts := map[operation]int{}
				for _, p := range w.trace[from:] {
					counts[p.op]++
				}
				t.Logf("%d lists, %d GETs in %v", counts[list], counts[get], took)
				if counts[list] != row.lists || counts[get] != row.gets || took > row.most {
					t.Errorf("%d lists and %d GETs in %v; %d and %d in at most %v are wanted", counts[list], counts[get], took, row.lists, row.gets, row.most)
				}
			})
		})
	}
}

// heardAll reports whether each Reseller was looked at as often as people asked.
func (w *World) heardAll() bool {
	for _, s := range w.server.list("Reseller") {
		r := s.obj.(*v1alpha1.Reseller)
		if r.Status.LastHandledReconcileAt != r.Annotations[v1alpha1.AnnotationReconcileRequestedAt] {
			return false
		}
	}
	return true
}
