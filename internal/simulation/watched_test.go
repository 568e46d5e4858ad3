package simulation

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spread is a fleet over some of several watched namespaces, with Sellers of the one account.
type spread struct {
	namespaces, busy int // watched, and with Resellers
}

const (
	spreadResellers = 60
	spreadSellers   = 10
)

func (s spread) in(i int) string       { return fmt.Sprintf("team-%d", i%s.busy) }
func (s spread) reseller(i int) string { return fmt.Sprintf("%s/r%02d", s.in(i), i) }
func (s spread) seller(i int) string   { return fmt.Sprintf("main-%d", i%spreadSellers) }

// costs is what the creates of all cost: requests to the API server, and how long.
func (s spread) costs(t *testing.T) (requests int, took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWorld(Options{Seed: 1, Workers: 32, Shapes: fake.Shapes{ListContent: fake.ListDetail}})
		defer w.Close()
		s.begin(w)
		w.calm(time.Minute)
		for i := range spreadResellers {
			w.add(newReseller(s.reseller(i), fmt.Sprintf("c%02d", i), func(r *v1alpha1.Reseller) {
				r.Spec.SellerRef.Name = v1alpha1.SellerName(s.seller(i))
			}))
		}
		from, told, began := len(w.trace), w.told.since(nil), now()
		if !w.Run(time.Minute, func() bool { return s.inSync(w) }) || w.broken != "" {
			t.Fatalf("not all are in sync %s", w.broken)
		}
		took = now().Sub(began)
		for _, p := range w.trace[from:] {
			if p.op == readLive || p.op == writeObject || p.op == writeStatus {
				requests++
			}
		}
		for _, n := range w.told.since(told) {
			requests += n
		}
	})
	t.Logf("%+v: %d requests in %s", s, requests, took)
	return requests, took
}

// begin starts a manager beside Sellers that permit 50 calls a second.
func (s spread) begin(w *World) {
	var watched []string
	for i := range s.namespaces {
		watched = append(watched, fmt.Sprintf("team-%d", i))
		w.addSecret(watched[i])
	}
	for i := range spreadSellers {
		w.addSellerNamed(s.in(i)+"/"+s.seller(i), func(made *v1alpha1.Seller) {
			made.Spec.Brake.Enabled = ptr.To(false)
			made.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 50, Burst: 1, MaxInFlight: 32}
		})
	}
	w.start(0, 0).resellers.Namespaces = watched
}

func (s spread) inSync(w *World) bool {
	for i := range spreadResellers {
		if !w.inSync(s.reseller(i)) {
			return false
		}
	}
	return true
}

// A round of lists serves all who wait, and none is taken of what the watches are about to
// show: ten namespaces cost at most a tenth more than one, wherever the Resellers are, and
// the creates end within three rounds more.
func TestSeveralNamespacesCostATenthMore(t *testing.T) {
	one, took := spread{1, 1}.costs(t)
	for _, s := range []spread{{10, 10}, {10, 1}} {
		requests, longer := s.costs(t)
		if requests*10 > one*11 {
			t.Errorf("%+v: %d requests to the API server, where one namespace costs %d", s, requests, one)
		}
		if longer > took+3*time.Second {
			t.Errorf("%+v: creates take %s, where they take %s in one namespace", s, longer, took)
		}
	}
}
