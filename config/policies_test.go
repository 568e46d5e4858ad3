package config_test

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// guard tries whether the API server keeps the operator's account, and everybody else,
// from what the admission policies forbid. No manager runs meanwhile.
type guard struct {
	operator, stranger client.Client // that account, and an account with every right
	secret             *corev1.Secret
	configMap          *corev1.ConfigMap
	objects            []client.Object // one of each kind that has a status
	writes             int
}

// newGuard makes what it tries things on, in the namespace of a Deployment.
func newGuard(ctx context.Context, d *appsv1.Deployment) *guard {
	GinkgoHelper()
	g := &guard{
		operator:  clientOf(userOf(d.Namespace, &d.Spec.Template.Spec)),
		stranger:  clientOf(envtest.User{Name: "system:serviceaccount:" + d.Namespace + ":stranger", Groups: []string{"system:masters"}}),
		secret:    &corev1.Secret{ObjectMeta: guardedName(d.Namespace)},
		configMap: &corev1.ConfigMap{ObjectMeta: guardedName(d.Namespace)},
	}
	reseller, seller := &v1alpha1.Reseller{}, &v1alpha1.Seller{}
	l := &life{namespace: d.Namespace, endpoint: v1alpha1.DefaultEndpoint}
	l.sample("reseller", reseller)
	l.sample("seller", seller)
	reseller.ObjectMeta, seller.ObjectMeta = guardedName(d.Namespace), guardedName(d.Namespace)
	shared := &v1alpha1.ClusterSeller{ObjectMeta: guardedName(""), Spec: v1alpha1.ClusterSellerSpec{
		SellerSettings:       seller.Spec.SellerSettings,
		CredentialsSecretRef: v1alpha1.NamespacedSecretReference{Namespace: v1alpha1.NamespaceName(d.Namespace), Name: "shared"},
	}}
	g.objects = []client.Object{reseller, seller, shared}
	for _, obj := range append([]client.Object{g.secret, g.configMap}, g.objects...) {
		Eventually(cluster.Create).WithContext(ctx).WithArguments(obj).WithTimeout(timeout).Should(Succeed(), "%T", obj) // kinds come with the installation
	}
	return g
}

func guardedName(namespace string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, GenerateName: "guarded-"}
}

// patch is what somebody's merge patch of an object comes to; "%d" in it is another
// number each time, so that there is something to write.
func (g *guard) patch(ctx context.Context, who client.Client, obj client.Object, body string) error {
	return who.Patch(ctx, obj.DeepCopyObject().(client.Object), g.merge(body))
}

// status is the same of an object's status.
func (g *guard) status(ctx context.Context, who client.Client, obj client.Object, body string) error {
	return who.Status().Patch(ctx, obj.DeepCopyObject().(client.Object), g.merge(body))
}

func (g *guard) merge(body string) client.Patch {
	g.writes++
	return client.RawPatch(types.MergePatchType, []byte(strings.ReplaceAll(body, "%d", fmt.Sprintf("%04d", g.writes))))
}

// holds is that the operator is kept from the contents of Secrets and ConfigMaps,
// everybody else from every status, and neither from anything else.
func (g *guard) holds(ctx context.Context, gomega Gomega) {
	const data, state = `{"data":{"key":"%d"}}`, `{"status":{"lastHandledReconcileAt":"%d"}}`
	for _, obj := range []client.Object{g.secret, g.configMap} {
		gomega.Expect(g.patch(ctx, g.operator, obj, data)).To(forbidden("the operator may change metadata.finalizers only"))
		gomega.Expect(g.patch(ctx, g.stranger, obj, data)).To(Succeed())
	}
	for _, obj := range g.objects {
		gomega.Expect(g.status(ctx, g.stranger, obj, state)).To(forbidden("only the operator writes status"), "%T", obj)
		gomega.Expect(g.status(ctx, g.operator, obj, state)).To(Succeed(), "%T", obj)
	}
}

// keepsFinalizers holds that of a Secret or a ConfigMap these are all that the
// operator changes.
func (g *guard) keepsFinalizers(ctx context.Context) {
	GinkgoHelper()
	for _, obj := range []client.Object{g.secret, g.configMap} {
		for _, body := range []string{
			`{"data":null}`, `{"immutable":true}`, `{"metadata":{"labels":{"a":"%d"}}}`, `{"metadata":{"annotations":{"a":"%d"}}}`,
			`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"x%d"}]}}`,
		} {
			Expect(g.patch(ctx, g.operator, obj, body)).To(forbidden("finalizers only"), body)
		}
		Expect(g.patch(ctx, g.operator, obj, `{"metadata":{"finalizers":["cloudmore.com/in-use"]}}`)).To(Succeed())
		Expect(g.patch(ctx, g.operator, obj, `{"metadata":{"finalizers":null}}`)).To(Succeed())
	}
	Expect(g.patch(ctx, g.operator, g.secret, `{"stringData":{"password":"%d"}}`)).To(forbidden("finalizers only"))
	Expect(g.patch(ctx, g.operator, g.configMap, `{"binaryData":{"other":"AAAA"}}`)).To(forbidden("finalizers only"))
}

