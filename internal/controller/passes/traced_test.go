package passes

import (
	"context"
	"errors"
	"testing"

	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/gomega"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// pass runs one pass that ends with err, and returns what it logs and the id of its trace.
func pass(t *testing.T, err error) (line, id string) {
	t.Helper()
	logger := funcr.New(func(_, args string) { line = args }, funcr.Options{})
	_, ended := Traced("Reseller", reconcile.Func(func(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
		log.FromContext(ctx).Info("working")
		traces.Of(ctx).Step("rule", "Rest")
		id = traces.ID(ctx)
		return reconcile.Result{}, err
	})).Reconcile(log.IntoContext(t.Context(), logger), reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "partners", Name: "abc"}})
	if !errors.Is(ended, err) {
		t.Errorf("the pass ended with %v, not %v", ended, err)
	}
	return line, id
}

func TestAPassIsTraced(t *testing.T) {
	g := NewWithT(t)
	line, id := pass(t, nil)
	g.Expect(id).To(BeEmpty())
	g.Expect(line).NotTo(ContainSubstring(says.KeyTrace))

	kept := tracetest.NewInMemoryExporter()
	traces.Use(sdktrace.NewTracerProvider(sdktrace.WithSyncer(kept)))
	t.Cleanup(func() { traces.Use(nil) })
	line, id = pass(t, nil)
	g.Expect(line).To(ContainSubstring(`"` + says.KeyTrace + `"="` + id + `"`))
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "resellers"}, "abc", errors.New("it quotes jane@abc.example"))
	_, _ = pass(t, conflict)
	_, _ = pass(t, errors.New("the API server is away"))

	spans := kept.GetSpans()
	g.Expect(spans).To(HaveLen(3))
	for i, failure := range []string{"", "conflict", "error"} {
		want := []attribute.KeyValue{traces.KeyKind.String("Reseller"), traces.KeyNamespace.String("partners"), traces.KeyName.String("abc")}
		if failure != "" {
			want = append(want, traces.KeyError.String(failure))
		}
		g.Expect(spans[i].Attributes).To(ConsistOf(want))
		g.Expect(spans[i].Status.Description).To(BeEmpty(), "the text of an error stays in the log")
		g.Expect(spans[i].Events).To(HaveLen(1))
	}
}

// notes are the events that a recorder was given: their type, note and annotations.
type notes struct{ all []string }

func (n *notes) Eventf(_, _ runtime.Object, eventType, _, _, _ string, args ...any) {
	n.all = append(n.all, eventType+" "+args[0].(string))
}

func (n *notes) AnnotatedEventf(_, _ runtime.Object, annotations map[string]string, eventType, _, _, _ string, args ...any) {
	n.all = append(n.all, eventType+" "+args[0].(string)+" "+annotations[v1alpha1.AnnotationTraceID])
}

func TestOnlyWarningsNameTheirTrace(t *testing.T) {
	recorder := &notes{}
	for _, trace := range []string{"", "4711"} {
		for _, eventType := range []string{"Normal", "Warning"} {
			Eventf(recorder, trace, &v1alpha1.Reseller{}, eventType, "Refused", "Update", "100 % of it")
		}
	}
	NewWithT(t).Expect(recorder.all).To(Equal([]string{"Normal 100 % of it", "Warning 100 % of it", "Normal 100 % of it", "Warning 100 % of it 4711"}))
}
