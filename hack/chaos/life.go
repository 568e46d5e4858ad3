package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// settles bounds the wait for a settled state after a storm.
const settles = 4 * time.Minute

func (w *world) create(ctx context.Context, round int) error {
	for i := range w.resellers {
		if err := w.client.Create(ctx, reseller(round, i)); err != nil {
			return err
		}
	}
	return nil
}

func reseller(round, i int) *v1alpha1.Reseller { return stage.Reseller(name(round, i)) }

func (w *world) edit(ctx context.Context, round int) error {
	for i := range w.resellers {
		if err := w.client.Patch(ctx, reseller(round, i), stage.Edit); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) delete(ctx context.Context, round int) error {
	for i := range w.resellers {
		if err := w.client.Delete(ctx, reseller(round, i)); err != nil {
			return err
		}
	}
	return nil
}

// await waits until the generation is settled, and says who is not if it never is.
func (w *world) await(ctx context.Context, round int, settled func(context.Context, int) (bool, error)) error {
	err := wait.PollUntilContextTimeout(ctx, time.Second, settles, true, func(ctx context.Context) (bool, error) {
		return settled(ctx, round)
	})
	if err == nil {
		return nil
	}
	list := &v1alpha1.ResellerList{}
	if listErr := w.client.List(ctx, list); listErr != nil {
		return listErr
	}
	for i := range list.Items {
		if ready := meta.FindStatusCondition(list.Items[i].Status.Conditions, v1alpha1.ConditionReady); ready != nil && ready.Status != metav1.ConditionTrue {
			return fmt.Errorf("not settled in %s: %s: %s: %s", settles, list.Items[i].Name, ready.Reason, ready.Message)
		}
	}
	return fmt.Errorf("not settled in %s: %w", settles, err)
}

func (w *world) allReady(ctx context.Context, _ int) (bool, error) {
	list := &v1alpha1.ResellerList{}
	if err := w.client.List(ctx, list); err != nil {
		return false, err
	}
	for i := range list.Items {
		r := &list.Items[i]
		if !meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionReady) || r.Status.ObservedGeneration != r.Generation {
			return false, nil
		}
	}
	return len(list.Items) == w.resellers, nil
}

func (w *world) allEdited(ctx context.Context, round int) (bool, error) {
	ready, err := w.allReady(ctx, round)
	if !ready || err != nil {
		return false, err
	}
	for _, b := range w.fake.Live() {
		if b.Broker.Contact.Phone != stage.EditedPhone {
			return false, nil
		}
	}
	return true, nil
}

func (w *world) allGone(ctx context.Context, _ int) (bool, error) {
	list := &v1alpha1.ResellerList{}
	err := w.client.List(ctx, list)
	return len(list.Items) == 0, err
}

// check holds the account and its history against what was asked for: one
// broker for each Reseller, each made once; none when all are gone.
func (w *world) check(ctx context.Context, round int, deleted bool) error {
	live := w.fake.Live()
	want := w.resellers
	if deleted {
		want = 0
	}
	if len(live) != want {
		return fmt.Errorf("%d brokers are there, not %d", len(live), want)
	}
	for i := range w.resellers {
		if n := w.fake.CommittedCreates(name(round, i), name(round, i)+".example"); n != 1 {
			return fmt.Errorf("%s was made %d times", name(round, i), n)
		}
	}
	if deleted {
		return nil
	}
	held := map[string]string{}
	list := &v1alpha1.ResellerList{}
	if err := w.client.List(ctx, list); err != nil {
		return err
	}
	for i := range list.Items {
		held[list.Items[i].Status.BrokerID] = list.Items[i].Name
	}
	for _, b := range live {
		if held[b.ID]+".example" != b.Broker.Domain {
			return fmt.Errorf("broker %s of %s is held by %q", b.ID, b.Broker.Domain, held[b.ID])
		}
	}
	return nil
}
