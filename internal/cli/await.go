package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

const mergePatch = types.MergePatchType

// waiting are the flags of commands that can wait for what comes of them.
type waiting struct {
	wait    bool
	timeout time.Duration
}

func (w *waiting) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.wait, "wait", false, "Wait until the operator has acted on it, and say what came of it.")
	cmd.Flags().DurationVar(&w.timeout, "timeout", defaultTimeout, "How long to wait.")
}

// await waits until done is true of the object; done is asked of nil when it is gone.
func (w *waiting) await(ctx context.Context, t *target, done func(client.Object) bool) error {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	last := t.Object
	_, err := watchtools.UntilWithSync(ctx, t.watcher(), last.DeepCopyObject(), func(store cache.Store) (bool, error) {
		for _, obj := range store.List() {
			last = obj.(client.Object)
			return done(last), nil
		}
		return done(nil), nil
	}, func(event watch.Event) (bool, error) {
		if event.Type == watch.Deleted {
			return done(nil), nil
		}
		last = event.Object.(client.Object)
		return done(last), nil
	})
	if err == nil {
		t.Object = last
		return nil
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%s: the operator has not acted on it within %s: see whether it runs, or wait longer with --timeout", t, w.timeout)
	}
	return err
}

// watcher lists and watches the one object.
func (t *target) watcher() cache.ListerWatcher {
	one := func(o metav1.ListOptions) *client.ListOptions {
		return &client.ListOptions{
			Namespace: t.scope(), Raw: &o,
			FieldSelector: fields.OneTermEqualSelector("metadata.name", t.GetName()),
		}
	}
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			list := t.list()
			return list, t.client.List(ctx, list, one(o))
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return t.client.Watch(ctx, t.list(), one(o))
		},
	}
}

func (t *target) list() client.ObjectList {
	switch t.Object.(type) {
	case *v1alpha1.Seller:
		return &v1alpha1.SellerList{}
	case *v1alpha1.ClusterSeller:
		return &v1alpha1.ClusterSellerList{}
	default:
		return &v1alpha1.ResellerList{}
	}
}

// looked says that the operator has looked at the object as it was left by a change. A
// list may still show it as it was before.
func looked(changed client.Object) func(client.Object) bool {
	generation := changed.GetGeneration()
	return func(obj client.Object) bool { return obj == nil || observed(obj) >= generation }
}

func observed(obj client.Object) int64 {
	switch obj := obj.(type) {
	case v1alpha1.SellerObject:
		return obj.CurrentStatus().ObservedGeneration
	case *v1alpha1.Reseller:
		return obj.Status.ObservedGeneration
	}
	return 0
}

// ready is the condition Ready and whose turn it is; nil while nobody has looked.
func ready(obj client.Object) (*metav1.Condition, v1alpha1.Turn) {
	switch obj := obj.(type) {
	case v1alpha1.SellerObject:
		st := obj.CurrentStatus()
		return meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady), st.Turn
	case *v1alpha1.Reseller:
		return meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionReady), obj.Status.Turn
	}
	return nil, ""
}

// tell says how the object stands, and exits by whose turn it is.
func (a *access) tell(t *target) error {
	condition, turn := ready(t.Object)
	if condition == nil {
		return outcome(Waiting)
	}
	a.printf("%s is %s: %s\n", t, condition.Reason, messageOf(condition))
	return outcomeOf(turn)
}
