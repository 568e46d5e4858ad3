package controller_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// walk is a random walk of several Resellers at once, each beside its model.
type walk struct {
	*world
	seed    int64
	random  *rand.Rand
	clock   *aheadClock
	manager *process
	walkers []*walker
	ids     map[string]string // of the brokers, by the walker's name
	seller  walkSeller
	steps   int
	// done are the latest steps, for a failure.
	done []string
}

// walkNumber is a setting of a walk.
func walkNumber(variable string, otherwise int64) int64 {
	GinkgoHelper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	Expect(err).NotTo(HaveOccurred(), variable)
	return n
}

// newWalk has four Resellers that make their broker and four that take one over which
// differs, under every policy.
func newWalk(ctx SpecContext, seed int64) *walk {
	GinkgoHelper()
	w := &walk{
		world: newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Brake.Minimum = 1_000_000 }),
		clock: &aheadClock{}, seed: seed, random: rand.New(rand.NewPCG(uint64(seed), 13)), ids: map[string]string{},
	}
	w.manager = startManager(with(w.clock))
	for n := range 8 {
		x := &walker{
			name: fmt.Sprintf("walk%d", n), named: n >= 4, report: n%2 == 1, observe: n == 2 || n == 6,
			wanted: map[string]string{}, taken: map[string]string{}, broker: map[string]string{},
		}
		x.fields = walkFields(x.name)
		w.begin(x)
		w.walkers = append(w.walkers, x)
		w.create(ctx, x)
	}
	return w
}

// begin draws what a spec has at first. A broker that is adopted has what it has, and
// that is the base: who adopts it has edited nothing.
func (w *walk) begin(x *walker) {
	for _, f := range x.fields {
		if f.required || w.random.IntN(2) == 0 {
			x.wanted[f.path] = f.values[w.random.IntN(len(f.values))]
			x.taken[f.path] = x.wanted[f.path]
			x.broker[f.path] = x.wanted[f.path]
		}
		if x.named {
			x.broker[f.path] = f.values[w.random.IntN(len(f.values))]
		}
	}
	if !x.named {
		x.observe = false // there is nothing to observe
	}
}

// create makes the Reseller.
func (w *walk) create(ctx context.Context, x *walker) {
	GinkgoHelper()
	content := map[string]any{}
	for path := range x.wanted {
		merge(content, partOf(path, x.wanted))
	}
	r := w.reseller(x.name)
	r.Spec = v1alpha1.ResellerSpec{SellerRef: r.Spec.SellerRef}
	text, err := json.Marshal(content)
	Expect(err).NotTo(HaveOccurred())
	Expect(json.Unmarshal(text, &r.Spec)).To(Succeed())
	r.Spec.Suspend = &x.suspended
	if x.report {
		r.Spec.DriftPolicy = v1alpha1.DriftReport
	}
	if x.observe {
		r.Spec.ManagementPolicy = v1alpha1.Observe
	}
	if x.named {
		w.ids[x.name] = w.api.Add(brokerOf(x.broker))
		r.Spec.BrokerID = v1alpha1.ID(w.ids[x.name])
	}
	create(ctx, r)
	Eventually(func() string { refresh(ctx, r); return r.Status.BrokerID }).WithContext(ctx).ShouldNot(BeEmpty())
	w.ids[x.name] = r.Status.BrokerID
}

// round has something happen to every Reseller, and now and then to the Seller or the
// manager, and holds what comes of it against the model.
func (w *walk) round(ctx context.Context) {
	GinkgoHelper()
	w.clock.advance(5 * time.Second) // what was sent before is no longer on its way
	w.api.ResetHistory()
	counted, done := true, len(w.done)
	switch n, ends := w.random.IntN(16), w.random.IntN(3) == 0; {
	case ends && w.seller.suspended, n == 2:
		w.sellerIs(ctx, "suspend", &w.seller.suspended, true, false)
	case ends && w.seller.dry, n == 3:
		w.sellerIs(ctx, "writes", &w.seller.dry, v1alpha1.WritesDryRun, v1alpha1.WritesEnabled)
	case n == 0:
		w.took("the manager is stopped")
		w.manager.stop()
		w.each(ctx)
		w.manager = startManager(with(w.clock))
	case n == 1:
		w.each(ctx)
		w.took("the manager dies at once")
		w.manager.die()
		Eventually(w.manager.done).WithContext(ctx).Should(BeClosed())
		w.manager, counted = startManager(with(w.clock)), false // an update may have been lost
	default:
		w.each(ctx)
	}
	for _, line := range w.done[done:] {
		GinkgoWriter.Println(line)
	}
	w.agrees(ctx, counted)
}

