package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// comparison is a Reseller beside its broker, in the store and as the API shows it.
type comparison struct {
	*history

	reseller          *v1alpha1.Reseller
	broker            *fake.Record
	want, have, shows texts
	// forms are what is wanted, and how the API stores that by a create and by an update;
	// shown is how it shows each of them.
	forms, shown []texts
}

func (h *history) compared(r *v1alpha1.Reseller, b *fake.Record) *comparison {
	c := &comparison{history: h, reseller: r, broker: b, want: managed(r), have: textsOf(b.Broker), shows: textsOf(h.of.Shown(b.Broker))}
	want := wanted(r)
	forms := []fake.Broker{want, h.of.Stored(want, false), h.of.Stored(want, true)}
	for _, country := range h.countries(b) {
		beside := want
		beside.Address.CountryCode = country
		forms = append(forms, h.of.Stored(beside, true))
	}
	for _, form := range forms {
		c.forms, c.shown = append(c.forms, textsOf(form)), append(c.shown, textsOf(h.of.Shown(form)))
	}
	return c
}

// countries are those that a broker has had, of which its VAT number may have a prefix.
func (h *history) countries(b *fake.Record) []string {
	var codes []string
	for _, v := range h.of.Versions(b.ID) {
		codes = append(codes, v.Broker.Address.CountryCode)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// differing are the managed fields in which the broker is not as wanted, neither as sent
// nor in the API's own form of that, as far as a client can see it.
func (c *comparison) differing() []string {
	var paths []string
	for path := range c.want {
		if !c.isForm(path, c.have[path]) && !c.unseen(path) && !c.leftOut(path) && !c.mistakable(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// words say how a field differs.
func (c *comparison) words(path string) string {
	return fmt.Sprintf("%s is %q, not %q", specPath(path), c.have[path], c.want[path])
}

// isForm reports whether a value is the wanted one, or how the API stores that.
func (c *comparison) isForm(path, value string) bool {
	return slices.ContainsFunc(c.forms, func(form texts) bool { return same(path, form[path], value) })
}

// unseen reports whether what differs can't be seen: it was changed elsewhere into what
// the API shows as it shows the wanted value, or the API shows the very value that is wanted.
func (c *comparison) unseen(path string) bool {
	alike := slices.ContainsFunc(c.shown, func(form texts) bool { return same(path, form[path], c.shows[path]) })
	return alike && (!c.written(path) || same(path, c.want[path], c.shows[path]))
}

// leftOut reports whether the API leaves out of its answers what is empty, so that nobody
// can tell that it ignored a value from that it does not show the field.
func (c *comparison) leftOut(path string) bool {
	return c.shapes.Empty == fake.EmptyOmitted && c.shows[path] == "" && c.want[path] != ""
}

// mistakable reports whether the API ignores updates of the field, and somebody changed the
// broker right after one: that can't be told from how the API shows what was sent.
func (c *comparison) mistakable(path string) bool {
	if !slices.ContainsFunc(c.shapes.Spell, func(text string) bool {
		return text == "update "+path+" "+fake.SpellIgnore || text == "update "+path+" "+fake.SpellUnclear
	}) {
		return false
	}
	return slices.ContainsFunc(c.touched, func(t touch) bool {
		return broker.ID(t.broker).Same(broker.ID(c.broker.ID)) && slices.ContainsFunc(c.calls, func(made call) bool {
			after := t.at.Sub(made.exchange.CommittedAt)
			return made.op == put && broker.ID(made.broker).Same(broker.ID(c.broker.ID)) && after >= 0 && after < soon
		})
	})
}

// written reports whether the value that the broker has came by a call.
func (c *comparison) written(path string) bool { return c.writer(path) != nil }

// denied reports whether it came by a call that was refused all the same: whoever believes
// the answer takes it for a change elsewhere.
func (c *comparison) denied(path string) bool {
	by := c.writer(path)
	return by != nil && by.exchange.Status >= 400
}

// writer is the call by which the value that the broker has came; nil for none.
func (c *comparison) writer(path string) *call {
	since := c.hasSince(path)
	for i := range c.calls {
		made := &c.calls[i]
		if c.isOf(made) && made.exchange.CommittedAt.Equal(since) {
			return made
		}
	}
	return nil
}

// hasSince is when the broker got the value that it has.
func (c *comparison) hasSince(path string) time.Time {
	all := c.of.Versions(c.broker.ID)
	first := len(all) - 1
	for first > 0 && textsOf(all[first-1].Broker)[path] == c.have[path] {
		first--
	}
	return all[first].At
}

func (c *comparison) isOf(made *call) bool {
	return broker.ID(made.exchange.Broker).Same(broker.ID(c.broker.ID))
}

// succeeded reports whether an update with the wanted value was answered with success, and
// the portal has written another one since: no matter what Cloudmore made of the update,
// what is there now was changed elsewhere.
func (c *comparison) succeeded(path string) bool {
	if c.writer(path) != nil {
		return false
	}
	since := c.hasSince(path)
	return slices.ContainsFunc(c.calls, func(made call) bool {
		x := &made.exchange
		var sent fake.Broker
		_ = json.Unmarshal(x.Body, &sent) // the client's own encoding
		return x.Op == fake.OpUpdate && c.isOf(&made) && x.Status/100 == 2 && x.EndedAt.Before(since) && textsOf(sent)[path] == c.want[path]
	})
}

// echoed reports whether an update was answered with what it sent, and the manager that
// heard so ended before it read the broker: the next one finds an older value where
// Cloudmore said that it took the new one.
func (c *comparison) echoed(path string) bool {
	return c.shapes.UpdateAnswer == fake.UpdateEcho && slices.ContainsFunc(c.calls, func(made call) bool {
		x := &made.exchange
		var sent fake.Broker
		_ = json.Unmarshal(x.Body, &sent) // the client's own encoding
		return x.Op == fake.OpUpdate && c.isOf(&made) && x.Status/100 == 2 && textsOf(sent)[path] == c.want[path] && c.unreadBy(made.manager, x.EndedAt)
	})
}

// unreadBy reports whether a manager did not read the broker after a moment.
func (c *comparison) unreadBy(manager string, after time.Time) bool {
	return !slices.ContainsFunc(c.points, func(p *point) bool {
		looks := p.op == get && broker.ID(p.broker).Same(broker.ID(c.broker.ID)) || p.op == list && c.shapes.ListContent == fake.ListDetail
		return looks && p.manager == manager && p.struck == Fine && p.at.After(after)
	})
}
