package sellerplan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Step is what to do next: one of the types below.
//
//sumtype:decl
type Step interface{ step() }

// KeepHalt stores a halt of the account, so that no other trouble of the pass and no
// restart lose it.
type KeepHalt struct{ Status *v1alpha1.SellerStatus }

// Protect puts our finalizer on what the object names, then on itself.
type Protect struct{}

// AskUsers asks the API server for the Resellers that need the object: the cache may
// not show one that just saw it protected.
type AskUsers struct{}

// LetGo takes our finalizer off what no other Seller protects, then off the object. Ends
// says that its session ends before that.
type LetGo struct{ Ends bool }

// ReadCredentials reads the Secret and the CA bundle.
type ReadCredentials struct{}

// AskNamespace asks the API server whether the namespace of the Secret ends.
type AskNamespace struct{}

// Lose notes that what the session was made of is gone, and tells people so. Release says
// that our finalizer comes off what is being deleted first.
type Lose struct {
	Since   time.Time
	Release bool
	Note    string
}

// Enter makes a client of the credentials and puts it to work, in the place of an
// earlier one.
type Enter struct {
	// Status has what the earlier session came to.
	Status *v1alpha1.SellerStatus
	// Session is what is at work then.
	Session Session
	Trust   Trust
	// LoginRefused says that these credentials were refused, LoginsUndecided that logins
	// had no verdict, NewCredentials that they are others than those at work.
	NewCredentials, LoginRefused bool
	LoginsUndecided              []time.Time
}

// Stay leaves the client at work, with the settings of now.
type Stay struct{ Session Session }

// Heed does what annotations ask of the account.
type Heed struct {
	// Status says that it is done.
	Status *v1alpha1.SellerStatus
	// Login is what was decided about logging in before.
	Login Login
	// Read has the account read, AcceptList believes the latest list, Resume lets writing
	// go on, Forget has updates send what was left out of them.
	Read, AcceptList, Resume, Forget bool
	// Announcement says that the user was asked about what lists announce.
	Announcement bool
}

// Count counts the brokers of the account.
type Count struct{}

// Show stores status if it changed, then logs in once more or comes back for it. The pass
// ends with it.
type Show struct {
	Status *v1alpha1.SellerStatus
	Login  Login
	// Hold says that no login is made with the credentials at work: the Secret no longer
	// has them. Note is for an event; "" for none.
	Hold bool
	Note string
	// Back is when to look again; zero for no moment that is known.
	Back time.Time
}

// Leave ends the pass: the object is going, and no longer ours.
type Leave struct{}

func (KeepHalt) step()        {}
func (Protect) step()         {}
func (AskUsers) step()        {}
func (LetGo) step()           {}
func (ReadCredentials) step() {}
func (AskNamespace) step()    {}
func (Lose) step()            {}
func (Enter) step()           {}
func (Stay) step()            {}
func (Heed) step()            {}
func (Count) step()           {}
func (Show) step()            {}
func (Leave) step()           {}

// Trust is what is known of credentials that never read the account in this process.
type Trust int

const (
	// Untried is nothing.
	Untried Trust = iota
	// Renewed is that earlier credentials of the same Seller got the list.
	Renewed
	// Proven is that they got the list themselves, in an earlier process.
	Proven
)
