package reseller

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// annotations are the turns of all objects.
type annotations struct {
	mu     sync.Mutex
	latest time.Time
}

// turn is the next one that is free.
func (a *annotations) turn(now time.Time, after time.Duration) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latest = a.latest.Add(annotateGap)
	if soonest := now.Add(after); a.latest.Before(soonest) {
		a.latest = soonest
	}
	return a.latest
}

// annotateAt is the object's turn; zero where this process had it already: who takes the
// annotations off is not fought.
func (p *pass) annotateAt() time.Time {
	m := p.m
	if m.annotated == originAnnotation(&p.obj.Status) {
		return time.Time{}
	}
	if m.annotateAt.IsZero() {
		after := DefaultAnnotateAfter
		if p.r.AnnotateAfter != 0 {
			after = p.r.AnnotateAfter
		}
		m.annotateAt = p.r.annotations.turn(p.r.Clock.Now(), after)
	}
	return m.annotateAt
}

// originAnnotation is what plan reads again.
func originAnnotation(st *v1alpha1.ResellerStatus) string {
	return string(st.Origin) + "/" + st.BrokerID
}

// annotate writes the annotations. Whatever keeps it from that keeps it from nothing else.
func (p *pass) annotate(ctx context.Context, step plan.Annotate) error {
	value := originAnnotation(&p.obj.Status)
	err := p.patchAnnotations(ctx, map[string]string{v1alpha1.AnnotationBrokerID: string(step.ID), v1alpha1.AnnotationBrokerOrigin: value})
	p.m.annotateAt = time.Time{}
	switch {
	case apierrors.IsConflict(err):
		return err
	case err != nil:
		p.m.annotateAt = p.r.Clock.Now().Add(annotatePause)
		log.FromContext(ctx).Info("the annotations that lead back to the broker could not be written; it is tried again", "error", err.Error())
	default:
		p.m.annotated = value
	}
	return nil
}

// unannotate takes them off where the operator wrote them: the broker is gone, and another
// one is made in its place.
func (p *pass) unannotate(ctx context.Context) error {
	if record := plan.RecordFrom(p.obj); record.AnnotatedAs == "" {
		return nil
	}
	return p.patchAnnotations(ctx, nil)
}

// patchAnnotations sets the annotations, or takes them off. What this pass knows of status
// is not stored by it, and stays to be.
func (p *pass) patchAnnotations(ctx context.Context, values map[string]string) error {
	after := p.stored.DeepCopy()
	for _, name := range []string{v1alpha1.AnnotationBrokerID, v1alpha1.AnnotationBrokerOrigin} {
		delete(after.Annotations, name)
		if value, set := values[name]; set {
			if after.Annotations == nil {
				after.Annotations = map[string]string{}
			}
			after.Annotations[name] = value
		}
	}
	patch := client.MergeFromWithOptions(p.stored.DeepCopy(), client.MergeFromWithOptimisticLock{})
	if err := p.r.Client.Patch(ctx, after, patch); err != nil {
		return err
	}
	p.m.written, p.m.conflict = after.ResourceVersion, conflict{}
	p.stored = after
	p.obj.ObjectMeta = *after.ObjectMeta.DeepCopy()
	return nil
}
