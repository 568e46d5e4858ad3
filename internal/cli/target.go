package cli

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// kinds are what a command may name, as kubectl would take it.
var kinds = map[string]func() client.Object{
	"reseller": newReseller, "resellers": newReseller, "rslr": newReseller,
	"seller": newSeller, "sellers": newSeller,
	"clusterseller": newClusterSeller, "clustersellers": newClusterSeller,
}

func newReseller() client.Object      { return &v1alpha1.Reseller{} }
func newSeller() client.Object        { return &v1alpha1.Seller{} }
func newClusterSeller() client.Object { return &v1alpha1.ClusterSeller{} }

// target is an object that a command is about.
type target struct {
	client    client.WithWatch
	namespace string
	client.Object
}

// find reads what "[KIND/]NAME" names; fallback is the kind where none is said.
func (a *access) find(ctx context.Context, word, fallback string) (*target, error) {
	kind, name, said := strings.Cut(word, "/")
	if !said {
		kind, name = fallback, word
	}
	kind, _, _ = strings.Cut(strings.ToLower(kind), ".")
	blank, known := kinds[kind]
	if !known || name == "" {
		return nil, fmt.Errorf("%q names no object: say NAME, reseller/NAME, seller/NAME or clusterseller/NAME", word)
	}
	c, namespace, err := a.client()
	if err != nil {
		return nil, err
	}
	t := &target{client: c, namespace: namespace, Object: blank()}
	return t, explained(c.Get(ctx, client.ObjectKey{Namespace: t.scope(), Name: name}, t.Object))
}

// scope is the namespace of the object; "" for a ClusterSeller.
func (t *target) scope() string {
	if _, ok := t.Object.(*v1alpha1.ClusterSeller); ok {
		return ""
	}
	return t.namespace
}

// String names the object as kubectl does.
func (t *target) String() string {
	switch obj := t.Object.(type) {
	case v1alpha1.SellerObject:
		return strings.ToLower(string(obj.SellerKind())) + "/" + obj.GetName()
	default:
		return "reseller/" + obj.GetName()
	}
}

// patch sends a merge patch.
func (t *target) patch(ctx context.Context, body string) error {
	return t.client.Patch(ctx, t.Object, client.RawPatch(mergePatch, []byte(body)), fieldOwner)
}

// change sends a JSON patch: its tests hold, or nothing is changed.
func (t *target) change(ctx context.Context, body string) error {
	return t.client.Patch(ctx, t.Object, client.RawPatch(types.JSONPatchType, []byte(body)), fieldOwner)
}

// delivered says who applies the object, so that a change of its spec here does not last;
// "" for nobody who says so.
func delivered(obj client.Object) string {
	for label, who := range map[string]string{
		"kustomize.toolkit.fluxcd.io/name": "Flux", "helm.toolkit.fluxcd.io/name": "Flux", "argocd.argoproj.io/instance": "Argo CD",
	} {
		if obj.GetLabels()[label] != "" {
			return who
		}
	}
	if obj.GetAnnotations()["argocd.argoproj.io/tracking-id"] != "" {
		return "Argo CD"
	}
	if obj.GetLabels()["app.kubernetes.io/managed-by"] == "Helm" {
		return "Helm"
	}
	return ""
}
