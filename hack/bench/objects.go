package main

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// objects follows the Resellers by a watch: each write to one is an event.
type objects struct {
	watch watch.Interface

	mu      sync.Mutex
	ready   map[string]bool // by name, as the spec is now
	changes int             // writes that changed an object, by whomever
}

func watchObjects(ctx context.Context, c client.WithWatch) (*objects, error) {
	w, err := c.Watch(ctx, &v1alpha1.ResellerList{}, allObjects)
	if err != nil {
		return nil, err
	}
	o := &objects{watch: w, ready: map[string]bool{}}
	go func() {
		for e := range w.ResultChan() {
			if r, ok := e.Object.(*v1alpha1.Reseller); ok {
				o.note(e.Type, r)
			}
		}
	}()
	return o, nil
}

func (o *objects) note(kind watch.EventType, r *v1alpha1.Reseller) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if kind == watch.Deleted {
		delete(o.ready, r.Name)
	} else {
		o.ready[r.Name] = meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionReady) && r.Status.ObservedGeneration == r.Generation
	}
	o.changes++
}

func (o *objects) stop() { o.watch.Stop() }

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

func (o *objects) isReady(name string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ready[name]
}
