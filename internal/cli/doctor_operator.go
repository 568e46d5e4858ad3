package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/config/rbac"
)

const (
	// leaseName is the lease of the leader, as cmd/manager has it.
	leaseName = "reseller-operator.cloudmore.com"
	// usualNamespace is where the manifests put the operator.
	usualNamespace = "reseller-operator-system"
	// managerContainer is the operator's, in every way to install it.
	managerContainer = "manager"
)

// manager is the operator as it is installed.
type manager struct {
	namespace string
	// account is its ServiceAccount; "" where no Deployment tells.
	account    string
	args       []string
	deployment *appsv1.Deployment
}

// user is whom the API server sees.
func (m *manager) user() string { return "system:serviceaccount:" + m.namespace + ":" + m.account }

// flag is the value of an argument; "" where it is not there.
func (m *manager) flag(name string) string {
	for _, arg := range m.args {
		if value, is := strings.CutPrefix(arg, "--"+name+"="); is {
			return value
		}
	}
	return ""
}

// watches are the namespaces that it is for; none: all.
func (m *manager) watches() []string {
	switch value := m.flag("watch-namespaces"); {
	case value == "":
		return nil
	case strings.Contains(value, "$("):
		return []string{m.namespace} // the manifests have it put in there
	default:
		return strings.Split(value, ",")
	}
}

func (e *examination) examineOperator(ctx context.Context) *chapter {
	s := &chapter{About: "Operator"}
	e.operator = &manager{}
	lease := e.findLease(ctx, s)
	if e.operator.namespace == "" {
		return s
	}
	e.findDeployment(ctx, s)
	if lease != nil {
		e.examineLease(s, lease)
	}
	if e.operator.account == "" {
		return s
	}
	e.examineRights(ctx, s)
	e.examinePolicies(ctx, s)
	e.examineScrapes(ctx, s)
	return s
}

// findLease looks for the operator by the lease of its leader.
func (e *examination) findLease(ctx context.Context, s *chapter) *coordinationv1.Lease {
	const remedy = "install the operator (docs/install.md), or see why its Pods do not start; name its namespace with --operator-namespace"
	e.operator.namespace = e.operatorNamespace
	var all coordinationv1.LeaseList
	err := e.client.List(ctx, &all, client.InNamespace(e.operatorNamespace), client.MatchingFields{"metadata.name": leaseName})
	if apierrors.IsForbidden(err) && e.operatorNamespace == "" {
		e.operator.namespace = usualNamespace
		err = e.client.List(ctx, &all, client.InNamespace(usualNamespace), client.MatchingFields{"metadata.name": leaseName})
	}
	switch {
	case err != nil:
		s.unknown("leader", "%v", err)
	case len(all.Items) == 0:
		s.broken("leader", remedy, "there is no lease %s in %s: no manager has ever led", leaseName, or(e.operatorNamespace, "any namespace"))
	default:
		e.operator.namespace = all.Items[0].Namespace
		return &all.Items[0]
	}
	return nil
}

func (e *examination) examineLease(s *chapter, lease *coordinationv1.Lease) {
	remedy := "see why no Pod of the operator leads: kubectl -n " + e.operator.namespace + " get pods, and their logs"
	ahead, _ := e.cluster.clock.skew()
	now := e.Now().Add(-ahead) // as the API server has it
	spec := &lease.Spec
	if spec.RenewTime == nil || spec.LeaseDurationSeconds == nil || spec.HolderIdentity == nil || *spec.HolderIdentity == "" {
		s.broken("leader", remedy, "nobody holds the lease %s/%s", lease.Namespace, lease.Name)
		return
	}
	age := now.Sub(spec.RenewTime.Time)
	switch {
	case age > time.Duration(*spec.LeaseDurationSeconds)*time.Second+mostSkew:
		s.broken("leader", remedy, "%s held it, and has not renewed it for %s", *spec.HolderIdentity, apart(age))
	case age < -mostSkew:
		s.broken("leader", "have the nodes and the API server take their time from NTP", "the clock of %s is %s ahead of the API server's", *spec.HolderIdentity, apart(-age))
	default:
		s.good("leader", "%s", *spec.HolderIdentity)
	}
}

