package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/blang/semver/v4"
	"github.com/operator-framework/api/pkg/lib/version"
	"github.com/operator-framework/api/pkg/operators/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// parts is the input, by what becomes of it.
type parts struct {
	csv        v1alpha1.ClusterServiceVersion
	deployment appsv1.Deployment
	// rights are the manager's roles; OLM gives those for everywhere to it, and the
	// others in the namespaces that are watched.
	rights []rbacv1.ClusterRole // Roles, too
	// everywhere are the resources without a namespace.
	everywhere []string
	// examples are objects of the owned kinds; whole are objects that OLM installs as they are.
	examples, whole []*unstructured.Unstructured
}

// read sorts the objects. OLM makes the namespace and the account itself, and a
// bundle has no Secrets.
func read(manifests io.Reader) (*parts, error) {
	p, bound := &parts{everywhere: []string{"namespaces", "tokenreviews", "subjectaccessreviews"}}, map[string]bool{}
	var roles []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(manifests, 4096); ; {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		var err error
		switch kind := object.GetKind(); kind {
		case "ClusterServiceVersion":
			err = into(object, &p.csv)
		case "Deployment":
			err = into(object, &p.deployment)
		case "CustomResourceDefinition":
			p.define(object)
		case "ClusterRole", "Role":
			roles = append(roles, object)
		case "ClusterRoleBinding", "RoleBinding": // the only account is the manager's
			name, _, _ := unstructured.NestedString(object.Object, "roleRef", "name")
			bound[name] = true
		case "Service":
			object.SetNamespace("")
			p.whole = append(p.whole, object)
		case "Namespace", "ServiceAccount", "Secret":
		default:
			if object.GroupVersionKind().Group != "cloudmore.com" {
				err = errors.New("what becomes of it in a bundle?")
			}
			p.examples = append(p.examples, object)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	if p.csv.Name == "" || p.deployment.Name == "" {
		return nil, errors.New("the input lacks a ClusterServiceVersion or a Deployment")
	}
	return p, p.part(roles, bound)
}

// define takes a CRD as it is.
func (p *parts) define(crd *unstructured.Unstructured) {
	unstructured.RemoveNestedField(crd.Object, "status")
	p.whole = append(p.whole, crd)
	if scope, _, _ := unstructured.NestedString(crd.Object, "spec", "scope"); scope == "Cluster" {
		plural, _, _ := strings.Cut(crd.GetName(), ".")
		p.everywhere = append(p.everywhere, plural)
	}
}

// part tells the roles of the manager, which are bound, from those for people.
func (p *parts) part(roles []*unstructured.Unstructured, bound map[string]bool) error {
	for _, object := range roles {
		if !bound[object.GetName()] {
			p.whole = append(p.whole, object)
			continue
		}
		role := rbacv1.ClusterRole{}
		if err := into(object, &role); err != nil {
			return err
		}
		p.rights = append(p.rights, role)
	}
	return nil
}

// into converts an object, which must have no field that its type lacks.
func into(object *unstructured.Unstructured, typed any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true)
}

// complete adds to the ClusterServiceVersion what the other parts know.
func (p *parts) complete(tag, created string) error {
	number, err := semver.Parse(strings.TrimPrefix(tag, "v"))
	if err != nil {
		return fmt.Errorf("version %q: %w", tag, err)
	}
	examples, err := json.MarshalIndent(p.examples, "", "  ")
	if err != nil {
		return err
	}
	pod := p.deployment.Spec.Template.Spec
	p.csv.Name += ".v" + number.String()
	p.csv.Spec.Version = version.OperatorVersion{Version: number}
	p.csv.Annotations["containerImage"] = pod.Containers[0].Image
	p.csv.Annotations["createdAt"] = created
	p.csv.Annotations["alm-examples"] = string(examples)
	// Whatever was installed before may be followed by this: see docs/releases.md.
	p.csv.Annotations["olm.skipRange"] = "<" + number.String()
	permissions := func(everywhere bool) []v1alpha1.StrategyDeploymentPermissions {
		return []v1alpha1.StrategyDeploymentPermissions{{ServiceAccountName: pod.ServiceAccountName, Rules: p.rules(everywhere)}}
	}
	p.csv.Spec.InstallStrategy = v1alpha1.NamedInstallStrategy{
		StrategyName: v1alpha1.InstallStrategyNameDeployment,
		StrategySpec: v1alpha1.StrategyDetailsDeployment{
			Permissions: permissions(false), ClusterPermissions: permissions(true),
			DeploymentSpecs: []v1alpha1.StrategyDeploymentSpec{{Name: p.deployment.Name, Label: p.deployment.Labels, Spec: p.deployment.Spec}},
		},
	}
	return nil
}

// rules are the manager's for resources without a namespace, or with one.
func (p *parts) rules(everywhere bool) (rules []rbacv1.PolicyRule) {
	for _, role := range p.rights {
		for _, rule := range role.Rules {
			rule.Resources = slices.DeleteFunc(slices.Clone(rule.Resources), func(resource string) bool {
				plural, _, _ := strings.Cut(resource, "/")
				return slices.Contains(p.everywhere, plural) != everywhere
			})
			if len(rule.Resources) > 0 {
				rules = append(rules, rule)
			}
		}
	}
	return rules
}
