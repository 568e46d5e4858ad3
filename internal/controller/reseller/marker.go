package reseller

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/gather"
)

// findMarker notes which other Reseller of this cluster a broker is marked for that was
// just read and that spec.brokerID names. The marks of others are looked through for no
// other broker: nobody takes them.
func (p *pass) findMarker(ctx context.Context) error {
	l := p.outcome.Looked
	if named := broker.ID(p.obj.Spec.BrokerID).Same(l.ID) && l.Failure == nil; !named || p.access.Mark.PropertyID == "" {
		return nil
	}
	value, _ := l.Broker.Property(p.access.Mark.PropertyID)
	if value == "" || broker.Mark(value).Of(broker.Owner(p.access.Mark.Prefix)) {
		return nil
	}
	list := &v1alpha1.ResellerList{}
	if err := p.r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return err
	}
	clusterName := p.seller.Settings().Ownership.ClusterName
	for i := range list.Items {
		if other := &list.Items[i]; other.UID != p.obj.UID && broker.Mark(value).Of(gather.OwnerOf(clusterName, other)) {
			rival := gather.RivalFrom(other)
			l.Marker = &rival
		}
	}
	return nil
}
