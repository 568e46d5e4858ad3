package simulation

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// leftByRestore reports whether a restore left nothing that leads a Reseller to a broker
// which was made for it before: the backup does not have it; or it was deleted before it
// found the broker; or a user is asked, as where only the identity was left, or has named
// another one, or it waits for another create. Or nothing but the identity was left, and that
// was changed before the broker was found, or too many are like it, or no list shows it; of
// one that was found too late, as after an outage that looks like an empty account, a user is told.
func (h *history) leftByRestore(uid types.UID, b *fake.Record) bool {
	latest := h.restoredSince(uid, b.CreatedAt, h.end)
	if latest == nil {
		return false
	}
	r, gone := h.last(uid)
	found := h.heldSince(uid, b, latest.at)
	switch {
	case latest.as == nil, !gone && reasonFor(r) == v1alpha1.ReasonDuplicateSuspected && strings.Contains(readiness(r), b.ID):
		return true
	case gone && !found, !gone && asksOrHolds(r, latest, found):
		return true
	}
	untold := b.Unlisted || h.unseen(b, string(ptr.Deref(r.Spec.Name, ""))) || reasonFor(r) == v1alpha1.ReasonDuplicateSuspected || (h.crowded(h.end, b) && !h.shownAs(b, meant(r)))
	return !found && !h.leads(latest, b, meant(r)) && (untold || h.waitsForStuck(r) || h.moved(uid, b, latest.at))
}

// asksOrHolds reports whether a restored Reseller asks a user, or has by its status or a user's
// word another broker than the one that it had made, which it did not find since.
func asksOrHolds(r *v1alpha1.Reseller, latest *restored, found bool) bool {
	if r.Status.BrokerID == "" {
		return (stalled(r) || ptr.Deref(r.Spec.Suspend, false)) && asksWhich[reasonFor(r)]
	}
	unproven := r.Status.BrokerID == latest.as.Status.BrokerID && reasonFor(r) == v1alpha1.ReasonOwnershipUnproven
	return !found && (unproven || r.Status.Origin != v1alpha1.OriginCreated)
}

// moved reports whether a Reseller has meant another company since a moment than a broker
// is, or was then.
func (h *history) moved(uid types.UID, b *fake.Record, since time.Time) bool {
	had, has := h.identityAt(b, since).Weak(), identityOf(b).Weak()
	return slices.ContainsFunc(h.changes, func(c change) bool {
		r, _ := c.after.(*v1alpha1.Reseller)
		return r != nil && r.UID == uid && !c.at.Before(since) && (!had.Shares(meant(r).Weak()) || !has.Shares(meant(r).Weak()))
	})
}

// restoredSince is what the latest restore between two moments made of a Reseller; nil for none.
func (h *history) restoredSince(uid types.UID, from, to time.Time) *restored {
	for i := range slices.Backward(h.restored) {
		if r := &h.restored[i]; r.uid == uid && r.at.After(from) && r.at.Before(to) {
			return r
		}
	}
	return nil
}

// leads reports whether anything but the identity was left that leads to a broker. An intent
// whose POST was refused leads only to what that made all the same, and a mark only to a
// broker that has half of what is sought.
func (h *history) leads(r *restored, b *fake.Record, sought broker.Identity) bool {
	st := &r.as.Status
	if c := st.Creation; c != nil && !h.announced(c.Attempt).After(b.CreatedAt) && (!c.Refused || h.attemptOf(b) == c.Attempt) {
		return true
	}
	return broker.ID(st.BrokerID).Same(broker.ID(b.ID)) ||
		broker.ID(r.as.Annotations[v1alpha1.AnnotationBrokerID]).Same(broker.ID(b.ID)) || identityOf(b).Half(sought) && h.markLeads(r, b)
}

// attemptOf is the attempt of the create that made a broker; "" for a stranger.
func (h *history) attemptOf(b *fake.Record) string {
	for i := range h.calls {
		if c := &h.calls[i]; c.op == post && broker.ID(c.exchange.Broker).Same(broker.ID(b.ID)) {
			return h.changes[h.intentOf(c)].after.(*v1alpha1.Reseller).Status.Creation.Attempt
		}
	}
	return ""
}

// forgotten reports whether only the identity could lead to a broker when a create was
// sent: the Reseller was restored since it was made. A mark leads nowhere while the account
// looks empty. Whether it had to be found by that is
// decided as for a stranger's.
func (h *history) forgotten(c *call, b *fake.Record) bool {
	latest := h.restoredSince(c.uid, b.CreatedAt, c.at)
	return latest != nil && latest.as != nil && (!h.leads(latest, b, c.posted()) || h.blind(c) && !h.leads(latest, b, broker.Identity{}))
}

// asksWhich are the reasons by which a user is asked about a broker that was there before.
var asksWhich = map[string]bool{
	v1alpha1.ReasonAdoptionNotAllowed: true, v1alpha1.ReasonAmbiguousMatch: true, v1alpha1.ReasonSimilarBrokerExists: true,
	v1alpha1.ReasonSuspended: true, v1alpha1.ReasonBrokerNotFound: true, v1alpha1.ReasonIdentityTaken: true, v1alpha1.ReasonBrokerUnreadable: true,
}

// heldSince reports whether a Reseller showed a broker after a moment.
func (h *history) heldSince(uid types.UID, b *fake.Record, at time.Time) bool {
	return slices.ContainsFunc(h.changes, func(c change) bool {
		r, _ := c.after.(*v1alpha1.Reseller)
		return r != nil && r.UID == uid && c.at.After(at) && broker.ID(r.Status.BrokerID).Same(broker.ID(b.ID))
	})
}

// identityAt is the identity that a broker had at a moment.
func (h *history) identityAt(b *fake.Record, at time.Time) broker.Identity {
	had := broker.Identity{}
	for _, v := range h.of.Versions(b.ID) {
		if !v.At.After(at) {
			had, _ = broker.IdentityFrom(v.Broker.RegistrationNumber, v.Broker.Domain)
		}
	}
	return had
}
