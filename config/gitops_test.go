package config_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// script runs one of Argo CD's scripts over an object, as Argo CD does.
func script(t *testing.T, path string, obj map[string]any) map[string]any {
	t.Helper()
	l := lua.NewState()
	defer l.Close()
	l.SetGlobal("obj", toLua(l, obj))
	if err := l.DoFile("argocd/" + path); err != nil {
		t.Fatal(err)
	}
	result, ok := fromLua(l.Get(-1)).(map[string]any)
	if !ok {
		t.Fatalf("%s returns %v", path, l.Get(-1))
	}
	return result
}

func toLua(l *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case map[string]any:
		table := l.NewTable()
		for key, value := range v {
			table.RawSetString(key, toLua(l, value))
		}
		return table
	case []any:
		table := l.NewTable()
		for _, value := range v {
			table.Append(toLua(l, value))
		}
		return table
	case string:
		return lua.LString(v)
	case bool:
		return lua.LBool(v)
	case int64:
		return lua.LNumber(v)
	default:
		return lua.LNil
	}
}

func fromLua(v lua.LValue) any {
	switch v := v.(type) {
	case *lua.LTable:
		object := map[string]any{}
		v.ForEach(func(key, value lua.LValue) { object[key.String()] = fromLua(value) })
		return object
	case lua.LBool:
		return bool(v)
	default:
		return v.String()
	}
}

// standing is a Reseller as it may stand, and what it is called in the docs.
type standing struct {
	name       string
	conditions []metav1.Condition
	change     func(*v1alpha1.Reseller)
}

func standings() []standing {
	condition := func(name string, truth metav1.ConditionStatus, reason string) metav1.Condition {
		return metav1.Condition{Type: name, Status: truth, Reason: reason, Message: "m", ObservedGeneration: 2}
	}
	ready := func(reason string) metav1.Condition {
		return condition(v1alpha1.ConditionReady, metav1.ConditionTrue, reason)
	}
	notReady := func(kind, reason string) []metav1.Condition {
		return []metav1.Condition{condition(v1alpha1.ConditionReady, metav1.ConditionFalse, reason), condition(kind, metav1.ConditionTrue, reason)}
	}
	suspended := condition(v1alpha1.ConditionSuspended, metav1.ConditionTrue, v1alpha1.ReasonSuspended)
	return []standing{
		{"just applied", nil, func(r *v1alpha1.Reseller) { r.Status.ObservedGeneration = -1 }},
		{"being created, or anything else that goes on automatically", notReady(v1alpha1.ConditionReconciling, v1alpha1.ReasonCreating), nil},
		{"in sync", []metav1.Condition{ready(v1alpha1.ReasonInSync)}, nil},
		{"changed elsewhere, `driftPolicy: Report`", []metav1.Condition{ready(v1alpha1.ReasonDriftReported)}, nil},
		{"edited, and not looked at yet", []metav1.Condition{ready(v1alpha1.ReasonInSync)}, func(r *v1alpha1.Reseller) { r.Generation = 3 }},
		{"refused, or anything else that needs a user", notReady(v1alpha1.ConditionStalled, v1alpha1.ReasonRefused), nil},
		{"suspended and in sync", []metav1.Condition{ready(v1alpha1.ReasonInSync), suspended}, nil},
		{"being deleted", notReady(v1alpha1.ConditionReconciling, v1alpha1.ReasonDeleting), func(r *v1alpha1.Reseller) {
			r.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
		}},
	}
}

func (s *standing) object(t *testing.T) map[string]any {
	t.Helper()
	r := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "partners", Name: "abcdef", Generation: 2}}
	r.Spec.SellerRef.Name = "main"
	r.Status.ObservedGeneration, r.Status.Conditions = 2, s.conditions
	if s.change != nil {
		s.change(r)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// waits is what `kubectl wait --for=condition=Ready` does.
func waits(r map[string]any) string {
	conditions, _, _ := unstructured.NestedSlice(r, "status", "conditions")
	generation, _, _ := unstructured.NestedInt64(r, "metadata", "generation")
	for _, c := range conditions {
		c := c.(map[string]any)
		observed, _, _ := unstructured.NestedInt64(c, "observedGeneration")
		if c["type"] == "Ready" && c["status"] == "True" && observed >= generation {
			return "returns"
		}
	}
	return "waits"
}

// TestFourReaders holds the table of docs/gitops.md, which it makes.
func TestFourReaders(t *testing.T) {
	helm := map[status.Status]string{ // Helm 4 waits by kstatus, and gives up at once when that fails
		status.CurrentStatus: "done", status.InProgressStatus: "waits", status.FailedStatus: "fails", status.TerminatingStatus: "waits",
	}
	var table strings.Builder
	table.WriteString("| the Reseller is | kstatus (Flux) | `kubectl wait --for=condition=Ready` | Argo CD | Helm `--wait` |\n|---|---|---|---|---|\n")
	for _, s := range standings() {
		object := s.object(t)
		read, err := status.Compute(&unstructured.Unstructured{Object: object})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s |\n", s.name, read.Status, waits(object), script(t, "health.lua", object)["status"], helm[read.Status])
	}
	page, err := os.ReadFile("../docs/gitops.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), table.String()) {
		t.Errorf("docs/gitops.md lacks\n%s", table.String())
	}
}

func TestActionsOfArgoCD(t *testing.T) {
	r := (&standing{}).object(t)
	if at, _, _ := unstructured.NestedString(script(t, "actions/reconcile.lua", r), "metadata", "annotations", v1alpha1.AnnotationReconcileRequestedAt); at == "" {
		t.Error("reconcile asks for nothing")
	}
	for action, want := range map[string]bool{"suspend": true, "resume": false} {
		if got, _, _ := unstructured.NestedBool(script(t, "actions/"+action+".lua", r), "spec", "suspend"); got != want {
			t.Errorf("%s makes it %t", action, got)
		}
	}
	for _, suspended := range []bool{false, true} {
		obj := &v1alpha1.Reseller{Spec: v1alpha1.ResellerSpec{Suspend: ptr.To(suspended)}}
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
		if err != nil {
			t.Fatal(err)
		}
		offered := script(t, "actions/discovery.lua", content)
		for action, disabled := range map[string]bool{"suspend": suspended, "resume": !suspended} {
			if got, _, _ := unstructured.NestedBool(offered, action, "disabled"); got != disabled {
				t.Errorf("%s is disabled: %t, when suspended: %t", action, got, suspended)
			}
		}
	}
}
