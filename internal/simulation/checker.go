package simulation

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// overlooked is how long a broker must have been there before a create of the
// same identity was sent, so that not to have found it is a mistake: longer than
// the two syncs may be old of which one may be wrong, with the list's lag.
const overlooked = 7 * time.Minute

// violation is a broken invariant, by its number in the list below.
type violation struct {
	invariant int
	what      string
}

// String is the violation in words.
func (v violation) String() string { return fmt.Sprintf("invariant %d: %s", v.invariant, v.what) }

// invariants are what must hold whatever happens.
var invariants = []func(*history) []violation{
	oneBroker,    // 1: one live broker for a Reseller, and one POST
	nothingLost,  // 2: no broker that nobody knows
	nothingWrong, // 3: nothing changed, deleted or made that must not be
	oneHolder,    // 4: a broker has one Reseller
	comesToRest,  // 5: everything ends, and stays so
	keepsPace,    // 6: what fails is tried less and less
	staysTrue,    // 7: what is said at the end is true then
	doesNoHarm,   // 8: what the spec does not name is as it was
	keepsEdits,   // 9: an edit has arrived, or status says why not; so has what changed elsewhere
}

// check decides them all.
func (h *history) check() []violation {
	var found []violation
	for i, holds := range invariants {
		for _, v := range holds(h) {
			v.invariant = i + 1
			found = append(found, v)
		}
	}
	return found
}

// oneBroker: a create takes effect only when no earlier broker of the Reseller
// lives any more.
func oneBroker(h *history) []violation {
	var found []violation
	for i := range h.calls {
		if c := &h.calls[i]; c.op == post {
			found = append(found, h.besidesOwn(c)...)
			found = append(found, h.besidesHeld(c)...)
		}
	}
	return found
}

// besidesOwn finds brokers made earlier for the same Reseller that live when a
// create takes effect.
func (h *history) besidesOwn(later *call) []violation {
	var found []violation
	for i := range h.calls {
		earlier := &h.calls[i]
		if earlier.op != post || earlier.uid != later.uid || earlier.exchange.Broker == later.exchange.Broker ||
			earlier.exchange.CommittedAt.After(later.exchange.CommittedAt) {
			continue
		}
		if r := h.findBroker(earlier.exchange.Broker); r != nil && alive(r, later.exchange.CommittedAt) && !h.hidden(r.ID) && !h.forgotten(later, r) {
			found = append(found, violation{what: fmt.Sprintf("broker %s was made for %s while its broker %s lives", later.exchange.Broker, later.what, r.ID)})
		}
	}
	return found
}

// besidesHeld finds the living broker that the Reseller held when a create took
// effect.
func (h *history) besidesHeld(c *call) []violation {
	bound := h.asOf(c.uid, h.before(c.exchange.CommittedAt))
	if bound == nil || bound.Status.BrokerID == "" {
		return nil
	}
	r := h.findBroker(bound.Status.BrokerID)
	if r == nil || !alive(r, c.exchange.CommittedAt) {
		return nil
	}
	return []violation{{what: fmt.Sprintf("broker %s was made for %s, which holds broker %s", c.exchange.Broker, c.what, r.ID)}}
}

// nothingLost: who made a broker that lives knows it, or looks for it, or let
// go of it as the policy says.
func nothingLost(h *history) []violation {
	present := h.presentAt(len(h.changes))
	held := map[broker.ID]bool{}
	for _, r := range present {
		held[broker.ID(r.Status.BrokerID).Key()] = true
	}
	var found []violation
	for i := range h.brokers {
		b := &h.brokers[i]
		uid := h.creator(b.ID)
		if uid == "" || !alive(b, h.end) || held[broker.ID(b.ID).Key()] {
			continue
		}
		r, gone := h.last(uid)
		switch {
		case r == nil:
			found = append(found, violation{what: "broker " + b.ID + " was made for nobody"})
		case namedAnother(h, r, b.ID), reasonFor(r) == v1alpha1.ReasonDuplicateSuspected && h.madeBlind(b.ID):
		case h.leftByRestore(uid, b):
		case gone && (mayOrphan(h, r, b.ID) || h.lostInCrowd(b)), h.hidden(b.ID):
		case gone:
			found = append(found, violation{what: fmt.Sprintf("broker %s lives on although %s, which made it, is deleted", b.ID, r.Name)})
		case r.Status.Creation == nil || !stalled(r):
			found = append(found, violation{what: fmt.Sprintf("broker %s is not known to %s, which made it", b.ID, r.Name)})
		}
	}
	return found
}

// hidden reports whether a create was refused, made the broker all the same, and was
// taken for one that made nothing while the account looked empty: in one that is empty a
// refusal could not be told from that.
func (h *history) hidden(id string) bool {
	i := slices.IndexFunc(h.calls, func(c call) bool { return c.op == post && broker.ID(c.exchange.Broker).Same(broker.ID(id)) })
	if i < 0 || h.calls[i].exchange.Status < 400 || h.calls[i].exchange.Status >= 500 {
		return false
	}
	made := &h.calls[i]
	for _, c := range h.changes[made.view:] {
		before, _ := c.before.(*v1alpha1.Reseller)
		after, _ := c.after.(*v1alpha1.Reseller)
		if before != nil && before.UID == made.uid && before.Status.Creation != nil && before.Status.Creation.Refused && (after == nil || after.Status.Creation == nil) {
			return h.lookedEmpty(c.at, time.Minute)
		}
	}
	return false
}

