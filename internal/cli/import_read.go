package cli

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/naming"
	"github.com/reseller-operator/reseller-operator/internal/onboard"
)

// details reads in full what the list shows in part, and selects. A broker that can't be
// read is in the report; where the account can't be read at all, that is the error.
func (i *importer) details(ctx context.Context, p *importPlan, open []broker.Broker, r *report) ([]broker.Broker, error) {
	var all []broker.Broker
	defer i.progress("", -1, 0)
	for n := range open {
		b := open[n]
		i.progress("read", n, len(open))
		if !b.Detail {
			full, err := read(ctx, func(ctx context.Context) (broker.Broker, error) { return p.client.Get(ctx, b.ID) })
			if err != nil && ctx.Err() != nil {
				return all, ctx.Err()
			}
			if err != nil {
				r.Unread = append(r.Unread, unread{ID: string(b.ID), Name: broker.TextOf(b.Name), Why: said(err).Error()})
				continue
			}
			b = full
		}
		chosen, err := p.choice.of(&b)
		switch {
		case err != nil:
			return all, err
		case b.Foreign:
			r.Foreign = append(r.Foreign, listedOf(&b))
		case b.Inactive():
			r.Inactive = append(r.Inactive, listedOf(&b))
		case chosen:
			all = append(all, b)
		default:
			r.NotSelected++
		}
	}
	return all, nil
}

// progress shows how far it is, on a terminal only; n < 0 ends that.
func (i *importer) progress(what string, n, of int) {
	switch {
	case !i.Terminal:
	case n < 0:
		i.clearLine()
	default:
		i.clearLine()
		i.status("%s %d of %d brokers", what, n, of)
	}
}

// describe writes a manifest for each broker.
func (i *importer) describe(ctx context.Context, p *importPlan, brokers []broker.Broker, r *report) error {
	taken := map[string]bool{}
	for _, k := range p.known {
		if k.Namespace == p.options.Namespace {
			taken[k.Name] = true
		}
	}
	defer i.progress("", -1, 0)
	names := naming.Names(brokers, func(name string) bool { return taken[name] })
	for n := range brokers {
		i.progress("described", n, len(brokers))
		object, left, err := p.options.Manifest(p.rules, names[n], &brokers[n])
		if err == nil {
			err = p.to.write(ctx, names[n], object, left)
			if err != nil && !errors.As(err, new(unfit)) {
				return err
			}
		}
		if err != nil {
			r.Unread = append(r.Unread, unread{ID: string(brokers[n].ID), Name: broker.TextOf(brokers[n].Name), Why: err.Error()})
			continue
		}
		r.Written = append(r.Written, written{Name: names[n], BrokerID: string(brokers[n].ID), LeftOut: left})
	}
	for _, group := range onboard.Duplicates(brokers) {
		var ids []listed
		for n := range group {
			ids = append(ids, listedOf(&group[n]))
		}
		r.Duplicates = append(r.Duplicates, ids)
	}
	return nil
}

// allResellers reads the Resellers of a namespace, or of all for "", page by page.
func allResellers(ctx context.Context, c client.Client, namespace string) ([]v1alpha1.Reseller, error) {
	var all []v1alpha1.Reseller
	var page v1alpha1.ResellerList
	for {
		if err := c.List(ctx, &page, client.InNamespace(namespace), client.Limit(pageSize), client.Continue(page.Continue)); err != nil {
			return nil, explained(err)
		}
		all = append(all, page.Items...)
		if page.Continue == "" {
			return all, nil
		}
		page = v1alpha1.ResellerList{ListMeta: page.ListMeta}
	}
}
