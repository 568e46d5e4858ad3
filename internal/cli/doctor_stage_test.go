package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// installed are what scripts do to have an operator installed, which really runs elsewhere.
var installed = map[string]func(*testscript.TestScript, bool, []string){
	// guard ACCOUNT applies the admission policies, for the script's namespace alone.
	"guard": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(of(ts).guard(args[0]))
	},
	// available NAME has a Deployment say that it has a Pod.
	"available": func(ts *testscript.TestScript, _ bool, args []string) {
		d := &appsv1.Deployment{}
		d.Namespace, d.Name = of(ts).namespace, args[0]
		ts.Check(of(ts).server.Status().Patch(context.Background(), d, client.RawPatch("application/merge-patch+json",
			[]byte(`{"status":{"replicas":1,"readyReplicas":1,"availableReplicas":1}}`))))
	},
	// until PATTERN ARGS… runs the plugin until it prints the pattern.
	"until": func(ts *testscript.TestScript, _ bool, args []string) {
		pattern := regexp.MustCompile(`(?m)` + args[0])
		last := ""
		for end := time.After(startsWithin); !pattern.MatchString(last); {
			select {
			case <-end:
				ts.Fatalf("it never prints %s, but\n%s", args[0], last)
			default:
			}
			_ = ts.Exec("kubectl-reseller", args[1:]...)
			last = ts.ReadFile("stdout")
		}
	},
	// shows FILE compares what was printed with a file, of whose lines those that end in … say
	// how a line begins.
	"shows": func(ts *testscript.TestScript, _ bool, args []string) {
		got, want := strings.Split(ts.ReadFile("stdout"), "\n"), strings.Split(os.Expand(ts.ReadFile(args[0]), ts.Getenv), "\n")
		for i, line := range want {
			begins, cut := strings.CutSuffix(line, "…")
			if i >= len(got) || len(got) != len(want) || got[i] != line && (!cut || !strings.HasPrefix(got[i], begins)) {
				ts.Fatalf("line %d is not %q", i+1, line)
			}
		}
	},
	// called OPERATION N says how often the account was called.
	"called": func(ts *testscript.TestScript, _ bool, args []string) {
		if got := of(ts).api.Calls(fake.Operation(args[0])); fmt.Sprint(got) != args[1] {
			ts.Fatalf("%s was called %d times, not %s", args[0], got, args[1])
		}
	},
}

// guard applies the policies as they are installed, but for their names and where they hold.
func (s *stage) guard(account string) error {
	const folder = "../../config/components/admission-policies/"
	files, err := filepath.Glob(folder + "*.yaml")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !strings.Contains(string(text), "kind: ValidatingAdmissionPolicy\nmetadata:") {
			continue
		}
		own := strings.NewReplacer("$(OPERATOR_NAMESPACE)", s.namespace, "$(OPERATOR_ACCOUNT)", account, "reseller-operator-", s.namespace+"-",
			"  validationActions: [Deny]", "  validationActions: [Deny]\n  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+s.namespace+"}}}").Replace(string(text))
		if err := s.apply(strings.TrimPrefix(own, "---\n")); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}
