package simulation

import (
	"slices"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// staysTrue: what Ready says when all has settled is so. Who is in sync has no edit
// that was lost, and who waits for a user has a reason to.
func staysTrue(h *history) []violation {
	var found []violation
	for _, r := range h.presentAt(len(h.changes)) {
		why := ""
		if reasonFor(r) == v1alpha1.ReasonInSync {
			why = h.outOfSync(r)
		} else if holds := reasons[reasonFor(r)]; holds != nil && !holds(h, r) {
			why = "it says " + readiness(r) + ", which is not so"
		}
		if why != "" {
			found = append(found, violation{what: r.Name + ": " + why})
		}
	}
	return found
}

// outOfSync says where a broker differs from a Reseller that calls itself in sync.
func (h *history) outOfSync(r *v1alpha1.Reseller) string {
	b := h.findBroker(r.Status.BrokerID)
	if b == nil || b.State == fake.StateGone {
		return "it is in sync with broker " + r.Status.BrokerID + ", which is not there"
	}
	if b.State == fake.StateInactive {
		return "it is in sync with broker " + b.ID + ", which is inactive"
	}
	if c := h.compared(r, b); len(c.differing()) > 0 {
		return "it is in sync, and " + c.words(c.differing()[0])
	}
	return ""
}

// contradicts reports whether lists lack the broker of a Reseller that a GET finds: it
// is looked after by GETs then.
func (h *history) contradicts(r *v1alpha1.Reseller) bool {
	b := h.findBroker(r.Status.BrokerID)
	return b != nil && (b.Unlisted || b.Entry != "" || b.State == fake.StateInactive)
}

// reasons are the reasons of Ready that wait for a user, and when each is true.
var reasons = map[string]func(*history, *v1alpha1.Reseller) bool{
	v1alpha1.ReasonRefused:   (*history).isRefused,
	v1alpha1.ReasonForbidden: (*history).isRefused,
	v1alpha1.ReasonBrokerUnreadable: func(h *history, r *v1alpha1.Reseller) bool {
		unreadable := func(b *fake.Record) bool { return b.Unreadable }
		anyone := func(b fake.Record) bool { return b.Unreadable && h.namesOnly() && b.State == fake.StateLive }
		return h.spoiltFor(r) || slices.ContainsFunc(h.brokers, anyone) || len(h.of.Live()) == 0 || // of an account without brokers lists prove nothing
			slices.ContainsFunc(h.similar(r), unreadable) || slices.ContainsFunc(h.brokers, func(b fake.Record) bool {
			return b.Unreadable && (broker.ID(b.ID).Same(broker.ID(r.Status.BrokerID)) || broker.ID(b.ID).Same(broker.ID(r.Spec.BrokerID)) || identityOf(&b) == meant(r))
		})
	},
	v1alpha1.ReasonBrokerInactive: func(h *history, r *v1alpha1.Reseller) bool {
		b := h.findBroker(r.Status.BrokerID)
		return b != nil && b.State == fake.StateInactive
	},
	v1alpha1.ReasonBrokerNotFound: func(h *history, r *v1alpha1.Reseller) bool {
		b := h.findBroker(string(or(v1alpha1.ID(r.Status.BrokerID), r.Spec.BrokerID)))
		return b == nil || b.State != fake.StateLive || b.Unreadable
	},
	v1alpha1.ReasonIdentityTaken: (*history).isContended,
	v1alpha1.ReasonAdoptionNotAllowed: func(h *history, r *v1alpha1.Reseller) bool {
		return r.Spec.BrokerID != "" || h.carriers(r)+len(h.similar(r))+h.bearing(r) > 0 // it may be stored in another way than it is shown
	},
	v1alpha1.ReasonSimilarBrokerExists: func(h *history, r *v1alpha1.Reseller) bool { return len(h.similar(r)) > 0 },
	v1alpha1.ReasonAmbiguousMatch: func(h *history, r *v1alpha1.Reseller) bool {
		n := h.carriers(r) + len(h.similar(r)) + h.bearing(r) // it may be stored in another way than it is shown
		return n > 1 || (n > 0 && h.isContended(r))           // one that two may have made
	},
	v1alpha1.ReasonDuplicateSuspected:   func(h *history, r *v1alpha1.Reseller) bool { return h.carriers(r)+len(h.similar(r))+h.bearing(r) > 0 },
	v1alpha1.ReasonServicesActivated:    func(*history, *v1alpha1.Reseller) bool { return false }, // nobody has any
	v1alpha1.ReasonCreateOutcomeUnknown: func(_ *history, r *v1alpha1.Reseller) bool { return r.Status.Creation != nil },
	v1alpha1.ReasonCreatedButNotListed:  func(_ *history, r *v1alpha1.Reseller) bool { return r.Status.Creation != nil },
	v1alpha1.ReasonDeletionUnconfirmed:  func(_ *history, r *v1alpha1.Reseller) bool { return r.Status.Deletion != nil },
	v1alpha1.ReasonSuspended:            func(_ *history, r *v1alpha1.Reseller) bool { return ptr.Deref(r.Spec.Suspend, false) },
}

func or(a, b v1alpha1.ID) v1alpha1.ID {
	if a != "" {
		return a
	}
	return b
}

// isRefused reports whether the API refuses for good what the Reseller wants.
func (h *history) isRefused(r *v1alpha1.Reseller) bool {
	b := h.findBroker(r.Status.BrokerID)
	inactive := b != nil && b.State != fake.StateLive
	unnamed := h.shapes.InvalidBody == fake.ErrorEmpty && len(h.shapes.ReadOnlyMembers)+len(h.shapes.RequiredMembers) > 0
	return unnamed || inactive || h.emptiesGroup(r) || sendsTooLittle(r, b) || (h.shapes.Unique && (h.carriers(r) > 0 || h.hasTwin(b)))
}

// hasTwin reports whether another broker has the identity that a broker has, or is shown
// with, and that an update may leave as it is.
func (h *history) hasTwin(b *fake.Record) bool {
	if b == nil {
		return false
	}
	as := h.of.Shown(b.Broker)
	shown, _ := broker.IdentityFrom(as.RegistrationNumber, as.Domain)
	return slices.ContainsFunc(h.brokers, func(other fake.Record) bool {
		id := identityOf(&other)
		return other.ID != b.ID && other.State != fake.StateGone && (id == identityOf(b) || id == shown)
	})
}

// sendsTooLittle reports whether the broker lacks what every update has to say, and is only
// told of: an edit of something else is refused then.
func sendsTooLittle(r *v1alpha1.Reseller, b *fake.Record) bool {
	if b == nil || r.Spec.DriftPolicy != v1alpha1.DriftReport {
		return false
	}
	have := textsOf(b.Broker)
	for path, must := range required {
		if must && have[path] == "" {
			return true
		}
	}
	return false
}

// emptiesGroup reports whether a Reseller wants a group without any value, from an API
// that has null for those.
func (h *history) emptiesGroup(r *v1alpha1.Reseller) bool {
	return h.shapes.NullGroups && r.Spec.InvoiceContact != nil && *wanted(r).InvoiceContact == fake.InvoiceContact{}
}

// meant is the identity that a Reseller means.
func meant(r *v1alpha1.Reseller) broker.Identity {
	id, _ := broker.IdentityFrom(string(ptr.Deref(r.Spec.RegistrationNumber, "")), string(ptr.Deref(r.Spec.Domain, "")))
	return id
}

// carriers counts the brokers, inactive ones included, that have a Reseller's identity and are not its own.
func (h *history) carriers(r *v1alpha1.Reseller) int {
	identity := meant(r)
	if c := r.Status.Creation; c != nil {
		identity, _ = broker.IdentityFrom(c.RegistrationNumber, c.Domain)
	}
	n := 0
	for i := range h.brokers {
		b := &h.brokers[i]
		if b.State != fake.StateGone && identityOf(b) == identity && !broker.ID(b.ID).Same(broker.ID(r.Status.BrokerID)) {
			n++
		}
	}
	return n
}

// similar are the brokers that nobody holds and share a weak key with what a Reseller seeks,
// or, while its create is open, the name.
func (h *history) similar(r *v1alpha1.Reseller) []*fake.Record {
	keys := meant(r).Weak()
	if c := r.Status.Creation; c != nil {
		id, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain)
		keys = id.Weak()
	}
	held := map[broker.ID]bool{}
	for _, other := range h.presentAt(len(h.changes)) {
		held[broker.ID(other.Status.BrokerID).Key()] = true
	}
	var found []*fake.Record
	for i := range h.brokers {
		b := &h.brokers[i]
		named := r.Status.Creation != nil && r.Spec.Name != nil && broker.SameName(string(*r.Spec.Name), &broker.Broker{Name: &b.Broker.Name})
		if b.State != fake.StateGone && !held[broker.ID(b.ID).Key()] && (named || identityOf(b).Weak().Shares(keys)) {
			found = append(found, b)
		}
	}
	return found
}

