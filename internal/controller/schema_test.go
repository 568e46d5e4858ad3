package controller_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// generator makes specs from the schema that the API server has: a complete one
// in which some places are something else.
type generator struct {
	random *rand.Rand
	spec   apiextensionsv1.JSONSchemaProps
}

func newGenerator(seed int64) *generator {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "crd", "bases", "cloudmore.com_resellers.yaml"))
	Expect(err).NotTo(HaveOccurred())
	crd := &apiextensionsv1.CustomResourceDefinition{}
	Expect(yaml.Unmarshal(text, crd)).To(Succeed())
	return &generator{
		random: rand.New(rand.NewPCG(uint64(seed), 11)), spec: crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"],
	}
}

// words are texts that some field may take and others not.
var words = []string{
	"", " ", "x", "EE", "ee", "372", "+372", "53564558", "a@b.example", "a b@c", "b.example", "https://b.example/x", "-b-.example",
	"Ünïcödé ООО", "two\nlines", "tab\tbed", "nul\x00", "\u202eright to left", "'; DROP TABLE brokers; --", "{{ .Values }}", "null", "007", "1e9",
	"Delete", "Orphan", "Observe", "Manage", "Report", "MatchExisting", "ClusterSeller", strings.Repeat("long ", 30), strings.Repeat("x", 300), strings.Repeat("é", 5000),
}

// change puts something else in up to four places of an object with this schema.
func (g *generator) change(object map[string]any, schema *apiextensionsv1.JSONSchemaProps) {
	names := sortedNames(schema.Properties)
	for range 1 + g.random.IntN(4) {
		name := names[g.random.IntN(len(names))]
		of := schema.Properties[name]
		inner, nested := object[name].(map[string]any)
		switch n := g.random.IntN(10); {
		case nested && n < 7 && len(of.Properties) > 0:
			g.change(inner, &of)
		case n == 7:
			delete(object, name)
		case n == 8 && g.random.IntN(3) == 0:
			object["unknown"] = "x"
		default:
			object[name] = g.value(&of)
		}
	}
}

// value is one of the schema's type, most of the time.
func (g *generator) value(schema *apiextensionsv1.JSONSchemaProps) any {
	if g.random.IntN(12) == 0 {
		return []any{nil, true, int64(-1), 1.5, "text", []any{}, map[string]any{}}[g.random.IntN(7)]
	}
	switch schema.Type {
	case "object":
		object := map[string]any{}
		for _, name := range sortedNames(schema.Properties) {
			if of := schema.Properties[name]; g.random.IntN(3) > 0 {
				object[name] = g.value(&of)
			}
		}
		return object
	case "array":
		all := []any{}
		for range g.random.IntN(4) {
			all = append(all, g.value(schema.Items.Schema))
		}
		return all
	case "boolean":
		return g.random.IntN(2) == 0
	case "integer":
		return int64(g.random.IntN(3) - 1)
	default:
		return g.text(schema)
	}
}

func (g *generator) text(schema *apiextensionsv1.JSONSchemaProps) string {
	for _, rule := range schema.XValidations {
		if _, choice, found := strings.Cut(rule.Rule, "self in ['"); found && g.random.IntN(4) > 0 {
			words := strings.Split(strings.TrimSuffix(choice, "']"), "', '")
			return words[g.random.IntN(len(words))]
		}
		if length, found := strings.CutPrefix(rule.Rule, "size(self) <= "); found && g.random.IntN(5) == 0 {
			length, _, _ = strings.Cut(length, " ") // of what else the rule says
			most, err := strconv.Atoi(length)
			Expect(err).NotTo(HaveOccurred())
			return strings.Repeat("m", most+g.random.IntN(2))
		}
	}
	return words[g.random.IntN(len(words))]
}

func sortedNames(properties map[string]apiextensionsv1.JSONSchemaProps) []string {
	return slices.Sorted(maps.Keys(properties))
}

