package config_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// right is a verb on a resource.
type right struct{ group, resource, verb string }

// rare are the rights that the life of a Reseller does not always need.
var rare = []right{
	{"cloudmore.com", "resellers", "get"}, // when a user's edit comes between a call and saving what it came to
	{"events.k8s.io", "events", "patch"},  // when an event is repeated
	{"", "events", "patch"},               // when a lease changes hands repeatedly
	{"", "namespaces", "get"},             // when a Secret in use is deleted
}

// usesItsRights holds that no call of the manager was denied, and that it was
// given no right that it does not use.
func (p *process) usesItsRights(ctx context.Context, rendered string) {
	GinkgoHelper()
	granted := p.granted(ctx, rendered)
	Eventually(func(g Gomega) { // a lease is renewed only after a while
		used := p.used(g)
		unused := slices.DeleteFunc(slices.Clone(granted), func(r right) bool { return used[r] || slices.Contains(rare, r) })
		g.Expect(unused).To(BeEmpty(), "the manager may do this, and does not need to")
	}).WithContext(ctx).WithTimeout(timeout).WithPolling(time.Second).Should(Succeed())
}

// used are the rights that the manager used up to now, as the API server noted.
func (p *process) used(g Gomega) map[right]bool {
	file, err := os.Open(auditLog)
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { g.Expect(file.Close()).To(Succeed()) }()
	_, err = file.Seek(p.audited, io.SeekStart)
	g.Expect(err).NotTo(HaveOccurred())
	used := map[right]bool{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var event struct {
			Verb      string
			User      struct{ Username string }
			ObjectRef struct{ APIGroup, Resource, Subresource string }
			Response  struct{ Code int } `json:"responseStatus"`
		}
		g.Expect(json.Unmarshal(lines.Bytes(), &event)).To(Succeed(), lines.Text())
		if event.User.Username != p.user.Name || event.ObjectRef.Resource == "" {
			continue
		}
		if event.Response.Code == http.StatusForbidden {
			StopTrying("the manager was denied something: " + lines.Text()).Now()
		}
		resource := event.ObjectRef.Resource
		if event.ObjectRef.Subresource != "" {
			resource += "/" + event.ObjectRef.Subresource
		}
		used[right{event.ObjectRef.APIGroup, resource, event.Verb}] = true
		if event.Verb == "watch" { // without lists that are streamed, as by older API servers, there is one before it
			used[right{event.ObjectRef.APIGroup, resource, "list"}] = true
		}
	}
	g.Expect(lines.Err()).To(Succeed())
	return used
}

// granted are the rights that what was rendered gives to the manager.
func (p *process) granted(ctx context.Context, rendered string) []right {
	GinkgoHelper()
	var all []right
	for _, obj := range objects(rendered) {
		if obj.GetKind() != "RoleBinding" && obj.GetKind() != "ClusterRoleBinding" {
			continue
		}
		binding := &rbacv1.RoleBinding{}
		Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, binding)).To(Succeed())
		for _, rule := range rulesOf(ctx, binding) {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						all = append(all, right{group, resource, verb})
					}
				}
			}
		}
	}
	Expect(all).NotTo(BeEmpty())
	return all
}

// rulesOf are the rules of the role that a binding names.
func rulesOf(ctx context.Context, binding *rbacv1.RoleBinding) []rbacv1.PolicyRule {
	GinkgoHelper()
	if binding.RoleRef.Kind == "Role" {
		role := &rbacv1.Role{}
		Expect(cluster.Get(ctx, client.ObjectKey{Namespace: binding.Namespace, Name: binding.RoleRef.Name}, role)).To(Succeed())
		return role.Rules
	}
	role := &rbacv1.ClusterRole{}
	Expect(cluster.Get(ctx, client.ObjectKey{Name: binding.RoleRef.Name}, role)).To(Succeed())
	return role.Rules
}
