package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// DefaultEndpoint is Cloudmore's own API, used where spec.endpoint is left out.
const DefaultEndpoint = "https://api.cloudmore.com"

// SellerSettings is the part of the spec that Seller and ClusterSeller share:
// which account, and how it is used.
//
// Durations are checked for exactly the grammar that Go reads: one that the API
// server took and a client cannot decode would blind every watcher of the kind.
//
// +kubebuilder:validation:XValidation:rule="has(self.sellerID)",message="is required: the seller id that Cloudmore support gave you",fieldPath=".sellerID",reason=FieldValueRequired
type SellerSettings struct {
	// sellerID is the id of the seller, as given by Cloudmore support. It cannot
	// be changed: it says where the brokers live.
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="is immutable: the brokers of its Resellers live in that account; make a new Seller for another one"
	// +optional
	SellerID ID `json:"sellerID,omitempty"`

	// endpoint is the base URL of the seller API, https only (http for loopback
	// addresses, where the operator allows it). It cannot be changed. For every
	// endpoint but the default one, the credentials Secret must name it in its
	// annotation cloudmore.com/endpoint.
	// +kubebuilder:default="https://api.cloudmore.com"
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 512",message="must be at most 512 characters long"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="is immutable: the brokers of its Resellers live in that account; make a new Seller for another one"
	// +kubebuilder:validation:XValidation:rule="self.startsWith('https://') || self.matches('^http://(127[.]0[.]0[.]1|localhost|\\\\[::1\\\\])(:[0-9]+)?(/.*)?$')",message="must begin with https:// (http:// only for 127.0.0.1, localhost and [::1])"
	// +kubebuilder:validation:XValidation:rule=`self.matches('[@?#]') || (self.matches(r'^[a-z]+://([a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/.*)?$') && isURL(self))`,message="must name a host in lower case after the scheme, optionally with a port from 1 to 65535, such as https://api.cloudmore.com"
	// +kubebuilder:validation:XValidation:rule=`self.matches('[@?#]') || !self.matches('^[a-z]+://([^/@?#]*[.])?(0x[0-9a-f]*|[0-9]+)(:[0-9]*)?(/.*)?$') || self.matches('^[a-z]+://((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(:[0-9]*)?(/.*)?$')`,message="must have an address in full, such as 127.0.0.1, or a name that does not end with a number"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[@?#]')",message="must not contain user info, a query or a fragment"
	// +kubebuilder:validation:XValidation:rule="self.matches('[@?#]') || self.matches('^[^/]*//[^/]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$')",message="must not have a path with '.' or '..', empty or escaped parts, or a '/' at the end"
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// caBundleRef names a private CA to trust for the endpoint, instead of the
	// system's.
	// +nullable
	// +optional
	CABundleRef *CABundleReference `json:"caBundleRef,omitempty"`

	// observeInterval is how often the account is read, 10s to 24h.
	// +kubebuilder:default="5m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('10s') && duration(self) <= duration('24h')",message="must be a duration from 10s to 24h, such as 5m"
	// +optional
	ObserveInterval metav1.Duration `json:"observeInterval,omitzero"`

	// detailInterval is in what time every broker's details are read once, 10s to
	// 168h, where Cloudmore's list does not show them.
	// +kubebuilder:default="1h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('10s') && duration(self) <= duration('168h')",message="must be a duration from 10s to 168h, such as 1h"
	// +optional
	DetailInterval metav1.Duration `json:"detailInterval,omitzero"`

	// rateLimit bounds the calls to the account. Where several Sellers lead to one
	// account, the lowest of each applies.
	// +kubebuilder:default={}
	// +optional
	RateLimit RateLimit `json:"rateLimit,omitzero"`

	// ownership marks the brokers that are created with a custom property, so that a
	// broker is recognised whatever happens. Left out, no mark is set.
	// +nullable
	// +optional
	Ownership *Ownership `json:"ownership,omitempty"`

	// creation says how the outcome of a create is settled when no usable answer came.
	// +kubebuilder:default={}
	// +optional
	Creation CreationSettings `json:"creation,omitzero"`

	// suspend stops every write to the account; it is still read.
	// +nullable
	// +optional
	Suspend *bool `json:"suspend,omitempty"`

	// brake stops all writes to the account when too many brokers are about to be
	// changed or deleted at once.
	// +kubebuilder:default={}
	// +optional
	Brake Brake `json:"brake,omitzero"`

	// writes says whether what is decided is sent: Enabled, or DryRun, which shows in
	// the status of each Reseller what would be created, changed or deleted, and sends
	// nothing to the account. It holds for all who use the account. Left out, it is
	// Enabled.
	// +nullable
	// +optional
	Writes WritesPolicy `json:"writes,omitempty"`

	// secretProtection says whether the credentials Secret and the CA are kept by
	// a finalizer while the Seller or its namespace goes and a Reseller still needs
	// them: Finalizer, or None. What is deleted alone is let go in any case.
	// +kubebuilder:default=Finalizer
	// +optional
	SecretProtection SecretProtection `json:"secretProtection,omitempty"`

	// discovery says whether the brokers of the account that no Reseller manages are shown
	// as Resellers. Left out, they are not.
	// +nullable
	// +optional
	Discovery *Discovery `json:"discovery,omitempty"`
}

