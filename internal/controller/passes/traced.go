package passes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// Traced has a span made for each pass of a reconciler, and the trace's id put into the
// log lines of the pass.
func Traced(kind string, inner reconcile.Reconciler) reconcile.Reconciler {
	return reconcile.Func(func(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
		ctx, span := traces.Pass(ctx, kind, req.Namespace, req.Name)
		if id := traces.ID(ctx); id != "" {
			ctx = log.IntoContext(ctx, log.FromContext(ctx).WithValues(says.KeyTrace, id))
		}
		result, err := inner.Reconcile(ctx, req)
		span.End(failureOf(err))
		return result, err
	})
}

// failureOf is an error of a pass in a word; its text stays in the log.
func failureOf(err error) string {
	switch {
	case err == nil:
		return ""
	case apierrors.IsConflict(err):
		return "conflict"
	default:
		return "error"
	}
}

// Eventf makes an event. A Warning has the id of the trace, if there is one, as an
// annotation: in the text it would keep equal events from being counted as one.
func Eventf(recorder events.EventRecorder, trace string, obj runtime.Object, eventType, reason, action, note string) {
	annotated, can := recorder.(events.AnnotatedEventRecorder)
	if trace == "" || eventType != corev1.EventTypeWarning || !can {
		recorder.Eventf(obj, nil, eventType, reason, action, "%s", note)
		return
	}
	annotated.AnnotatedEventf(obj, nil, map[string]string{v1alpha1.AnnotationTraceID: trace}, eventType, reason, action, "%s", note)
}
