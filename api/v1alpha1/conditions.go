package v1alpha1

// Condition types. Ready is always there, and Drifted since the broker was first
// compared; the others only while they are True, and never Reconciling and Stalled
// together, as kstatus wants it.
const (
	// ConditionReady is True while the object is as it is wanted.
	ConditionReady = "Ready"
	// ConditionDrifted is True while the broker differs from spec in a field whose value Cloudmore once took; status.drift lists the fields.
	ConditionDrifted = "Drifted"
	// ConditionReconciling is True while the operator is at work and the object will come back automatically.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is True while a user must act; the message ends with what to do.
	ConditionStalled = "Stalled"
	// ConditionSuspended is True while spec.suspend holds back every write for the object.
	ConditionSuspended = "Suspended"
	// ConditionDryRun is True while nothing is written to the account of a Seller, and its Resellers show what would be.
	ConditionDryRun = "DryRun"
)

// Reasons of a Reseller that is Ready.
const (
	// ReasonInSync means that the broker is as the Reseller describes it.
	ReasonInSync = "InSync"
	// ReasonDriftReported means that the broker differs and driftPolicy Report leaves it so; status.drift lists the fields.
	ReasonDriftReported = "DriftReported"
	// ReasonObserving means that the broker is watched and never written.
	ReasonObserving = "Observing"
	// ReasonDiscovered means that discovery made the Reseller to show an unmanaged broker.
	ReasonDiscovered = "Discovered"
)

// Reasons of a Reseller that is not Ready and comes back automatically (Reconciling).
const (
	// ReasonWaitingForReading means that the account has to be read before the next step is safe.
	ReasonWaitingForReading = "WaitingForReading"
	// ReasonCreating means that the broker is being created.
	ReasonCreating = "Creating"
	// ReasonResolvingCreate means that the outcome of a create is unknown and is being found out before anything else happens.
	ReasonResolvingCreate = "ResolvingCreate"
	// ReasonUpdating means that the broker is being changed to what the Reseller describes.
	ReasonUpdating = "Updating"
	// ReasonDeleting means that the broker is being deleted, or that its deletion is being confirmed.
	ReasonDeleting = "Deleting"
	// ReasonSellerNotReady means that the Seller cannot be used at the moment; the Seller says why.
	ReasonSellerNotReady = "SellerNotReady"
	// ReasonHeldByBrake means that many brokers of the account are about to be changed or deleted at once, and this one's change or deletion waits: until no further one comes, or, where the Seller says WritesHalted, until somebody lets them go on.
	ReasonHeldByBrake = "HeldByBrake"
	// ReasonUnavailable means that Cloudmore could not be reached or answered with an error of its own.
	ReasonUnavailable = "Unavailable"
	// ReasonThrottled means that Cloudmore asked for a pause.
	ReasonThrottled = "Throttled"
)

