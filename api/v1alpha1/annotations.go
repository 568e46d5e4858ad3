package v1alpha1

const (
	// AnnotationReconcileRequestedAt on a Reseller, Seller or ClusterSeller asks
	// for a pass at once, on a Seller or ClusterSeller also for one login with
	// credentials that were refused, and for one update with the members that
	// were left out of updates. Any value that differs from
	// status.lastHandledReconcileAt counts; by convention it is a time.
	AnnotationReconcileRequestedAt = "cloudmore.com/reconcile-requested-at"

	// AnnotationForceDelete on a Reseller allows the deletion of the broker
	// whose id is the value although services are activated. Any other value is
	// ignored and said so: an annotation copied from elsewhere deletes nothing.
	AnnotationForceDelete = "cloudmore.com/force-delete"

	// AnnotationDeletionProtection on a Reseller, with the value "true", keeps it and
	// its broker although it is deleted, until the annotation is taken away. Where the
	// admission policies are installed, the deletion is refused.
	AnnotationDeletionProtection = "cloudmore.com/deletion-protection"

	// AnnotationAcceptChange on a Reseller names fields, separated by commas, that
	// updates may change although the spec does not name them
	// ("spec.contact.phone"): updates go on as if they were not. For as long as it is
	// there, what becomes of these fields is not looked at.
	AnnotationAcceptChange = "cloudmore.com/accept-change"

	// AnnotationCreateDespite on a Reseller names brokers, by id and separated by commas,
	// that are other companies although their registration number or domain is similar:
	// the create of this Reseller goes on beside them.
	AnnotationCreateDespite = "cloudmore.com/create-despite"

	// AnnotationBrokerID on a Reseller names its broker to an operator that finds
	// no status, as after a restore that kept annotations only. It counts as
	// spec.brokerID while the Reseller holds no broker. The operator writes it, with
	// AnnotationBrokerOrigin, once the Reseller is healthy; one that somebody else wrote
	// stays.
	AnnotationBrokerID = "cloudmore.com/broker-id"

	// AnnotationBrokerOrigin on a Reseller is "<status.origin>/<broker id>", written with
	// AnnotationBrokerID by the operator. Where the admission policies keep it the
	// operator's, and half of the registration number and domain agrees, a Reseller
	// without status is again what it was: what it created goes with it.
	AnnotationBrokerOrigin = "cloudmore.com/broker-origin"

	// AnnotationResumeWritesAt on a Seller or ClusterSeller lets writes go on
	// after the brake stopped them. Any value that differs from
	// status.lastHandledResumeWritesAt counts; by convention it is a time.
	AnnotationResumeWritesAt = "cloudmore.com/resume-writes-at"

	// AnnotationAcceptListAt on a Seller or ClusterSeller says that a list of
	// brokers that looked wrong is right. Any value that differs from
	// status.lastHandledAcceptListAt counts; by convention it is a time.
	AnnotationAcceptListAt = "cloudmore.com/accept-list-at"

	// AnnotationIgnored on a Seller or ClusterSeller names brokers, by id and separated by
	// commas, of which discovery makes no Reseller.
	AnnotationIgnored = "cloudmore.com/ignored"

	// AnnotationEndpoint on a credentials Secret names the one endpoint, other
	// than DefaultEndpoint, that the credentials may be sent to. Without it a
	// person who can edit a Seller but not read its Secret could have the
	// password sent to a host of their own.
	AnnotationEndpoint = "cloudmore.com/endpoint"

	// AnnotationTraceID on an event of the type Warning is the id of the trace of the pass
	// that made it, where the operator has a collector of traces. The operator writes it.
	AnnotationTraceID = "cloudmore.com/trace-id"
)

// LabelDiscovered is on a Reseller that discovery made. The operator deletes it when its
// broker goes or is managed otherwise, for as long as its spec is as it was made.
const LabelDiscovered = "cloudmore.com/discovered"

const (
	// FinalizerReseller keeps a Reseller until it is settled what becomes of its
	// broker.
	FinalizerReseller = "cloudmore.com/reseller"

	// FinalizerInUse keeps a Seller, a ClusterSeller, their Secret and their CA
	// while a Reseller still needs them, so that deleting a namespace deletes
	// its brokers first.
	FinalizerInUse = "cloudmore.com/in-use"
)

// Keys of a credentials Secret.
const (
	SecretKeyUsername     = "username"
	SecretKeyPassword     = "password"
	SecretKeyClientSecret = "clientSecret"
	// SecretKeyClientID is optional; without it the id is ro.customer.client.
	SecretKeyClientID = "clientID"
)
