package gather

import (
	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Settings adopts what a Seller says about creating and marking the broker of a Reseller.
func Settings(a *plan.Access, settings *v1alpha1.SellerSettings, obj *v1alpha1.Reseller) {
	a.Account = AccountOf(settings)
	a.Deadline = moment.OrDefault(settings.Creation.Deadline.Duration, plan.DefaultDeadline)
	a.CommitBound = moment.OrDefault(settings.Creation.CommitBound.Duration, plan.DefaultCommitBound)
	a.ListLag = moment.OrDefault(settings.Creation.ListLag.Duration, plan.DefaultListLag)
	a.CreateBesideSimilar = settings.Creation.OnSimilar == v1alpha1.OnSimilarCreate
	a.WaitOnUnknown = settings.Creation.OnUnknown == v1alpha1.OnUnknownWait
	a.Mark = markOf(settings, obj)
	if settings.Suspend != nil && *settings.Suspend {
		a.Halted = &plan.Problem{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend of the Seller is true, so nothing is written to the account"}
	}
}

// AccountOf is the account that a Seller leads to.
func AccountOf(settings *v1alpha1.SellerSettings) broker.Account {
	return broker.AccountOf(settings.Endpoint, string(settings.SellerID))
}

// OwnerOf is who marks the broker of a Reseller, in a cluster of this name. v0.1.0's marks
// began with it, so it stays as it is.
func OwnerOf(clusterName string, obj *v1alpha1.Reseller) broker.Owner {
	return broker.Owner(clusterName + "/" + obj.Namespace + "/" + obj.Name + "/")
}

// markOf is the ownership mark as a Seller sets it up for an object; zero for none.
func markOf(settings *v1alpha1.SellerSettings, obj *v1alpha1.Reseller) broker.Marking {
	o := settings.Ownership
	if o == nil {
		return broker.Marking{}
	}
	return broker.Marking{PropertyID: string(o.PropertyID), Prefix: string(OwnerOf(o.ClusterName, obj))}
}

// RivalFrom is what matters of another Reseller.
func RivalFrom(obj *v1alpha1.Reseller) plan.Rival {
	desired, record := plan.DesiredFrom(obj), plan.RecordFrom(obj)
	rival := plan.Rival{
		Namespace: obj.Namespace, Name: obj.Name, UID: record.UID, Created: record.Created,
		BrokerID: record.BrokerID, SpecID: plan.NamedBy(&desired, &record),
		Identity: desired.Identity, Bound: record.Bound, Deleting: desired.Deleting,
	}
	copy(rival.Sent[:], record.Sent)
	if record.Creation != nil {
		rival.Intent = record.Creation.Identity
	}
	if record.Deletion != nil {
		rival.DeletionID = record.Deletion.BrokerID
	}
	return rival
}
