package v1alpha1_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	sellerMoved = "is immutable: a broker cannot move to another seller; " +
		"delete the Reseller (deletionPolicy decides about the broker) and make a new one"
	accountMoved = "is immutable: the brokers of its Resellers live in that account; make a new Seller for another one"
	brokerMoved  = "must equal status.brokerID: the Reseller is bound to that broker; " +
		"to manage another one, make another Reseller"
)

// resellerEditRefusals are edits of a stored Reseller that is bound to broker
// 4711 and does not name it.
var resellerEditRefusals = []refusal{
	{
		of:     "another Seller",
		change: changes{"spec.sellerRef.name": "other"},
		want:   []string{`spec.sellerRef: Invalid value: ` + sellerMoved},
	},
	{
		of:     "another kind of Seller",
		change: changes{"spec.sellerRef.kind": "ClusterSeller"},
		want:   []string{`spec.sellerRef: Invalid value: ` + sellerMoved},
	},
	{
		of:     "another broker than the bound one",
		change: changes{"spec.brokerID": "4712"},
		want:   []string{`spec.brokerID: Invalid value: ` + brokerMoved},
	},
}

// sellerEditRefusals are edits of a stored Seller or ClusterSeller.
var sellerEditRefusals = []refusal{
	{
		of:     "another seller id",
		change: changes{"spec.sellerID": "other"},
		want:   []string{`spec.sellerID: Invalid value: "other": ` + accountMoved},
	},
	{
		of:     "another endpoint",
		change: changes{"spec.endpoint": "https://api-dev.cloudmore.com"},
		want:   []string{`spec.endpoint: Invalid value: "https://api-dev.cloudmore.com": ` + accountMoved},
	},
}

// stored makes an object and gives it a status.
func stored(ctx context.Context, object *unstructured.Unstructured, status map[string]any) *unstructured.Unstructured {
	GinkgoHelper()
	object.SetNamespace(newNamespace(ctx))
	Expect(server.Create(ctx, object)).To(Succeed())
	object.Object["status"] = status
	Expect(server.Status().Update(ctx, object)).To(Succeed())
	return object
}

func bound(ctx context.Context, change changes) *unstructured.Unstructured {
	GinkgoHelper()
	return stored(ctx, change.applyTo(validReseller()), map[string]any{"brokerID": "4711"})
}

var _ = Describe("An edit", func() {
	for _, refusal := range resellerEditRefusals {
		It("of a Reseller is refused with "+refusal.of, func(ctx SpecContext) {
			err := server.Update(ctx, refusal.change.applyTo(bound(ctx, nil)), client.DryRunAll)
			Expect(faultsOf(err)).To(ConsistOf(refusal.want))
		})
	}

	for _, refusal := range sellerEditRefusals {
		It("of a Seller is refused with "+refusal.of, func(ctx SpecContext) {
			err := server.Update(ctx, refusal.change.applyTo(stored(ctx, validSeller(), nil)), client.DryRunAll)
			Expect(faultsOf(err)).To(ConsistOf(refusal.want))
		})

		It("of a ClusterSeller is refused with "+refusal.of, func(ctx SpecContext) {
			seller := validClusterSeller()
			Expect(server.Create(ctx, seller)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) { Expect(server.Delete(ctx, seller)).To(Succeed()) })
			err := server.Update(ctx, refusal.change.applyTo(seller.DeepCopy()), client.DryRunAll)
			Expect(faultsOf(err)).To(ConsistOf(refusal.want))
		})
	}

	It("may leave the default kind of sellerRef out", func(ctx SpecContext) {
		reseller := bound(ctx, changes{"spec.sellerRef.kind": "Seller"})
		Expect(server.Update(ctx, changes{"spec.sellerRef.kind": absent}.applyTo(reseller))).To(Succeed())
	})

	It("may name the bound broker, a GUID in any case", func(ctx SpecContext) {
		reseller := stored(ctx, validReseller(), map[string]any{"brokerID": "7d2f6c1a-0000-4000-8000-00000000abcd"})
		reseller = changes{"spec.brokerID": "7D2F6C1A-0000-4000-8000-00000000ABCD"}.applyTo(reseller)
		Expect(server.Update(ctx, reseller)).To(Succeed())
	})

	It("may correct brokerID until a broker is bound", func(ctx SpecContext) {
		reseller := stored(ctx, changes{"spec.brokerID": "4711"}.applyTo(validReseller()), map[string]any{"sellerID": "x"})
		Expect(server.Update(ctx, changes{"spec.brokerID": "4712"}.applyTo(reseller))).To(Succeed())
	})

	It("may change the Secret and everything else of a Seller", func(ctx SpecContext) {
		seller := changes{
			"spec.credentialsSecretRef.name": "rotated", "spec.suspend": true, "spec.observeInterval": "1h30m",
			"spec.caBundleRef.name": "corp-ca", "spec.brake.enabled": false, "spec.secretProtection": "None",
		}.applyTo(stored(ctx, validSeller(), nil))
		Expect(server.Update(ctx, seller)).To(Succeed())
	})
})

var _ = Describe("A status write", func() {
	// A user may name another broker while a create is under way. The id that
	// the create brings must be recorded all the same, or the broker is lost.
	It("records a broker that spec.brokerID contradicts", func(ctx SpecContext) {
		reseller := stored(ctx, changes{"spec.brokerID": "4712"}.applyTo(validReseller()), nil)
		reseller.Object["status"] = map[string]any{"brokerID": "4711"}
		Expect(server.Status().Update(ctx, reseller)).To(Succeed())
		Expect(server.Update(ctx, changes{"spec.brokerID": "4711"}.applyTo(reseller))).To(Succeed(), "and spec can be corrected")
	})
})
