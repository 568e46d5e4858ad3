package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SellerStatus is what the operator knows about an account.
type SellerStatus struct {
	// conditions say how the account stands: Ready always; Reconciling, Stalled and
	// Suspended only while they are True.
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	Standing `json:",inline"`

	// observedGeneration is the metadata.generation that this status is about; -1
	// until the operator has looked at the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// resellers is how many Resellers name this object. Its deletion waits for
	// those that hold a broker or may be about to: who may use it and could.
	// +optional
	Resellers *int32 `json:"resellers,omitempty"`

	// brokers counts the brokers in the account. Absent until the account was read.
	// +optional
	Brokers *BrokerCounts `json:"brokers,omitempty"`

	// unmanaged are brokers of the seller that no Reseller claims, by id: the first
	// 20 of those that brokers.unmanaged counts.
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Unmanaged []UnmanagedBroker `json:"unmanaged,omitempty"`

	// lastSyncAt is when a sync of the account that was believed last began. It is
	// written with other changes, and otherwise once in ten observeIntervals or ten
	// minutes, whichever is longer; so one that is much older means that nothing reads
	// the account, or that nobody writes this status.
	// +optional
	LastSyncAt *metav1.Time `json:"lastSyncAt,omitempty"`

	// lastSyncError is why the account can't be read, or why its calls fail. Absent while
	// they do not.
	// +optional
	LastSyncError *SyncError `json:"lastSyncError,omitempty"`

	// pause is why calls wait. Absent while they do not, and for pauses of less than two
	// minutes, which are over before somebody reads of them.
	// +optional
	Pause *Pause `json:"pause,omitempty"`

	// verified is the account whose list the credentials got at some time. Until
	// then Resellers that name this object, and hold nothing, stand in nobody's way.
	// +optional
	Verified *VerifiedAccount `json:"verified,omitempty"`

	// refusedLogin is the last login that Cloudmore refused, until one is granted.
	// It is not repeated until the Secret changes, since repeated wrong passwords may
	// lock the account.
	// +optional
	RefusedLogin *RefusedLogin `json:"refusedLogin,omitempty"`

	// undecidedLogin tells of the latest logins that got no verdict on the
	// credentials, such as a firewall's page, until one is granted or refused. At most
	// five are tried in an hour.
	// +optional
	UndecidedLogin *UndecidedLogin `json:"undecidedLogin,omitempty"`

	// credentialsExpireAt is when Cloudmore says that the credentials will expire.
	// Absent where the answer to the latest login does not tell.
	// +optional
	CredentialsExpireAt *metav1.Time `json:"credentialsExpireAt,omitempty"`

	// halt says that nothing is written to the account, and why. It outlasts restarts
	// and every other trouble of the account; only the annotation
	// cloudmore.com/resume-writes-at ends it.
	// +optional
	Halt *WriteHalt `json:"halt,omitempty"`

	// writesResumedAt is when a user last let writes go on. What was about to be
	// changed or deleted before counts no more.
	// +optional
	WritesResumedAt *metav1.MicroTime `json:"writesResumedAt,omitempty"`

	// writesResumedFor tells which brokers that person let be changed or deleted, as
	// halt.waiting did: for a day. What comes on top counts.
	// +kubebuilder:validation:MaxLength=16384
	// +optional
	WritesResumedFor string `json:"writesResumedFor,omitempty"`

	// updates tells how this API wants updates beyond its documentation, as its
	// refusals showed. The annotation cloudmore.com/reconcile-requested-at and another
	// version of the operator forget it.
	// +optional
	Updates *LearnedUpdates `json:"updates,omitempty"`

	// list tells what the list of brokers shows that can't be taken as it is.
	// +optional
	List *ListNotes `json:"list,omitempty"`

	// discovery tells of the Resellers that show unmanaged brokers. Absent while there are
	// none and none are asked for.
	// +optional
	Discovery *DiscoveryStatus `json:"discovery,omitempty"`

	// lastHandledReconcileAt is the value of the annotation
	// cloudmore.com/reconcile-requested-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// lastHandledResumeWritesAt is the value of the annotation
	// cloudmore.com/resume-writes-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledResumeWritesAt string `json:"lastHandledResumeWritesAt,omitempty"`

	// lastHandledAcceptListAt is the value of the annotation
	// cloudmore.com/accept-list-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledAcceptListAt string `json:"lastHandledAcceptListAt,omitempty"`
}

// BrokerCounts counts the brokers of an account, as of its last sync.
type BrokerCounts struct {
	// total is all brokers in the account's list.
	// +required
	Total int32 `json:"total"`

	// managed is the brokers that a Reseller of this cluster claims.
	// +required
	Managed int32 `json:"managed"`

	// unmanaged is the brokers of the seller that no Reseller claims.
	// +required
	Unmanaged int32 `json:"unmanaged"`

	// foreign is the brokers of others that have merely added a service of the seller.
	// +required
	Foreign int32 `json:"foreign"`

	// drifted is the managed brokers that were changed elsewhere and are not corrected;
	// edits that were not sent yet do not count.
	// +required
	Drifted int32 `json:"drifted"`
}

// HaltKind says what halted writing.
// +kubebuilder:validation:Enum=Brake;Harm;Unknown
type HaltKind string

