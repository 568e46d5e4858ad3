package plan

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Discovered reports whether discovery made an object to show an unmanaged broker, and nobody
// has edited it since: it has the label, its spec is as it was made, and it holds nothing.
func Discovered(r *v1alpha1.Reseller) bool {
	if _, labelled := r.Labels[v1alpha1.LabelDiscovered]; !labelled || r.Spec.BrokerID == "" {
		return false
	}
	holds := r.Status.BrokerID != "" || r.Status.Creation != nil || r.Status.Deletion != nil
	return !holds && equality.Semantic.DeepEqual(r.Spec, DiscoveredSpec(r.Spec.SellerRef, r.Spec.BrokerID))
}

// DiscoveredSpec is the spec with which discovery shows a broker.
func DiscoveredSpec(seller v1alpha1.SellerReference, id v1alpha1.ID) v1alpha1.ResellerSpec {
	return v1alpha1.ResellerSpec{SellerRef: seller, BrokerID: id, ManagementPolicy: v1alpha1.Observe}
}

// discovered: what shows an unmanaged broker rests, whatever becomes of the account. Who
// discovers it deletes it when the broker goes.
func discovered(s *State) Step {
	if !s.Desired.Discovered {
		return nil
	}
	rest := Rest{
		Reason: v1alpha1.ReasonDiscovered,
		Message: fmt.Sprintf("broker %s is in the account, and no Reseller manages it; nothing is called or written for it. "+
			"Edit this spec to take it over, or name the broker in the annotation %s of the Seller to have this Reseller go", s.Desired.BrokerID, v1alpha1.AnnotationIgnored),
		For: ForUser,
	}
	if s.Reading.Latest.IsZero() {
		rest.For |= ForSeller
		rest.AfterReading = time.Time{}.Add(1) // whichever comes first
	}
	return rest
}
