package sellerplan

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// State is everything the operator knows about one Seller at one moment.
type State struct {
	Now    time.Time
	Seller Seller
	// Stored is status as it was last read or written; Status adds what the pass has
	// come to know. Both are read only.
	Stored, Status *v1alpha1.SellerStatus
	// Users are the Resellers that name the object, from the cache; Held is what it names.
	Users []User
	Held  []Held
	// Credentials are nil until they were read, Session while nothing is at work.
	Credentials *Credentials
	Session     *Session
	Account     Account
	Outcome     Outcome
	// Version is the operator's: what an earlier one learned is learned again.
	Version string
}

// Seller is what the object is and asks for.
type Seller struct {
	Kind            v1alpha1.SellerKind
	Namespace, Name string
	Generation      int64
	// Deleting says that it is to go, Protected that our finalizer is on it.
	Deleting, Protected bool
	// Account is the one that it leads to, by SellerID and Endpoint.
	Account            broker.Account
	SellerID, Endpoint string
	// EndpointAllowed says that this operator may call the endpoint.
	EndpointAllowed bool
	Suspended       bool
	// ObserveInterval is how often it asks for the account to be read.
	ObserveInterval time.Duration
	// DryRun says that nothing is written to the account, by its own word or the operator's.
	DryRun bool
	// SecretNamespace and SecretName say where the credentials are.
	SecretNamespace, SecretName string
	// CABundle is nil where none is named.
	CABundle *v1alpha1.CABundleReference
	// Requests are what annotations ask for.
	Requests
}

// Requests are what a user asks of the account; "" for nothing.
type Requests struct{ Reading, AcceptList, ResumeWrites string }

// SellerFrom is what an object says. Whether its endpoint is allowed is for the caller
// to add.
func SellerFrom(obj v1alpha1.SellerObject) Seller {
	settings, secret, asked := obj.Settings(), obj.CredentialsKey(), obj.GetAnnotations()
	return Seller{
		Kind: obj.SellerKind(), Namespace: obj.GetNamespace(), Name: obj.GetName(), Generation: obj.GetGeneration(),
		Deleting: obj.GetDeletionTimestamp() != nil, Protected: slices.Contains(obj.GetFinalizers(), v1alpha1.FinalizerInUse),
		Account:  AccountOf(obj),
		SellerID: string(settings.SellerID), Endpoint: settings.Endpoint,
		Suspended:       settings.Suspend != nil && *settings.Suspend,
		DryRun:          settings.Writes == v1alpha1.WritesDryRun,
		SecretNamespace: secret.Namespace, SecretName: secret.Name, CABundle: settings.CABundleRef,
		Requests: Requests{
			Reading:      bounded.Text(asked[v1alpha1.AnnotationReconcileRequestedAt], maxRequest),
			AcceptList:   bounded.Text(asked[v1alpha1.AnnotationAcceptListAt], maxRequest),
			ResumeWrites: bounded.Text(asked[v1alpha1.AnnotationResumeWritesAt], maxRequest),
		},
	}
}

// AccountOf is the account that an object leads to.
func AccountOf(obj v1alpha1.SellerObject) broker.Account {
	s := obj.Settings()
	return broker.AccountOf(s.Endpoint, string(s.SellerID))
}

// User is a Reseller that names the object.
type User struct {
	Namespace, Name string
	// Holds says that it holds a broker of the account, or may: by an open intent or
	// deletion.
	Holds bool
	// Admitted says that the object may be used from its namespace.
	Admitted bool
	// Drifted says that its broker was changed elsewhere, and is not corrected yet; an edit
	// that was not sent yet is no drift.
	Drifted bool
}

// Held is a Secret or ConfigMap that the object names and protects.
type Held struct {
	// Found says that it exists, Going that it is being deleted, Protected that our
	// finalizer is on it.
	Found, Going, Protected bool
	// Name is kind and name, as people read it.
	Name string
	// Awaited says that another Seller in use is going with its Resellers, or was Ready
	// and has put nothing to work in this process yet. It is known of what is Going.
	Awaited bool
}

// Credentials are what was read of the Secret and the CA bundle: what is there, and
// digests that tell one from another. They hold no secret.
type Credentials struct {
	// Found says that the Secret exists; Missing are its keys without a value.
	Found   bool
	Missing []string
	// Odd says what of a value is most likely a slip, such as a space at the end of the
	// password; "" for nothing.
	Odd string
	// Endpoint is the one that the Secret permits by its annotation; "" for none.
	Endpoint string
	// CAFound says that the CA bundle is there, where one is named.
	CAFound bool
	Prints
}

