package v1alpha1_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	. "github.com/onsi/gomega/gstruct"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// get asks the API server for a path in the way that kubectl does.
func get(ctx context.Context, path, accept string, into any) {
	GinkgoHelper()
	httpClient, err := rest.HTTPClientFor(cfg)
	Expect(err).NotTo(HaveOccurred())
	url := strings.TrimSuffix(cfg.Host, "/") + path
	Eventually(func(g Gomega) { // schemas are published a moment after the CRDs are served
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		g.Expect(err).NotTo(HaveOccurred())
		request.Header.Set("Accept", accept)
		answer, err := httpClient.Do(request)
		g.Expect(err).NotTo(HaveOccurred())
		defer func() { g.Expect(answer.Body.Close()).To(Succeed()) }()
		body, err := io.ReadAll(answer.Body)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(answer.StatusCode).To(Equal(http.StatusOK), string(body))
		g.Expect(json.Unmarshal(body, into)).To(Succeed())
	}).WithContext(ctx).WithTimeout(time.Minute).Should(Succeed())
}

// table is what `kubectl get` prints for a path: the columns of every list and
// those of `-o wide`, and the cells of the first row, without the age.
func table(ctx context.Context, path string) (narrow, wide []string, cells map[string]any) {
	GinkgoHelper()
	var printed metav1.Table
	get(ctx, path, "application/json;as=Table;v=v1;g=meta.k8s.io", &printed)
	Expect(printed.Rows).To(HaveLen(1))
	cells = map[string]any{}
	for i, column := range printed.ColumnDefinitions {
		if column.Priority == 0 {
			narrow = append(narrow, column.Name)
		} else {
			wide = append(wide, column.Name)
		}
		if column.Name != "Age" {
			cells[column.Name] = printed.Rows[0].Cells[i]
		}
	}
	return narrow, wide, cells
}

func condition(conditionType string, status metav1.ConditionStatus, reason, message string) metav1.Condition {
	return metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: message,
		LastTransitionTime: metav1.Unix(1_800_000_000, 0),
	}
}

func typedReseller(namespace, name string) *v1alpha1.Reseller {
	return &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec:       v1alpha1.ResellerSpec{SellerRef: v1alpha1.SellerReference{Name: "main"}, BrokerID: "4711"},
	}
}

