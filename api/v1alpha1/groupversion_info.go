package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	// GroupVersion is the group and version of all kinds in this package.
	GroupVersion = schema.GroupVersion{Group: "cloudmore.com", Version: "v1alpha1"}

	// SchemeGroupVersion is the same, by the name that generated code looks for.
	SchemeGroupVersion = GroupVersion

	// SchemeBuilder collects what AddToScheme registers.
	SchemeBuilder = runtime.NewSchemeBuilder(addKinds)

	// AddToScheme makes the kinds of this package known to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func addKinds(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Reseller{}, &ResellerList{},
		&Seller{}, &SellerList{},
		&ClusterSeller{}, &ClusterSellerList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
