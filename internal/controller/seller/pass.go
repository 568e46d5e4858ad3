package seller

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// pass is one pass over one object.
type pass struct {
	r      *Reconciler
	name   types.NamespacedName
	obj    v1alpha1.SellerObject // as last read or written
	users  []v1alpha1.Reseller
	held   []*metav1.PartialObjectMetadata // as in state.Held
	secret *corev1.Secret
	login  cloudmore.Credentials // what the Secret has
	bundle []byte
	state  sellerplan.State
	log    logr.Logger
	trace  string
}

// begin gathers what is known without reading the Secret.
func (r *Reconciler) begin(ctx context.Context, obj v1alpha1.SellerObject) (*pass, error) {
	p := &pass{r: r, name: client.ObjectKeyFromObject(obj), obj: obj, log: log.FromContext(ctx), trace: traces.ID(ctx)}
	p.read()
	p.state.Status = obj.CurrentStatus().DeepCopy()
	p.state.Version = r.Connection.UserAgent
	r.Accounts.Recall(p.state.Seller.Account, brakeIn(p.state.Status))
	if known := sellerplan.StoredUpdates(p.state.Status, p.state.Version); !known.Since.IsZero() {
		r.Accounts.Members(p.state.Seller.Account).Recall(cloudmore.Learned(known))
	}
	if l := p.state.Status.List; l != nil && sellerplan.Verified(p.state.Status, p.state.Seller.Account) {
		r.Accounts.Announcements(p.state.Seller.Account).Recall(l.Accepted)
	}
	p.look()
	var err error
	if p.users, err = users.Of(ctx, r.Client, obj); err != nil {
		return nil, err
	}
	if p.state.Users, err = p.known(ctx, r.Client, p.users); err != nil {
		return nil, err
	}
	p.held, p.state.Held, err = r.heldAsRead(ctx, obj)
	return p, err
}

// read takes in what the object says.
func (p *pass) read() {
	p.state.Seller = sellerplan.SellerFrom(p.obj)
	p.state.Seller.EndpointAllowed = p.r.Connection.permits(p.state.Seller.Endpoint)
	p.state.Seller.ObserveInterval = settingsOf(p.obj.Settings()).ObserveInterval
	p.state.Seller.DryRun = p.state.Seller.DryRun || p.r.Accounts.DryRun()
	p.state.Stored = p.obj.CurrentStatus()
}

