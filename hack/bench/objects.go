package main

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// objects follows the Resellers by an informer: each write to one is an event.
type objects struct {
	cancel context.CancelFunc

	mu      sync.Mutex
	ready   map[string]bool // by name, as the spec is now
	brokers map[string]string
	waited  map[string]int  // how often it may have said what it waits for
	leads   map[string]bool // whether its annotations lead back to its broker
	led     int             // how many have got them since it was asked last
	changes int             // writes that changed an object, by whomever
}

func watchObjects(ctx context.Context, plane *stage.ControlPlane, c client.Client) (*objects, error) {
	ctx, cancel := context.WithCancel(ctx)
	o := &objects{cancel: cancel, ready: map[string]bool{}, brokers: map[string]string{}, waited: map[string]int{}, leads: map[string]bool{}}
	all, err := cache.New(plane.Config, cache.Options{Scheme: c.Scheme()})
	if err != nil {
		cancel()
		return nil, err
	}
	informer, err := all.GetInformer(ctx, &v1alpha1.Reseller{}, cache.BlockUntilSynced(false))
	if err == nil {
		_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc: o.note, UpdateFunc: func(_, now any) { o.note(now) }, DeleteFunc: o.gone,
		})
	}
	if err != nil {
		cancel()
		return nil, err
	}
	go func() { _ = all.Start(ctx) }() // ends with its context
	all.WaitForCacheSync(ctx)
	return o, nil
}

func (o *objects) note(obj any) {
	r, ok := obj.(*v1alpha1.Reseller)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ready[r.Name] = meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionReady) && r.Status.ObservedGeneration == r.Generation
	o.brokers[r.Name] = r.Status.BrokerID
	o.waited[r.Name] = max(o.waited[r.Name], waits(r))
	if r.Annotations[v1alpha1.AnnotationBrokerID] != "" && !o.leads[r.Name] {
		o.leads[r.Name] = true
		o.led++
	}
	o.changes++
}

// waits is how many writes say what a Reseller waits for: that its Seller is not ready, and
// that it is again; or that others go first.
func waits(r *v1alpha1.Reseller) int {
	c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	switch {
	case c != nil && c.Reason == v1alpha1.ReasonSellerNotReady:
		return 2
	case c != nil && c.Reason == v1alpha1.ReasonWaitingForReading:
		return 1
	default:
		return 0
	}
}

func (o *objects) gone(obj any) {
	if last, ok := obj.(toolscache.DeletedFinalStateUnknown); ok {
		obj = last.Obj
	}
	r, ok := obj.(*v1alpha1.Reseller)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.ready, r.Name)
	o.changes++
}

func (o *objects) stop() { o.cancel() }

// counts are how many there are, how many are ready, and how many writes there were.
func (o *objects) counts() (all, ready, changes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, is := range o.ready {
		if is {
			ready++
		}
	}
	return len(o.ready), ready, o.changes
}

// waiting is how many writes may have said what is waited for, or which broker a Reseller
// has, once in its life, since it was asked last.
func (o *objects) waiting() (writes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range o.waited {
		writes += n
	}
	clear(o.waited)
	writes, o.led = writes+o.led, 0
	return writes
}

// readyBroker is the broker of a Reseller that is ready, "" for others.
func (o *objects) readyBroker(name string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ready[name] {
		return ""
	}
	return o.brokers[name]
}
