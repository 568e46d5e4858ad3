package reseller

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/gather"
)

// findMarker notes which other Reseller of this cluster a broker is marked for that was
// just read.
func (p *pass) findMarker(ctx context.Context) error {
	l := p.outcome.Looked
	mark := gather.MarkedFor(p.obj, p.access.Mark, l)
	if mark == "" {
		return nil
	}
	list := &v1alpha1.ResellerList{}
	if err := p.r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return err
	}
	l.Marker = gather.Marker(p.obj, p.seller.Settings().Ownership.ClusterName, mark, list.Items)
	return nil
}
