package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const (
	// behind is how much earlier than an update's effect the broker may have been read:
	// the deadline of the call, the commit bound and the list's lag.
	behind = 6 * time.Minute
	// harmful is how many updates may go out for each reason there is to send one, where
	// the API stores otherwise what an update only sends back.
	harmful = 1
)

// doesNoHarm: an update leaves what the spec does not name as it was, but for the
// spelling in which the API shows it, and for what changed while the update was under
// way. What the API itself alters when it is sent back, no client can keep; such updates
// are few.
func doesNoHarm(h *history) []violation {
	var found []violation
	harms := map[types.UID]int{}
	for i := range h.calls {
		c := &h.calls[i]
		own := h.asOf(c.uid, c.view)
		if c.op != put || own == nil || c.exchange.Replaced == nil || h.touchedBefore(c) || h.overtaken(c) || h.readBehind(c) {
			continue
		}
		var sent fake.Broker
		_ = json.Unmarshal(c.exchange.Body, &sent) // the client's own encoding
		if field := h.harmed(own, c.exchange.Replaced, &sent); field != "" {
			found = append(found, violation{what: fmt.Sprintf("the update of broker %s for %s at %s changes %s, which the spec does not name", c.broker, c.what, c.at.Format("15:04:05.000"), field)})
		}
		if h.altered(own, c) {
			harms[c.uid]++
		}
	}
	for uid, n := range harms {
		if most := harmful * h.occasions(uid); n > most {
			r, _ := h.last(uid)
			found = append(found, violation{what: fmt.Sprintf("%d updates for %s altered what the spec does not name, for %d reasons", n, r.Name, most/harmful)})
		}
	}
	return found
}

// touchedBefore reports whether somebody edited the broker just before.
func (h *history) touchedBefore(c *call) bool {
	return slices.ContainsFunc(h.touched, func(t touch) bool {
		return broker.ID(t.broker).Same(broker.ID(c.broker)) && c.exchange.CommittedAt.Sub(t.at) < behind
	})
}

// overtaken reports whether the broker was written while the update was under way: one
// that a gateway goes on with after it answered may take effect after the next one.
func (h *history) overtaken(c *call) bool {
	return slices.ContainsFunc(h.of.Versions(c.exchange.Broker), func(v fake.Version) bool {
		return v.At.After(c.exchange.At) && v.At.Before(c.exchange.CommittedAt)
	})
}

// readBehind reports whether the broker was written so shortly before an update that a GET
// may have shown what was there before.
func (h *history) readBehind(c *call) bool {
	since := c.at.Add(-h.shapes.ListLag - time.Second)
	return h.shapes.GetLag && slices.ContainsFunc(h.of.Versions(c.exchange.Broker), func(v fake.Version) bool {
		return v.At.After(since) && v.At.Before(c.at)
	})
}

// harmed is a field that the spec does not name and that an update changes; "" for none.
// What the API shows otherwise than it has it can be sent back as shown only.
func (h *history) harmed(r *v1alpha1.Reseller, before, sent *fake.Broker) string {
	spec, was, is := managed(r), textsOf(*before), textsOf(*sent)
	shown := textsOf(h.of.Shown(*before))
	for _, path := range union(was, is) {
		_, named := spec[path]
		asShown := h.of.Altered(path) && (same(path, shown[path], is[path]) || is[path] != "")
		if !named && path != "allowCmpAccess" && !same(path, was[path], is[path]) && !asShown {
			return path
		}
	}
	return ""
}

// altered reports whether an update altered in the store what the spec does not name.
func (h *history) altered(r *v1alpha1.Reseller, c *call) bool {
	spec, was := managed(r), textsOf(*c.exchange.Replaced)
	is := textsOf(h.storedBy(c))
	return slices.ContainsFunc(union(was, is), func(path string) bool {
		_, named := spec[path]
		return !named && h.of.Altered(path) && !same(path, was[path], is[path])
	})
}

// storedBy is the broker as a call has left it.
func (h *history) storedBy(c *call) fake.Broker {
	for _, v := range slices.Backward(h.of.Versions(c.exchange.Broker)) {
		if v.At.Equal(c.exchange.CommittedAt) {
			return v.Broker
		}
	}
	return *c.exchange.Replaced
}

// occasions are the reasons to send updates for a Reseller: changes of its spec, of its
// broker elsewhere, and starts of managers.
func (h *history) occasions(uid types.UID) int {
	n, id := len(h.starts), ""
	for i := range h.changes {
		before, _ := h.changes[i].before.(*v1alpha1.Reseller)
		after, _ := h.changes[i].after.(*v1alpha1.Reseller)
		if after == nil || after.UID != uid {
			continue
		}
		if id = after.Status.BrokerID; before == nil || before.Generation != after.Generation || requests(before) != requests(after) {
			n++
		}
	}
	puts := 0
	for i := range h.calls {
		if h.calls[i].op == put && broker.ID(h.calls[i].exchange.Broker).Same(broker.ID(id)) {
			puts++
		}
	}
	return n + max(0, len(h.of.Versions(id))-puts)
}

// requests counts the annotations that people write.
func requests(r *v1alpha1.Reseller) int {
	n := len(r.Annotations)
	for _, name := range []string{v1alpha1.AnnotationBrokerID, v1alpha1.AnnotationBrokerOrigin} {
		if _, written := r.Annotations[name]; written {
			n--
		}
	}
	return n
}

// union are the paths of two, in sequence.
func union(a, b texts) []string {
	paths := make([]string, 0, len(a)+len(b))
	for path := range a {
		paths = append(paths, path)
	}
	for path := range b {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
