package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// serverOwned is the metadata that no client changes.
var serverOwned = []string{"uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "name", "namespace"}

// withStatus are the kinds whose status is a subresource.
var withStatus = map[string]bool{"Reseller": true, "Seller": true, "ClusterSeller": true}

// create takes a new object in; its status is the schema's default.
func (s *server) create(by string, obj client.Object) (*stored, error) {
	kind, key := s.kindOf(obj), client.ObjectKeyFromObject(obj)
	if s.objects[kind][key] != nil {
		return nil, apierrors.NewAlreadyExists(resourceOf(kind), key.Name)
	}
	if obj.GetResourceVersion() != "" {
		return nil, apierrors.NewBadRequest("resourceVersion should not be set on objects to be created")
	}
	s.uids++
	tree := treeOf(obj)
	meta := metaOf(tree)
	for _, name := range serverOwned[:5] {
		delete(meta, name)
	}
	meta["uid"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", s.uids)
	meta["creationTimestamp"] = s.now().UTC().Format(time.RFC3339)
	if withStatus[kind] {
		meta["generation"] = 1
		delete(tree, "status")
	}
	if kind == "Reseller" {
		tree["status"] = map[string]any{"observedGeneration": -1}
	}
	return s.keep(by, kind, key, normal(tree))
}

// normal is the tree as JSON reads it: numbers of one type.
func normal(tree map[string]any) map[string]any { return treeOf(tree) }

// patch merges a merge patch (RFC 7396) into an object, or into its status only.
func (s *server) patch(by, kind string, key types.NamespacedName, data []byte, status bool) (*stored, error) {
	before, err := s.find(kind, key)
	if err != nil {
		return nil, err
	}
	var change map[string]any
	if err := json.Unmarshal(data, &change); err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return s.replace(by, kind, key, before, merge(before.tree, change), status)
}

// update replaces an object, or its status only.
func (s *server) update(by string, obj client.Object, status bool) (*stored, error) {
	kind, key := s.kindOf(obj), client.ObjectKeyFromObject(obj)
	before, err := s.find(kind, key)
	if err != nil {
		return nil, err
	}
	return s.replace(by, kind, key, before, treeOf(obj), status)
}

// replace keeps what a client may change of an object: its status by the
// subresource, the rest not by it.
func (s *server) replace(by, kind string, key types.NamespacedName, before *stored, wanted map[string]any, status bool) (*stored, error) {
	if err := precondition(kind, key, before.tree, wanted, status); err != nil {
		return nil, err
	}
	next := maps.Clone(before.tree)
	if status {
		next["status"] = wanted["status"]
	} else {
		next = withoutStatus(kind, before.tree, wanted)
		if err := s.admit(kind, key, before, next); err != nil {
			return nil, err
		}
	}
	if reflect.DeepEqual(before.tree, next) {
		return before, nil // nothing to write
	}
	next["metadata"] = maps.Clone(metaOf(next))
	if metaOf(next)["deletionTimestamp"] != nil && len(finalizersOf(next)) == 0 {
		last, err := s.decode(kind, next)
		if err != nil {
			return nil, err
		}
		_, _ = s.keep(by, kind, key, nil)
		return last, nil
	}
	return s.keep(by, kind, key, next)
}

// withoutStatus is what an object becomes by a write of everything but its status.
func withoutStatus(kind string, before, wanted map[string]any) map[string]any {
	next := maps.Clone(wanted)
	meta := maps.Clone(metaOf(wanted))
	copyOver(meta, metaOf(before), serverOwned...)
	meta["resourceVersion"] = metaOf(before)["resourceVersion"]
	next["metadata"] = meta
	copyOver(next, before, "apiVersion", "kind")
	if !withStatus[kind] {
		return next
	}
	copyOver(next, before, "status")
	if !sameContent(before, next) {
		generation, _ := meta["generation"].(float64)
		meta["generation"] = generation + 1
	}
	return next
}

// precondition compares uid and resourceVersion, where the client names them. By
// the status the uid can't be written, so another one is overlooked there.
func precondition(kind string, key types.NamespacedName, before, wanted map[string]any, status bool) error {
	named := func(name string) bool {
		want := metaOf(wanted)[name]
		return want != nil && want != "" && want != metaOf(before)[name]
	}
	switch {
	case named("resourceVersion"):
		return apierrors.NewConflict(resourceOf(kind), key.Name, errors.New("the object was changed"))
	case named("uid") && !status:
		return apierrors.NewInvalid(schema.GroupKind{Kind: kind}, key.Name, field.ErrorList{field.Invalid(field.NewPath("metadata", "uid"), metaOf(wanted)["uid"], "field is immutable")})
	default:
		return nil
	}
}

// admit refuses what the API server and the rules of the CRD refuse.
func (s *server) admit(kind string, key types.NamespacedName, before *stored, next map[string]any) error {
	var faults field.ErrorList
	if metaOf(before.tree)["deletionTimestamp"] != nil {
		for _, name := range finalizersOf(next) {
			if !slices.Contains(finalizersOf(before.tree), name) {
				faults = append(faults, field.Forbidden(field.NewPath("metadata", "finalizers"), "no new finalizers can be added if the object is being deleted"))
			}
		}
	}
	decoded, err := s.decode(kind, next)
	if err != nil {
		return err
	}
	if wanted, ok := decoded.obj.(*v1alpha1.Reseller); ok {
		faults = append(faults, rulesOf(before.obj.(*v1alpha1.Reseller), wanted)...)
	}
	if len(faults) > 0 {
		return apierrors.NewInvalid(schema.GroupKind{Kind: kind}, key.Name, faults)
	}
	return nil
}

// rulesOf are the transition rules of the CRD.
func rulesOf(old, wanted *v1alpha1.Reseller) (faults field.ErrorList) {
	if old.Spec.SellerRef != wanted.Spec.SellerRef {
		faults = append(faults, field.Forbidden(field.NewPath("spec", "sellerRef"), "is immutable"))
	}
	if id := wanted.Spec.BrokerID; id != "" && old.Status.BrokerID != "" && string(id) != old.Status.BrokerID && id != old.Spec.BrokerID {
		faults = append(faults, field.Forbidden(field.NewPath("spec", "brokerID"), "must equal status.brokerID"))
	}
	return faults
}

// remove marks an object with finalizers as going, and lets one without go.
func (s *server) remove(by, kind string, key types.NamespacedName) error {
	before, err := s.find(kind, key)
	if err != nil {
		return err
	}
	if len(finalizersOf(before.tree)) == 0 {
		_, err := s.keep(by, kind, key, nil)
		return err
	}
	if metaOf(before.tree)["deletionTimestamp"] != nil {
		return nil
	}
	next := maps.Clone(before.tree)
	meta := maps.Clone(metaOf(before.tree))
	meta["deletionTimestamp"] = metav1.NewTime(s.now()).UTC().Format(time.RFC3339)
	meta["deletionGracePeriodSeconds"] = float64(0)
	if generation, ok := meta["generation"].(float64); ok {
		meta["generation"] = generation + 1
	}
	next["metadata"] = meta
	_, err = s.keep(by, kind, key, next)
	return err
}
