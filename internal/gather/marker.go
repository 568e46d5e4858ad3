package gather

import (
	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// MarkedFor is the mark on a broker that was just read and that spec.brokerID names, if it
// is one of others; "" else. The marks of others are looked through for no other broker:
// nobody takes them.
func MarkedFor(obj *v1alpha1.Reseller, mark broker.Marking, l *plan.Looked) broker.Mark {
	if named := broker.ID(obj.Spec.BrokerID).Same(l.ID) && l.Failure == nil; !named || mark.PropertyID == "" {
		return ""
	}
	value, _ := l.Broker.Property(mark.PropertyID)
	if broker.Mark(value).Of(broker.Owner(mark.Prefix)) {
		return ""
	}
	return broker.Mark(value)
}

// Marker is the other Reseller of a cluster of this name for which a broker is marked; nil
// for none.
func Marker(obj *v1alpha1.Reseller, clusterName string, mark broker.Mark, all []v1alpha1.Reseller) (found *plan.Rival) {
	for i := range all {
		other := &all[i]
		if plan.Discovered(other) {
			continue
		}
		if own := other.Namespace == obj.Namespace && other.Name == obj.Name; !own && mark.Of(OwnerOf(clusterName, other)) {
			rival := RivalFrom(other)
			found = &rival
		}
	}
	return found
}
