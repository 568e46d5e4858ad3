package config_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// may is what somebody with a role of the cluster may do and may not.
var may = []struct {
	role              string // bound in the namespace, or for the cluster if it is the operator's
	verb, resource    string
	subresource       string
	allowed, anywhere bool
}{
	{role: "view", verb: "get", resource: "resellers", allowed: true},
	{role: "view", verb: "watch", resource: "sellers", allowed: true},
	{role: "view", verb: "create", resource: "resellers"},
	{role: "view", verb: "patch", resource: "resellers"},
	{role: "view", verb: "get", resource: "clustersellers"},
	{role: "edit", verb: "create", resource: "resellers", allowed: true},
	{role: "edit", verb: "delete", resource: "resellers", allowed: true},
	{role: "edit", verb: "patch", resource: "resellers", subresource: "status"},
	{role: "edit", verb: "create", resource: "sellers"},
	{role: "admin", verb: "create", resource: "resellers", allowed: true},
	{role: "admin", verb: "create", resource: "sellers", allowed: true},
	{role: "admin", verb: "update", resource: "sellers", subresource: "status"},
	{role: "admin", verb: "create", resource: "clustersellers"},
	{role: "clusterseller-admin-role", verb: "create", resource: "clustersellers", allowed: true, anywhere: true},
	{role: "clusterseller-admin-role", verb: "patch", resource: "clustersellers", subresource: "status", anywhere: true},
	{role: "clusterseller-admin-role", verb: "get", resource: "secrets", anywhere: true},
	{role: "clusterseller-viewer-role", verb: "list", resource: "clustersellers", allowed: true, anywhere: true},
	{role: "clusterseller-viewer-role", verb: "create", resource: "clustersellers", anywhere: true},
}

// givesPeople asks the API server what people may do once the operator is there.
func givesPeople(ctx SpecContext, name, namespace, tool string, args ...string) {
	rendered := render(ctx, tool, args...)
	restricted(ctx, namespace)
	controllers(GinkgoT().TempDir()) // one of them adds the roles to admin, edit and view
	apply(ctx, rendered)
	for _, obj := range objects(rendered) {
		withoutWildcards(obj.Object)
	}
	for _, row := range may {
		who := namespace + "-" + row.role
		kind, attributes := "RoleBinding", &authorizationv1.ResourceAttributes{Namespace: namespace, Group: "cloudmore.com"}
		if row.anywhere {
			row.role, kind, attributes.Namespace = name+"-"+row.role, "ClusterRoleBinding", ""
		}
		bind(ctx, kind, namespace, who, row.role)
		attributes.Verb, attributes.Resource, attributes.Subresource = row.verb, row.resource, row.subresource
		if row.resource == "secrets" {
			attributes.Group = ""
		}
		Eventually(func(g Gomega) {
			review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: who, ResourceAttributes: attributes}}
			g.Expect(cluster.Create(ctx, review)).To(Succeed())
			g.Expect(review.Status.Allowed).To(Equal(row.allowed), "%+v", row)
		}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	}
}

// bind gives a user a ClusterRole, once.
func bind(ctx SpecContext, kind, namespace, user, role string) {
	GinkgoHelper()
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	var binding client.Object = &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: user}, RoleRef: ref, Subjects: subjects,
	}
	if kind == "ClusterRoleBinding" {
		binding = &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: user}, RoleRef: ref, Subjects: subjects}
	}
	Expect(client.IgnoreAlreadyExists(cluster.Create(ctx, binding))).To(Succeed())
}

// withoutWildcards holds that no rule of a role grants everything of a kind.
func withoutWildcards(object map[string]any) {
	GinkgoHelper()
	role := &rbacv1.ClusterRole{}
	if kind := object["kind"]; kind != "ClusterRole" && kind != "Role" {
		return
	}
	Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(object, role)).To(Succeed())
	for _, rule := range role.Rules {
		Expect(rule.Verbs).NotTo(ContainElement("*"), role.Name)
		Expect(rule.Resources).NotTo(ContainElement("*"), role.Name)
		Expect(rule.APIGroups).NotTo(ContainElement("*"), role.Name)
	}
}
