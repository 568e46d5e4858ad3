package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const (
	// Every schedule whose seed foreseenIn divides ends with previews, which cost half as
	// much as it.
	foreseenIn = 10
	// previewed is how many edits are foreseen when a schedule has come to rest.
	previewed = 5
	// previewInvariant is the number of what they must keep: a preview names what happens.
	previewInvariant = 10
)

// previews foresee edits of a world at rest, make them, and compare. They are drawn apart
// from all else, as values are, and come after everything that a checker reads.
type previews struct {
	*storm
	random *rand.Rand
	made   int
}

// proposal is an edit: the object as it would be, and what makes it so.
type proposal struct {
	what string
	obj  *v1alpha1.Reseller
	do   func() bool
}

// foreseeEdits makes so many, and returns those that ended otherwise than they were foreseen.
func (s *storm) foreseeEdits(n int) []violation {
	p := &previews{storm: s, random: rand.New(rand.NewPCG(s.w.Seed, 23))}
	s.w.compared, s.w.shaped = map[string]int{}, s.w.shapesMet()
	var found []violation
	for range n {
		if !s.w.Run(settles, s.w.atRest) {
			break
		}
		s.w.Run(noticed, nil)
		if next := p.draw(); next != nil {
			if why := p.try(next); why != "" {
				found = append(found, violation{previewInvariant, fmt.Sprintf("%s of %s: %s", next.what, nameOf(next.obj), why)})
			}
		}
	}
	return found
}

// try foresees an edit, makes it, and says how what happened is not what was foreseen.
func (p *previews) try(next *proposal) string {
	w, of := p.w, p.w.apiOf(next.obj)
	f, err := w.preview(next.obj)
	if err != nil || !w.atRest() {
		return "" // nothing is known, or something else goes on
	}
	changes, calls := len(w.server.changes["Reseller"]), len(of.History())
	if !next.do() {
		return "" // admission refuses it
	}
	uid := next.obj.UID
	if r := w.reseller(nameOf(next.obj)); r != nil {
		uid = r.UID
	}
	w.Run(patience, func() bool { return w.atRest() || len(w.sends(of, uid, calls)) > 0 })
	expected, actual := of.foreseen(&f), w.happened(of, uid, changes, calls)
	for _, e := range actual {
		w.compared[e.kind]++
	}
	if len(actual) == 0 {
		w.compared[effectNothing]++
	}
	if why := differs(expected, actual); why != "" {
		return fmt.Sprintf("%s; it would rest with %s: %s; it was %s, is %s", why, f.Rest.Reason, f.Rest.Message, readiness(next.obj), w.readinessOf(next.obj))
	}
	return ""
}

func (w *World) readinessOf(r *v1alpha1.Reseller) string {
	if now := w.reseller(nameOf(r)); now != nil {
		return readiness(now)
	}
	return "gone"
}

// draw is an edit by chance; nil where the world has nothing for it.
func (p *previews) draw() *proposal {
	draws := []func() *proposal{p.creates, p.names, p.matches, p.twins, p.similar, p.edits, p.edits, p.renames, p.deletes, p.deletes, p.deletes, p.used, p.protected, p.orphans, p.asks, p.drifts, p.reports, p.suspends}
	return draws[p.random.IntN(len(draws))]()
}

// creates is a new Reseller of a company that nobody has.
func (p *previews) creates() *proposal {
	p.made++
	return p.adds("create", fmt.Sprintf("new%d", p.made), nil)
}

// adds is a new Reseller of the first namespace.
func (p *previews) adds(what, company string, change func(*v1alpha1.Reseller)) *proposal {
	made := newReseller(fmt.Sprintf("%s/preview-%d", namespace, p.made), company, change)
	would := made.DeepCopy()
	would.UID, would.Generation, would.CreationTimestamp, would.Status.ObservedGeneration = "preview", 1, metav1.NewTime(now()), -1
	return &proposal{what, would, func() bool { p.w.add(made); return true }}
}

// portal makes a broker that nobody holds.
func (p *previews) portal() (id, company string) {
	p.made++
	company = fmt.Sprintf("portal%d", p.made)
	id = p.w.apis[0].Add(newBroker(company))
	p.w.Run(noticed, nil)
	return id, company
}

// names is a Reseller that adopts a broker by its id, and perhaps changes it.
func (p *previews) names() *proposal {
	id, company := p.portal()
	return p.adds("adoption", company, func(r *v1alpha1.Reseller) {
		r.Spec.BrokerID = v1alpha1.ID(id)
		if p.random.IntN(2) == 0 {
			phone("7771234")(r)
		}
		if p.random.IntN(4) == 0 {
			r.Spec.ManagementPolicy = v1alpha1.Observe
		}
	})
}

// matches is one that may adopt by registration number and domain, or may not.
func (p *previews) matches() *proposal {
	_, company := p.portal()
	return p.adds("match", company, func(r *v1alpha1.Reseller) {
		if p.random.IntN(3) > 0 {
			r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
		}
	})
}

