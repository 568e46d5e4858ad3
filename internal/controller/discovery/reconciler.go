package discovery

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/discovery"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/moment"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Reconciler shows the unmanaged brokers of the Sellers of one kind.
type Reconciler struct {
	// New makes an empty object of the kind.
	New func() v1alpha1.SellerObject
	// Client reads from the cache and writes.
	Client client.Client
	// Accounts know the brokers.
	Accounts *account.Registry
}

// Reconcile makes one pass over a Seller, or over what is left of one.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	seller := r.New()
	err := r.Client.Get(ctx, req.NamespacedName, seller)
	switch {
	case apierrors.IsNotFound(err):
		seller.SetNamespace(req.Namespace)
		seller.SetName(req.Name)
	case err != nil:
		return reconcile.Result{}, err
	}
	p := &pass{Reconciler: r, seller: seller, gone: err != nil || !seller.GetDeletionTimestamp().IsZero()}
	if err := p.ask(ctx); err != nil {
		return reconcile.Result{}, err
	}
	answer := discovery.Decide(&p.question)
	more, err := p.perform(ctx, &answer)
	if err != nil {
		return reconcile.Result{}, err
	}
	if err := p.show(ctx, &answer, more); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	switch {
	case more:
		return reconcile.Result{RequeueAfter: pause}, nil
	case p.question.On:
		interval := seller.Settings().ObserveInterval.Duration
		return reconcile.Result{RequeueAfter: moment.OrDefault(interval, defaultInterval)}, nil
	default:
		return reconcile.Result{}, nil
	}
}

// pass is one pass over one Seller.
type pass struct {
	*Reconciler
	seller   v1alpha1.SellerObject
	gone     bool // or going
	question discovery.Question
	versions map[discovery.Object]client.Preconditions
	problem  string
}

// ask gathers what is known. It calls neither API.
func (p *pass) ask(ctx context.Context) error {
	d := p.seller.Settings().Discovery
	q := &p.question
	q.On = d != nil && d.Policy == v1alpha1.DiscoveryObserve && !p.gone
	q.Seller, q.Namespace = users.SessionName(p.seller), p.seller.GetNamespace()
	if q.On && q.Namespace == "" {
		q.Namespace = string(d.Namespace)
	}
	if err := p.findObjects(ctx); err != nil || !q.On {
		return err
	}
	admitted, err := users.Admits(ctx, p.Client, p.seller, q.Namespace)
	if err != nil {
		return err
	}
	if !admitted {
		p.problem = fmt.Sprintf("spec.allowedNamespaces does not allow the namespace %s, in which the Resellers are to be made", q.Namespace)
		q.On = false
		return nil
	}
	q.Ignored = discovery.IgnoredIn(p.seller.GetAnnotations()[v1alpha1.AnnotationIgnored])
	p.findBrokers()
	return nil
}

// findObjects are the Resellers of the Seller that name a broker, as the cache has them.
func (p *pass) findObjects(ctx context.Context) error {
	all, err := users.Of(ctx, p.Client, p.seller)
	p.versions = map[discovery.Object]client.Preconditions{}
	for i := range all {
		obj := &all[i]
		id := broker.ID(obj.Spec.BrokerID)
		if held := broker.ID(obj.Status.BrokerID); held != "" {
			id = held
		}
		if id == "" || !obj.DeletionTimestamp.IsZero() {
			continue
		}
		o := discovery.Object{Namespace: obj.Namespace, Name: obj.Name, ID: id, Made: plan.Discovered(obj)}
		p.question.Objects = append(p.question.Objects, o)
		uid, version := obj.UID, obj.ResourceVersion
		p.versions[o] = client.Preconditions{UID: &uid, ResourceVersion: &version}
	}
	return err
}

