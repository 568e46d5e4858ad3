// Package v1alpha1 is the API of reseller-operator: the kinds with which the
// brokers (resellers) of a Cloudmore seller are kept as Kubernetes objects.
//
//   - A [Reseller] describes one broker.
//   - A [Seller] holds what it takes to reach the account that the brokers of
//     its namespace live in: endpoint, seller id and credentials.
//   - A [ClusterSeller] is a Seller that several namespaces share.
//
// What people ask for beside a spec stands in annotations:
//
//   - cloudmore.com/reconcile-requested-at, on any of them: a look at once.
//   - cloudmore.com/force-delete, on a Reseller: the id of the broker that may
//     be deleted although services are activated.
//   - cloudmore.com/deletion-protection, on a Reseller: "true" keeps it and its
//     broker although it is deleted.
//   - cloudmore.com/accept-change, on a Reseller: the fields that updates may
//     change although the spec does not name them.
//   - cloudmore.com/create-despite, on a Reseller: the ids of similar brokers
//     that are other companies.
//   - cloudmore.com/broker-id, on a Reseller: the id of its broker, for an
//     operator that finds no status. The operator writes it, too.
//   - cloudmore.com/resume-writes-at, on a Seller or ClusterSeller: writes go
//     on after the brake stopped them.
//   - cloudmore.com/accept-list-at, on a Seller or ClusterSeller: a list of
//     brokers that looked wrong is right.
//   - cloudmore.com/endpoint, on a credentials Secret: the endpoint, other than
//     Cloudmore's own, that they may be sent to.
//
// What it promises: the operator writes metadata.finalizers and status, never
// spec, and two annotations once: cloudmore.com/broker-id and
// cloudmore.com/broker-origin, by which a Reseller that was restored without
// status finds its broker. All others are requests of people to it. Fields are only
// ever added, so that a later version can be served with conversion strategy
// None. Every rule that can be checked without asking Cloudmore is checked on
// admission, with all faults of a manifest in one answer.
//
// The package knows nothing of the operator and imports apimachinery only. What is
// in applyconfiguration serves Go programs that apply from the server's side: a
// manifest there has just the fields that it manages.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +groupName=cloudmore.com
package v1alpha1
