package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Step is what to do next: one of the types below. What it is it says of itself, in
// step_says.go.
//
//sumtype:decl
type Step interface {
	step()

	// Calls reports whether performing it calls the seller API.
	Calls() bool
	// Writes reports whether it writes to the account, or announces that.
	Writes() bool
	// Call is the kind of the call that it makes or announces.
	Call() Call
}

// AddFinalizer puts our finalizer on the object.
type AddFinalizer struct{ local }

// RecordIntent writes down what is about to be posted, and where; an intent that is proven
// to have made nothing ends with it. So does the pass: only a pass that the cache gave the
// intent may post.
type RecordIntent struct {
	announcing

	Identity broker.Identity
	// PassedOver are the similar brokers that are there; Beside are those of them that
	// nobody holds and no user answered for.
	PassedOver, Beside []broker.ID
	// Unfound says that such an intent may have been sent: it is then kept among the
	// previous ones.
	Unfound bool
}

// Create posts the broker. It is answered at most once for an intent.
type Create struct{ sending }

// RecordBroker writes down the broker that an intent led to, and ends the intent.
type RecordBroker struct {
	local

	ID     broker.ID
	Origin v1alpha1.Origin
}

// MarkCommitted writes down that the POST took effect without naming the broker.
type MarkCommitted struct{ local }

// MarkRefused writes down that the API refused the POST. Syncs still have to
// show that it made nothing.
type MarkRefused struct {
	local

	// Then is what to show.
	Then Rest
}

// ClearIntent ends an intent that made no broker. Unfound says that it may have
// been sent: it is then kept among the previous ones.
type ClearIntent struct {
	local

	Unfound bool
	// Proven says that lists show nothing of it, so that the next intent may replace it.
	Proven bool
	// Then is what to show.
	Then Rest
}

// RecordIdentity writes down the identity that an update is about to give the broker. The
// pass goes on.
type RecordIdentity struct {
	local

	// RegistrationNumber and Domain are those that are sent.
	RegistrationNumber, Domain string
}

// Bind writes down an existing broker as this Reseller's. The pass ends with it.
type Bind struct {
	local

	ID     broker.ID
	Origin v1alpha1.Origin
}

// Forget lets go of a broker that is proven to be gone.
type Forget struct{ local }

// Update sends the broker with every field.
type Update struct {
	sending

	// Want has the values that are laid over what was read at ReadAt, Body both; Changed
	// are the deviations that it is to end, Proves the fields whose form it is to prove.
	Want, Body      broker.Broker
	Changed, Proves []Deviation
	ReadAt          time.Time
}

// Background reports whether it only proves what an earlier version took for equal.
func (u *Update) Background() bool { return len(u.Changed) == 0 }

// Accept remembers spellings of the API that mean what was sent.
type Accept struct {
	local

	Spellings []broker.Spelling
}

// RecordDeletion writes down which broker is about to be deleted. The pass ends with it.
type RecordDeletion struct{ announcing }

// ClearDeletion ends a deletion that was not sent, or refused.
type ClearDeletion struct {
	local

	// Then is what to show.
	Then Rest
	// Answered says that the DELETE of this pass came back. Where status says already
	// what Then shows, nothing is written.
	Answered bool
}

// Delete deletes the broker. It is answered at most once for a recorded deletion.
type Delete struct{ sending }

// Look reads one broker by its own GET.
type Look struct {
	asking

	ID broker.ID
}

// AskServices asks whether services are activated for the broker.
type AskServices struct {
	asking

	ID broker.ID
}

// Show puts a reason into Ready, and the pass goes on.
type Show struct {
	local

	Then Rest
}

// Annotate writes the broker and its origin into the annotations. The pass goes on.
type Annotate struct {
	local

	ID     broker.ID
	Origin v1alpha1.Origin
}

// Release removes our finalizer. Orphaned says that the policy leaves the broker, Gone that it
// was found to be gone before, and not by a delete of this Reseller.
type Release struct {
	local

	Orphaned, Gone bool
}

// Rest ends the pass.
type Rest struct {
	local

	// Reason is one of the reasons of Ready in v1alpha1.
	Reason  string
	Message string
	// Until is when to come back even if nothing happens; zero for not at all.
	Until time.Time
	// AfterReading asks for a sync that starts after this moment, if not zero;
	// the object is looked at again when it is there.
	AfterReading time.Time
	// For names what else ends the rest.
	For Wait
	// Quiet leaves status as it is: nothing that a user need know has changed.
	Quiet bool
	// Note is what events say in place of Message, which may quote values there; ""
	// for the same.
	Note string
	// Rejected are the fields that the API refused, with its words.
	Rejected []broker.FieldFailure
	// Compared says that the broker was compared in full.
	Compared bool
	// Instead is the write that a dry run leaves out; nil for none.
	Instead Step
}
