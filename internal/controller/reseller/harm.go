package reseller

import (
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// harmDone returns how to say that an update changed what the spec does not name, once
// for each field; by its path only, since values may be personal.
func (p *pass) harmDone() func() {
	stored := p.stored.Status.UnmanagedChanges
	var paths []string
	for _, row := range p.obj.Status.UnmanagedChanges {
		if !slices.ContainsFunc(stored, func(r v1alpha1.UnmanagedChange) bool { return r.Field == row.Field }) {
			paths = append(paths, row.Field)
		}
	}
	if len(paths) == 0 {
		return func() {}
	}
	return func() {
		for _, path := range paths {
			p.countField(path)
		}
		p.say(says.Harmed, p.obj.Status.BrokerID, strings.Join(paths, ", "), v1alpha1.AnnotationAcceptChange)
	}
}

// countField has the metrics of the Seller count a field that was changed.
func (p *pass) countField(path string) {
	if p.seller != nil {
		metrics.UnmanagedChange(p.sellerName(), path)
	}
}

// sellerName is the Seller as metrics name it.
func (p *pass) sellerName() metrics.Seller {
	return metrics.Seller{Kind: string(p.seller.SellerKind()), Namespace: p.seller.GetNamespace(), Name: p.seller.GetName()}
}

// countHarm tells the account of what status says that updates changed, so that it halts
// writing where they do that to others, too. A restart does not forget it.
func (p *pass) countHarm() {
	if p.account == nil {
		return
	}
	for _, row := range p.stored.Status.UnmanagedChanges {
		p.account.Harm(p.owner(), broker.ID(p.stored.Status.BrokerID), row.Field, row.Since.Time)
	}
}