// madeBlind reports whether a create was sent at about the time when the account looked
// empty: a broker of its identity that was there before may be taken for the one it made,
// and status names both.
func (h *history) madeBlind(id string) bool {
	i := slices.IndexFunc(h.calls, func(c call) bool { return c.op == post && broker.ID(c.exchange.Broker).Same(broker.ID(id)) })
	return i >= 0 && h.lookedEmpty(h.calls[i].at, overlooked)
}

// namedAnother reports whether a user settled the open create of a Reseller by
// naming another broker than it had made.
func namedAnother(h *history, r *v1alpha1.Reseller, id string) bool {
	if r.Spec.BrokerID == "" || broker.ID(r.Spec.BrokerID).Same(broker.ID(id)) || !broker.ID(r.Spec.BrokerID).Same(broker.ID(r.Status.BrokerID)) {
		return false
	}
	for i := range h.changes {
		before, _ := h.changes[i].before.(*v1alpha1.Reseller)
		if before != nil && before.UID == r.UID && before.Status.Creation != nil && before.Spec.BrokerID == r.Spec.BrokerID {
			return true
		}
	}
	return false
}

// mayOrphan reports whether a Reseller that has gone could leave this broker: by
// its policy, or because another one showed it, too.
func mayOrphan(h *history, r *v1alpha1.Reseller, id string) bool {
	switch {
	case r.Spec.DeletionPolicy == v1alpha1.DeletionOrphan, r.Spec.ManagementPolicy == v1alpha1.Observe:
		return true
	case r.Spec.DeletionPolicy == "" && r.Status.Origin != v1alpha1.OriginCreated && r.Status.Origin != "":
		return true
	}
	return sharedWith(h, r.UID, id, len(h.changes)) != nil
}

// sharedWith is another Reseller that showed the broker at some time.
func sharedWith(h *history, own types.UID, id string, changes int) *v1alpha1.Reseller {
	for i := range h.changes[:changes] {
		after, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if after != nil && after.UID != own && broker.ID(after.Status.BrokerID).Same(broker.ID(id)) {
			return after
		}
	}
	return nil
}

// waitsForStuck reports whether a Reseller waits for what another one has made, which only
// a user can tell.
func (h *history) waitsForStuck(r *v1alpha1.Reseller) bool {
	if reasonFor(r) != v1alpha1.ReasonCreating || r.Status.Creation != nil {
		return false
	}
	for _, other := range h.presentAt(len(h.changes)) {
		c := other.Status.Creation
		if c == nil || !resting(other) {
			continue
		}
		if id, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain); id == meant(r) || id.Like(meant(r)) {
			return true
		}
	}
	return false
}

// comesToRest: every Reseller is Ready, gone, or says what a user has to do;
// nothing is written and nobody called any more.
func comesToRest(h *history) []violation {
	present := h.presentAt(len(h.changes))
	var found []violation
	for _, r := range present {
		if !resting(r) && !h.waitsForStuck(r) && !h.triedLately(r) {
			found = append(found, violation{what: fmt.Sprintf("%s does not come to rest: %s", r.Name, readiness(r))})
		}
	}
	for _, p := range h.quiet {
		r, gone := h.last(p.uid)
		looksOn := r != nil && !gone && stalled(r) && (p.op == get || p.op == services || triesOn(r, p.op))
		looksOn = looksOn || (r != nil && p.op == get && h.contradicts(r)) || (r != nil && !gone && h.triedLately(r))
		if r != nil && p.op != readLive && !looksOn {
			found = append(found, violation{what: "not at rest: " + p.String()})
		}
	}
	return found
}

// triedLately reports whether a create that is refused again and again, perhaps by a
// gateway, was tried once more as the schedule ended: syncs have yet to show that it
// made nothing.
func (h *history) triedLately(r *v1alpha1.Reseller) bool {
	c := r.Status.Creation
	if c == nil || h.end.Sub(h.announced(c.Attempt)) >= restful {
		return false
	}
	attempts := map[string]bool{}
	for i := range h.changes {
		if before, _ := h.changes[i].after.(*v1alpha1.Reseller); before != nil && before.UID == r.UID && before.Status.Creation != nil {
			attempts[before.Status.Creation.Attempt] = true
		}
	}
	return len(attempts) > 2
}

// triesOn reports whether a call is the hourly try of what was refused.
func triesOn(r *v1alpha1.Reseller, op operation) bool {
	reason := reasonFor(r)
	return (reason == v1alpha1.ReasonRefused || reason == v1alpha1.ReasonForbidden) && (op.changes() || op == writeStatus)
}

// resting reports whether nothing more is to be expected of a Reseller.
func resting(r *v1alpha1.Reseller) bool {
	ready := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || r.Status.ObservedGeneration != r.Generation {
		return false
	}
	if c := r.Status.Creation; c != nil && c.Refused && reasonFor(r) == v1alpha1.ReasonRefused {
		return false // syncs have yet to show that it made nothing
	}
	if asked := r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]; asked != "" && asked != r.Status.LastHandledReconcileAt {
		return false
	}
	return ready.Status == "True" || stalled(r) || ready.Reason == v1alpha1.ReasonSuspended
}

// stalled reports whether a Reseller says that a user must act, and how.
func stalled(r *v1alpha1.Reseller) bool {
	c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionStalled)
	return c != nil && c.Status == "True" && c.Message != ""
}

func readiness(r *v1alpha1.Reseller) string {
	c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	if c == nil {
		return "no Ready"
	}
	return fmt.Sprintf("%s %s (generation %d of %d): %s", c.Status, c.Reason, r.Status.ObservedGeneration, r.Generation, c.Message)
}
