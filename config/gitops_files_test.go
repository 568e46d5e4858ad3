package config_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"text/template"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

// parsed reads the documents of a YAML file.
func parsed(t *testing.T, path string) []map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		content := map[string]any{}
		if err := yaml.Unmarshal([]byte(document), &content); err != nil {
			t.Fatal(path, err)
		}
		all = append(all, content)
	}
	return all
}

func scriptText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("argocd/" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestConfigMapOfArgoCDHasTheScripts: what people apply is what the other tests try.
func TestConfigMapOfArgoCDHasTheScripts(t *testing.T) {
	data := parsed(t, "argocd/argocd-cm.yaml")[0]["data"].(map[string]any)
	if len(data) != 6 {
		t.Errorf("it has %d keys, not two for each kind", len(data))
	}
	for _, kind := range []string{"Reseller", "Seller", "ClusterSeller"} {
		if data["resource.customizations.health.cloudmore.com_"+kind] != scriptText(t, "health.lua") {
			t.Errorf("the health of %s is not health.lua", kind)
		}
		var actions struct {
			Discovery   string `json:"discovery.lua"`
			Definitions []struct {
				Name   string `json:"name"`
				Action string `json:"action.lua"`
			} `json:"definitions"`
		}
		if err := yaml.UnmarshalStrict([]byte(data["resource.customizations.actions.cloudmore.com_"+kind].(string)), &actions); err != nil {
			t.Fatal(kind, err)
		}
		if actions.Discovery != scriptText(t, "actions/discovery.lua") || len(actions.Definitions) != 3 {
			t.Errorf("the actions of %s are others", kind)
		}
		for _, action := range actions.Definitions {
			if action.Action != scriptText(t, "actions/"+action.Name+".lua") {
				t.Errorf("the action %s of %s is another", action.Name, kind)
			}
		}
	}
}

// verdictOf is what Flux makes of an object by expressions: the first that is true counts.
func verdictOf(t *testing.T, check, obj map[string]any) status.Status {
	t.Helper()
	env, err := cel.NewEnv(cel.Variable("metadata", cel.DynType), cel.Variable("spec", cel.DynType), cel.Variable("status", cel.DynType))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		key  string
		want status.Status
	}{{"inProgress", status.InProgressStatus}, {"failed", status.FailedStatus}, {"current", status.CurrentStatus}} {
		ast, issues := env.Compile(check[row.key].(string))
		if issues.Err() != nil {
			t.Fatal(row.key, issues.Err())
		}
		program, err := env.Program(ast)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := program.Eval(map[string]any{"metadata": obj["metadata"], "spec": obj["spec"], "status": obj["status"]})
		if err != nil {
			t.Fatal(row.key, err)
		}
		if got.Value() == true {
			return row.want
		}
	}
	return status.InProgressStatus
}

// TestExpressionsOfFluxSayWhatKstatusSays, in every standing of the table.
func TestExpressionsOfFluxSayWhatKstatusSays(t *testing.T) {
	for _, document := range parsed(t, "flux/kustomizations.yaml") {
		checks, found, err := unstructured.NestedSlice(document, "spec", "healthCheckExprs")
		if err != nil || !found {
			continue
		}
		if len(checks) != 3 {
			t.Errorf("there are checks of %d kinds, not 3", len(checks))
		}
		for _, check := range checks {
			for _, s := range standings() {
				object := s.object(t)
				want, err := status.Compute(&unstructured.Unstructured{Object: object})
				if err != nil {
					t.Fatal(err)
				}
				if want.Status == status.TerminatingStatus {
					continue // Flux asks kstatus for that itself
				}
				if got := verdictOf(t, check.(map[string]any), object); got != want.Status {
					t.Errorf("%s: Flux says %s, kstatus %s", s.name, got, want.Status)
				}
			}
		}
		return
	}
	t.Error("there are no expressions")
}

func TestNotificationOfArgoCDNamesWhoNeedsSomebody(t *testing.T) {
	data := parsed(t, "argocd/notifications.yaml")[0]["data"].(map[string]any)
	var body struct {
		Message string `json:"message"`
	}
	if err := yaml.UnmarshalStrict([]byte(data["template.resellers-degraded"].(string)), &body); err != nil {
		t.Fatal(err)
	}
	text, err := template.New("message").Funcs(template.FuncMap{"toString": func(v any) string { text, _ := v.(string); return text }}).Parse(body.Message)
	if err != nil {
		t.Fatal(err)
	}
	resource := func(group, name, health string) map[string]any {
		return map[string]any{"group": group, "kind": "Reseller", "namespace": "partners", "name": name, "health": map[string]any{"status": health, "message": "Refused: spec.vat: …"}}
	}
	var out bytes.Buffer
	err = text.Execute(&out, map[string]any{"app": map[string]any{
		"metadata": map[string]any{"name": "partners"},
		"status": map[string]any{"resources": []any{
			resource("cloudmore.com", "abcdef", "Degraded"), resource("cloudmore.com", "fine", "Healthy"), resource("apps", "other", "Degraded"),
			map[string]any{"kind": "ConfigMap", "name": "plain"},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "partners: these need somebody:\n- Reseller partners/abcdef: Refused: spec.vat: …"; strings.TrimSpace(out.String()) != want {
		t.Errorf("it says %q", out.String())
	}
}
