package simulation

import (
	"fmt"
	"math/rand/v2"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/discovery"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// discoveries are Resellers that show brokers, as discovery makes and deletes them, and of
// which people take some over. They are drawn apart from all else, as values are.
type discoveries struct {
	*storm
	random *rand.Rand
}

// discovers is the share of the schedules that have them.
const discovers = 0.3

// What becomes of them.
const (
	shapeShown     = "brokers that discovery shows"
	shapeTakenOver = "a Reseller of discovery that a user edits"
)

var discoveryShapes = []string{shapeShown, shapeTakenOver}

// drawDiscoveries adds them to some schedules; what is restored has enough to tell.
func (s *storm) drawDiscoveries(seed uint64) {
	random := rand.New(rand.NewPCG(seed, 29))
	if random.Float64() < discovers && s.restores == nil {
		s.discoveries = &discoveries{s, random}
	}
}

// act is one thing that discovery does for a Seller, or people do with what it made.
func (d *discoveries) act() {
	switch {
	case d == nil:
	case d.random.IntN(3) > 0:
		d.discover(d.sellers[d.random.IntN(len(d.sellers))])
	default:
		d.takeOver()
	}
}

// discover is what the controller of discovery does, which sees what no list has shown yet.
func (d *discoveries) discover(seller string) {
	of := named(seller)
	like := newReseller(seller, "", nil)
	like.Spec.SellerRef.Name = v1alpha1.SellerName(of.Name)
	q := &discovery.Question{On: true, Known: true, Namespace: of.Namespace, Seller: seller}
	held := map[broker.ID]bool{}
	versions := map[discovery.Object]client.Preconditions{}
	for _, stored := range d.w.server.list("Reseller") {
		r := stored.obj.(*v1alpha1.Reseller)
		held[broker.ID(r.Status.BrokerID).Key()] = true
		if id := r.Spec.BrokerID; id != "" && r.Namespace == of.Namespace && r.Spec.SellerRef.Name == like.Spec.SellerRef.Name && r.DeletionTimestamp.IsZero() {
			o := discovery.Object{Namespace: r.Namespace, Name: r.Name, ID: broker.ID(id), Made: plan.Discovered(r)}
			q.Objects = append(q.Objects, o)
			versions[o] = client.Preconditions{UID: &r.UID, ResourceVersion: &r.ResourceVersion}
		}
	}
	for _, b := range d.w.apiOf(like).Live() {
		if id := broker.ID(b.ID); !held[id.Key()] {
			q.Unmanaged = append(q.Unmanaged, broker.Broker{ID: id, Name: &b.Broker.Name})
		}
	}
	d.perform(discovery.Decide(q), like.Spec.SellerRef, versions)
}

func (d *discoveries) perform(a discovery.Answer, seller v1alpha1.SellerReference, versions map[discovery.Object]client.Preconditions) {
	for _, o := range a.Delete {
		r := &v1alpha1.Reseller{}
		r.Namespace, r.Name = o.Namespace, o.Name
		must(d.w.person().Delete(background(), r, versions[o]))
	}
	for _, o := range a.Create {
		r := &v1alpha1.Reseller{}
		r.Namespace, r.Name, r.Labels = o.Namespace, o.Name, map[string]string{v1alpha1.LabelDiscovered: "true"}
		r.Spec = plan.DiscoveredSpec(seller, v1alpha1.ID(o.ID))
		must(d.w.person().Create(background(), r))
		d.w.met[shapeShown] = true
	}
}

// takeOver has a user edit one.
func (d *discoveries) takeOver() {
	var all []string
	for _, stored := range d.w.server.list("Reseller") {
		if r := stored.obj.(*v1alpha1.Reseller); plan.Discovered(r) && r.DeletionTimestamp.IsZero() {
			all = append(all, nameOf(r))
		}
	}
	if len(all) == 0 {
		return
	}
	name := all[d.random.IntN(len(all))]
	if d.strokes = append(d.strokes, fmt.Sprintf("an edit of %s", name)); d.without[len(d.strokes)] {
		return
	}
	d.w.met[shapeTakenOver] = true
	d.w.edit(name, func(r *v1alpha1.Reseller) {
		if d.random.IntN(3) == 0 {
			delete(r.Labels, v1alpha1.LabelDiscovered)
			return
		}
		described := newReseller("", "taken", nil).Spec // but for who it is
		r.Spec.ManagementPolicy, r.Spec.Contact, r.Spec.Address = v1alpha1.Manage, described.Contact, described.Address
		r.Spec.NotificationEmail, r.Spec.SupportEmail = described.NotificationEmail, described.SupportEmail
	})
}