// twins is one that wants what another one has, or seeks.
func (p *previews) twins() *proposal {
	of := p.any()
	if of == nil {
		return nil
	}
	p.made++
	return p.adds("twin", "twin", func(r *v1alpha1.Reseller) {
		r.Spec.RegistrationNumber, r.Spec.Domain = of.Spec.RegistrationNumber, of.Spec.Domain
		r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
		if p.random.IntN(2) == 0 {
			r.Spec.BrokerID = v1alpha1.ID(of.Status.BrokerID)
		}
	})
}

// similar is one whose domain the portal has in another way, of another company or not.
func (p *previews) similar() *proposal {
	p.made++
	company := fmt.Sprintf("similar%d", p.made)
	other := newBroker(company)
	other.RegistrationNumber, other.Domain = "Rother"+company, "www."+other.Domain
	id := p.w.apis[0].Add(other)
	p.w.Run(noticed, nil)
	return p.adds("similar", company, func(r *v1alpha1.Reseller) {
		if p.random.IntN(2) == 0 {
			metav1.SetMetaDataAnnotation(&r.ObjectMeta, v1alpha1.AnnotationCreateDespite, id)
		}
	})
}

// any is one of the Resellers; nil for none.
func (p *previews) any() *v1alpha1.Reseller {
	all := slices.DeleteFunc(slices.Clone(p.w.server.list("Reseller")), func(s *stored) bool {
		return s.obj.(*v1alpha1.Reseller).Spec.Contact == nil // nobody described it
	})
	if len(all) == 0 {
		return nil
	}
	return all[p.random.IntN(len(all))].obj.(*v1alpha1.Reseller)
}

// changes is an edit of one of them.
func (p *previews) changes(what string, change func(*v1alpha1.Reseller)) *proposal {
	stored := p.any()
	if stored == nil || stored.DeletionTimestamp != nil {
		return nil
	}
	would := stored.DeepCopy()
	if change(would); !sameContent(treeOf(stored), treeOf(would)) {
		would.Generation++
	}
	return &proposal{what, would, func() bool { return p.w.edit(nameOf(stored), change) }}
}

func (p *previews) edits() *proposal {
	p.made++
	return p.changes("edit", phone(fmt.Sprintf("8880%03d", p.made)))
}

func (p *previews) renames() *proposal {
	p.made++
	to := fmt.Sprintf("renamed%d", p.made)
	return p.changes("rename", func(r *v1alpha1.Reseller) {
		if r.Spec.BrokerID == "" {
			r.Spec.Domain = ptr.To(v1alpha1.Domain(to + ".example"))
		}
	})
}

func (p *previews) deletes() *proposal {
	stored := p.any()
	if stored == nil || stored.DeletionTimestamp != nil || len(stored.Finalizers) == 0 {
		return nil // what has no finalizer goes without the operator
	}
	would := stored.DeepCopy()
	would.DeletionTimestamp = ptr.To(metav1.NewTime(now()))
	would.Generation++
	return &proposal{"deletion", would, func() bool { p.w.remove(nameOf(stored)); return true }}
}

// used is the deletion of one for whose broker services are activated.
func (p *previews) used() *proposal {
	next := p.deletes()
	if next != nil && p.w.apiOf(next.obj).SetServices(next.obj.Status.BrokerID, true) == nil {
		p.w.Run(noticed, nil)
	}
	return next
}

// protected is the deletion of one that a user protects.
func (p *previews) protected() *proposal {
	next := p.deletes()
	if next == nil {
		return nil
	}
	p.w.edit(nameOf(next.obj), func(r *v1alpha1.Reseller) {
		metav1.SetMetaDataAnnotation(&r.ObjectMeta, v1alpha1.AnnotationDeletionProtection, "true")
	})
	p.w.Run(patience, p.w.atRest)
	now := p.w.reseller(nameOf(next.obj))
	now = now.DeepCopy()
	now.DeletionTimestamp, now.Generation = next.obj.DeletionTimestamp, now.Generation+1
	next.obj = now
	return next
}

func (p *previews) orphans() *proposal {
	return p.changes("deletion policy", func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
}

func (p *previews) asks() *proposal {
	stored := p.any()
	if stored == nil || stored.DeletionTimestamp != nil {
		return nil
	}
	would := stored.DeepCopy()
	metav1.SetMetaDataAnnotation(&would.ObjectMeta, v1alpha1.AnnotationReconcileRequestedAt, strconv.Itoa(p.w.asked+1))
	return &proposal{"request", would, func() bool { return p.w.ask(nameOf(stored)) }}
}

// drifts is a change in the portal, where a GET shows it at once.
func (p *previews) drifts() *proposal {
	next := p.asks()
	if next == nil {
		return nil
	}
	shapes := p.w.apiOf(next.obj).Shapes()
	if shapes.ListLag > 0 || shapes.GetLag || shapes.UpdateLag > 0 || next.obj.Status.BrokerID == "" {
		return next
	}
	next.what = "drift"
	_ = p.w.apiOf(next.obj).Edit(next.obj.Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550001" }) // may be gone
	return next
}

func (p *previews) reports() *proposal {
	return p.changes("drift policy", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
}

func (p *previews) suspends() *proposal {
	return p.changes("suspension", func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr.To(!ptr.Deref(r.Spec.Suspend, false)) })
}
