package simulation

import (
	"fmt"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// nothingWrong: what is changed or deleted was made for the Reseller or taken
// over by it as a user allowed, and nobody else is known to hold it; what is
// made was not there already.
func nothingWrong(h *history) []violation {
	var found []violation
	for i := range h.calls {
		c := &h.calls[i]
		switch c.op {
		case put, del:
			if why := h.takesIdentity(c); why != "" {
				found = append(found, violation{what: fmt.Sprintf("%s of broker %s for %s: %s", c.op, c.broker, c.what, why)})
			}
			if why := h.notIts(c); why != "" {
				found = append(found, violation{what: fmt.Sprintf("%s of broker %s for %s: %s", c.op, c.broker, c.what, why)})
			}
		case post:
			found = append(found, h.madeTwice(c)...)
			found = append(found, h.madeForAnother(c)...)
		default: // changes no broker
		}
	}
	return found
}

// pass is how long a pass may have gone on that began with an earlier version.
const pass = 2 * time.Minute

// observed reports whether the Reseller was only observed whenever the pass may have begun
// that made a call.
func (h *history) observed(c *call) bool {
	for began := min(c.view, h.before(c.at.Add(-pass))); began <= c.view; began++ {
		if r := h.asOf(c.uid, began); r != nil && r.Spec.ManagementPolicy != v1alpha1.Observe {
			return false
		}
	}
	return true
}

// notIts says why a broker may not be written for a Reseller; "" if it may.
func (h *history) notIts(c *call) string {
	if h.creator(c.broker) != c.uid && !h.takenOver(c) && !h.mistaken(c) {
		return "it was neither made for it nor adopted"
	}
	own := h.asOf(c.uid, c.view)
	switch {
	case own == nil:
		return "the Reseller is not there"
	case c.op == del && h.asOf(c.uid, h.before(c.exchange.CommittedAt)) == nil:
		return "the Reseller had let go of it when the call took effect"
	case c.op == del && own.DeletionTimestamp.IsZero():
		return "the Reseller is not being deleted"
	case own.Spec.ManagementPolicy == v1alpha1.Observe && h.observed(c):
		return "it is only observed"
	case h.marksAnother(c, own):
		return "it is marked as somebody else's"
	}
	known := c.view
	if c.op == del {
		known = h.before(c.exchange.CommittedAt) // a deletion that is written down keeps others away
	}
	for _, other := range h.presentAt(known) {
		if other.UID != c.uid && broker.ID(other.Status.BrokerID).Same(broker.ID(c.broker)) {
			return fmt.Sprintf("%s shows it, too", other.Name)
		}
	}
	return ""
}

// mistaken reports whether the Reseller found the broker for an open create that was
// posted while the account looked empty, or after another Reseller had written it: if
// nobody holds it, and it has all that was posted, no client can tell whether the call
// made it.
func (h *history) mistaken(c *call) bool {
	for i := range h.changes[:c.view] {
		before, _ := h.changes[i].before.(*v1alpha1.Reseller)
		after, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if before == nil || after == nil || after.UID != c.uid || before.Status.Creation == nil || !broker.ID(after.Status.BrokerID).Same(broker.ID(c.broker)) {
			continue
		}
		if h.lookedEmpty(h.announced(before.Status.Creation.Attempt), time.Minute) || h.wroteEarlier(c) {
			return true
		}
	}
	return false
}

// wroteEarlier reports whether another Reseller updated the broker before.
func (h *history) wroteEarlier(later *call) bool {
	return slices.ContainsFunc(h.calls, func(c call) bool {
		return c.op == put && c.uid != later.uid && broker.ID(c.broker).Same(broker.ID(later.broker)) && c.exchange.CommittedAt.Before(later.at)
	})
}

// announced is when an intent was written, whatever the clock of its manager said.
func (h *history) announced(attempt string) time.Time {
	i := slices.IndexFunc(h.changes, func(c change) bool {
		r, _ := c.after.(*v1alpha1.Reseller)
		return r != nil && r.Status.Creation != nil && r.Status.Creation.Attempt == attempt
	})
	return h.changes[i].at
}

// lookedEmpty reports whether the account looked empty at about a moment.
func (h *history) lookedEmpty(at time.Time, about time.Duration) bool {
	return slices.ContainsFunc(h.empty, func(when time.Time) bool { return when.Sub(at).Abs() < about })
}

// takenOver reports whether the Reseller was bound to the broker by a right: a
// person named it, or allowed to adopt whatever has the identity, and it had it.
func (h *history) takenOver(c *call) bool {
	record := h.findBroker(c.broker)
	bound, allowed := false, false
	for i := range h.changes[:c.view] {
		r, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if r == nil || r.UID != c.uid {
			continue
		}
		bound = bound || broker.ID(r.Status.BrokerID).Same(broker.ID(c.broker))
		named := broker.ID(r.Spec.BrokerID).Same(broker.ID(c.broker))
		allowed = allowed || named || r.Spec.AdoptionPolicy == v1alpha1.AdoptMatchExisting || h.provenByMark(c, r)
	}
	return record != nil && !record.Foreign && bound && allowed
}

// blind reports whether a create was sent when the account looked empty, to who held nothing
// there or had seen it so for long.
func (h *history) blind(c *call) bool {
	return h.lookedEmpty(c.at, overlooked) && (!h.anyHeld(c) || h.emptyFor(c.at) >= believed)
}

// madeTwice finds brokers of the posted identity that had been there for long
// when the create was sent. One that no list shows is known to nobody who does not hold it.
func (h *history) madeTwice(c *call) []violation {
	var found []violation
	for i := range h.brokers {
		b := &h.brokers[i]
		if b.ID == c.exchange.Broker || !alive(b, c.at) || b.Unlisted || h.unseen(b, c.name()) || h.answered(c, b) || (!h.shownAs(b, c.posted()) && !h.inQuestion(c, b)) {
			continue
		}
		if h.blind(c) {
			continue
		}
		if b.ChangedAt.Add(overlooked).Before(c.at) && b.CreatedAt.Add(overlooked).Before(c.at) {
			found = append(found, violation{what: fmt.Sprintf("broker %s was made although broker %s of the same identity, or a similar one, was there", c.exchange.Broker, b.ID)})
		}
	}
	return found
}

// believed is how long an account has to look empty so that it is taken for one.
const believed = 15 * time.Minute

// anyHeld reports whether a Reseller held a broker for a while when a call was made: then a
// manager that began while the account looked empty could know that it is not.
func (h *history) anyHeld(c *call) bool {
	for _, r := range h.presentAt(h.before(c.at.Add(-time.Minute))) {
		if r.Status.BrokerID != "" {
			return true
		}
	}
	return false
}

// emptyFor is for how long the account had looked empty at a moment.
func (h *history) emptyFor(at time.Time) time.Duration {
	since := at
	for _, when := range slices.Backward(h.empty) {
		if when.Before(at) && since.Sub(when) < believed {
			since = when
		}
	}
	return at.Sub(since)
}

// takesIdentity says whose identity an update would give to a broker, as far as
// the manager knew; "" for nobody's.
func (h *history) takesIdentity(c *call) string {
	if c.op != put || c.replaced() == c.posted() {
		return ""
	}
	own := h.asOf(c.uid, c.view)
	for _, other := range h.presentAt(c.view) {
		if similar := c.replaced().Like(c.posted()); similar && (byID(own) || byID(other)) {
			continue // the API writes one in its own form, and which is whose is known by id
		}
		b := h.findBroker(other.Status.BrokerID)
		if other.UID != c.uid && b != nil && b.ID != c.broker && alive(b, c.at) && b.ChangedAt.Before(c.at) && identityOf(b) == c.posted() && c.posted() != (broker.Identity{}) {
			return fmt.Sprintf("it takes the identity of broker %s of %s", b.ID, other.Name)
		}
	}
	return ""
}

// replaced is the identity that the broker of an update had before.
// byID reports whether a Reseller tells its broker by the id alone; r may be nil.
func byID(r *v1alpha1.Reseller) bool {
	return r != nil && r.Spec.BrokerID != "" && r.Spec.RegistrationNumber == nil && r.Spec.Domain == nil
}

func (c *call) replaced() broker.Identity {
	if c.exchange.Replaced == nil {
		return broker.Identity{}
	}
	id, _ := broker.IdentityFrom(c.exchange.Replaced.RegistrationNumber, c.exchange.Replaced.Domain)
	return id
}

// madeForAnother finds Resellers whose create or broker of the same identity was
// written down before the create of this one was.
func (h *history) madeForAnother(c *call) []violation {
	at := h.intentOf(c)
	var found []violation
	for _, other := range h.presentAt(at) {
		intent := other.Status.Creation
		if other.UID == c.uid || intent == nil {
			continue
		}
		still := h.asOf(other.UID, h.before(c.at))
		if still == nil || still.Status.Creation == nil || still.Status.Creation.Attempt != intent.Attempt {
			continue
		}
		if id, _ := broker.IdentityFrom(intent.RegistrationNumber, intent.Domain); id == c.posted() {
			found = append(found, violation{what: fmt.Sprintf("broker %s was made for %s although %s was about to make it", c.exchange.Broker, c.what, other.Name)})
		}
	}
	return found
}

// intentOf is how many changes there were when the intent of a create was written.
func (h *history) intentOf(c *call) int {
	attempt, first := "", 0
	for i := range h.changes[:h.before(c.at)] {
		r, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if r == nil || r.UID != c.uid || r.Status.Creation == nil || r.Status.Creation.Attempt == attempt {
			continue
		}
		attempt, first = r.Status.Creation.Attempt, i
	}
	return first
}

// oneHolder: no two Resellers hold one broker, unless a user wrote so into
// their status, and no two write one.
func oneHolder(h *history) []violation {
	var found []violation
	present := h.presentAt(len(h.changes))
	holders := map[broker.ID][]*v1alpha1.Reseller{}
	for _, r := range present {
		if r.Status.BrokerID != "" {
			id := broker.ID(r.Status.BrokerID).Key()
			holders[id] = append(holders[id], r)
		}
	}
	for id, those := range holders {
		borne := h.byHand(id) || (h.stormy && stopped(those))
		if len(those) > 1 && !borne {
			found = append(found, violation{what: fmt.Sprintf("broker %s is held by %d Resellers", id, len(those))})
		}
	}
	return append(found, twoWriters(h)...)
}

// stopped reports whether all have noticed that they show one broker: what a
// race between naming a broker and finding it by its identity may come to.
func stopped(those []*v1alpha1.Reseller) bool {
	for _, r := range those {
		if !stalled(r) || reasonFor(r) != v1alpha1.ReasonIdentityTaken {
			return false
		}
	}
	return true
}

// byHand reports whether a user wrote a broker into a status.
func (h *history) byHand(id broker.ID) bool {
	for i := range h.changes {
		before, _ := h.changes[i].before.(*v1alpha1.Reseller)
		after, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if h.changes[i].by == "person" && before != nil && after != nil && before.Status.BrokerID != after.Status.BrokerID && broker.ID(after.Status.BrokerID).Same(id) {
			return true
		}
	}
	return false
}

// twoWriters finds brokers that were written for one Reseller while another one
// that has written them still showed them.
func twoWriters(h *history) []violation {
	var found []violation
	for i := range h.calls {
		for j := range h.calls[:i] {
			first, second := &h.calls[j], &h.calls[i]
			if (second.op != put && second.op != del) || (first.op != put && first.op != del) || first.uid == second.uid || !broker.ID(first.broker).Same(broker.ID(second.broker)) {
				continue
			}
			still := h.asOf(first.uid, second.view)
			if still != nil && broker.ID(still.Status.BrokerID).Same(broker.ID(second.broker)) {
				found = append(found, violation{what: fmt.Sprintf("broker %s was written for %s and for %s", second.broker, first.what, second.what)})
			}
		}
	}
	return found
}

func reasonFor(r *v1alpha1.Reseller) string {
	for _, c := range r.Status.Conditions {
		if c.Type == v1alpha1.ConditionReady {
			return c.Reason
		}
	}
	return ""
}