// isContended reports whether another Reseller claims the same broker or identity.
func (h *history) isContended(r *v1alpha1.Reseller) bool {
	for _, other := range h.presentAt(len(h.changes)) {
		if other.UID != r.UID && h.rivals(r, other) {
			return true
		}
	}
	return false
}

func (h *history) rivals(r, other *v1alpha1.Reseller) bool {
	identities := []broker.Identity{meant(other)}
	if c := other.Status.Creation; c != nil {
		id, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain)
		identities = append(identities, id)
	}
	if b := h.findBroker(other.Status.BrokerID); b != nil {
		if identities = append(identities, identityOf(b)); h.carries(b.Broker, r) {
			return true
		}
	}
	if b := other.Status.Broker; b != nil { // as it was read last: it may be gone, or a write that was refused have changed it
		id, _ := broker.IdentityFrom(b.RegistrationNumber, b.Domain)
		identities = append(identities, id)
	}
	own := standsFor(r)
	for _, id := range standsFor(other) {
		if id != "" && slices.ContainsFunc(own, id.Same) {
			return true
		}
	}
	wanted := []broker.Identity{meant(r)}
	for _, id := range own {
		if b := h.findBroker(string(id)); b != nil {
			wanted = append(wanted, identityOf(b))
		}
	}
	renamed := r.Status.BrokerID != "" // into what may be stored as the other one's
	return slices.ContainsFunc(wanted, func(id broker.Identity) bool {
		like := func(other broker.Identity) bool { return id == other || (renamed && id.Like(other)) }
		return slices.ContainsFunc(identities, like) || isMaking(other, id)
	})
}

// standsFor are the brokers that a Reseller holds or names, also by the annotation of a backup.
func standsFor(r *v1alpha1.Reseller) []broker.ID {
	ids := []broker.ID{broker.ID(r.Status.BrokerID), broker.ID(r.Spec.BrokerID)}
	if r.Status.BrokerID == "" && r.Spec.BrokerID == "" && r.Status.Creation == nil {
		ids = append(ids, broker.ID(r.Annotations[v1alpha1.AnnotationBrokerID]))
	}
	return ids
}

// isMaking reports whether an open create may have made what has an identity, or shares a
// weak key with it.
func isMaking(r *v1alpha1.Reseller, id broker.Identity) bool {
	c := r.Status.Creation
	if c == nil {
		return false
	}
	posted, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain)
	return posted.Weak().Shares(id.Weak())
}