// Reasons of a Reseller that is not Ready and needs a user (Stalled).
const (
	// ReasonRefused means that Cloudmore refused a value or the whole call; the message has one line for each field, or Cloudmore's own words, and says when it is tried again.
	ReasonRefused = "Refused"
	// ReasonBrokerUnreadable means that lists show the broker, but reading it by its id says that there is none; or they show an entry that can't be told apart and may be it, or Cloudmore shows a part of it in a form that is not understood.
	ReasonBrokerUnreadable = "BrokerUnreadable"
	// ReasonBrokerInactive means that Cloudmore shows the broker as inactive, as one that somebody deactivated or deleted in the portal; nothing is sent to it, and it goes on automatically when the broker is active again.
	ReasonBrokerInactive = "BrokerInactive"
	// ReasonForbidden means that the API user lacks the right to do what is asked for.
	ReasonForbidden = "Forbidden"
	// ReasonSellerNotFound means that the Seller or ClusterSeller that spec.sellerRef names does not exist.
	ReasonSellerNotFound = "SellerNotFound"
	// ReasonSellerNotAllowed means that the ClusterSeller does not allow this namespace.
	ReasonSellerNotAllowed = "SellerNotAllowed"
	// ReasonAccountChanged means that the Seller now leads to another account than the one that the broker or brokers live in.
	ReasonAccountChanged = "AccountChanged"
	// ReasonBrokerNotFound means that the broker no longer exists and is not recreated, because it was not created here, driftPolicy is Report, or only the annotation of an old backup names it.
	ReasonBrokerNotFound = "BrokerNotFound"
	// ReasonIdentityTaken means that another Reseller already claims this registration number and domain, or for this broker.
	ReasonIdentityTaken = "IdentityTaken"
	// ReasonAdoptionNotAllowed means that a matching broker exists and no policy allows adopting it.
	ReasonAdoptionNotAllowed = "AdoptionNotAllowed"
	// ReasonSimilarBrokerExists means that a broker that no Reseller holds has the same registration number or domain but for how they are written, so it may be the one described; spec.brokerID or the annotation cloudmore.com/create-despite answers for it.
	ReasonSimilarBrokerExists = "SimilarBrokerExists"
	// ReasonAmbiguousMatch means that several brokers match; spec.brokerID decides between them.
	ReasonAmbiguousMatch = "AmbiguousMatch"
	// ReasonServicesActivated means that the broker is not deleted because services are activated for it.
	ReasonServicesActivated = "ServicesActivated"
	// ReasonDeletionProtected means that the Reseller is being deleted, and the annotation cloudmore.com/deletion-protection keeps it and its broker.
	ReasonDeletionProtected = "DeletionProtected"
	// ReasonStatusRefused means that the API server does not take what there is to tell in status, so nothing else is told or done; the message has its words.
	ReasonStatusRefused = "StatusRefused"
	// ReasonNotAccepted means that Cloudmore answered an update with success and still shows the old value of a field; all other fields are sent.
	ReasonNotAccepted = "NotAccepted"
	// ReasonUnmanagedFieldChanged means that an update changed a field that the spec does not name, or would store a mask in it; no further update is sent before the spec names the field or the annotation cloudmore.com/accept-change accepts it. status.unmanagedChanges has the values.
	ReasonUnmanagedFieldChanged = "UnmanagedFieldChanged"
	// ReasonContested means that somebody else keeps changing a field back and the operator has stopped fighting over it.
	ReasonContested = "Contested"
	// ReasonCreateOutcomeUnknown means that it stays unknown whether a create succeeded, and the lists show no broker at all, which proves nothing, or the Seller's creation.onUnknown is Wait.
	ReasonCreateOutcomeUnknown = "CreateOutcomeUnknown"
	// ReasonCreatedButNotListed means that Cloudmore confirmed a create without naming the broker, and the broker is not to be found.
	ReasonCreatedButNotListed = "CreatedButNotListed"
	// ReasonDuplicateSuspected means that another broker carries the identity or the ownership mark of this Reseller.
	ReasonDuplicateSuspected = "DuplicateSuspected"
	// ReasonOwnershipUnproven means that the recorded broker does not look like this Reseller's, so it is neither changed nor deleted.
	ReasonOwnershipUnproven = "OwnershipUnproven"
	// ReasonDeletionUnconfirmed means that Cloudmore accepted the delete but goes on showing the broker.
	ReasonDeletionUnconfirmed = "DeletionUnconfirmed"
)

// Reasons of a Reseller that a user has paused.
const (
	// ReasonSuspended means that spec.suspend holds back the writes that the object would need.
	ReasonSuspended = "Suspended"
	// ReasonDryRun means that spec.writes of the Seller is DryRun, or the operator runs with --dry-run: the message says what would be created, changed or deleted, and nothing is sent.
	ReasonDryRun = "DryRun"
)

// Reasons of Drifted.
const (
	// ReasonDrifted means that the broker differs from spec in a field whose value Cloudmore once took.
	ReasonDrifted = "Drifted"
	// ReasonNotDrifted means that no such field differs; an edit that was not sent yet does not count.
	ReasonNotDrifted = "NotDrifted"
)

// Reasons of a Seller or ClusterSeller, next to ReasonAccountChanged,
// ReasonWaitingForReading and ReasonSuspended.
const (
	// ReasonReady means that the account can be read and written.
	ReasonReady = "Ready"
	// ReasonCredentialsMissing means that the Secret, one of its keys, or the CA is missing or can't be used.
	ReasonCredentialsMissing = "CredentialsMissing"
	// ReasonCredentialsRejected means that Cloudmore refused the login; it is not tried again before the Secret changes or cloudmore.com/reconcile-requested-at asks for it.
	ReasonCredentialsRejected = "CredentialsRejected"
	// ReasonEndpointNotAllowed means that this operator may not call the host of spec.endpoint; the cluster administrator can allow hosts with --allowed-endpoints.
	ReasonEndpointNotAllowed = "EndpointNotAllowed"
	// ReasonUnreachable means that the endpoint could not be reached or answered with errors, or that a login got no verdict on the credentials.
	ReasonUnreachable = "Unreachable"
	// ReasonReadOnlyAccount means that the API user may read but not write.
	ReasonReadOnlyAccount = "ReadOnlyAccount"
	// ReasonListSuspicious means that many known brokers, or all of them, are missing from the list at once; no broker is recreated until a later list confirms the loss or a user accepts the list. Or the list says that there are more entries than it shows, in a way that can't be followed; it is not used unless a user says that it is whole.
	ReasonListSuspicious = "ListSuspicious"
	// ReasonWritesHalted means that all writes were stopped: by the brake, because too many brokers were about to be changed or deleted, and Resellers that wait for it show HeldByBrake; or because updates changed the same field of three brokers although no spec names it.
	ReasonWritesHalted = "WritesHalted"
	// ReasonInUse means that the Seller is being deleted and waits for the Resellers that still name it.
	ReasonInUse = "InUse"
)
