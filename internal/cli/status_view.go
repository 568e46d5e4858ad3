package cli

import (
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// fleetView is status as json and yaml.
type fleetView struct {
	Turn      v1alpha1.Turn  `json:"turn"`
	Accounts  []accountView  `json:"accounts"`
	Resellers int            `json:"resellers"`
	NotInSync []resellerView `json:"notInSync"`
}

type accountView struct {
	Kind      v1alpha1.SellerKind    `json:"kind"`
	Namespace string                 `json:"namespace,omitempty"`
	Name      string                 `json:"name"`
	Missing   bool                   `json:"missing,omitempty"`
	Ready     bool                   `json:"ready"`
	Reason    string                 `json:"reason,omitempty"`
	Turn      v1alpha1.Turn          `json:"turn,omitempty"`
	SyncedAt  *time.Time             `json:"syncedAt,omitempty"`
	Halted    bool                   `json:"halted"`
	Brokers   *v1alpha1.BrokerCounts `json:"brokers,omitempty"`
}

type resellerView struct {
	Namespace string        `json:"namespace"`
	Name      string        `json:"name"`
	Account   string        `json:"account"`
	Reason    string        `json:"reason,omitempty"`
	Turn      v1alpha1.Turn `json:"turn"`
	Since     *time.Time    `json:"since,omitempty"`
	BrokerID  string        `json:"brokerID,omitempty"`
	Drift     int           `json:"drift"`
}

func viewOf(f *fleet.Fleet) fleetView {
	view := fleetView{Turn: f.Turn(), Resellers: len(f.Resellers), Accounts: []accountView{}, NotInSync: []resellerView{}}
	for i := range f.Sellers {
		s := &f.Sellers[i]
		view.Accounts = append(view.Accounts, accountView{
			Kind: s.Kind, Namespace: s.Namespace, Name: s.Name, Missing: s.Missing, Ready: s.Ready, Reason: s.Reason,
			Turn: s.Turn, SyncedAt: known(s.SyncedAt), Halted: s.Halted, Brokers: s.Brokers,
		})
	}
	for _, group := range f.Trouble() {
		for i := range group.Resellers {
			r := &group.Resellers[i]
			view.NotInSync = append(view.NotInSync, resellerView{
				Namespace: r.Namespace, Name: r.Name, Account: account(r.Seller), Reason: r.Reason, Turn: group.Turn,
				Since: known(r.Since), BrokerID: r.BrokerID, Drift: r.Drift,
			})
		}
	}
	return view
}

func known(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
