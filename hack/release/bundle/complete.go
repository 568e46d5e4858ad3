package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/blang/semver/v4"
	"github.com/operator-framework/api/pkg/lib/version"
	"github.com/operator-framework/api/pkg/operators/v1alpha1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// complete adds to the ClusterServiceVersion what the other parts know.
func (p *parts) complete(tag, created string) error {
	number, err := semver.Parse(strings.TrimPrefix(tag, "v"))
	if err != nil {
		return fmt.Errorf("version %q: %w", tag, err)
	}
	csv, containers := p.csv, p.deployment.Spec.Template.Spec.Containers
	csv.Name += ".v" + number.String()
	csv.Spec.Version = version.OperatorVersion{Version: number}
	csv.Annotations["containerImage"] = containers[0].Image
	csv.Annotations["createdAt"] = created
	// Whatever was installed before may be followed by this: see docs/releases.md.
	csv.Annotations["olm.skipRange"] = "<" + number.String()

	examples, err := json.MarshalIndent(p.examples, "", "  ")
	if err != nil {
		return err
	}
	csv.Annotations["alm-examples"] = string(examples)
	csv.Spec.InstallStrategy = p.strategy()
	for i := range csv.Spec.CustomResourceDefinitions.Owned {
		if err := p.describe(&csv.Spec.CustomResourceDefinitions.Owned[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *parts) strategy() v1alpha1.NamedInstallStrategy {
	inNamespaces, inCluster := p.rights()
	return v1alpha1.NamedInstallStrategy{
		StrategyName: v1alpha1.InstallStrategyNameDeployment,
		StrategySpec: v1alpha1.StrategyDetailsDeployment{
			Permissions:        []v1alpha1.StrategyDeploymentPermissions{{ServiceAccountName: p.account(), Rules: inNamespaces}},
			ClusterPermissions: []v1alpha1.StrategyDeploymentPermissions{{ServiceAccountName: p.account(), Rules: inCluster}},
			DeploymentSpecs:    []v1alpha1.StrategyDeploymentSpec{{Name: p.deployment.Name, Label: p.deployment.Labels, Spec: p.deployment.Spec}},
		},
	}
}

// clusterScoped are the resources without a namespace that the manager asks for,
// besides those of our own kinds.
var clusterScoped = []string{"namespaces", "tokenreviews", "subjectaccessreviews"}

// rights are the manager's rules, parted by where OLM gives them: those in
// namespaces it gives in the namespaces that are watched only, and everywhere if
// these are all.
func (p *parts) rights() (inNamespaces, inCluster []rbacv1.PolicyRule) {
	everywhere := slices.Clone(clusterScoped)
	for _, crd := range p.crds {
		if crd.Spec.Scope == "Cluster" {
			everywhere = append(everywhere, crd.Spec.Names.Plural)
		}
	}
	for _, role := range p.roles {
		if !p.bound(role) {
			continue
		}
		for _, rule := range role.Rules {
			wide, narrow := parted(rule.Resources, everywhere)
			inCluster = appendRule(inCluster, rule, wide)
			inNamespaces = appendRule(inNamespaces, rule, narrow)
		}
	}
	return inNamespaces, inCluster
}

func parted(resources, everywhere []string) (wide, narrow []string) {
	for _, resource := range resources {
		if plural, _, _ := strings.Cut(resource, "/"); slices.Contains(everywhere, plural) {
			wide = append(wide, resource)
		} else {
			narrow = append(narrow, resource)
		}
	}
	return wide, narrow
}

func appendRule(rules []rbacv1.PolicyRule, rule rbacv1.PolicyRule, resources []string) []rbacv1.PolicyRule {
	if len(resources) == 0 {
		return rules
	}
	rule.Resources = resources
	return append(rules, rule)
}
