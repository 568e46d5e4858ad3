package cli

import (
	"context"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// policy is one of our admission policies.
type policy struct {
	// name is how the names of the policy end, however it was installed.
	name, says string
	// try does by dry run what it must refuse; tried is false where there is nothing to
	// try it on, or the policy lets this user pass.
	try func(*examination, context.Context, *guarded) (tried bool, err error)
}

var policies = []policy{
	{"only-operator-writes-status", "only the operator writes status", (*examination).tryStatus},
	{"only-finalizers", "the operator changes of Secrets and ConfigMaps the finalizers only", (*examination).tryFinalizers},
	{"only-operator-says-origin", "only the operator says which brokers it created", (*examination).tryOrigin},
	{"keep-protected", "protected Resellers are not deleted", (*examination).tryProtected},
	{"keep-activated", "Resellers with activated services are not deleted", (*examination).tryActivated},
}

// guarded are the objects that policies are tried on, all of the namespace that is looked at.
type guarded struct {
	resellers []v1alpha1.Reseller
}

// examinePolicies tries the policies. An operator for some namespaces comes without them.
func (e *examination) examinePolicies(ctx context.Context, s *chapter) {
	bound, known := e.boundPolicies(ctx)
	on := &guarded{}
	on.resellers, _ = allResellers(ctx, e.client, e.namespace) // none: nothing to try it on
	for i := range policies {
		p := &policies[i]
		part := "policy " + p.name
		if known && !bound(p.name) {
			if len(e.operator.watches()) > 0 {
				s.unknown(part, "not installed, as for every operator of some namespaces")
				continue
			}
			s.broken(part, "apply the component admission-policies, or set admissionPolicies.enabled of the chart", "there is no binding of it that denies, so it is not certain that %s", p.says)
			continue
		}
		tried, err := p.try(e, ctx, on)
		switch {
		case tried && err == nil:
			s.broken(part, "apply the component admission-policies, or set admissionPolicies.enabled of the chart", "a dry run was not refused: it does not hold that %s", p.says)
		case tried && denied(err):
			s.good(part, "in force: %s", p.says)
		case known:
			s.unknown(part, "installed; you can't try it here")
		default:
			s.unknown(part, "you can neither look at it nor try it here")
		}
	}
}

// boundPolicies tells whether a policy has a binding that denies; known is false where the
// user may not look.
func (e *examination) boundPolicies(ctx context.Context) (bound func(name string) bool, known bool) {
	var all admissionregistrationv1.ValidatingAdmissionPolicyBindingList
	err := e.client.List(ctx, &all)
	return func(name string) bool {
		for i := range all.Items {
			spec := &all.Items[i].Spec
			for _, action := range spec.ValidationActions {
				if action == admissionregistrationv1.Deny && strings.HasSuffix(spec.PolicyName, "-"+name) {
					return true
				}
			}
		}
		return false
	}, err == nil
}

// denied says that a policy refused it: who lacks the right itself is refused otherwise.
func denied(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "ValidatingAdmissionPolicy")
}

func (e *examination) tryStatus(ctx context.Context, on *guarded) (bool, error) {
	patch := client.RawPatch(mergePatch, []byte(`{"status":{"lastHandledReconcileAt":"doctor"}}`))
	if len(on.resellers) > 0 {
		r := on.resellers[0].DeepCopy()
		return true, e.client.Status().Patch(ctx, r, patch, client.DryRunAll)
	}
	var sellers v1alpha1.SellerList
	if err := e.client.List(ctx, &sellers, client.InNamespace(e.namespace), client.Limit(1)); err != nil || len(sellers.Items) == 0 {
		return false, err
	}
	return true, e.client.Status().Patch(ctx, &sellers.Items[0], patch, client.DryRunAll)
}

// tryFinalizers is as the operator: the policy judges nobody else.
func (e *examination) tryFinalizers(ctx context.Context, _ *guarded) (bool, error) {
	var sellers v1alpha1.SellerList
	if err := e.client.List(ctx, &sellers, client.InNamespace(e.namespace), client.Limit(1)); err != nil || len(sellers.Items) == 0 {
		return false, err
	}
	config := rest.CopyConfig(e.cluster.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: e.operator.user(), Groups: e.operator.groups()}
	operator, err := client.New(config, client.Options{Scheme: e.client.Scheme()})
	if err != nil {
		return false, err
	}
	key := sellers.Items[0].CredentialsKey()
	secret := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
	secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
	err = operator.Patch(ctx, secret, client.RawPatch(mergePatch, []byte(`{"metadata":{"annotations":{"cloudmore.com/doctor":"tried"}}}`)), client.DryRunAll)
	return !apierrors.IsNotFound(err), err
}

// tryOrigin is nothing for who may restore.
func (e *examination) tryOrigin(ctx context.Context, on *guarded) (bool, error) {
	restores, err := e.mayYou(ctx, &authorizationv1.ResourceAttributes{Group: v1alpha1.GroupVersion.Group, Resource: "resellers", Verb: "restore"})
	if err != nil || restores || len(on.resellers) == 0 {
		return false, err
	}
	r := on.resellers[0].DeepCopy()
	patch := `{"metadata":{"annotations":{"` + v1alpha1.AnnotationBrokerOrigin + `":"Created/doctor"}}}`
	return true, e.client.Patch(ctx, r, client.RawPatch(mergePatch, []byte(patch)), client.DryRunAll)
}

func (e *examination) tryProtected(ctx context.Context, on *guarded) (bool, error) {
	return e.tryDelete(ctx, on, func(r *v1alpha1.Reseller) bool {
		return r.Annotations[v1alpha1.AnnotationDeletionProtection] == "true"
	})
}

func (e *examination) tryActivated(ctx context.Context, on *guarded) (bool, error) {
	return e.tryDelete(ctx, on, func(r *v1alpha1.Reseller) bool {
		return r.Status.ServicesActivated != nil && *r.Status.ServicesActivated && r.Status.EffectiveDeletionPolicy == v1alpha1.DeletionDelete &&
			r.Status.BrokerID != "" && r.Annotations[v1alpha1.AnnotationForceDelete] != r.Status.BrokerID &&
			r.Annotations[v1alpha1.AnnotationDeletionProtection] != "true"
	})
}

// tryDelete deletes the first Reseller of a kind by dry run.
func (e *examination) tryDelete(ctx context.Context, on *guarded, is func(*v1alpha1.Reseller) bool) (bool, error) {
	for i := range on.resellers {
		r := &on.resellers[i]
		if r.DeletionTimestamp.IsZero() && is(r) {
			return true, e.client.Delete(ctx, r.DeepCopy(), client.DryRunAll, client.Preconditions{UID: &r.UID})
		}
	}
	return false, nil
}