// known is what matters of Resellers that name the object.
func (p *pass) known(ctx context.Context, from client.Reader, named []v1alpha1.Reseller) ([]sellerplan.User, error) {
	verified := p.state.EverVerified()
	all := make([]sellerplan.User, len(named))
	for i := range named {
		var err error
		if all[i], err = users.Known(ctx, from, p.obj, verified, &named[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// look takes in what may have changed since the last step.
func (p *pass) look() {
	s, r := &p.state, p.r
	s.Now, s.Session = r.Clock.Now(), nil
	if known := r.session(p.name); known != nil {
		atWork := known.Session
		if a := r.Accounts.Find(known.Account); a != nil {
			atWork.Logins = sellerplan.Logins(a.Standing(known.name).Logins)
		}
		s.Session = &atWork
	}
	s.Account = sellerplan.Account{Brake: brakeFrom(r.Accounts.Brake(s.Seller.Account))}
	if a := r.Accounts.Find(s.Seller.Account); a != nil {
		standing := a.Standing(users.SessionName(p.obj))
		s.Account.Known, s.Account.Doubt, s.Account.Failure = true, a.Doubt(), standing.Failure
		s.Account.Verified, s.Account.Entitled, s.Account.ReadOnly = standing.Verified, standing.Entitled, standing.ReadOnly
		s.Account.Trouble = (*sellerplan.Trouble)(standing.Trouble)
		s.Account.ReadAt, s.Account.RetryAt, s.Account.Silence = standing.ReadAt, standing.RetryAt, silenceOf(a)
		// In this sequence: a word is put to use before nobody waits for that any more.
		s.Account.Accepting = a.Accepting()
		s.Account.Unreadable, s.Account.Accepted = a.Unreadable(), r.Accounts.Announcements(s.Seller.Account).Accepted()
		s.Account.Updates = sellerplan.Updates(r.Accounts.Members(s.Seller.Account).Learned())
	}
}

// perform takes one step. The result is nil while the pass goes on.
func (p *pass) perform(ctx context.Context, step sellerplan.Step) (*reconcile.Result, error) {
	if span := traces.Of(ctx); span != nil {
		span.Step("", strings.TrimPrefix(fmt.Sprintf("%T", step), "sellerplan."))
	}
	switch step := step.(type) {
	case sellerplan.KeepHalt:
		return nil, p.save(ctx, step.Status)
	case sellerplan.Protect:
		return nil, p.protect(ctx)
	case sellerplan.AskUsers:
		return nil, p.askUsers(ctx)
	case sellerplan.LetGo:
		return nil, p.letGo(ctx, step.Ends)
	case sellerplan.ReadCredentials:
		return nil, p.readCredentials(ctx)
	case sellerplan.AskNamespace:
		return nil, p.askNamespace(ctx)
	case sellerplan.Lose:
		return nil, p.lose(ctx, &step)
	case sellerplan.Enter:
		p.enter(&step)
	case sellerplan.Stay:
		p.stay(&step)
	case sellerplan.Heed:
		p.heed(&step)
	case sellerplan.Count:
		p.count()
	case sellerplan.Show:
		return p.show(ctx, &step)
	case sellerplan.Leave:
		return &reconcile.Result{}, nil
	}
	return nil, nil
}

// heed does what annotations ask of the account.
func (p *pass) heed(step *sellerplan.Heed) {
	p.state.Status, p.state.Outcome.Heeded = step.Status, &step.Login
	a := p.r.Accounts.Find(p.state.Seller.Account)
	if a == nil {
		return // it went meanwhile, and nothing is left that could be asked of it
	}
	p.hear(step)
	if step.Read {
		a.ReadNow(users.SessionName(p.obj))
	}
	if step.AcceptList {
		a.AcceptList(step.Announcement)
	}
	if step.Forget {
		p.r.Accounts.Members(p.state.Seller.Account).Forget(p.r.Clock.Now())
	}
	if step.Resume {
		a.Resume()
	}
}

// hear remembers what is asked of the account: a write of status that fails does not
// have it asked again.
func (p *pass) hear(step *sellerplan.Heed) {
	known := p.r.session(p.name)
	if known == nil {
		return
	}
	next, asked := *known, p.state.Seller.Requests
	if step.Read {
		next.Heard.Reading = asked.Reading
	}
	if step.AcceptList {
		next.Heard.AcceptList = asked.AcceptList
	}
	if step.Resume {
		next.Heard.ResumeWrites = asked.ResumeWrites
	}
	p.r.keep(p.name, &next)
}

// count counts the brokers of the account.
func (p *pass) count() {
	counted := &sellerplan.Counted{}
	p.state.Outcome.Counted = counted
	if a := p.r.Accounts.Find(p.state.Seller.Account); a != nil {
		c, read := a.Counts(heldBy(p.users, p.state.Seller.Account))
		*counted = sellerplan.Counted{Read: read, Total: c.Total, Managed: c.Managed, Unmanaged: c.Unmanaged, Foreign: c.Foreign}
		for _, free := range c.Free {
			counted.Free = append(counted.Free, sellerplan.Free{ID: string(free.ID), Name: free.Name})
		}
	}
}

// pauses are what status calls the reasons of a pause.
var pauses = map[limiter.Why]v1alpha1.PauseReason{
	limiter.Asked: v1alpha1.PauseAsked, limiter.Failing: v1alpha1.PauseFailing, limiter.Denied: v1alpha1.PauseWritesDenied,
}

func silenceOf(a *account.Account) sellerplan.Silence {
	silence := a.Silence()
	return sellerplan.Silence{Until: silence.Until, Why: pauses[silence.Why]}
}

// show stores status if it changed. Nobody logs in once more before that is written down.
func (p *pass) show(ctx context.Context, step *sellerplan.Show) (*reconcile.Result, error) {
	if !equality.Semantic.DeepEqual(p.state.Stored, step.Status) {
		if err := p.save(ctx, step.Status); err != nil {
			return nil, err
		}
	}
	if step.Note != "" {
		p.say(says.CredentialsExpire, step.Note)
	}
	p.holdLogins(step.Hold)
	result := p.backAt(step.Back, p.logIn(step.Login))
	return &result, nil
}

// save writes what changed in status, with the version read as precondition.
func (p *pass) save(ctx context.Context, status *v1alpha1.SellerStatus) error {
	before := p.obj
	p.obj = before.DeepCopyObject().(v1alpha1.SellerObject)
	*p.obj.CurrentStatus() = *status.DeepCopy()
	err := p.r.Client.Status().Patch(ctx, p.obj, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	if err == nil {
		p.r.wrote(p.obj)
		p.tell(before.CurrentStatus(), p.obj.CurrentStatus())
	}
	p.read()
	return err
}
