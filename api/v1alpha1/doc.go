// Package v1alpha1 is the API of reseller-operator: the kinds with which the
// brokers (resellers) of a Cloudmore seller are kept as Kubernetes objects.
//
//   - A [Reseller] describes one broker.
//   - A [Seller] holds what it takes to reach the account that the brokers of
//     its namespace live in: endpoint, seller id and credentials.
//   - A [ClusterSeller] is a Seller that several namespaces share.
//
// What it promises: the operator writes metadata.finalizers, the broker id
// annotation and status, never spec. Fields are only ever added, so that a
// later version can be served with conversion strategy None. Every rule that
// can be checked without asking Cloudmore is checked on admission, with all
// faults of a manifest in one answer.
//
// The package knows nothing of the operator and imports apimachinery only.
//
// +kubebuilder:object:generate=true
// +groupName=cloudmore.com
package v1alpha1
