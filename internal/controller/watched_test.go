package controller_test

import (
	"context"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("Several watched namespaces", func() {
	It("are listed once for all who are about to create", func(ctx SpecContext) {
		const resellers, idle = 8, 5
		w := newAccount(ctx, fake.Shapes{})
		namespaces := []string{w.namespace}
		for range idle {
			namespaces = append(namespaces, newWorld(ctx, fake.Shapes{}).namespace)
		}
		x := &rig{world: w, clock: &heldClock{}}
		x.calling = newCallLine(x.clock)
		manager := x.anotherManager(namespaces...)
		w.ready(ctx)

		// All announce at the same moment, at which the clock stands.
		var announced sync.WaitGroup
		announced.Add(resellers)
		goOn := make(chan struct{})
		manager.beforeWrite(func(c write) error {
			if c.attempt() != "" {
				announced.Done()
				<-goOn
			}
			return nil
		})
		var all []*v1alpha1.Reseller
		for n := range resellers {
			all = append(all, w.reseller(numbered(n)))
			create(ctx, all[n])
		}
		announced.Wait()
		x.clock.hold()
		manager.beforeWrite(func(write) error { return nil })
		before := len(manager.listed())
		close(goOn)
		announcedOrMade := func(ctx context.Context) (n int) {
			list := &v1alpha1.ResellerList{}
			Expect(server.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
			for i := range list.Items {
				if list.Items[i].Status.Creation != nil || list.Items[i].Status.BrokerID != "" {
					n++
				}
			}
			return n
		}
		Eventually(announcedOrMade).WithContext(ctx).Should(Equal(resellers))
		x.clock.advance(time.Second)
		w.awaitCalls(ctx, fake.OpCreate, resellers)
		Expect(len(manager.listed())-before).To(BeNumerically("<=", 2*(idle+1)), "two lists of each namespace serve all")
		x.clock.run()
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		Expect(w.live()).To(HaveLen(resellers))
	})
})
