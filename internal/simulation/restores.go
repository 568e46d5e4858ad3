package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// restores are the backups of a schedule, and what is restored from them as docs/restore.md
// says: while no manager runs, and with the wait before one starts. They are drawn apart from
// all else, as values are.
type restores struct {
	*storm
	random  *rand.Rand
	backups [][]*v1alpha1.Reseller
}

const (
	// backedUp is the share of the schedules that have them.
	backedUp = 0.25
	// kept is how many backups there are at most; the oldest goes first.
	kept = 4
	// settled is the wait of docs/restore.md by the defaults: deadline, commit bound and list
	// lag of a create, with something for the clocks.
	settled = 6 * time.Minute
)

// restorer is who restores.
const restorer = "restore"

// What a restore gives back.
const (
	shapeSpec        = "restored without status and annotations"
	shapeAnnotations = "restored by annotations"
	shapeStatus      = "restored with an older status under new UIDs"
	shapeSnapshot    = "restored as of a snapshot"
	shapeCluster     = "restored as a new cluster"
)

// shapeRestored is any of them.
const shapeRestored = "restored"

var restoreShapes = []string{shapeSpec, shapeAnnotations, shapeStatus, shapeSnapshot, shapeCluster, shapeRestored}

// restored is what a restore made of one Reseller.
type restored struct {
	uid types.UID // by which the checker knows it
	at  time.Time
	as  *v1alpha1.Reseller // nil: the backup had none, and it is lost
}

// drawRestores adds them to some schedules.
func (s *storm) drawRestores(seed uint64) {
	random := rand.New(rand.NewPCG(seed, 19))
	if random.Float64() < backedUp {
		s.restores = &restores{storm: s, random: random}
	}
}

func (s *restores) chance(p float64) bool { return s.random.Float64() < p }

// act makes a backup, or restores one.
func (s *restores) act() {
	switch {
	case s.chance(0.2):
		s.backUp()
	case len(s.backups) > 0 && s.chance(0.06):
		s.restore()
	}
}

// backUp keeps the Resellers as they are, but for those that are being deleted.
func (s *restores) backUp() {
	var all []*v1alpha1.Reseller
	for _, stored := range s.w.server.list("Reseller") {
		if r := stored.obj.(*v1alpha1.Reseller); r.DeletionTimestamp == nil {
			all = append(all, r)
		}
	}
	s.backups = append(s.backups, all)
	s.backups = s.backups[max(0, len(s.backups)-kept):]
}

// restore restores one Reseller or all of them.
func (s *restores) restore() {
	backup := s.backups[s.random.IntN(len(s.backups))]
	shape := restoreShapes[s.random.IntN(4)]
	all := shape == shapeSnapshot || s.chance(0.5)
	if len(backup) == 0 {
		return
	}
	if one := s.random.IntN(len(backup)); !all {
		backup = backup[one : one+1]
	}
	s.strokes = append(s.strokes, fmt.Sprintf("%s, %d Resellers", shape, len(backup)))
	if s.without[len(s.strokes)] {
		return
	}
	s.w.stopManagers(s.w.managers)
	if all {
		s.w.dropBeside(backup)
	}
	for _, r := range backup {
		s.w.restore(r, shape)
		if r.Status.BrokerID != "" && (shape != shapeAnnotations || r.Annotations[v1alpha1.AnnotationBrokerID] != "") {
			s.w.met[shape] = true
			s.w.met[shapeCluster] = s.w.met[shapeCluster] || (all && shape != shapeSnapshot)
			s.w.met[shapeRestored] = true
		}
	}
	s.w.Run(settled, nil)
	s.w.start(0, s.w.ahead())
}

// stopManagers ends managers, and nobody becomes the leader; what they have sent is on its way.
func (w *World) stopManagers(managers []*manager) {
	alone := w.Alone
	w.Alone, w.takeover = true, nil
	for _, m := range managers {
		m.kill()
	}
	w.Alone = alone
}

// dropBeside loses the Resellers that a backup does not have, as a new cluster does.
func (w *World) dropBeside(backup []*v1alpha1.Reseller) {
	for _, stored := range w.server.list("Reseller") {
		r := stored.obj.(*v1alpha1.Reseller)
		if !slices.ContainsFunc(backup, func(b *v1alpha1.Reseller) bool { return nameOf(b) == nameOf(r) }) {
			w.drop(r)
		}
	}
}

// drop loses a Reseller with its cluster: no finalizer holds it up.
func (w *World) drop(r *v1alpha1.Reseller) {
	by := w.server.person(restorer)
	next := r.DeepCopy()
	next.Finalizers = nil
	must(by.Patch(background(), next, client.MergeFrom(r)))
	if w.reseller(nameOf(r)) != nil {
		must(by.Delete(background(), next))
	}
	w.restored = append(w.restored, restored{uid: w.known(r.UID), at: now()})
}

// restore makes a Reseller what a backup has of it.
func (w *World) restore(backup *v1alpha1.Reseller, shape string) {
	lost := w.reseller(nameOf(backup))
	if lost != nil && (lost.UID != backup.UID || shape != shapeSnapshot) {
		w.drop(lost)
	}
	if shape == shapeSnapshot {
		_, err := w.server.keep(restorer, "Reseller", client.ObjectKeyFromObject(backup), treeOf(backup))
		must(err)
		w.restored = append(w.restored, restored{w.known(backup.UID), now(), backup})
		return
	}
	by := w.server.person(restorer)
	r := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: backup.Namespace, Name: backup.Name, Finalizers: backup.Finalizers}, Spec: backup.Spec}
	if shape != shapeSpec {
		r.Annotations = backup.Annotations
	}
	must(by.Create(background(), r))
	w.heirs[r.UID] = w.known(backup.UID)
	if shape == shapeStatus {
		next := r.DeepCopy()
		next.Status = backup.Status
		must(by.Status().Patch(background(), next, client.MergeFrom(r)))
	}
	w.restored = append(w.restored, restored{w.known(r.UID), now(), w.reseller(nameOf(r))})
}

// known is the UID by which the checker knows a Reseller: one that was restored is to be
// what the lost one was.
func (w *World) known(uid types.UID) types.UID {
	if before, restored := w.heirs[uid]; restored {
		return before
	}
	return uid
}

// asKnown is a version of a Reseller under that UID.
func (w *World) asKnown(obj client.Object) client.Object {
	r, _ := obj.(*v1alpha1.Reseller)
	if r == nil || w.known(r.UID) == r.UID {
		return obj
	}
	known := r.DeepCopy()
	known.UID = w.known(r.UID)
	return known
}
