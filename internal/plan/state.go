package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// State is everything the operator knows about one Reseller at one moment.
type State struct {
	Now     time.Time
	Desired Desired
	Record  Record
	Memory  Memory
	Access  Access
	Reading Reading
	Rivals  []Rival
	Outcome Outcome
}

// Access is whether and how the account may be used for this Reseller.
type Access struct {
	// Problem, if set, says why the account can't be used at all.
	Problem *Problem
	// Passing says that Problem ends automatically in a moment, as the first sync after a
	// start does: what status says of this generation stays meanwhile.
	Passing bool
	// Account is the one that the Seller leads to.
	Account broker.Account
	// Session tells one set of credentials from another.
	Session string
	// Halted says why nothing may be written to the account; "" if writes may go on.
	Halted *Problem
	// DryRun says why nothing is sent although all is decided; "" if it is sent.
	DryRun string
	// SilentUntil is when the account may be called again, and [Access.Silence] why not now.
	SilentUntil time.Time
	Silence     Problem
	// Outage is the account's latest one that has ended.
	Outage Outage
	// ProveAt is this object's turn to send what nobody edited; zero for none.
	ProveAt time.Time
	// AnnotateAt is this object's turn to have its annotations written; zero for none.
	AnnotateAt time.Time
	// OriginGuarded says that an admission policy keeps others from writing the origin
	// into the annotations.
	OriginGuarded bool
	// Deadline, CommitBound and ListLag bound a create.
	Deadline, CommitBound, ListLag time.Duration
	// WaitOnUnknown says that a create whose outcome stays unknown is never repeated.
	WaitOnUnknown bool
	// CreateBesideSimilar says that similar brokers do not stop a create.
	CreateBesideSimilar bool
	// AdoptionForbidden says that existing brokers may not be adopted here.
	AdoptionForbidden bool
	// Mark is the ownership mark of this Reseller; zero where none is used.
	Mark broker.Marking
}

// Problem is why something can't be done, for a user.
type Problem struct {
	// Reason is one of the reasons in v1alpha1.
	Reason  string
	Message string
}

// Reading is what the account's syncs say about this Reseller.
type Reading struct {
	// Latest is when the latest sync to be believed started; zero before the first.
	Latest time.Time
	// Doubt, if set, says why the latest list is not believed.
	Doubt string
	// Known is the bound broker as last read or written; nil while not known.
	Known *broker.Broker
	// KnownSince is when the sync of Known started, of its oldest part; ShownSince when a
	// list showed the broker since. Listed says that it is known from a list alone.
	KnownSince, ShownSince time.Time
	Listed                 bool
	// Whole says that lists show all of it, so that a sync is a look at it, too.
	Whole bool
	// Shows are the fields that lists or GETs of the account have shown of any broker: where
	// one of those lacks a value, there is none.
	Shows broker.FieldSet
	// Matches are the brokers with the sought identity or mark.
	Matches []Match
	// Similar are those that only share a weak key with it.
	Similar []Similar
	// Absent are the starts of complete syncs since the sought identity and
	// mark were last seen, oldest first; AbsentID likewise for the bound broker.
	Absent, AbsentID []time.Time
	// Blank are the starts of syncs that showed no broker at all, and that no user
	// called right. An outage looks like that, too.
	Blank []time.Time
	// Unreadable are what the latest list shows and nobody can tell apart, as far as it may
	// be the sought or the bound broker: no sync with such is in Absent or AbsentID.
	Unreadable []broker.Unreadable
	// Unread says that lists do not show all of the bound broker, and that the account could
	// not read it by its own GETs either.
	Unread bool
	// ServicesActivated is nil while not known.
	ServicesActivated *bool
}

// Similar is a broker whose number or domain is the sought one but for how it is written.
type Similar struct {
	// Broker is as last read; Listed says that only lists show it so, Unlisted that the
	// latest one lacks it.
	Broker           *broker.Broker
	Listed, Unlisted bool
	// Crowded says that too many share what it shares.
	Crowded bool
	// Named says that it shares the name alone.
	Named bool
	// Held says that a Reseller holds it.
	Held bool
}

