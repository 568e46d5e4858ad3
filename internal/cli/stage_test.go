package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

type stageKey struct{}

func of(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

// commands are what scripts can do besides running the plugin.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	// apply FILE… applies manifests, with the variables of the script.
	"apply": func(ts *testscript.TestScript, _ bool, files []string) {
		for _, pattern := range files {
			found, err := filepath.Glob(ts.MkAbs(pattern))
			ts.Check(err)
			for _, file := range found {
				if base := filepath.Base(file); base != "kustomization.yaml" {
					ts.Check(of(ts).apply(os.Expand(ts.ReadFile(file), ts.Getenv)))
				}
			}
		}
	},
	// await KIND/NAME REASON… waits until Ready has one of the reasons.
	"await": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(of(ts).await(args[0], args[1:]))
	},
	// broker ID FILE makes a broker in the portal, or lays fields over one.
	"broker": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(of(ts).broker(args[0], ts.ReadFile(args[1])))
	},
	// dirty N makes brokers as portals have them.
	"dirty": func(ts *testscript.TestScript, _ bool, args []string) {
		n, err := strconv.Atoi(args[0])
		ts.Check(err)
		of(ts).dirty(n)
	},
	// bound N… waits until as many Resellers as all say hold a broker and nobody has to act.
	"bound": func(ts *testscript.TestScript, _ bool, args []string) {
		all := 0
		for _, arg := range args {
			n, err := strconv.Atoi(arg)
			ts.Check(err)
			all += n
		}
		ts.Check(of(ts).bound(all))
	},
	// edits N foresees, makes and compares so many random edits.
	"edits": editsMade,
	// sent OPERATION N says how many calls changed something in the account.
	"sent": func(ts *testscript.TestScript, _ bool, args []string) {
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		if got := of(ts).api.Commits(fake.Operation(args[0])); got != want {
			ts.Fatalf("%d %s were sent, not %d", got, args[0], want)
		}
	},
	// exits CODE ARGS… runs the plugin and expects the code.
	"exits": func(ts *testscript.TestScript, _ bool, args []string) {
		err := ts.Exec("kubectl-reseller", args[1:]...)
		got := "0"
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "exit status ")
		}
		if got != args[0] {
			ts.Fatalf("kubectl reseller exits with %s, not %s", got, args[0])
		}
	},
}

func cut(folder string) (name, rest string, found bool) {
	return strings.Cut(strings.TrimPrefix(folder, "script-"), "/")
}

// inNamespace makes a namespace the default of a kubeconfig.
func inNamespace(kubeconfig []byte, namespace string) ([]byte, error) {
	config, err := clientcmd.Load(kubeconfig)
	if err != nil {
		return nil, err
	}
	for _, c := range config.Contexts {
		c.Namespace = namespace
	}
	return clientcmd.Write(*config)
}

func (s *stage) apply(text string) error {
	for document := range strings.SplitSeq(text, "\n---\n") {
		obj := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &obj.Object); err != nil {
			return err
		}
		if obj.GetKind() != "ClusterSeller" && obj.GetNamespace() == "" {
			obj.SetNamespace(s.namespace)
		}
		if err := s.server.Apply(context.Background(), client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.ForceOwnership); err != nil {
			return fmt.Errorf("%s %s: %w", obj.GetKind(), obj.GetName(), err)
		}
	}
	return nil
}

func (s *stage) await(word string, reasons []string) error {
	kind, name, _ := strings.Cut(word, "/")
	ctx, cancel := context.WithTimeout(context.Background(), startsWithin)
	defer cancel()
	var list client.ObjectList = &v1alpha1.ResellerList{}
	if kind == "seller" {
		list = &v1alpha1.SellerList{}
	}
	w, err := s.server.Watch(ctx, list, client.InNamespace(s.namespace), client.MatchingFields{"metadata.name": name})
	if err != nil {
		return err
	}
	defer w.Stop()
	last := "nothing"
	for event := range w.ResultChan() {
		var conditions []metav1.Condition
		switch obj := event.Object.(type) {
		case *v1alpha1.Reseller:
			conditions = obj.Status.Conditions
		case *v1alpha1.Seller:
			conditions = obj.Status.Conditions
		}
		ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
		if ready == nil {
			continue
		}
		last = ready.Reason + ": " + ready.Message
		for _, reason := range reasons {
			if ready.Reason == reason {
				return nil
			}
		}
	}
	return fmt.Errorf("%s is %s, and not %s within %s", word, last, reasons, startsWithin.Round(time.Second))
}

func (s *stage) broker(id, text string) error {
	text = strings.TrimSpace(text)
	if _, there := s.api.Broker(id); !there {
		var b fake.Broker
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			return err
		}
		s.api.Seed(fake.Record{ID: id, Broker: b})
		return nil
	}
	var wrong error
	err := s.api.Edit(id, func(b *fake.Broker) { wrong = json.Unmarshal([]byte(text), b) })
	return errors.Join(err, wrong)
}

// dirty makes n brokers with what people type into portals, every fifth of one identity with
// the one before.
func (s *stage) dirty(n int) {
	of := func(i int, choices ...string) string { return choices[i%len(choices)] }
	for i := range n {
		who := i
		if i%5 == 4 {
			who--
		}
		number := fmt.Sprintf("%05d", who)
		domain, registered := "company"+number+".example", number
		if who%7 == 3 {
			domain = "m\u00fcller" + domain
		}
		if who%11 == 6 {
			registered = ""
		}
		s.api.Seed(fake.Record{ID: fmt.Sprintf("11111111-0000-4000-8000-%012d", i), Broker: fake.Broker{
			Name:               of(i, "Acme", "M\u00fcller & S\u00f6hne "+number, strings.Repeat("n", 300), "\u041e\u041e\u041e "+number),
			RegistrationNumber: registered, Domain: domain, VAT: of(i, "", "EE"+number),
			NotificationEmail: of(i, "notify@"+domain, "notify @"+domain), SupportEmail: "support@" + domain,
			Contact: fake.Contact{
				Name: "Ann", JobTitle: "", Email: "ann@" + domain, PhonePrefix: of(i, "+372", "372", "00372"), Phone: of(i, "+372 5356 4558", "53564558 ext. 12", "53564558", ""),
				CellPhonePrefix: "372", CellPhone: "53564558",
			},
			Address: fake.Address{City: "Tallinn", CountryCode: of(i, "EE", "ee", "EST")},
		}})
	}
	s.api.AddForeign(fake.Broker{Name: "Somebody else's", RegistrationNumber: "9", Domain: "foreign.example"})
}

func (s *stage) bound(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), startsWithin)
	defer cancel()
	w, err := s.server.Watch(ctx, &v1alpha1.ResellerList{}, client.InNamespace(s.namespace))
	if err != nil {
		return err
	}
	defer w.Stop()
	settled := map[string]bool{}
	for event := range w.ResultChan() {
		r, ok := event.Object.(*v1alpha1.Reseller)
		if !ok {
			continue
		}
		if r.Status.BrokerID != "" && r.Status.Turn == v1alpha1.TurnNobody {
			settled[r.Name] = true
		} else {
			delete(settled, r.Name)
		}
		if len(settled) == n {
			return nil
		}
	}
	return fmt.Errorf("%d Resellers are bound and settled within %s, not %d", len(settled), startsWithin, n)
}