// Prints tell one set of credentials from another. The digests never leave the process.
type Prints struct {
	// Client is of everything that a client is made from, Login of the credentials
	// alone, Secret of the whole Secret but for what we write.
	Client, Login, Secret string
	// Revision is the Secret's.
	Revision string
}

// Session is what this process has at work for the object.
type Session struct {
	Prints
	Account broker.Account
	// Touched says that somebody wrote the Secret since the credentials were refused,
	// without changing them; Others that they are others than those refused before.
	Touched, Others bool
	Logins          Logins
	// Lost is since when what it was made of is gone, or let go; zero while it is there.
	Lost time.Time
	// Inherits is until when what an earlier process said of the account stands while this
	// one has not read it; zero for not at all.
	Inherits time.Time
	// Heard is what was asked of the account already, although status may not say so yet:
	// the write may have failed.
	Heard Requests
}

// Logins are what is known of the logins with a session's credentials.
type Logins struct {
	// Refused says that they were refused; RefusedAt is when, zero where that was
	// before the client was made.
	Refused   bool
	RefusedAt time.Time
	// Granted says that the latest verdict on them was a token.
	Granted bool
	// Undecided are logins without a verdict since the last one with, oldest first.
	Undecided []time.Time
	// Answer is what the server said to the latest login that failed: for status only.
	Answer string
	// Ends is when the credentials expire, as the latest login told; zero: it did not.
	Ends time.Time
}

// Account is how the account stands, and the object's session in it.
type Account struct {
	// Known says that a session of this or another Seller is in it.
	Known bool
	// Verified says that the session's own credentials got the list and may use it,
	// Entitled that they did so at some time, ReadOnly that the latest create was denied.
	Verified, Entitled, ReadOnly bool
	// Failure is why the latest sync by the session failed; nil if it did not.
	Failure *broker.Failure
	// Trouble is why the account's calls, or only its writes, fail; nil while they do not.
	Trouble *Trouble
	// Silence is until when nothing is called, and why.
	Silence Silence
	// ReadAt is when the latest sync that was believed began, RetryAt when one that
	// failed is made again; zero for never.
	ReadAt, RetryAt time.Time
	// Doubt says why the latest list is not believed; "" if it is.
	Doubt string
	Brake Brake
	// Updates are how the API wants updates beyond its documentation.
	Updates Updates
	// Unreadable are the entries of the latest list that can't be told apart as brokers,
	// Accepted what a user called right of what lists announce.
	Unreadable []broker.Unreadable
	Accepted   []string
	// Accepting says that no list was read yet since a user called it right.
	Accepting bool
}

// Updates are the members in which updates differ from the documentation: LeftOut are
// shown and not sent back, Added are sent besides. Since is zero while there is none.
type Updates struct {
	LeftOut, Added []string
	Since          time.Time
}

// Silence is until when nothing is called, and why. It is over when that is past.
type Silence struct {
	Until time.Time
	Why   v1alpha1.PauseReason
}

// Trouble is why calls pause, and one at a time is tried.
type Trouble struct {
	Since time.Time
	// Cause is the failure that began it.
	Cause *broker.Failure
	// Denied says that only writes fail, by 401.
	Denied bool
}

// Brake is what outlasts a process of an account's brake.
type Brake struct {
	// Halt is nil where writing is not halted. It names everybody; a Seller shows those
	// of its own namespace.
	Halt *v1alpha1.WriteHalt
	// Resumed is when a user last let writing go on; zero for never. Confirmed tells
	// for whom.
	Resumed   time.Time
	Confirmed string
}

// Outcome is what the steps of this pass came to.
type Outcome struct {
	// Needed says whether a live list shows a user; nil before one was asked for.
	Needed *bool
	// Ending says whether the namespace of the Secret ends; nil before that was asked for.
	Ending *bool
	// Entered is the answer to Enter or Stay.
	Entered *Entered
	// Heeded is what was decided about logging in before the account was asked for
	// anything.
	Heeded *Login
	// Counted is the answer to Count.
	Counted *Counted
}

// Entered is what became of the credentials.
type Entered struct {
	// Trouble is why no client could be made of them; "" if one is at work.
	Trouble string
}

// Counted are the brokers of the account, as of its latest sync.
type Counted struct {
	// Read says that there was a sync.
	Read                               bool
	Total, Managed, Unmanaged, Foreign int
	// Free are those that are unmanaged, by id.
	Free []Free
}

// Free is a broker that no Reseller claims.
type Free struct{ ID, Name string }