// Match is a broker that may be this Reseller's.
type Match struct {
	ID broker.ID
	// Mark is the value of the ownership property, "" where it has none; Summary says that
	// only a list shows it, perhaps without it.
	Mark    broker.Mark
	Summary bool
	// Other says that it has another identity than the sought one, and only our mark; Half
	// that half of it is the same, however written.
	Other, Half bool
	// Unlisted says that the latest list lacks it, and Listed that only lists show it so: its
	// details may say that it is another seller's.
	Unlisted, Listed bool
}

// Rival is another Reseller that means the same broker or identity in the same account.
type Rival struct {
	// Name is "namespace/name", for messages to the same namespace only.
	Namespace, Name string
	UID             string
	Created         time.Time
	// BrokerID is the bound broker, SpecID the one that spec names, DeletionID
	// the one whose deletion is open.
	BrokerID, SpecID, DeletionID broker.ID
	// Intent is the identity of an open intent; zero where none is open.
	Intent broker.Identity
	// Identity is the one that spec means; Bound the one of the bound broker; Sent are those
	// that updates may have given it.
	Identity, Bound broker.Identity
	Sent            [v1alpha1.MaxSentIdentities]broker.Identity
	Deleting        bool
}

// Outcome is what the calls of this pass answered.
type Outcome struct {
	Looked   *Looked
	Services *Services
	Created  *Created
	Updated  *Updated
	Deleted  *Deleted
	// Unannounced is a call that could not even be announced.
	Unannounced *Unannounced
}

// Unannounced is a call that can't be made as things are, and was not announced.
type Unannounced struct {
	Call    Call
	Failure *broker.Failure
}

// Looked is the answer to a GET of one broker.
type Looked struct {
	ID      broker.ID
	Broker  broker.Broker
	Failure *broker.Failure
	At      time.Time
	// Marker is the other Reseller of this cluster whose ownership mark the broker carries;
	// nil for none.
	Marker *Rival
}

// Services is the answer to a GET of one reseller with activated services.
type Services struct {
	Activated bool
	Failure   *broker.Failure
}

// Created is the answer to the POST; ID is empty where the answer named none.
type Created struct {
	ID      broker.ID
	Failure *broker.Failure
	// Answered says that the answer showed the broker, and At when it came.
	Answered bool
	At       time.Time
}

// Updated is the answer to a PUT.
type Updated struct {
	Failure *broker.Failure
	// Sent are the fields that it was to change, or to prove; Background says that it was
	// to prove some only.
	Sent       []string
	Background bool
	// Answered says that the answer showed the broker, and At when it came.
	Answered bool
	At       time.Time
}

// Deleted is the answer to a DELETE.
type Deleted struct {
	Failure *broker.Failure
}

// Sought is the identity that the account is to be searched for: the posted one
// while an intent is open, else the spec's. Zero where half of it is missing.
func (s *State) Sought() broker.Identity {
	if c := s.Record.Creation; c != nil {
		return c.Identity
	}
	return s.Desired.Identity
}

// policy is what becomes of the broker when the object is deleted.
func (s *State) policy() v1alpha1.DeletionPolicy {
	switch {
	case s.Desired.Observe:
		return v1alpha1.DeletionOrphan
	case s.Desired.Deletion != "":
		return s.Desired.Deletion
	case s.Record.Origin == v1alpha1.OriginCreated || s.Record.Origin == "":
		return v1alpha1.DeletionDelete
	default:
		return v1alpha1.DeletionOrphan
	}
}

// shownSince is when the broker was last shown, if only by a list.
func (r *Reading) shownSince() time.Time { return moment.Later(r.KnownSince, r.ShownSince) }

// bound reports whether the Reseller holds a broker.
func (s *State) bound() bool { return s.Record.BrokerID != "" }

// looked is this pass's GET of the broker, nil if there was none.
func (s *State) looked(id broker.ID) *Looked {
	if l := s.Outcome.Looked; l != nil && l.ID.Same(id) {
		return l
	}
	return nil
}
