package simulation

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// keepsEdits: each value that a spec says is in the broker, as sent or in the API's own
// form of it, or status says which is not, and why. What was changed elsewhere is put
// right, or shown.
func keepsEdits(h *history) []violation {
	var found []violation
	for _, r := range h.presentAt(len(h.changes)) {
		b := h.findBroker(r.Status.BrokerID)
		if b == nil || b.State != fake.StateLive || b.Unreadable || r.DeletionTimestamp != nil || !compares[reasonFor(r)] {
			continue
		}
		c := h.compared(r, b)
		for _, path := range c.differing() {
			if why := c.unexplained(path); why != "" {
				found = append(found, violation{what: fmt.Sprintf("%s: %s, and %s (%s)", r.Name, c.words(path), why, readiness(r))})
			}
		}
	}
	return found
}

// compares are the reasons of Ready with which status tells where the broker differs.
var compares = map[string]bool{
	v1alpha1.ReasonInSync: true, v1alpha1.ReasonDriftReported: true, v1alpha1.ReasonObserving: true, v1alpha1.ReasonSuspended: true,
	v1alpha1.ReasonNotAccepted: true, v1alpha1.ReasonContested: true, v1alpha1.ReasonRefused: true, v1alpha1.ReasonForbidden: true,
}

// identifies are the fields of an identity: it is not sent while another Reseller stands
// for it.
var identifies = map[string]bool{"registrationNumber": true, "domain": true}

// unexplained is what status lacks to tell why a value is not there; "" for nothing.
func (c *comparison) unexplained(path string) string {
	r := c.reseller
	at := slices.IndexFunc(r.Status.Drift, func(d v1alpha1.Drift) bool { return d.Field == specPath(path) })
	if at < 0 {
		return "status.drift does not say so"
	}
	cause := r.Status.Drift[at].Cause
	waits := r.Spec.ManagementPolicy == v1alpha1.Observe || ptr.Deref(r.Spec.Suspend, false)
	whole := reasonFor(r) == v1alpha1.ReasonRefused || reasonFor(r) == v1alpha1.ReasonForbidden // the update as a whole
	switch {
	case waits || whole || (identifies[path] && c.isContended(r)) || (cause != v1alpha1.DriftEdited && cause != v1alpha1.DriftChanged):
		return ""
	case cause == v1alpha1.DriftEdited:
		return "the edit was not sent"
	case r.Spec.DriftPolicy != v1alpha1.DriftReport:
		return "what changed elsewhere was not corrected"
	case !c.stood(path) && !c.denied(path) && !c.succeeded(path) && !c.echoed(path):
		return "nobody changed it elsewhere: the edit is lost"
	}
	return ""
}

// stood reports whether the broker has had the value since it is wanted, or was taken
// over with another one: then somebody else made it what it is. So it is where the broker had
// the value when it was last read before the edit: nobody can tell then which of the two
// came first, the edit or the change elsewhere.
func (c *comparison) stood(path string) bool {
	since, known := c.wantedSince(path)
	all, read := c.of.Versions(c.broker.ID), c.readBefore(since)
	return !known || slices.ContainsFunc(all, func(v fake.Version) bool {
		next := slices.IndexFunc(all, func(later fake.Version) bool { return later.At.After(v.At) })
		over := next >= 0 && all[next].At.Before(read)
		return !over && c.isForm(path, textsOf(v.Broker)[path])
	})
}

// readBefore is as of when the broker was known at a moment, by what was read until then;
// the moment itself where nothing was.
func (c *comparison) readBefore(at time.Time) time.Time {
	for _, ex := range slices.Backward(c.of.History()) {
		whole := ex.Op == fake.OpList && c.shapes.ListContent == fake.ListDetail
		own := ex.Op == fake.OpGet && broker.ID(ex.Broker).Same(broker.ID(c.broker.ID))
		if (whole || own) && ex.Status == http.StatusOK && ex.At.Before(at) {
			return ex.At.Add(-c.shapes.ListLag - c.shapes.UpdateLag)
		}
	}
	return at
}

// boundBy is the attempt with whose intent the Reseller was bound to the broker; "" for none.
// Where that made another one, what was sent for this one is known no more.
func (c *comparison) boundBy() string {
	for i := range slices.Backward(c.changes) {
		before, _ := c.changes[i].before.(*v1alpha1.Reseller)
		after, _ := c.changes[i].after.(*v1alpha1.Reseller)
		if before == nil || after == nil || after.UID != c.reseller.UID || before.Status.Creation == nil || after.Status.Creation != nil {
			continue
		}
		if broker.ID(after.Status.BrokerID).Same(broker.ID(c.broker.ID)) {
			return before.Status.Creation.Attempt
		}
	}
	return ""
}

// wantedSince is when the Reseller began to want the value that it wants of a field, and
// whether it was known before what Cloudmore had taken.
func (c *comparison) wantedSince(path string) (since time.Time, known bool) {
	r := c.reseller
	for i := range slices.Backward(c.changes) {
		before, _ := c.changes[i].before.(*v1alpha1.Reseller)
		after, _ := c.changes[i].after.(*v1alpha1.Reseller)
		if after == nil || after.UID != r.UID {
			continue
		}
		if before == nil || c.changes[i].by == restorer { // what was sent since the backup is somebody else's by now
			return c.changes[i].at, false
		}
		if was, there := managed(before)[path]; !there || was != c.want[path] {
			st := &before.Status
			bound := st.Applied != "" && broker.ID(st.BrokerID).Same(broker.ID(r.Status.BrokerID))
			open := st.Creation != nil && st.Creation.Applied != "" && c.creator(c.broker.ID) == r.UID && c.boundBy() == c.attemptOf(c.broker)
			return c.changes[i].at, bound || open
		}
	}
	return time.Time{}, false
}
