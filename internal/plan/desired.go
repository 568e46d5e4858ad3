package plan

import (
	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Desired is what the spec and the requests in annotations ask for.
type Desired struct {
	// Broker has the managed fields; what the spec leaves out is nil.
	Broker broker.Broker
	// Identity is zero where the spec has only half of it.
	Identity broker.Identity
	// BrokerID is the broker that the spec names.
	BrokerID broker.ID
	// Observe, MatchExisting, Report and Suspended are the policies, where they
	// are not the default.
	Observe, MatchExisting, Report, Suspended bool
	// Deletion is empty where the spec leaves it open.
	Deletion v1alpha1.DeletionPolicy
	// Protected says that a deletion waits until the annotation is taken away.
	Protected bool
	// ForceDelete is the broker that may go although services are activated.
	ForceDelete string
	// Accepts are the fields that updates may change although the spec does not name them.
	Accepts []string
	// Despite are the similar brokers that are other companies.
	Despite []broker.ID
	// Requested is the latest request for a pass; "" for none.
	Requested string
	Deleting  bool
	// Discovered says that discovery made the object, and nobody has edited it since.
	Discovered bool
	// Generation is metadata.generation.
	Generation int64
}

// DesiredFrom reads what the object asks for. It shares the spec's strings.
func DesiredFrom(r *v1alpha1.Reseller) Desired {
	spec := &r.Spec
	d := Desired{
		Broker:        brokerFrom(spec),
		BrokerID:      broker.ID(spec.BrokerID),
		Observe:       !known(spec.ManagementPolicy, v1alpha1.Manage),
		MatchExisting: spec.AdoptionPolicy == v1alpha1.AdoptMatchExisting,
		Report:        !known(spec.DriftPolicy, v1alpha1.DriftCorrect),
		Suspended:     spec.Suspend != nil && *spec.Suspend,
		Deletion:      deletionOf(spec.DeletionPolicy),
		Protected:     r.Annotations[v1alpha1.AnnotationDeletionProtection] == "true",
		ForceDelete:   r.Annotations[v1alpha1.AnnotationForceDelete],
		Accepts:       acceptedIn(r.Annotations[v1alpha1.AnnotationAcceptChange]),
		Despite:       idsIn(r.Annotations[v1alpha1.AnnotationCreateDespite]),
		Requested:     bounded.Characters(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt], maxRequest),
		Deleting:      !r.DeletionTimestamp.IsZero(),
		Discovered:    Discovered(r),
		Generation:    r.Generation,
	}
	if id, whole := broker.IdentityOf(&d.Broker); whole {
		d.Identity = id
	}
	return d
}

// known reports whether a policy is left out, or the one that permits the most. A value
// of another version, which admission does not take any more, permits nothing.
func known[P ~string](policy, most P) bool { return policy == "" || policy == most }

func deletionOf(policy v1alpha1.DeletionPolicy) v1alpha1.DeletionPolicy {
	if known(policy, v1alpha1.DeletionDelete) {
		return policy
	}
	return v1alpha1.DeletionOrphan
}

func brokerFrom(spec *v1alpha1.ResellerSpec) broker.Broker {
	b := broker.Broker{
		Name:               (*string)(spec.Name),
		RegistrationNumber: (*string)(spec.RegistrationNumber),
		VAT:                (*string)(spec.VAT),
		Domain:             (*string)(spec.Domain),
		NotificationEmail:  (*string)(spec.NotificationEmail),
		SupportEmail:       (*string)(spec.SupportEmail),
		AllowCmpAccess:     spec.AllowCmpAccess,
	}
	if c := spec.Contact; c != nil {
		b.Contact = broker.Contact{
			Name: (*string)(c.Name), JobTitle: (*string)(c.JobTitle), Email: (*string)(c.Email),
			PhonePrefix: (*string)(c.PhonePrefix), Phone: (*string)(c.Phone),
			CellPhonePrefix: (*string)(c.CellPhonePrefix), CellPhone: (*string)(c.CellPhone),
		}
	}
	if a := spec.Address; a != nil {
		b.Address = broker.Address{
			Address: (*string)(a.Address), PostalCode: (*string)(a.PostalCode),
			City: (*string)(a.City), CountryCode: (*string)(a.CountryCode),
		}
	}
	if c := spec.InvoiceContact; c != nil {
		b.InvoiceContact = broker.InvoiceContact{
			Name: (*string)(c.Name), Email: (*string)(c.Email),
			PhonePrefix: (*string)(c.PhonePrefix), Phone: (*string)(c.Phone),
		}
	}
	for _, p := range spec.CustomProperties {
		value := ""
		if p.Value != nil {
			value = *p.Value
		}
		b.CustomProperties = append(b.CustomProperties, broker.Property{ID: string(p.ID), Value: value})
	}
	return b
}
