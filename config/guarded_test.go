package config_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const (
	byKubectl   = "kubectl apply --server-side -k "
	byKustomize = "kustomize build dist/overlay | kubectl apply --server-side -f -"
	// What docs/olm.md says, of this chart.
	asForOLM = `eval "$(sed -n '/^helm template/,/| kubectl apply/p' docs/olm.md |
		sed 's#oci://[^ ]* --version [^ ]*#config/chart#; s#<namespace of the operator>#by-olm#')"`
)

// guardedWays are the ways to install, each gone with the tools that people use: the
// Kustomize within kubectl is not the one that is a program of its own.
var guardedWays = []TableEntry{
	Entry("by kubectl", "reseller-operator-system", byKubectl+"config/default"),
	Entry("by Kustomize", "reseller-operator-system", "kustomize build config/default | kubectl apply --server-side -f -"),
	Entry("by one YAML file", "reseller-operator-system", "make build-installer", "kubectl apply --server-side -f dist/install.yaml"),
	Entry("by kubectl for production", "reseller-operator-system", byKubectl+"config/overlays/production"),
	Entry("by kubectl in a namespace and with names of one's own", "by-overlay", overlay(`
		namespace: by-overlay
		namePrefix: acme-
		resources: [../../config/overlays/production]`), byKubectl+"dist/overlay"),
	Entry("by Kustomize with the policies beside names of one's own", "by-component", overlay(`
		namespace: by-component
		namePrefix: acme-
		resources: [../../config/base]
		components: [../../config/components/admission-policies]`), byKustomize),
	Entry("by kubectl with an account that exists", "by-account", overlay(`
		namespace: by-account
		resources: [../../config/default]
		patches:
		- target: {kind: Deployment}
		  patch: "- {op: replace, path: /spec/template/spec/serviceAccountName, value: existing}"
		- target: {kind: '(Cluster)?RoleBinding'}
		  patch: "- {op: replace, path: /subjects/0/name, value: existing}\n- {op: replace, path: /subjects/0/namespace, value: by-account}"`), byKubectl+"dist/overlay"),
	Entry("by Helm", "by-helm-guarded", "helm install guarded config/chart --namespace by-helm-guarded"),
	Entry("by Helm with an account that exists", "by-helm-existing", "helm install existing config/chart --namespace by-helm-existing --set serviceAccount.name=existing"),
	Entry("by kubectl what Helm renders", "by-helm", "helm template prod config/chart --namespace by-helm | kubectl apply --server-side -f -"),
	Entry("by the Operator Lifecycle Manager, as its page says", "by-olm", overlay(`
		namespace: by-olm
		resources: [../../config/base]`), byKubectl+"dist/overlay", asForOLM),
}

// overlay is a command that writes a kustomization of somebody's own into dist/overlay.
func overlay(kustomization string) string {
	lines := strings.ReplaceAll(kustomization, "\n\t\t", "\n")
	return "mkdir -p dist/overlay && cat >dist/overlay/kustomization.yaml <<'END'" + lines + "\nEND"
}

// guards installs the operator by commands, and tries what its policies forbid; then
// without the operator's account, which must change nothing for anybody.
func guards(ctx SpecContext, namespace string, commands ...string) {
	DeferCleanup(removed, namespace)
	removed(ctx, namespace)
	withoutCRDs(ctx)
	installForeignKinds()
	restricted(ctx, namespace)
	r := &release{kubeconfig: kubeconfigOf(GinkgoT().TempDir(), envtest.User{Name: "admin", Groups: []string{"system:masters"}})}
	for _, command := range commands {
		r.shell(ctx, command)
	}
	deployments := &appsv1.DeploymentList{}
	Expect(cluster.List(ctx, deployments, client.InNamespace(namespace))).To(Succeed())
	Expect(deployments.Items).To(HaveLen(1))

	g := newGuard(ctx, &deployments.Items[0])
	Eventually(func(gomega Gomega) { g.holds(ctx, gomega) }).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	g.keepsFinalizers(ctx)
	g.keepsOrigin(ctx)
	g.keepsActivated(ctx)
	g.keepsProtected(ctx)
	g.keepsToTheRules(ctx)
	g.keepsTenantsApart(ctx)

	By("deleting the operator's account")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: deployments.Items[0].Spec.Template.Spec.ServiceAccountName}}
	Expect(client.IgnoreNotFound(cluster.Delete(ctx, account))).To(Succeed())
	Consistently(func(gomega Gomega) { g.holds(ctx, gomega) }).WithContext(ctx).WithTimeout(3 * time.Second).Should(Succeed())
	g.ends(ctx)
}

// removed sees to it that no Deployment, no role and no policy of another way
// is there.
func removed(ctx context.Context, namespace string) {
	GinkgoHelper()
	Expect(cluster.DeleteAllOf(ctx, &appsv1.Deployment{}, client.InNamespace(namespace))).To(Succeed())
	managed, err := labels.Parse("app.kubernetes.io/managed-by in (Helm, kustomize)")
	Expect(err).NotTo(HaveOccurred())
	ours := client.MatchingLabelsSelector{Selector: managed}
	Expect(cluster.DeleteAllOf(ctx, &rbacv1.ClusterRole{}, ours)).To(Succeed())
	Expect(cluster.DeleteAllOf(ctx, &rbacv1.ClusterRoleBinding{}, ours)).To(Succeed())
	Expect(cluster.DeleteAllOf(ctx, &rbacv1.Role{}, client.InNamespace(namespace), ours)).To(Succeed())
	bindings := &admissionv1.ValidatingAdmissionPolicyBindingList{}
	Expect(cluster.List(ctx, bindings)).To(Succeed())
	for i := range bindings.Items {
		unbind(ctx, &bindings.Items[i])
	}
}
