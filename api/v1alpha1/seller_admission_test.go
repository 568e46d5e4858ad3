package v1alpha1_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	noScheme    = "must begin with https:// (http:// only for 127.0.0.1, localhost and [::1])"
	noHost      = "must name a host in lower case after the scheme, optionally with a port from 1 to 65535, such as https://api.cloudmore.com"
	noPlainURL  = "must not contain user info, a query or a fragment"
	noPlainPath = "must not have a path with '.' or '..', empty or escaped parts, or a '/' at the end"
	noAddress   = "must have an address in full, such as 127.0.0.1, or a name that does not end with a number"
	noLabel     = "must consist of at most 63 lower-case letters, digits and '-', with a letter or digit at both ends"
	noNamespace = "must be the name of a namespace: at most 63 lower-case letters, digits and '-', with a letter or digit at both ends"
	noLabels    = "must have keys of labels, such as team or example.com/team, and none that begins with cloudmore.com/"
	noKey       = "must be a key of a ConfigMap or Secret: at most 253 letters, digits, '-', '_' and '.' only"
)

// quoted is a value as the API server shows it.
func quoted(value string) string { return strconv.Quote(value) }

// sellerRefusals hold for Seller and ClusterSeller.
func sellerRefusals() []refusal {
	return slices.Concat(
		sellerRequirements(),
		sellerNumbers(),
		[]refusal{
			empty("spec.sellerID"),
			empty("spec.ownership.propertyID"),
			unsupported("spec.caBundleRef.kind", "ConfigMap or Secret"),
			unsupported("spec.creation.onUnknown", "Retry or Wait"),
			unsupported("spec.creation.onSimilar", "Ask or Create"),
			unsupported("spec.secretProtection", "Finalizer or None"),
			unsupported("spec.writes", "Enabled or DryRun"),
			unsupported("spec.discovery.policy", "None or Observe"),
			{
				of:     "labels that can't be",
				change: changes{"spec.discovery.labels": map[string]any{"a b": "x"}},
				want:   []string{"spec.discovery.labels: Invalid value: " + noLabels},
			},
			{
				of:     "labels of ours",
				change: changes{"spec.discovery.labels": map[string]any{"cloudmore.com/discovered": "x"}},
				want:   []string{"spec.discovery.labels: Invalid value: " + noLabels},
			},
			{
				of:     "the value of a label that can't be",
				change: changes{"spec.discovery.labels": map[string]any{"team": "a b"}},
				want:   []string{`spec.discovery.labels[team]: Invalid value: "a b": must be the value of a label: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends`},
			},
		},
		everywhere([]string{"sellerID", "ownership.propertyID"}, noID, ".", "..", "a/b", "a b"),
		everywhere([]string{"credentialsSecretRef.name", "caBundleRef.name"}, noObjectName, "", "Api", "a/b", "-a"),
		everywhere([]string{"caBundleRef.key"}, noKey, "", "a b", "../ca"),
		everywhere([]string{"ownership.clusterName"}, noLabel, "", "Prod", "a.b", "a/b"),
		everywhere([]string{"endpoint"}, noScheme, "http://api.cloudmore.com", "http://127.0.0.1.example", "http://localhost.example/x", "http://127.0.0.2"),
		everywhere([]string{"endpoint"}, noHost, "https://", "https://API.cloudmore.com", "https://api.cloudmore.com:port", "https://a b", "https://-a.example",
			"https://a..b", "https://a.-b", "https://a.example:0", "https://a.example:65536", "https://a.example:", "https://a.example:080",
			"https://[1]", "https://[1:::2]:80", "https://[::1.2]/x"),
		everywhere([]string{"endpoint"}, noAddress, "https://127.1", "https://2130706433", "https://0x7f.1", "https://127.0.0.256:80/x", "https://127.0.0.01", "https://a.1"),
		everywhere([]string{"endpoint"}, noPlainURL,
			"https://user:password@a.example", "https://a.example/?x", "https://a.example#x", "https://a.example/api@b"),
		everywhere([]string{"endpoint"}, noPlainPath, "https://a.example/", "https://a.example/..", "https://a.example/a/../b",
			"https://a.example//b", "https://a.example/%2e%2e", "https://a.example/a/"),
		duration("observeInterval", "10s to 24h, such as 5m", "9s", "25h"),
		duration("detailInterval", "10s to 168h, such as 1h", "9s", "169h"),
		duration("creation.deadline", "1s to 2m, such as 60s", "999ms", "121s"),
		duration("creation.commitBound", "1s to 24h, such as 4m", "0s", "24h1s"),
		duration("creation.listLag", "1s to 1h, such as 30s", "0s", "61m"),
		duration("brake.window", "1m to 24h, such as 10m", "59s", "25h"),
		[]refusal{tooLong("spec.sellerID", 128), tooLong("spec.ownership.propertyID", 128)},
		everywhere([]string{"endpoint"}, atMost(512), "https://a.example/"+strings.Repeat("a", 512)),
		[]refusal{{
			of:     "a name that no sellerRef could hold",
			change: changes{"metadata.name": strings.Repeat("a", 64)},
			want:   []string{`metadata: Invalid value: ` + tooLongAName},
		}},
	)
}

