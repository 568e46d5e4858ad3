package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// examineUpgrade looks at what the rules of this version would send for what is stored now.
func (e *examination) examineUpgrade(ctx context.Context, s *chapter, ref fleet.Ref, seller v1alpha1.SellerObject, login *granted) {
	const part = "upgrade"
	found, news, err := e.foreseen(ctx, ref, seller, login)
	if err != nil {
		s.unknown(part, "%v", err)
		return
	}
	switch all := len(found.Changes) + found.Unchanged; {
	case len(news) > 0:
		shown := news[:min(len(news), maxUpgraded)]
		s.broken(part, "see all of it with kubectl reseller diff; set writes: DryRun on the Seller before the upgrade, and compare",
			"this version would change %d brokers of Resellers that are in sync now: %s", len(news), strings.Join(shown, "; "))
	case len(found.Changes) > 0:
		s.good(part, "this version would send nothing for %d of %d Resellers; the others have something to do now as well", found.Unchanged, all)
	default:
		s.good(part, "this version would send nothing for any of %d Resellers", all)
	}
}

// foreseen is the preview of all Resellers of a Seller, and what of it would be news: a
// write for one that is in sync by the version that works now.
func (e *examination) foreseen(ctx context.Context, ref fleet.Ref, seller v1alpha1.SellerObject, login *granted) (found *differences, news []string, err error) {
	d := &differ{access: e.access, client: e.client, inNamespace: e.namespace, accounts: map[string]*foreseenAccount{}}
	if err := d.keep(ctx, ref, seller, login); err != nil {
		return nil, nil, err
	}
	found = &differences{Changes: []change{}}
	for i := range d.all {
		obj := &d.all[i]
		if fleet.RefOf(obj) != ref {
			continue
		}
		before := len(found.Changes)
		condition, _ := ready(obj)
		inSync := condition != nil && condition.Reason == v1alpha1.ReasonInSync && condition.ObservedGeneration == obj.Generation
		if err := d.foresee(ctx, obj, false, found); err != nil {
			return nil, nil, fmt.Errorf("reseller/%s: %w", obj.Name, err)
		}
		if inSync && len(found.Changes) > before {
			c := &found.Changes[before]
			news = append(news, c.Namespace+"/"+c.Name+": "+c.headline())
		}
	}
	return found, news, nil
}