// findDeployment reads how the operator is installed.
func (e *examination) findDeployment(ctx context.Context, s *chapter) {
	m := e.operator
	var all appsv1.DeploymentList
	if err := e.client.List(ctx, &all, client.InNamespace(m.namespace)); err != nil {
		s.unknown("Deployment", "%v", err)
		return
	}
	for i := range all.Items {
		pod := &all.Items[i].Spec.Template.Spec
		for n := range pod.Containers {
			if c := &pod.Containers[n]; c.Name == managerContainer && slices.ContainsFunc(c.Args, func(arg string) bool { return strings.HasPrefix(arg, "--leader-elect") }) {
				m.deployment, m.account, m.args = &all.Items[i], or(pod.ServiceAccountName, "default"), c.Args
			}
		}
	}
	switch {
	case m.deployment == nil:
		s.unknown("Deployment", "none of namespace %s is the operator's, so its account is not known", m.namespace)
	case m.deployment.Spec.Replicas != nil && *m.deployment.Spec.Replicas == 0:
		s.broken("Deployment", fmt.Sprintf("kubectl -n %s scale deployment %s --replicas=1", m.namespace, m.deployment.Name), "%s/%s is scaled to 0", m.namespace, m.deployment.Name)
	case m.deployment.Status.AvailableReplicas == 0:
		s.broken("Deployment", fmt.Sprintf("kubectl -n %s describe deployment,pods", m.namespace), "%s/%s has no Pod that is available", m.namespace, m.deployment.Name)
	default:
		s.good("Deployment", "%s/%s, %d available", m.namespace, m.deployment.Name, m.deployment.Status.AvailableReplicas)
	}
}

// examineRights asks whether the operator's account has what its role gives.
func (e *examination) examineRights(ctx context.Context, s *chapter) {
	role := &rbacv1.ClusterRole{}
	if err := yaml.Unmarshal(rbac.Manager, role); err != nil {
		s.unknown("its rights", "%v", err)
		return
	}
	namespaces := e.operator.watches()
	part := "rights of " + e.operator.user()
	var lacks []string
	for _, attributes := range attributesOf(role.Rules, namespaces) {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: e.operator.user(), ResourceAttributes: &attributes,
			Groups: e.operator.groups(),
		}}
		if err := e.client.Create(ctx, review); err != nil {
			s.unknown(part, "you may not ask for them: %v", err)
			return
		}
		if !review.Status.Allowed {
			lacks = append(lacks, attributes.Verb+" "+resourceOf(&attributes))
		}
	}
	if len(lacks) > 0 {
		s.broken(part, "apply the roles and bindings of the release: docs/install.md", "it lacks %s", strings.Join(sorted(lacks), ", "))
		return
	}
	s.good(part, "all that it needs")
}

// groups are those of every account of its namespace.
func (m *manager) groups() []string {
	return []string{"system:serviceaccounts", "system:serviceaccounts:" + m.namespace, "system:authenticated"}
}

// attributesOf are the single rights of rules, in the whole cluster or in namespaces; what
// is in no namespace is not asked for there.
func attributesOf(rules []rbacv1.PolicyRule, namespaces []string) []authorizationv1.ResourceAttributes {
	everywhere := len(namespaces) == 0
	if everywhere {
		namespaces = []string{""}
	}
	var all []authorizationv1.ResourceAttributes
	for i := range rules {
		for _, resource := range rules[i].Resources {
			resource, sub, _ := strings.Cut(resource, "/")
			if !everywhere && (resource == "clustersellers" || resource == "namespaces") {
				continue
			}
			what := authorizationv1.ResourceAttributes{Group: rules[i].APIGroups[0], Resource: resource, Subresource: sub}
			all = append(all, singly(what, rules[i].Verbs, namespaces)...)
		}
	}
	return all
}

func singly(what authorizationv1.ResourceAttributes, verbs, namespaces []string) []authorizationv1.ResourceAttributes {
	var all []authorizationv1.ResourceAttributes
	for _, verb := range verbs {
		for _, namespace := range namespaces {
			what.Verb, what.Namespace = verb, namespace
			all = append(all, what)
		}
	}
	return all
}

func resourceOf(a *authorizationv1.ResourceAttributes) string {
	name := a.Resource
	if a.Subresource != "" {
		name += "/" + a.Subresource
	}
	if a.Namespace != "" {
		name += " in " + a.Namespace
	}
	return name
}

// services are those that lead to the metrics of the operator.
func (e *examination) services(ctx context.Context) ([]corev1.Service, error) {
	var all corev1.ServiceList
	err := e.client.List(ctx, &all, client.InNamespace(e.operator.namespace))
	pods := e.operator.deployment.Spec.Template.Labels
	return slices.DeleteFunc(all.Items, func(s corev1.Service) bool {
		return len(s.Spec.Selector) == 0 || !labelled(pods, s.Spec.Selector)
	}), err
}