// keepsOrigin holds that nobody but the operator, and who may restore, says that a broker
// was created for a Reseller, and that everybody may take that off.
func (g *guard) keepsOrigin(ctx context.Context) {
	GinkgoHelper()
	reseller := g.objects[0]
	editor := clientOf(envtest.User{Name: "editor-of-" + reseller.GetNamespace()})
	role := &rbacv1.ClusterRole{ObjectMeta: guardedName(""), Rules: []rbacv1.PolicyRule{{APIGroups: []string{"cloudmore.com"}, Resources: []string{"resellers"}, Verbs: []string{"get", "create", "patch"}}}}
	Expect(cluster.Create(ctx, role)).To(Succeed())
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: guardedName(""), RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "editor-of-" + reseller.GetNamespace()}},
	}
	Expect(cluster.Create(ctx, binding)).To(Succeed())
	const says, id, off = `{"metadata":{"annotations":{"cloudmore.com/broker-origin":"Created/%d"}}}`,
		`{"metadata":{"annotations":{"cloudmore.com/broker-id":"%d"}}}`, `{"metadata":{"annotations":{"cloudmore.com/broker-origin":null}}}`
	Eventually(func() error { return g.patch(ctx, editor, reseller, id) }).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	Eventually(func() error { return g.patch(ctx, editor, reseller, says) }).WithContext(ctx).WithTimeout(timeout).
		Should(forbidden("only the operator writes the annotation cloudmore.com/broker-origin"))
	Expect(g.patch(ctx, g.operator, reseller, says)).To(Succeed())
	Expect(g.patch(ctx, editor, reseller, id)).To(Succeed(), "of what the operator said nothing is changed")
	Expect(g.patch(ctx, editor, reseller, off)).To(Succeed())
	copied := &v1alpha1.Reseller{ObjectMeta: guardedName(reseller.GetNamespace()), Spec: reseller.(*v1alpha1.Reseller).Spec}
	copied.Annotations = map[string]string{v1alpha1.AnnotationBrokerOrigin: "Created/4711"}
	Expect(editor.Create(ctx, copied, client.DryRunAll)).To(forbidden("as well where the object is a copy"))
	Expect(g.patch(ctx, cluster, reseller, says)).To(Succeed(), "who may do everything may restore")
	Expect(g.patch(ctx, cluster, reseller, off)).To(Succeed())
	Expect(cluster.Delete(ctx, binding)).To(Succeed())
	Expect(cluster.Delete(ctx, role)).To(Succeed())
}

// keepsActivated holds that nobody deletes a Reseller whose services are activated
// without saying so.
func (g *guard) keepsActivated(ctx context.Context) {
	GinkgoHelper()
	reseller := g.objects[0]
	state := func(body string) { Expect(g.status(ctx, g.operator, reseller, body)).To(Succeed(), body) }
	edit := func(body string) { Expect(g.patch(ctx, cluster, reseller, body)).To(Succeed(), body) }
	remove := func() error { return cluster.Delete(ctx, reseller.DeepCopyObject().(client.Object), client.DryRunAll) }
	state(`{"status":{"brokerID":"4711","origin":"Created","servicesActivated":true}}`)
	Eventually(remove).WithContext(ctx).WithTimeout(timeout).
		Should(forbidden(`services are activated for broker 4711, which would be deleted; set spec.deletionPolicy: Orphan to keep it, or the annotation cloudmore.com/force-delete: "4711" to delete it all the same`))
	for _, change := range []struct{ does, undo string }{
		{`{"spec":{"deletionPolicy":"Orphan"}}`, `{"spec":{"deletionPolicy":null}}`},
		{`{"spec":{"managementPolicy":"Observe"}}`, `{"spec":{"managementPolicy":null}}`},
		{`{"metadata":{"annotations":{"cloudmore.com/force-delete":"4711"}}}`, `{"metadata":{"annotations":{"cloudmore.com/force-delete":"4712"}}}`},
	} {
		edit(change.does)
		Expect(remove()).To(Succeed(), change.does)
		edit(change.undo)
		Expect(remove()).To(forbidden("services are activated"), change.undo)
	}
	state(`{"status":{"origin":"Adopted"}}`)
	Expect(remove()).To(Succeed())
	edit(`{"spec":{"deletionPolicy":"Delete"}}`)
	Expect(remove()).To(forbidden("services are activated"))
	state(`{"status":{"servicesActivated":false}}`)
	Expect(remove()).To(Succeed())
}

// ends removes what newGuard made.
func (g *guard) ends(ctx context.Context) {
	GinkgoHelper()
	for _, obj := range append([]client.Object{g.secret, g.configMap}, g.objects...) {
		Expect(cluster.Delete(ctx, obj)).To(Succeed())
	}
}

// clientOf is a client as which the API server sees a user.
func clientOf(who envtest.User) client.Client {
	GinkgoHelper()
	user, err := env.AddUser(who, nil)
	Expect(err).NotTo(HaveOccurred())
	c, err := client.New(user.Config(), client.Options{Scheme: cluster.Scheme()})
	Expect(err).NotTo(HaveOccurred())
	return c
}

// userOf is how the API server sees the account that a Deployment names.
func userOf(namespace string, pod *corev1.PodSpec) envtest.User {
	return envtest.User{
		Name:   "system:serviceaccount:" + namespace + ":" + pod.ServiceAccountName,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
	}
}

// forbidden matches a refusal by admission that says why.
func forbidden(why string) OmegaMatcher {
	return And(MatchError(ContainSubstring(why)), Satisfy(apierrors.IsForbidden))
}
