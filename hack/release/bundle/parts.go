package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/operator-framework/api/pkg/operators/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// parts is the input, sorted by what becomes of it.
type parts struct {
	csv        *v1alpha1.ClusterServiceVersion
	deployment *appsv1.Deployment
	crds       []*apiextensionsv1.CustomResourceDefinition
	roles      []*rbacv1.ClusterRole // Roles, too
	bindings   []*rbacv1.ClusterRoleBinding
	// examples are objects of the owned kinds, whole objects that OLM installs as they are.
	examples, whole []*unstructured.Unstructured
}

// read sorts the objects. OLM makes the namespace and the account itself, and a
// bundle has no Secrets.
func read(manifests io.Reader) (*parts, error) {
	p := &parts{}
	for decoder := yaml.NewYAMLOrJSONDecoder(manifests, 4096); ; {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if err := p.add(object); err != nil {
			return nil, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	if p.csv == nil || p.deployment == nil || len(p.crds) == 0 {
		return nil, errors.New("the input lacks a ClusterServiceVersion, a Deployment or CRDs")
	}
	return p, nil
}

func (p *parts) add(object *unstructured.Unstructured) error {
	switch object.GetKind() {
	case "ClusterServiceVersion":
		p.csv = &v1alpha1.ClusterServiceVersion{}
		return into(object, p.csv)
	case "Deployment":
		p.deployment = &appsv1.Deployment{}
		return into(object, p.deployment)
	case "CustomResourceDefinition":
		p.crds = append(p.crds, &apiextensionsv1.CustomResourceDefinition{})
		return into(object, p.crds[len(p.crds)-1])
	case "ClusterRole", "Role":
		p.roles = append(p.roles, &rbacv1.ClusterRole{})
		return into(object, p.roles[len(p.roles)-1])
	case "ClusterRoleBinding", "RoleBinding":
		p.bindings = append(p.bindings, &rbacv1.ClusterRoleBinding{})
		return into(object, p.bindings[len(p.bindings)-1])
	case "Namespace", "ServiceAccount", "Secret":
		return nil
	case "Service":
		object.SetNamespace("")
		p.whole = append(p.whole, object)
		return nil
	}
	if object.GroupVersionKind().Group != "cloudmore.com" {
		return errors.New("what becomes of it in a bundle?")
	}
	p.examples = append(p.examples, object)
	return nil
}

func into(object *unstructured.Unstructured, typed any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true)
}

// account is the one that the manager runs as.
func (p *parts) account() string { return p.deployment.Spec.Template.Spec.ServiceAccountName }

// bound says whether the account has the role; the others are for people.
func (p *parts) bound(role *rbacv1.ClusterRole) bool {
	return slices.ContainsFunc(p.bindings, func(b *rbacv1.ClusterRoleBinding) bool {
		return b.RoleRef.Kind == role.Kind && b.RoleRef.Name == role.Name &&
			slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return s.Name == p.account() })
	})
}
