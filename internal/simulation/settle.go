package simulation

import (
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/ptr"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

const (
	// settles bounds how long it takes until everything is at rest after the last
	// fault and edit: several creates whose outcome is waited for one after the
	// other, each with its bounds, the longest pause of an account, and people who
	// take their time.
	settles = 3 * time.Hour
	// patience is how long a user waits before doing what a message says.
	patience = 12 * time.Minute
	// noticed is how long it takes until everything was read twice more: a sync
	// in full tells for whom services are activated, and who was never listed is
	// missed by the second one.
	noticed = 11 * time.Minute
	// doubted is for how long who waits for a user may go on automatically: lists that are
	// not believed at first are in a quarter of an hour, 404s that are text in half an hour.
	doubted = 32 * time.Minute
	// restful is how long nothing may happen in the end.
	restful = 11 * time.Minute
	// patient is how often a user asks for another try of what is refused, before the
	// last fault and after it.
	patient = 3
)

// settle ends faults and lets everything come to rest; people do what the
// conditions ask of them. It returns the histories for the checker.
func (w *World) settle() []*history {
	w.strike, w.choose, w.hold, w.lagging, w.settling = nil, nil, nil, false, true
	clear(w.frozen)
	clear(w.heeded) // what was asked for while faults struck
	for _, m := range w.managers {
		m.only = ""
	}
	end := now().Add(settles)
	settled := false
	for !settled && now().Before(end) && w.broken == "" {
		if settled = w.Run(patience, w.atRest); settled {
			settled = !w.heed() && (!w.Stormy || w.unchanged(doubted) && !w.heed())
		} else {
			w.heed()
		}
	}
	w.Run(noticed, nil)
	from := len(w.trace)
	w.quiet = true
	w.Run(restful, nil)
	w.quiet = false
	return w.histories(w.trace[from:])
}

// unchanged lets time pass and reports whether no Reseller changed.
func (w *World) unchanged(d time.Duration) bool {
	before := len(w.server.changes["Reseller"])
	w.Run(d, nil)
	return len(w.server.changes["Reseller"]) == before
}

// atRest reports whether nothing more is to be expected.
func (w *World) atRest() bool {
	if len(w.tasks) > 0 || len(w.takeover) > 0 {
		return false
	}
	if slices.ContainsFunc(w.managers, (*manager).busy) {
		return false
	}
	return !slices.ContainsFunc(w.server.list("Reseller"), func(s *stored) bool { return !resting(s.obj.(*v1alpha1.Reseller)) })
}

// busy reports whether a manager has not seen everything, or has passes to make.
func (m *manager) busy() bool {
	if m.dead {
		return false
	}
	if slices.ContainsFunc(watched, func(kind string) bool { return m.cache.behind(kind) > 0 }) {
		return true
	}
	return !m.retired && (len(m.work.ready()) > 0 || len(m.keep.ready()) > 0)
}

// heed does what messages ask a user to do, and reports whether there was
// anything.
func (w *World) heed() bool {
	acted := slices.ContainsFunc(w.server.list("Seller"), func(s *stored) bool {
		c := meta.FindStatusCondition(s.obj.(*v1alpha1.Seller).Status.Conditions, v1alpha1.ConditionStalled)
		return c != nil && c.Reason == v1alpha1.ReasonCredentialsRejected
	})
	for _, s := range w.server.list("Secret") {
		if acted {
			w.renewSecret(s.obj.(*corev1.Secret))
		}
	}
	if w.acceptLists() {
		acted = true
		w.Run(time.Minute, nil) // nobody says it twice before it is put to use
	}
	acted = w.resumeWrites() || acted
	for _, s := range w.server.list("Reseller") {
		acted = w.heedReseller(s.obj.(*v1alpha1.Reseller)) || acted
	}
	return acted
}

// renewSecret puts other credentials into a Secret, which are right, too.
func (w *World) renewSecret(before *corev1.Secret) {
	secret := before.DeepCopy()
	if len(secret.Data[v1alpha1.SecretKeyClientID]) == 0 {
		secret.Data[v1alpha1.SecretKeyClientID] = []byte("ro.customer.client")
	} else {
		delete(secret.Data, v1alpha1.SecretKeyClientID)
	}
	must(w.person().Patch(background(), secret, client.MergeFrom(before)))
}

// heedReseller does what one Reseller asks for, where that is the same each time.
func (w *World) heedReseller(r *v1alpha1.Reseller) bool {
	if w.unheeded || !stalled(r) {
		return false
	}
	switch reasonFor(r) {
	case v1alpha1.ReasonRefused, v1alpha1.ReasonForbidden, v1alpha1.ReasonContested:
		if w.heeded[r.UID] >= patient {
			return false
		}
		w.heeded[r.UID]++
		return w.ask(nameOf(r))
	case v1alpha1.ReasonBrokerUnreadable:
		return w.Seed%2 == 0 && w.apiOf(r).mend()
	case v1alpha1.ReasonSimilarBrokerExists:
		return w.answerSimilar(r)
	case v1alpha1.ReasonCreatedButNotListed, v1alpha1.ReasonCreateOutcomeUnknown, v1alpha1.ReasonAdoptionNotAllowed, v1alpha1.ReasonAmbiguousMatch:
		if id := w.lookedUp(r); id != "" && r.Spec.BrokerID == "" {
			return w.edit(nameOf(r), func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		}
	}
	return false
}

// ask has a user ask for a look at a Reseller.
func (w *World) ask(name string) bool {
	w.asked++
	return w.edit(name, func(r *v1alpha1.Reseller) {
		if r.Annotations == nil {
			r.Annotations = map[string]string{}
		}
		r.Annotations[v1alpha1.AnnotationReconcileRequestedAt] = strconv.Itoa(w.asked)
	})
}

// lookedUp is the broker that a user finds in the portal for an open create: of
// several the one with the name of the Reseller.
func (w *World) lookedUp(r *v1alpha1.Reseller) string {
	identity, _ := broker.IdentityFrom(string(ptr.Deref(r.Spec.RegistrationNumber, "")), string(ptr.Deref(r.Spec.Domain, "")))
	if c := r.Status.Creation; c != nil {
		identity, _ = broker.IdentityFrom(c.RegistrationNumber, c.Domain)
	}
	found := ""
	of := w.apiOf(r)
	for _, b := range of.Live() {
		if identityOf(&b) != identity || w.heldBySomebody(of, b.ID) {
			continue
		}
		if b.Broker.Name == string(ptr.Deref(r.Spec.Name, "")) {
			return b.ID
		}
		found = b.ID
	}
	return found
}

func (w *World) heldBySomebody(of *api, id string) bool {
	for _, s := range w.server.list("Reseller") {
		if r := s.obj.(*v1alpha1.Reseller); w.apiOf(r) == of && broker.ID(r.Status.BrokerID).Same(broker.ID(id)) {
			return true
		}
	}
	return false
}