var _ = Describe("kubectl get", func() {
	It("shows how a Reseller stands", func(ctx SpecContext) {
		reseller := typedReseller(newNamespace(ctx), "abcdef")
		Expect(server.Create(ctx, reseller)).To(Succeed())
		since := metav1.NewTime(time.Now().Add(-90 * time.Hour))
		reseller.Status = v1alpha1.ResellerStatus{
			Conditions: []metav1.Condition{
				condition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInSync, "the broker is as described"),
			},
			BrokerID: "4711", Origin: v1alpha1.OriginAdopted, EffectiveDeletionPolicy: v1alpha1.DeletionOrphan,
			Broker: &v1alpha1.ObservedBroker{Domain: "abcdef.example"}, DriftCount: 2,
			Standing: v1alpha1.Standing{Turn: v1alpha1.TurnNobody, ReasonSince: &since},
		}
		Expect(server.Status().Update(ctx, reseller)).To(Succeed())

		narrow, wide, cells := table(ctx, "/apis/cloudmore.com/v1alpha1/namespaces/"+reseller.Namespace+"/resellers")
		Expect(narrow).To(Equal([]string{"Name", "Ready", "Reason", "Broker", "Domain", "Seller", "Drift", "Since", "Age"}))
		Expect(wide).To(Equal([]string{"Turn", "Origin", "Deletion", "Message"}))
		Expect(cells).To(MatchAllKeys(Keys{
			"Name": Equal("abcdef"), "Ready": Equal("True"), "Reason": Equal("InSync"), "Broker": Equal("4711"), "Domain": Equal("abcdef.example"), "Seller": Equal("main"),
			"Drift": BeNumerically("==", 2), "Since": Equal("3d18h"), "Turn": Equal("Nobody"), "Origin": Equal("Adopted"), "Deletion": Equal("Orphan"), "Message": Equal("the broker is as described"),
		}))
	})

	It("shows how a Seller stands", func(ctx SpecContext) {
		seller := stored(ctx, validSeller(), map[string]any{"resellers": int64(800), "brokers": map[string]any{
			"total": int64(812), "managed": int64(800), "unmanaged": int64(9), "foreign": int64(3), "drifted": int64(3),
		}})
		narrow, wide, cells := table(ctx, "/apis/cloudmore.com/v1alpha1/namespaces/"+seller.GetNamespace()+"/sellers")
		Expect(narrow).To(Equal([]string{"Name", "Ready", "Reason", "Resellers", "Brokers", "Unmanaged", "Drifted", "Last-Sync", "Age"}))
		Expect(wide).To(Equal([]string{"Turn", "Endpoint", "Seller ID", "Message"}))
		Expect(cells).To(HaveKeyWithValue("Resellers", BeNumerically("==", 800)))
		Expect(cells).To(HaveKeyWithValue("Brokers", BeNumerically("==", 812)))
		Expect(cells).To(HaveKeyWithValue("Unmanaged", BeNumerically("==", 9)))
		Expect(cells).To(HaveKeyWithValue("Drifted", BeNumerically("==", 3)))
	})

	It("knows the short name and the category", func(ctx SpecContext) {
		var kinds metav1.APIResourceList
		get(ctx, "/apis/cloudmore.com/v1alpha1", "application/json", &kinds)
		for _, kind := range kinds.APIResources {
			if kind.Name == "resellers" {
				Expect(kind.ShortNames).To(Equal([]string{"rslr"}))
			}
			if kind.Name == "resellers" || kind.Name == "sellers" || kind.Name == "clustersellers" {
				Expect(kind.Categories).To(Equal([]string{"cloudmore"}), kind.Name)
			}
		}
	})

	It("selects Resellers by seller, identity and broker", func(ctx SpecContext) {
		wanted := stored(ctx, validReseller(), map[string]any{"brokerID": "4711"})
		other := changes{
			"metadata.name": "other", "spec.sellerRef.name": "other",
			"spec.domain": "other.example", "spec.registrationNumber": "2",
		}.applyTo(validReseller())
		other.SetNamespace(wanted.GetNamespace())
		Expect(server.Create(ctx, other)).To(Succeed())

		for field, value := range map[string]string{
			"spec.sellerRef.name": "main", "spec.domain": "abcdef.example",
			"spec.registrationNumber": "123456789", "status.brokerID": "4711",
		} {
			var found v1alpha1.ResellerList
			Expect(server.List(ctx, &found, client.InNamespace(wanted.GetNamespace()), client.MatchingFields{field: value})).To(Succeed())
			Expect(found.Items).To(HaveLen(1), field)
			Expect(found.Items[0].Name).To(Equal("abcdef"), field)
		}
	})
})

var _ = Describe("kubectl explain", func() {
	It("has a sentence for every field", func(ctx SpecContext) {
		var document struct {
			Components struct{ Schemas map[string]map[string]any }
		}
		get(ctx, "/openapi/v3/apis/cloudmore.com/v1alpha1", "application/json", &document)
		for _, kind := range []string{"Reseller", "Seller", "ClusterSeller"} {
			published := document.Components.Schemas["com.cloudmore.v1alpha1."+kind]
			Expect(published).NotTo(BeEmpty(), kind)
			Expect(undescribed(kind, published)).To(BeEmpty())
		}
	})
})

// undescribed are the paths of the fields that no description stands at.
func undescribed(path string, schema map[string]any) []string {
	var paths []string
	if schema["description"] == nil {
		paths = append(paths, path)
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		paths = append(paths, undescribed(path+"."+name, property.(map[string]any))...)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		if nested, ok := items["properties"].(map[string]any); ok {
			for name, property := range nested {
				paths = append(paths, undescribed(path+"[]."+name, property.(map[string]any))...)
			}
		}
	}
	return paths
}
