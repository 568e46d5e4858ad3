package fake

import (
	"net/http"
	"time"
)

// Fault is something that goes wrong: which calls it strikes, and what
// happens to them. The parts combine: {Drop, Commit: CommitYes} loses the
// answer of a call that took effect, {Status: 504, CommitAfter: 30s} is a
// gateway that gave up before the API did.
type Fault struct {
	// Which calls. Of several faults that strike, the first one acts.
	Op          Operation     `json:"op,omitempty"`          // empty: every operation
	Broker      string        `json:"broker,omitempty"`      // only calls that name this id; for creates, this domain
	User        string        `json:"user,omitempty"`        // only calls with a token of this user
	Writes      bool          `json:"writes,omitempty"`      // only creates, updates and deletes
	Nth         int           `json:"nth,omitempty"`         // from the nth matching call on, counted from 1 since the fault was set
	Times       int           `json:"times,omitempty"`       // at most so often; 0: no limit
	Probability float64       `json:"probability,omitempty"` // of the matching calls, by the server's seed; 0: all
	Burst       int           `json:"burst,omitempty"`       // once it strikes, the next calls, too: so many in all
	For         time.Duration `json:"-"`                     // how long the fault exists; 0: until removed

	// What happens, in this order.
	Delay        time.Duration `json:"-"`                      // before the call is looked at; a client that leaves meanwhile changes nothing
	RevokeTokens bool          `json:"revokeTokens,omitempty"` // every token issued so far becomes invalid
	Commit       Commit        `json:"commit,omitempty"`       // whether the call takes effect
	CommitAfter  time.Duration `json:"-"`                      // takes effect so long after its arrival, even if the client has left; implies CommitYes
	AnswerDelay  time.Duration `json:"-"`                      // between effect and answer
	Drop         Drop          `json:"drop,omitempty"`         // no answer
	Status       int           `json:"status,omitempty"`       // this answer in place of the true one
	Form         Form          `json:"form,omitempty"`         // the form of that answer; Status 400 (FormDenial: 200) unless set
	Says         string        `json:"says,omitempty"`         // what it says; Form list unless set
	Field        string        `json:"field,omitempty"`        // the field that it says it about ("Contact.Phone")
	EmptyAccount bool          `json:"emptyAccount,omitempty"` // lists are empty, all else gets 404
	Unlisted     bool          `json:"unlisted,omitempty"`     // the broker that the call makes is in no list, for good
	Unreadable   bool          `json:"unreadable,omitempty"`   // the broker that the call makes is listed, and all else about it gets 404
	Entry        Entry         `json:"entry,omitempty"`        // how lists show the broker that the call makes, for good
	RetryAfter   time.Duration `json:"-"`                      // sends Retry-After, in seconds
	RetryAtDate  bool          `json:"retryAtDate,omitempty"`  // sends it as an HTTP date
	RedirectTo   string        `json:"redirectTo,omitempty"`   // base URL of another host; Status 307 unless set
	Body         Body          `json:"body,omitempty"`         // spoils the body of the answer, true or not
	List         ListFault     `json:"list,omitempty"`         // spoils a list
	Missing      int           `json:"missing,omitempty"`      // entries that a short list lacks, chosen by the seed
	Omit         []string      `json:"omit,omitempty"`         // ids that a list lacks
	Announce     Announcement  `json:"announce,omitempty"`     // how the list says that it lacks some
	AnswerID     string        `json:"answerID,omitempty"`     // the id that the answer speaks about; "other": one that nobody knows
}

// Commit says whether a struck call takes effect.
type Commit string

// By default a call takes effect unless Status, Form, RedirectTo or Drop replaces its answer.
const (
	CommitYes Commit = "yes"
	CommitNo  Commit = "no"
)

// Drop says how the answer gets lost.
type Drop string

// The ways to lose an answer.
const (
	// DropConnection closes the connection after the request was read.
	DropConnection Drop = "connection"
	// DropUnreached refuses the connection: nothing was sent. On a socket the
	// server can't do that to a single call and closes the connection instead.
	DropUnreached Drop = "unreached"
)

// Body says how the body of an answer is spoilt.
type Body string

// The ways to spoil a body.
const (
	BodyHTML      Body = "html"      // the page of a gateway
	BodyEmpty     Body = "empty"     // nothing
	BodyText      Body = "text"      // labelled JSON, and none
	BodyTruncated Body = "truncated" // JSON that ends in the middle
	BodyCut       Body = "cut"       // the connection ends in the middle of the body
	BodyHuge      Body = "huge"      // the true body after 16 MiB of blanks
	BodyDrip      Body = "drip"      // the true body, a byte a second
	BodyWord      Body = "word"      // "OK", as JSON
	BodyNumber    Body = "number"    // 1
)

// ListFault says how a list is wrong.
type ListFault string

// The ways for a list to be wrong, each with status 200.
const (
	ListEmpty     ListFault = "empty"     // no entry
	ListShort     ListFault = "short"     // lacks Missing entries, at least one
	ListForeign   ListFault = "foreign"   // the list of another account
	ListDuplicate ListFault = "duplicate" // one entry twice
	ListNoID      ListFault = "no-id"     // the last entry has 0 for an id
)

// commits says whether a struck call takes effect.
func (f *Fault) commits() bool {
	switch {
	case f.Commit == CommitNo:
		return false
	case f.Commit == CommitYes || f.CommitAfter > 0:
		return true
	}
	return f.Drop == "" && f.status() == 0
}

// status is what a fault without a status of its own answers in place of the truth.
func (f *Fault) status() int {
	switch {
	case f.Status != 0:
		return f.Status
	case f.RedirectTo != "":
		return http.StatusTemporaryRedirect
	case f.Form == FormDenial:
		return http.StatusOK
	case f.worded():
		return http.StatusBadRequest
	}
	return 0
}

// worded reports whether a fault has its own words in place of the usual ones.
func (f *Fault) worded() bool { return f.Form != "" || f.Says != "" || f.Field != "" }
