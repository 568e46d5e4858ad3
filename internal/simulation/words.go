package simulation

import (
	"slices"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// act is one thing that people do about values: in specs, in the portal, to policies.
func (v *values) act() {
	if !v.chance(0.7) {
		return
	}
	acts := []func(){v.edit, v.edit, v.edit, v.edit, v.portal, v.portal, v.report, v.observe, v.suspend, v.vendor}
	choice(v, acts...)()
}

func (v *values) anyName() string { return choice(v, v.names...) }

// edit has a Reseller say something else of a field, or nothing.
func (v *values) edit() {
	field := v.anyField()
	if field == "domain" {
		v.w.edit(v.anyName(), punycode)
		return
	}
	name, value := v.anyName(), ptr.To(v.next(classOf(field).written))
	switch cleared := !required[field] && v.chance(0.2); {
	case slices.Contains(v.stay, field): // and then emptied
		v.w.when(since(now(), time.Duration(v.random.IntN(600))*time.Second), func() { v.w.edit(name, func(r *v1alpha1.Reseller) { setSpec(r, field, ptr.To("")) }) })
	case cleared && v.chance(0.3):
		value = nil
	case cleared:
		*value = ""
	}
	v.w.edit(name, func(r *v1alpha1.Reseller) { setSpec(r, field, value) })
}

// punycode gives the company's domain a name beyond ASCII.
func punycode(r *v1alpha1.Reseller) {
	company := strings.TrimPrefix(string(ptr.Deref(r.Spec.RegistrationNumber, "")), "R")
	r.Spec.Domain = ptr.To(v1alpha1.Domain("xn--bcher-kva." + company + ".example"))
}

// portal changes a field of a broker that a Reseller holds.
func (v *values) portal() {
	field := v.anyField()
	r := v.w.reseller(v.anyName())
	if r == nil || r.Status.BrokerID == "" || field == "domain" {
		return
	}
	value := v.next(classOf(field).portal)
	_ = v.w.apiOf(r).Edit(r.Status.BrokerID, func(b *fake.Broker) { setBroker(b, field, value) }) // it may be gone
	v.w.touched = append(v.w.touched, touch{r.Status.BrokerID, now()})
}

// report has drift reported, or corrected again.
func (v *values) report() {
	v.w.edit(v.anyName(), func(r *v1alpha1.Reseller) {
		r.Spec.DriftPolicy = map[bool]v1alpha1.DriftPolicy{true: v1alpha1.DriftCorrect, false: v1alpha1.DriftReport}[r.Spec.DriftPolicy == v1alpha1.DriftReport]
	})
}

// observe has a Reseller that holds a broker only look on for a while.
func (v *values) observe() {
	name := v.anyName()
	if r := v.w.reseller(name); r != nil && r.Status.BrokerID != "" {
		v.forAWhile(name, func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Observe }, func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Manage })
	}
}

// suspend has one be left alone for a while.
func (v *values) suspend() {
	v.forAWhile(v.anyName(), func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr.To(true) }, func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil })
}

// forAWhile edits a Reseller, mostly once more meanwhile, and back.
func (v *values) forAWhile(name string, begin, end func(*v1alpha1.Reseller)) {
	if v.w.edit(name, begin); v.chance(0.7) {
		v.edit()
	}
	v.w.when(since(now(), time.Duration(v.random.IntN(600))*time.Second), func() { v.w.edit(name, end) })
}

// vendor has whoever runs the API respell a field of all brokers at once.
func (v *values) vendor() {
	of := choice(v, v.w.apis...)
	field, upper := choice(v, "name", "address.address", "supportEmail"), v.chance(0.5)
	held := 0
	for _, b := range of.Live() {
		text := textAt(treeOf(b.Broker), field)
		other := "Respelled " + text
		if upper || field == "supportEmail" {
			other = strings.ToUpper(text)
		}
		if text == "" || text == other {
			continue
		}
		_ = of.Edit(b.ID, func(b *fake.Broker) { setBroker(b, field, other) }) // it lives
		v.w.touched = append(v.w.touched, touch{b.ID, now()})
		if v.w.heldBySomebody(of, b.ID) {
			held++
		}
	}
	v.w.met[shapeVendor] = v.w.met[shapeVendor] || held > 1
}
