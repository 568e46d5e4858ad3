package simulation

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// answerSimilar is what a user who knows the companies says of the brokers that a
// Reseller asks about: the one of its name, or that was made for it, is the one, and the
// others are not.
func (w *World) answerSimilar(r *v1alpha1.Reseller) bool {
	others := strings.Split(r.Annotations[v1alpha1.AnnotationCreateDespite], ",")
	before := len(others)
	for _, h := range w.histories(nil) {
		if h.of != w.apiOf(r) {
			continue
		}
		for _, b := range h.similar(r) {
			switch {
			case b.State != fake.StateLive, broker.ID(r.Spec.BrokerID).Same(broker.ID(b.ID)):
			case h.creator(b.ID) == w.known(r.UID), b.Broker.Name == string(ptr.Deref(r.Spec.Name, "")) && r.Spec.BrokerID == "":
				return w.edit(nameOf(r), func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(b.ID) })
			case !slices.ContainsFunc(others, func(id string) bool { return broker.ID(id).Same(broker.ID(b.ID)) }):
				others = append(others, b.ID)
			}
		}
	}
	if len(others) == before {
		return false
	}
	return w.edit(nameOf(r), func(r *v1alpha1.Reseller) {
		if r.Annotations == nil {
			r.Annotations = map[string]string{}
		}
		r.Annotations[v1alpha1.AnnotationCreateDespite] = strings.Trim(strings.Join(others, ","), ",")
	})
}

// inQuestion reports whether a broker may be the one that a create was for, written
// otherwise, and nobody held it or had answered for it when that was sent.
func (h *history) inQuestion(c *call, b *fake.Record) bool {
	as := h.of.Shown(b.Broker) // what nobody sees, nobody asks about
	shown, _ := broker.IdentityFrom(as.RegistrationNumber, as.Domain)
	if h.beside || b.Foreign || b.Unreadable || !shown.Like(c.posted()) || c.abroad(b) || h.crowded(c.at, b) {
		return false
	}
	for _, other := range h.presentAt(h.before(c.at)) {
		if slices.ContainsFunc(standsFor(other), broker.ID(b.ID).Same) {
			return false
		}
	}
	return true
}

// shownAs reports whether the API shows a broker with an identity as it was posted.
func (h *history) shownAs(b *fake.Record, posted broker.Identity) bool {
	otherwise := slices.ContainsFunc(h.shapes.Spell, func(spell string) bool {
		return strings.Contains(spell, " registrationNumber ") || strings.Contains(spell, " domain ")
	})
	return identityOf(b) == posted && !otherwise
}

// unseen reports whether nothing shows which company a broker is: lists show its name alone,
// which is another one, and its GET finds none.
func (h *history) unseen(b *fake.Record, name string) bool {
	return b.Unreadable && h.namesOnly() && !broker.SameName(name, &broker.Broker{Name: &b.Broker.Name})
}

// abroad reports whether a create was for a company of another country.
func (c *call) abroad(b *fake.Record) bool {
	var body fake.Broker
	_ = json.Unmarshal(c.exchange.Body, &body) // the client's own encoding
	return !broker.SameValue("spec.address.countryCode", body.Address.CountryCode, b.Broker.Address.CountryCode)
}

// answered reports whether a user had said that a broker is another company, when a
// create was sent.
func (h *history) answered(c *call, b *fake.Record) bool {
	r := h.asOf(c.uid, c.view)
	return r != nil && slices.Contains(strings.Split(r.Annotations[v1alpha1.AnnotationCreateDespite], ","), b.ID)
}

// lostInCrowd reports whether a broker can't be told from others: the API shows its number
// and domain otherwise, too many share them, and a vendor has written its name otherwise.
func (h *history) lostInCrowd(b *fake.Record) bool {
	return !h.shownAs(b, identityOf(b)) && h.crowded(h.end, b) && h.renamed(b)
}

// renamed reports whether a broker ever had another name.
func (h *history) renamed(b *fake.Record) bool {
	return slices.ContainsFunc(h.of.Versions(b.ID), func(v fake.Version) bool { return v.Broker.Name != b.Broker.Name })
}

// crowded reports whether too many brokers had a weak key of a broker at a moment to tell something.
func (h *history) crowded(at time.Time, b *fake.Record) bool {
	n, keys := 0, identityOf(b).Weak()
	for i := range h.brokers {
		shares := func(v fake.Version) bool {
			id, _ := broker.IdentityFrom(v.Broker.RegistrationNumber, v.Broker.Domain)
			return v.At.Before(at) && id.Weak().Shares(keys)
		}
		if slices.ContainsFunc(h.of.Versions(h.brokers[i].ID), shares) { // lists may be behind
			n++
		}
	}
	return n >= broker.Crowded
}