// findBrokers are those that nobody manages, where the Seller may see its account and the
// latest list is believed.
func (p *pass) findBrokers() {
	a := p.Accounts.Find(gather.AccountOf(p.seller.Settings()))
	if a == nil || !a.Standing(users.SessionName(p.seller)).Verified || a.Doubt() != "" {
		return
	}
	counts, read := a.Counts(nil)
	p.question.Known = read
	for _, free := range counts.Free {
		p.question.Unmanaged = append(p.question.Unmanaged, broker.Broker{ID: free.ID, Name: &free.Name})
	}
}

// perform makes and deletes, and reports whether there is more to do.
func (p *pass) perform(ctx context.Context, a *discovery.Answer) (more bool, err error) {
	left := mostInAPass
	for _, o := range a.Delete {
		if left--; left < 0 {
			return true, nil
		}
		pre := p.versions[o]
		obj := &v1alpha1.Reseller{}
		obj.Namespace, obj.Name = o.Namespace, o.Name
		if err := p.Client.Delete(ctx, obj, pre); err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			return false, p.refused(err, "delete", o.Namespace)
		}
	}
	for _, o := range a.Create {
		if left--; left < 0 {
			return true, nil
		}
		err := p.Client.Create(ctx, p.objectOf(o))
		switch {
		case apierrors.IsAlreadyExists(err):
			p.problem = fmt.Sprintf("another object has the name of Reseller %s, which is to show broker %s", types.NamespacedName{Namespace: o.Namespace, Name: o.Name}, o.ID)
		case err != nil:
			return false, p.refused(err, "create", o.Namespace)
		default:
			a.Kept++
		}
	}
	return false, nil
}

// refused is what a refusal of the API server means: what a user can end is told in status,
// and what ends automatically is tried again.
func (p *pass) refused(err error, verb, namespace string) error {
	switch {
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		p.problem = fmt.Sprintf("the namespace %s, in which the Resellers are to be made, is being deleted", namespace)
	case apierrors.IsForbidden(err):
		p.problem = fmt.Sprintf("the operator may not %s Resellers in the namespace %s: set discovery.enabled of the chart, or use config/components/discovery; the API server says: %s", verb, namespace, err)
	case apierrors.IsNotFound(err):
		p.problem = fmt.Sprintf("the namespace %s, in which the Resellers are to be made, does not exist", namespace)
	case apierrors.IsInvalid(err):
		p.problem = err.Error()
	default:
		return err
	}
	return nil
}

func (p *pass) objectOf(o discovery.Object) *v1alpha1.Reseller {
	obj := &v1alpha1.Reseller{}
	obj.Namespace, obj.Name = o.Namespace, o.Name
	obj.Labels = map[string]string{v1alpha1.LabelDiscovered: "true"}
	for key, value := range p.seller.Settings().Discovery.Labels {
		obj.Labels[key] = string(value)
	}
	ref := v1alpha1.SellerReference{Kind: p.seller.SellerKind(), Name: v1alpha1.SellerName(p.seller.GetName())}
	obj.Spec = plan.DiscoveredSpec(ref, v1alpha1.ID(o.ID))
	return obj
}

// show writes what came of it into status, where that is new and no more is to be done.
func (p *pass) show(ctx context.Context, a *discovery.Answer, more bool) error {
	if p.gone || more || (p.question.On && !p.question.Known) {
		return nil
	}
	var next *v1alpha1.DiscoveryStatus
	if p.question.On || p.problem != "" {
		if a.Over > 0 && p.problem == "" {
			p.problem = fmt.Sprintf("%d more brokers are unmanaged than the %d that are shown", a.Over, discovery.MaxObjects)
		}
		next = &v1alpha1.DiscoveryStatus{Objects: a.Kept, Problem: bounded.Line(p.problem, maxProblem)}
	}
	was := p.seller.CurrentStatus().Discovery
	if (was == nil) == (next == nil) && (was == nil || *was == *next) {
		return nil
	}
	changed := p.seller.DeepCopyObject().(v1alpha1.SellerObject)
	changed.CurrentStatus().Discovery = next
	return p.Client.Status().Patch(ctx, changed, client.MergeFrom(p.seller))
}