// took notes a step.
func (w *walk) took(says string) {
	w.steps++
	w.done = append(w.done, fmt.Sprintf("step %d: %s", w.steps, says))
}

// each has a step of every Reseller.
func (w *walk) each(ctx context.Context) {
	GinkgoHelper()
	for _, x := range w.walkers {
		s := x.step(w.random)
		w.took(s.says)
		if s.spec != nil {
			w.patch(ctx, x, map[string]any{"spec": s.spec})
			continue
		}
		wanted := brokerOf(x.broker)
		Expect(w.api.Edit(w.ids[x.name], func(b *fake.Broker) { *b = wanted })).To(Succeed())
	}
}

func (w *walk) patch(ctx context.Context, x *walker, content map[string]any) {
	GinkgoHelper()
	text, err := json.Marshal(content)
	Expect(err).NotTo(HaveOccurred())
	Expect(server.Patch(ctx, w.reseller(x.name), client.RawPatch(types.MergePatchType, text))).To(Succeed(), "%s", text)
}

// sellerIs changes the Seller, and waits until the manager says that it knows.
func (w *walk) sellerIs(ctx context.Context, field string, to *bool, on, off any) {
	GinkgoHelper()
	*to = !*to
	value := off
	if *to {
		value = on
	}
	w.took(fmt.Sprintf("%s of the Seller is %v", field, value))
	text, err := json.Marshal(map[string]any{"spec": map[string]any{field: value}})
	Expect(err).NotTo(HaveOccurred())
	Expect(server.Patch(ctx, w.world.seller, client.RawPatch(types.MergePatchType, text))).To(Succeed())
	w.ready(ctx)
}

// agrees asks for a look at every Reseller, and compares all that is seen then.
func (w *walk) agrees(ctx context.Context, counted bool) {
	GinkgoHelper()
	asked, seen, updates := fresh(), map[string]walkState{}, map[string]int{}
	for _, x := range w.walkers {
		state, update := x.settle(w.seller)
		if seen[x.name] = state; update {
			updates[w.ids[x.name]] = 1
		}
		w.patch(ctx, x, map[string]any{"metadata": map[string]any{"annotations": map[string]any{v1alpha1.AnnotationReconcileRequestedAt: asked}}})
	}
	list := &v1alpha1.ResellerList{}
	Eventually(func(g Gomega) []string {
		g.Expect(server.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
		var mismatches []string
		for i := range list.Items {
			r := &list.Items[i]
			if r.Status.LastHandledReconcileAt != asked {
				mismatches = append(mismatches, r.Name+" has not heard the request")
			}
			mismatches = append(mismatches, w.seenOf(r).against(r.Name, seen[r.Name])...)
		}
		return mismatches
	}).WithContext(ctx).Should(BeEmpty(), w.latest)
	Expect(w.api.Calls(fake.OpCreate)).To(BeZero(), w.latest)
	Expect(w.api.Calls(fake.OpDelete)).To(BeZero(), w.latest)
	if counted {
		Expect(w.updated()).To(Equal(updates), w.latest)
	}
}

// latest tells a failure where it is: the last round was the first that does not agree.
func (w *walk) latest() string {
	text := fmt.Sprintf("make walk SEED=%d STEPS=%d walks these steps again, with which it does not end as the model says:\n", w.seed, w.steps)
	for _, line := range w.done[max(0, len(w.done)-3*len(w.walkers)):] {
		text += line + "\n"
	}
	return text
}

// seenOf is what status and the account show of a Reseller.
func (w *walk) seenOf(r *v1alpha1.Reseller) walkState {
	record, _ := w.api.Broker(w.ids[r.Name])
	seen := walkState{
		reason: ready(r).Reason, drifted: meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionDrifted),
		broker: valuesOf(record.Broker),
	}
	for _, row := range r.Status.Drift {
		seen.drift = append(seen.drift, driftLine(row.Field, row.Cause, row.Desired, row.Observed))
	}
	slices.Sort(seen.drift)
	return seen
}

var _ = Describe("A random walk", func() {
	It("of edits, policies, restarts and changes in the portal ends each step as the model says", func(ctx SpecContext) {
		seed, steps := walkNumber("WALK_SEED", GinkgoRandomSeed()), walkNumber("WALK_STEPS", 200)
		AddReportEntry("seed", seed)
		w := newWalk(ctx, seed)
		w.api.ResetHistory()
		w.agrees(ctx, false)
		Expect(w.api.Live()).To(HaveLen(len(w.walkers)), "each has one broker")
		for int64(w.steps) < steps {
			w.round(ctx)
		}
		Expect(slices.Sorted(maps.Values(w.ids))).To(HaveLen(len(w.api.Live())))
		AddReportEntry("steps", w.steps)
	})
})