// settled holds that a Reseller came to an end that tells a user what to do.
func settled(g Gomega, r *v1alpha1.Reseller) {
	g.Expect(r.Status.ObservedGeneration).To(Equal(r.Generation))
	if meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionReady) || meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionSuspended) {
		return
	}
	stalled := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionStalled)
	g.Expect(stalled).NotTo(BeNil(), "%+v", r.Status.Conditions)
	g.Expect(stalled.Status).To(Equal(metav1.ConditionTrue))
	g.Expect(stalled.Message).To(Or(ContainSubstring("spec"), ContainSubstring("no broker has this registration number and domain")), stalled.Reason)
}

var _ = Describe("Whatever a spec says", func() {
	It("is rejected with a path, or ends in sequence or with what to do", func(ctx SpecContext) {
		const tries = 2000
		// What admission lets through the API may still refuse: most custom properties.
		w := newAccount(ctx, fake.Shapes{DefinedProperties: []string{"x", "007"}})
		unknown := []any{map[string]any{"id": "unknown", "value": "x"}}
		startManager()
		w.ready(ctx)
		gen := newGenerator(GinkgoRandomSeed())
		strict := client.WithFieldValidation(server, metav1.FieldValidationStrict)
		var all []*unstructured.Unstructured
		for n := range tries {
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(w.reseller(fmt.Sprintf("f%04d", n)))
			Expect(err).NotTo(HaveOccurred())
			obj := &unstructured.Unstructured{Object: content}
			obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("Reseller"))
			delete(obj.Object, "status")
			if spec := content["spec"].(map[string]any); n%100 == 0 {
				spec["customProperties"] = unknown
			} else {
				gen.change(spec, &gen.spec)
			}
			all = append(all, obj)
		}
		taken := applyAll(ctx, strict, all)
		AddReportEntry("accepted", taken)
		Expect(taken).To(BeNumerically(">", tries/20), "some are valid")
		Expect(taken).To(BeNumerically("<", tries*19/20), "some are not")

		list := &v1alpha1.ResellerList{}
		Eventually(func(g Gomega) {
			g.Expect(server.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
			for i := range list.Items {
				settled(g, &list.Items[i])
			}
		}).WithContext(ctx).WithTimeout(2 * time.Minute).WithPolling(time.Second).Should(Succeed())
		refused := slices.ContainsFunc(list.Items, func(r v1alpha1.Reseller) bool {
			return ready(&r).Reason == v1alpha1.ReasonRefused
		})
		Expect(refused).To(BeTrue(), "the API refused some")
		held := map[string]bool{}
		for i := range list.Items {
			if id := list.Items[i].Status.BrokerID; id != "" {
				Expect(held).NotTo(HaveKey(id))
				held[id] = true
			}
		}
		for _, b := range w.api.Live() {
			Expect(held).To(HaveKey(b.ID))
			Expect(b.Broker).To(And(HaveField("Name", Not(BeEmpty())), HaveField("Domain", Not(BeEmpty()))), "a broker is whole")
		}
		before := len(w.calls())
		w.readings(ctx, 2)
		Expect(len(w.calls())-before).To(BeNumerically("<=", 4), "nobody goes on calling")
	})
})

// applyAll creates them, a few at a time, and counts those that were accepted. A
// refusal names a path of the spec.
func applyAll(ctx context.Context, c client.Client, all []*unstructured.Unstructured) int {
	GinkgoHelper()
	var mu sync.Mutex
	var workers sync.WaitGroup
	taken, work := 0, make(chan *unstructured.Unstructured)
	for range 8 {
		workers.Go(func() {
			defer GinkgoRecover()
			for obj := range work {
				err := c.Create(ctx, obj)
				mu.Lock()
				if err == nil {
					taken++
				}
				mu.Unlock()
				if err != nil {
					Expect(apierrors.IsInvalid(err) || apierrors.IsBadRequest(err)).To(BeTrue(), "%v", err)
					Expect(err.Error()).To(ContainSubstring("spec."), "%v", obj.Object["spec"])
				}
			}
		})
	}
	for _, obj := range all {
		work <- obj
	}
	close(work)
	workers.Wait()
	return taken
}