const (
	// HaltBrake is the brake: more brokers were about to be changed or deleted than
	// it permits.
	HaltBrake HaltKind = "Brake"
	// HaltHarm is that updates changed the same field of three brokers although no
	// spec names it.
	HaltHarm HaltKind = "Harm"
	// HaltUnknown is a halt by v0.1.0, which kept its text and none of its facts.
	HaltUnknown HaltKind = "Unknown"
)

// WriteHalt is why nothing is written to an account, as facts.
type WriteHalt struct {
	// kind says what halted writing.
	// +required
	Kind HaltKind `json:"kind,omitempty"`

	// since is when writing was halted.
	// +required
	Since metav1.MicroTime `json:"since,omitzero"`

	// most is how many brokers the brake let be changed or deleted within window.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Most int32 `json:"most,omitempty"`

	// total is how many brokers the account had.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Total int32 `json:"total,omitempty"`

	// window is the time in which they were counted.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +optional
	Window metav1.Duration `json:"window,omitzero"`

	// whom is what waits, and whose broker it is, the newest first; where kind is Harm,
	// what was changed.
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Whom []HaltedWrite `json:"whom,omitempty"`

	// more is how many others wait.
	// +kubebuilder:validation:Minimum=1
	// +optional
	More int32 `json:"more,omitempty"`

	// sent is how many brokers were changed or deleted within window before.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Sent int32 `json:"sent,omitempty"`

	// waiting tells of all that wait, by digests of their brokers' ids, four
	// characters each: these may be changed or deleted when a user resumes. Of more
	// than 4096 it tells of the first ones.
	// +kubebuilder:validation:MaxLength=16384
	// +optional
	Waiting string `json:"waiting,omitempty"`

	// field is what updates changed in the brokers of whom, where kind is Harm.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Field string `json:"field,omitempty"`

	// message is the text that v0.1.0 kept, where kind is Unknown.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Message string `json:"message,omitempty"`
}

// ListNotes tell what the list of brokers shows that can't be taken as it is.
type ListNotes struct {
	// unreadable is how many entries of the latest list can't be told apart as brokers:
	// they have no id of use, or that of another one. What each may be is neither
	// created nor taken for gone.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Unreadable int32 `json:"unreadable,omitempty"`

	// entries are the first of them.
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Entries []UnreadableEntry `json:"entries,omitempty"`

	// accepted is what a user called right of what lists say of more entries than they
	// have, with the annotation cloudmore.com/accept-list-at. It holds until the list says
	// something else.
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +listType=atomic
	// +optional
	Accepted []string `json:"accepted,omitempty"`
}

// UnreadableEntry is an entry of the list of brokers that can't be told apart as one.
type UnreadableEntry struct {
	// index is its place in the list, from 0.
	// +kubebuilder:validation:Minimum=0
	// +required
	Index int32 `json:"index"`

	// problem says what is wrong with it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Problem string `json:"problem,omitempty"`

	// value is what it shows for an id, or the beginning of all that it shows.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Value string `json:"value,omitempty"`
}

// LearnedUpdates are the members in which updates differ from the documentation.
type LearnedUpdates struct {
	// leftOut are members that Cloudmore shows, and refuses when they are sent back.
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +listType=atomic
	// +optional
	LeftOut []string `json:"leftOut,omitempty"`

	// added are members without which an update is refused: the broker's id.
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	// +listType=atomic
	// +optional
	Added []string `json:"added,omitempty"`

	// since is when the first of them was learned.
	// +required
	Since metav1.MicroTime `json:"since,omitzero"`

	// version is the operator that learned them.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Version string `json:"version,omitempty"`
}

// VerifiedAccount is an account whose list a Seller's own credentials got.
type VerifiedAccount struct {
	// sellerID is the id of the account's seller.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SellerID string `json:"sellerID,omitempty"`

	// endpoint is where the account is.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +required
	Endpoint string `json:"endpoint,omitempty"`

	// secretRevision tells with which revision of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SecretRevision string `json:"secretRevision,omitempty"`

	// at is since when that is known.
	// +required
	At metav1.Time `json:"at,omitzero"`
}

// RefusedLogin is a login that Cloudmore refused.
type RefusedLogin struct {
	// secretRevision tells which revision of the Secret was refused.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SecretRevision string `json:"secretRevision,omitempty"`

	// at is when the login was refused.
	// +required
	At metav1.Time `json:"at,omitzero"`

	// message is what Cloudmore said.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Message string `json:"message,omitempty"`

	// repeatedAt is when these credentials were tried once more because somebody
	// wrote the Secret without changing them: at most once in 15 minutes and three
	// times in 24 hours.
	// +kubebuilder:validation:MaxItems=3
	// +listType=atomic
	// +optional
	RepeatedAt []metav1.Time `json:"repeatedAt,omitempty"`
}

// UndecidedLogin tells of logins that got no verdict on the credentials.
type UndecidedLogin struct {
	// tries are the latest ones, the oldest first.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	// +listType=atomic
	// +required
	Tries []metav1.Time `json:"tries,omitempty"`

	// message is what the server answered to the last one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Message string `json:"message,omitempty"`
}
