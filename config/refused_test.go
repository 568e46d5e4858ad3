package config_test

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// spoilt are values with which a sample must be refused, and what is said of it.
var spoilt = []struct{ spec, says string }{
	{`{"address":{"countryCode":"XX"}}`, "spec.address.countryCode"},
	{`{"domain":"https://abcdef.example/"}`, "spec.domain"},
	{`{"contact":{"phonePrefix":"+372"}}`, "spec.contact.phonePrefix"},
	{`{"driftPolicy":"report"}`, "spec.driftPolicy"},
	{`{"registrationNumber":""}`, "spec.registrationNumber"},
	{`{"sellerRef":{"name":"other"}}`, "spec.sellerRef"},
}

// keepsToTheRules holds that the CRDs that came with the installation refuse samples that
// are spoilt, and take them as they are.
func (g *guard) keepsToTheRules(ctx context.Context) {
	GinkgoHelper()
	reseller := g.objects[0]
	for _, row := range spoilt {
		err := g.patch(ctx, cluster, reseller, `{"spec":`+row.spec+`}`)
		Expect(err).To(And(Satisfy(apierrors.IsInvalid), MatchError(ContainSubstring(row.says))), row.spec)
	}
	Expect(g.patch(ctx, cluster, reseller, `{"spec":{"vat":"EE%d"}}`)).To(Succeed())
	err := g.patch(ctx, cluster, g.objects[1], `{"spec":{"endpoint":"http://api.cloudmore.com"}}`)
	Expect(err).To(And(Satisfy(apierrors.IsInvalid), MatchError(ContainSubstring("spec.endpoint"))))
}

// keepsTenantsApart holds what a team that may do all of its namespace can't do to
// another one's, whatever way the operator was installed.
func (g *guard) keepsTenantsApart(ctx context.Context) {
	GinkgoHelper()
	theirs := g.objects[0].GetNamespace()
	ours := theirs + "-tenant"
	restricted(ctx, ours)
	admin := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: ours, GenerateName: "tenant-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: ours}},
	}
	Expect(cluster.Create(ctx, admin)).To(Succeed())
	tenant := clientOf(envtest.User{Name: ours, Groups: []string{"system:authenticated"}})
	own := &v1alpha1.Reseller{ObjectMeta: guardedName(ours), Spec: g.objects[0].(*v1alpha1.Reseller).Spec}
	Eventually(func() error { return tenant.Create(ctx, own) }).WithContext(ctx).WithTimeout(timeout).Should(Succeed())

	for _, obj := range append([]client.Object{g.secret, g.configMap}, g.objects...) {
		Expect(tenant.Get(ctx, client.ObjectKeyFromObject(obj), obj.DeepCopyObject().(client.Object))).To(Satisfy(apierrors.IsForbidden), "%T", obj)
		Expect(g.patch(ctx, tenant, obj, `{"metadata":{"labels":{"a":"%d"}}}`)).To(Satisfy(apierrors.IsForbidden), "%T", obj)
	}
	stolen := fmt.Sprintf(`{"status":{"brokerID":"4711","origin":%q}}`, v1alpha1.OriginCreated)
	Expect(g.status(ctx, tenant, own, stolen)).To(forbidden("only the operator writes status"))
	Expect(g.patch(ctx, tenant, own, `{"metadata":{"annotations":{"cloudmore.com/broker-origin":"Created/4711"}}}`)).
		To(forbidden("only the operator writes the annotation cloudmore.com/broker-origin"))
	Expect(cluster.Delete(ctx, own)).To(Succeed())
	Expect(cluster.Delete(ctx, admin)).To(Succeed())
}

// besideEachOther installs the chart for two teams in one cluster, and has both managers
// do what they are for, side by side.
func besideEachOther(ctx SpecContext) {
	teams := []string{"red", "blue"}
	removed(ctx, "red-system")
	managers := map[string]*process{}
	for _, team := range teams {
		restricted(ctx, team+"-system")
		restricted(ctx, team)
		rendered := render(ctx, "helm", "template", "reseller-operator", "chart", "--namespace", team+"-system",
			"--set", "watchNamespaces={"+team+"}", "--set", "metrics.enabled=false", "--set", fmt.Sprintf("crd.enabled=%t", team == teams[0]))
		apply(ctx, rendered)
		managers[team] = start(deploymentOf(rendered))
	}
	for _, team := range teams {
		managers[team].leads(ctx)
	}
	for _, team := range teams {
		managers[team].lives(ctx, team, false)
	}
	for _, team := range teams {
		Expect(string(managers[team].log.Contents())).NotTo(ContainSubstring("is forbidden"))
	}
}