// duration is out of bounds twice, and not a duration of Go's in several ways: a
// client that cannot decode one object sees none of its kind.
func duration(field, bounds, low, high string) []refusal {
	return everywhere([]string{field}, "must be a duration from "+bounds,
		low, high, "", "5", "5 m", "1d", "-5m", "5m ", "five", "P1D", "9999999h", "1m1m1m1m1m1m1m1m1m")
}

func sellerRequirements() []refusal {
	return []refusal{
		{
			of:     "no seller id",
			change: changes{"spec.sellerID": absent},
			want:   []string{"spec.sellerID: Required value: is required: the seller id that Cloudmore support gave you"},
		},
		{
			of:     "no Secret",
			change: changes{"spec.credentialsSecretRef": absent},
			want:   []string{"spec.credentialsSecretRef: Required value: is required: the Secret with username, password and clientSecret"},
		},
		{
			of:     "no name of the Secret",
			change: changes{"spec.credentialsSecretRef.name": absent},
			want:   []string{"spec.credentialsSecretRef.name: Required value: is required"},
		},
		{
			of:     "no name of the CA",
			change: changes{"spec.caBundleRef": map[string]any{}},
			want:   []string{"spec.caBundleRef.name: Required value: is required"},
		},
		{
			of:     "ownership that says nothing",
			change: changes{"spec.ownership": map[string]any{}},
			want: []string{
				"spec.ownership.propertyID: Required value: is required: the custom property that holds the mark; define it in the Cloudmore portal first",
				"spec.ownership.clusterName: Required value: is required: a name that no other cluster with this account uses",
			},
		},
	}
}

func sellerNumbers() []refusal {
	var all []refusal
	for _, number := range []struct {
		field     string
		low, high int64
	}{
		{"rateLimit.requestsPerSecond", 1, 1000},
		{"rateLimit.burst", 1, 1000},
		{"rateLimit.maxInFlight", 1, 128},
		{"brake.percent", 1, 100},
		{"brake.minimum", 1, 1000000},
	} {
		path := "spec." + number.field
		all = append(all,
			refusal{
				of:     path + " too low",
				change: changes{path: number.low - 1},
				want: []string{fmt.Sprintf("%s: Invalid value: %d: %s in body should be greater than or equal to %d",
					path, number.low-1, path, number.low)},
			},
			refusal{
				of:     path + " too high",
				change: changes{path: number.high + 1},
				want: []string{fmt.Sprintf("%s: Invalid value: %d: %s in body should be less than or equal to %d",
					path, number.high+1, path, number.high)},
			})
	}
	return all
}

// ownSellerRefusals hold for a Seller alone.
var ownSellerRefusals = []refusal{{
	of:     "a namespace for what it discovers",
	change: changes{"spec.discovery": map[string]any{"namespace": "a"}},
	want:   []string{"spec.discovery.namespace: Forbidden: is for a ClusterSeller: what a Seller discovers is beside it; leave it out"},
}, {
	of:     "one that can't be, either",
	change: changes{"spec.discovery": map[string]any{"namespace": "Team"}},
	want: []string{
		"spec.discovery.namespace: Forbidden: is for a ClusterSeller: what a Seller discovers is beside it; leave it out",
		`spec.discovery.namespace: Invalid value: "Team": ` + noNamespace,
	},
}}

func clusterSellerRefusals() []refusal {
	return slices.Concat(
		[]refusal{unsupported("spec.adoption", "Forbidden or Allowed")},
		everywhere([]string{"credentialsSecretRef.namespace", "allowedNamespaces.names[0]", "discovery.namespace"}, noNamespace, "", "Team", "a.b"),
		[]refusal{{
			of:     "no namespace of the Secret",
			change: changes{"spec.credentialsSecretRef.namespace": absent},
			want:   []string{"spec.credentialsSecretRef.namespace: Required value: is required"},
		}, {
			of:     "discovery without a namespace",
			change: changes{"spec.discovery": map[string]any{"policy": "Observe"}},
			want:   []string{"spec.discovery.namespace: Required value: is required with the policy Observe: the namespace in which the Resellers are made"},
		}},
	)
}

// withOptions has the optional blocks, too, so that a fault in one of them is the
// only one.
func withOptions(seller *unstructured.Unstructured) *unstructured.Unstructured {
	return changes{
		"spec.caBundleRef.name": "corp-ca",
		"spec.ownership":        map[string]any{"propertyID": "k8s-owner", "clusterName": "prod-eu"},
	}.applyTo(seller)
}

var _ = Describe("A Seller", func() {
	admission(validSeller, slices.Concat(sellerRefusals(), ownSellerRefusals))
})

var _ = Describe("A ClusterSeller", func() {
	admission(validClusterSeller, slices.Concat(sellerRefusals(), clusterSellerRefusals()))
})

func admission(valid func() *unstructured.Unstructured, refusals []refusal) {
	for _, refusal := range refusals {
		It("is refused with "+refusal.of, func(ctx SpecContext) {
			seller := refusal.change.applyTo(withOptions(valid()))
			seller.SetNamespace("default")
			err := server.Create(ctx, seller, client.DryRunAll)
			Expect(faultsOf(err)).To(ConsistOf(refusal.want))
		})
	}
}
