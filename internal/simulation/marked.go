package simulation

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// tell notes what became of marks.
func (m *marks) tell() {
	if m == nil {
		return
	}
	for _, h := range m.w.histories(nil) {
		for i := range h.calls {
			if c := &h.calls[i]; c.op == post {
				m.told(h, c)
			}
		}
		m.w.met[shapeByMark] = m.w.met[shapeByMark] || slices.ContainsFunc(h.changes, foundByMark)
	}
}

// told notes how a create's mark was stored and is shown.
func (m *marks) told(h *history, c *call) {
	made := h.of.Versions(c.exchange.Broker)
	if len(made) == 0 {
		return
	}
	mark := markOf(h.of.Shown(made[0].Broker))
	for shape, so := range map[string]bool{
		shapeMark: mark != "", shapeDropped: mark == "", shapeCapitals: mark != strings.ToLower(mark),
		shapeCutMark: len(mark) >= wholeMark/2 && len(mark) < wholeMark, shapeNoOwner: mark != "" && len(mark) < wholeMark/2,
	} {
		m.w.met[shape] = m.w.met[shape] || so
	}
}

// foundByMark reports whether a manager found what a Reseller had created although neither
// status nor annotation led to it.
func foundByMark(c change) bool {
	before, _ := c.before.(*v1alpha1.Reseller)
	after, _ := c.after.(*v1alpha1.Reseller)
	return before != nil && after != nil && before.Status.BrokerID == "" && before.Status.Creation == nil && before.Spec.BrokerID == "" &&
		before.Annotations[v1alpha1.AnnotationBrokerID] == "" && after.Status.BrokerID != "" && after.Status.Origin == v1alpha1.OriginCreated && c.by != restorer
}

// markOf is the mark that a broker carries; "" for none.
func markOf(b fake.Broker) string { return textsOf(b)[marked] }

// ownerOf is who marks the brokers of a Reseller.
func ownerOf(r *v1alpha1.Reseller) broker.Owner {
	return broker.Owner(clusterName + "/" + r.Namespace + "/" + r.Name + "/")
}

// namesOnly reports whether lists do not say who brokers are.
func (h *history) namesOnly() bool {
	return h.shapes.ListContent == fake.ListSummary && !slices.Contains(h.shapes.ListFields, "domain")
}

// carries reports whether a broker shows the mark of a Reseller.
func (h *history) carries(b fake.Broker, r *v1alpha1.Reseller) bool {
	return broker.Mark(markOf(h.of.Shown(b))).Of(ownerOf(r))
}

// bearing counts the brokers that carry a Reseller's mark and are not its own.
func (h *history) bearing(r *v1alpha1.Reseller) int {
	n := 0
	for i := range h.brokers {
		b := &h.brokers[i]
		if b.State != fake.StateGone && !broker.ID(b.ID).Same(broker.ID(r.Status.BrokerID)) && h.carries(b.Broker, r) {
			n++
		}
	}
	return n
}

// halfOf reports whether a broker has half of what a Reseller means, however written.
func halfOf(b fake.Broker, r *v1alpha1.Reseller) bool {
	id, _ := broker.IdentityFrom(b.RegistrationNumber, b.Domain)
	return id.Half(meant(r))
}

// provenByMark reports whether the mark and half of the identity had shown before a call that a
// broker was made for a Reseller of this name.
func (h *history) provenByMark(c *call, r *v1alpha1.Reseller) bool {
	return slices.ContainsFunc(h.of.Versions(c.broker), func(v fake.Version) bool {
		return v.At.Before(c.at) && h.carries(v.Broker, r) && halfOf(v.Broker, r)
	})
}

// marksAnother reports whether a broker had been marked as somebody else's for a while when
// it was written, and no user had named it.
func (h *history) marksAnother(c *call, own *v1alpha1.Reseller) bool {
	if broker.ID(own.Spec.BrokerID).Same(broker.ID(c.broker)) {
		return false
	}
	foreign := func(v fake.Version) bool {
		mark, owner := broker.Mark(markOf(h.of.Shown(v.Broker))), ownerOf(own)
		return mark != "" && !mark.Of(owner) && !mark.CutOf(owner)
	}
	all := h.of.Versions(c.broker)
	for i := range all {
		over := i+1 < len(all) && all[i+1].At.Before(c.at)
		if !over && all[i].At.Add(behind).Before(c.at) {
			return foreign(all[i])
		}
	}
	return false
}

// markLeads reports whether the mark has led a restored Reseller to a broker ever since:
// lists show the broker, with half of its identity.
func (h *history) markLeads(r *restored, b *fake.Record) bool {
	if b.Unlisted || b.Unreadable || b.Entry != "" || h.crowded(h.end, b) || ptr.Deref(r.as.Spec.Domain, "") == "" {
		return false
	}
	all := h.of.Versions(b.ID)
	for i, v := range all {
		over := i+1 < len(all) && !all[i+1].At.After(r.at)
		if as := h.of.Shown(v.Broker); !over && v.State == fake.StateLive && (!h.carries(v.Broker, r.as) || !halfOf(as, r.as)) {
			return false
		}
	}
	return true
}
