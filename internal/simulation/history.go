package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// history is what a run has left behind: what the checker reads.
type history struct {
	// changes are those of Resellers, in sequence; without content where a Reseller is of
	// another account.
	changes []change
	calls   []call
	brokers []fake.Record
	// quiet are the operations after everything had settled.
	quiet []*point
	end   time.Time
	// stormy says that views lagged and managers worked side by side.
	stormy bool
	shapes fake.Shapes
	// of is the account, which knows how it spells values.
	of *api
	// touched are the edits in the portal, sieges the times of a lasting failure.
	touched  []touch
	sieges   []siege
	points   []*point
	reads    []time.Time // when lists were asked for
	empty    []time.Time // when the account looked empty
	starts   []time.Time // of managers
	beside   bool        // a Seller creates beside similar brokers
	restored []restored  // what restores made of Resellers
}

// call is a call to the seller API that took effect, and who made it.
type call struct {
	*point
	exchange fake.Exchange
}

// posted is the identity that a create named.
func (c *call) posted() broker.Identity {
	var body fake.Broker
	_ = json.Unmarshal(c.exchange.Body, &body) // the client's own encoding
	id, _ := broker.IdentityFrom(body.RegistrationNumber, body.Domain)
	return id
}

// name is the one that a create gave.
func (c *call) name() string {
	var body fake.Broker
	_ = json.Unmarshal(c.exchange.Body, &body) // the client's own encoding
	return body.Name
}

// histories collect what happened, for each account.
func (w *World) histories(quiet []*point) []*history {
	byNumber := map[int]*point{}
	for _, p := range w.trace {
		byNumber[p.n] = p
	}
	all := make([]*history, 0, len(w.apis))
	for _, a := range w.apis {
		all = append(all, w.historyOf(a, byNumber, quiet))
	}
	return all
}

func (w *World) historyOf(a *api, byNumber map[int]*point, quiet []*point) *history {
	h := &history{
		of:     a,
		stormy: w.Stormy, brokers: a.Brokers(), end: now(), shapes: a.Shapes(), touched: w.touched, restored: w.restored, sieges: w.sieges, points: w.trace, quiet: quiet,
	}
	for _, s := range w.server.list("Seller") {
		h.beside = h.beside || s.obj.(*v1alpha1.Seller).Spec.Creation.OnSimilar == v1alpha1.OnSimilarCreate
	}
	for _, m := range w.managers {
		h.starts = append(h.starts, m.began)
	}
	for _, c := range w.server.changes["Reseller"] {
		h.changes = append(h.changes, w.within(a, c))
	}
	for _, ex := range a.History() {
		if ex.Op == fake.OpList {
			h.reads = append(h.reads, ex.At)
		}
		if slices.Contains(ex.Shaped, fake.ShapedEmptyAccount) {
			h.empty = append(h.empty, ex.At)
		}
		n, _ := strconv.Atoi(ex.Header.Get(pointHeader))
		if p := byNumber[n]; p != nil && ex.Committed && ex.Op != fake.OpToken {
			h.calls = append(h.calls, call{p, ex})
		}
	}
	return h
}

// asOf is a Reseller as stored after so many changes; nil if it was not there.
func (h *history) asOf(uid types.UID, changes int) *v1alpha1.Reseller {
	for i := min(changes, len(h.changes)) - 1; i >= 0; i-- {
		c := &h.changes[i]
		before, _ := c.before.(*v1alpha1.Reseller)
		after, _ := c.after.(*v1alpha1.Reseller)
		switch {
		case after != nil && after.UID == uid:
			return after
		case after == nil && before != nil && before.UID == uid:
			return nil
		}
	}
	return nil
}

// last is a Reseller as it was last, also when it is gone.
func (h *history) last(uid types.UID) (r *v1alpha1.Reseller, gone bool) {
	for i := len(h.changes) - 1; i >= 0; i-- {
		c := &h.changes[i]
		before, _ := c.before.(*v1alpha1.Reseller)
		after, _ := c.after.(*v1alpha1.Reseller)
		switch {
		case after != nil && after.UID == uid:
			return after, false
		case after == nil && before != nil && before.UID == uid:
			return before, true
		}
	}
	return nil, true
}

// before is how many changes there were before a moment.
func (h *history) before(at time.Time) int {
	n := 0
	for n < len(h.changes) && h.changes[n].at.Before(at) {
		n++
	}
	return n
}

// presentAt are the Resellers after so many changes.
func (h *history) presentAt(changes int) map[types.UID]*v1alpha1.Reseller {
	present := map[types.UID]*v1alpha1.Reseller{}
	for i := range h.changes[:changes] {
		before, _ := h.changes[i].before.(*v1alpha1.Reseller)
		after, _ := h.changes[i].after.(*v1alpha1.Reseller)
		switch {
		case after != nil:
			present[after.UID] = after
		case before != nil:
			delete(present, before.UID)
		}
	}
	return present
}

// creator is the Reseller whose POST made a broker; "" for a stranger.
func (h *history) creator(id string) types.UID {
	for i := range h.calls {
		if c := &h.calls[i]; c.op == post && broker.ID(c.exchange.Broker).Same(broker.ID(id)) {
			return c.uid
		}
	}
	return ""
}

// ended is when a broker ceased to live; zero for one that lives.
func ended(r *fake.Record) time.Time {
	if r.State == fake.StateLive {
		return time.Time{}
	}
	return r.ChangedAt
}

// alive reports whether a broker lives at a moment.
func alive(r *fake.Record, at time.Time) bool {
	end := ended(r)
	return !r.CreatedAt.After(at) && (end.IsZero() || end.After(at))
}

// identityOf is the identity that a broker has.
func identityOf(r *fake.Record) broker.Identity {
	id, _ := broker.IdentityFrom(r.Broker.RegistrationNumber, r.Broker.Domain)
	return id
}

// findBroker is the record of a broker, nil for none.
func (h *history) findBroker(id string) *fake.Record {
	for i := range h.brokers {
		if broker.ID(h.brokers[i].ID).Same(broker.ID(id)) {
			return &h.brokers[i]
		}
	}
	return nil
}

// changed is a change in words, for a trace.
func changed(c change) string {
	r, _ := c.after.(*v1alpha1.Reseller)
	if r == nil {
		return fmt.Sprintf("     %s %s: %s goes", c.at.Format("15:04:05.000"), c.by, c.key.Name)
	}
	intent, dying := "", ""
	if r.Status.Creation != nil {
		intent = " intent " + r.Status.Creation.Attempt[:4] + " " + r.Status.Creation.Domain
	}
	if r.DeletionTimestamp != nil {
		dying = " going"
	}
	if r.Status.Deletion != nil {
		dying += " deletion of " + r.Status.Deletion.BrokerID
	}
	return fmt.Sprintf("     %s %s: %s uid %s domain %s names %q holds %q%s%s: %s", c.at.Format("15:04:05.000"), c.by, c.key.Name, r.UID[33:],
		ptr.Deref(r.Spec.Domain, ""), r.Spec.BrokerID, r.Status.BrokerID, intent, dying, readiness(r))
}