// CABundleReference names the key of a ConfigMap or Secret that holds
// certificates in PEM form. It lies in the namespace of the credentials Secret.
// +kubebuilder:validation:XValidation:rule="has(self.name)",message="is required",fieldPath=".name",reason=FieldValueRequired
type CABundleReference struct {
	// kind is ConfigMap or Secret.
	// +kubebuilder:default=ConfigMap
	// +optional
	Kind CABundleKind `json:"kind,omitempty"`

	// name is the name of the ConfigMap or Secret.
	// +optional
	Name ObjectName `json:"name,omitempty"`

	// key is the key that holds the certificates.
	// +kubebuilder:default="ca.crt"
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="self.matches('^[-._a-zA-Z0-9]{1,253}$')",message="must be a key of a ConfigMap or Secret: at most 253 letters, digits, '-', '_' and '.' only"
	// +optional
	Key string `json:"key,omitempty"`
}

// RateLimit bounds the calls to an account.
type RateLimit struct {
	// requestsPerSecond is how many calls may begin per second in the long run.
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	// +optional
	RequestsPerSecond int32 `json:"requestsPerSecond,omitempty"`

	// burst is how many calls may begin at once after a pause.
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	// +optional
	Burst int32 `json:"burst,omitempty"`

	// maxInFlight is how many calls may be under way at the same time.
	// +kubebuilder:default=8
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=128
	// +optional
	MaxInFlight int32 `json:"maxInFlight,omitempty"`
}

// Ownership is a mark on the brokers that this cluster creates: a custom property of 26
// lower-case letters and digits, 13 made from clusterName, namespace and name, and 13 from
// the create. Marks of v0.1.0, <clusterName>/<namespace>/<name>/<attempt>, are recognised
// as well. A mark may be cut to its first half and written in capitals.
// +kubebuilder:validation:XValidation:rule="has(self.propertyID)",message="is required: the custom property that holds the mark; define it in the Cloudmore portal first",fieldPath=".propertyID",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="has(self.clusterName)",message="is required: a name that no other cluster with this account uses",fieldPath=".clusterName",reason=FieldValueRequired
type Ownership struct {
	// propertyID is the id of the custom property, which must be defined in the
	// Cloudmore portal.
	// +optional
	PropertyID ID `json:"propertyID,omitempty"`

	// clusterName tells this cluster from others that keep brokers in the same account.
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Label().validate(self).hasValue()",message="must consist of at most 63 lower-case letters, digits and '-', with a letter or digit at both ends"
	// +optional
	ClusterName string `json:"clusterName,omitempty"`
}

// CreationSettings says how the outcome of a create is settled when no usable
// answer came: the broker is looked for during deadline + commitBound + listLag.
type CreationSettings struct {
	// deadline is how long one create or delete call may take, 1s to 2m.
	// +kubebuilder:default="60s"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('1s') && duration(self) <= duration('2m')",message="must be a duration from 1s to 2m, such as 60s"
	// +optional
	Deadline metav1.Duration `json:"deadline,omitzero"`

	// commitBound is how long after the deadline Cloudmore may still carry out a
	// call that got no answer, 1s to 24h.
	// +kubebuilder:default="4m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="must be a duration from 1s to 24h, such as 4m"
	// +optional
	CommitBound metav1.Duration `json:"commitBound,omitzero"`

	// listLag is how long a broker may take to show up in the list, 1s to 1h.
	// +kubebuilder:default="30s"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('1s') && duration(self) <= duration('1h')",message="must be a duration from 1s to 1h, such as 30s"
	// +optional
	ListLag metav1.Duration `json:"listLag,omitzero"`

	// onUnknown says what happens when no broker was found in that time: Retry
	// creates again, Wait never does automatically and leaves the decision to a user.
	// +kubebuilder:default=Retry
	// +optional
	OnUnknown UnknownOutcomePolicy `json:"onUnknown,omitempty"`

	// onSimilar says what happens before a create where a broker that no Reseller holds
	// has the same registration number or domain but for how they are written: Ask creates
	// nothing until a user says whether it is the one described, Create creates beside
	// it. Left out, it is Ask.
	// +nullable
	// +optional
	OnSimilar SimilarBrokerPolicy `json:"onSimilar,omitempty"`
}

// Brake stops all writes to the account when more than percent of its brokers,
// and at least minimum, are about to be changed or deleted within window.
// Creations do not count. Of many that come at once at most a twentieth of that
// limit, but five, are let through before it is known how many there are: the
// others wait until no further one has come for ten seconds.
type Brake struct {
	// enabled is false to switch the brake off.
	// +kubebuilder:default=true
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// percent is the share of the account's brokers that may be changed or deleted
	// within window.
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	Percent int32 `json:"percent,omitempty"`

	// minimum is the number of brokers below which the brake never acts.
	// +kubebuilder:default=50
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	Minimum int32 `json:"minimum,omitempty"`

	// window is the time in which changes and deletions are counted, 1m to 24h.
	// +kubebuilder:default="10m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 16 && self.matches('^([0-9]{1,6}([.][0-9]{1,9})?(ms|s|m|h))+$') && duration(self) >= duration('1m') && duration(self) <= duration('24h')",message="must be a duration from 1m to 24h, such as 10m"
	// +optional
	Window metav1.Duration `json:"window,omitzero"`
}
