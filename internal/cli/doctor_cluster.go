package cli

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/crd"
)

// cluster is the API server as doctor sees it.
type cluster struct {
	client    client.WithWatch
	namespace string
	config    *rest.Config
	discovery *discovery.DiscoveryClient
	version   string
	clock     *serverClock
}

// serverClock is what the answers of a server say of the time (RFC 9110 §6.6.1).
type serverClock struct {
	next http.RoundTripper
	now  func() time.Time

	mu sync.Mutex
	// ahead is how far the clock here is before the server's; told says that it is known.
	ahead time.Duration
	told  bool
}

// RoundTrip sends one request.
func (c *serverClock) RoundTrip(req *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if at, wrong := http.ParseTime(answer.Header.Get("Date")); wrong == nil {
		c.mu.Lock()
		c.ahead, c.told = c.now().Sub(at), true
		c.mu.Unlock()
	}
	return answer, nil
}

// skew is how far the clock here is ahead; false where no answer told.
func (c *serverClock) skew() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead, c.told
}

// connect asks the API server for its version.
func (d *doctor) connect(context.Context) (*cluster, error) {
	config, err := d.flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("no access to a Kubernetes API server: %w", err)
	}
	c := &cluster{config: config, clock: &serverClock{now: d.Now}}
	config.QPS, config.Burst = doctorQPS, doctorQPS
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		c.clock.next = next
		return c.clock
	})
	if c.namespace, _, err = d.flags.ToRawKubeConfigLoader().Namespace(); err != nil {
		return nil, err
	}
	if c.discovery, err = discovery.NewDiscoveryClientForConfig(config); err != nil {
		return nil, err
	}
	told, err := c.discovery.ServerVersion()
	if err != nil {
		return nil, fmt.Errorf("the Kubernetes API server %s does not answer: %w", config.Host, err)
	}
	c.version = told.GitVersion
	scheme := newScheme()
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	c.client, err = client.NewWithWatch(config, client.Options{Scheme: scheme})
	return c, err
}

func (e *examination) examineCluster(ctx context.Context) *chapter {
	s := &chapter{About: "Cluster"}
	s.good("API server", "answers, version %s", e.cluster.version)
	e.examineClock(s)
	e.examineKinds(ctx, s)
	e.examineYou(ctx, s)
	return s
}

func (e *examination) examineClock(s *chapter) {
	ahead, told := e.cluster.clock.skew()
	switch {
	case !told:
		s.unknown("clock", "the API server does not say what time it has")
	case ahead.Abs() < mostSkew:
		s.good("clock", "as the API server's")
	case ahead > 0:
		s.broken("clock", "have this machine, or the API server, take its time from NTP", "this machine is %s ahead of the API server", apart(ahead))
	default:
		s.broken("clock", "have this machine, or the API server, take its time from NTP", "this machine is %s behind the API server", apart(-ahead))
	}
}

// apart is a difference as far as it matters.
func apart(d time.Duration) string {
	if d > time.Hour {
		return d.Round(time.Hour).String()
	}
	return d.Round(time.Second).String()
}

// examineKinds looks whether the cluster has our kinds as this program knows them, and how
// objects are stored.
func (e *examination) examineKinds(ctx context.Context, s *chapter) {
	const remedy = "apply the CRDs of the release that you use, before the operator: docs/upgrade.md"
	document, err := e.cluster.discovery.RESTClient().Get().AbsPath(crd.Path).SetHeader("Accept", "application/json").DoRaw(ctx)
	if err != nil {
		document = nil // a cluster without our kinds publishes nothing
	}
	lacks, err := crd.Lacking(document, crd.Kinds(true))
	switch {
	case err != nil:
		s.unknown("CRDs", "%v", err)
	case len(lacks) > 0:
		s.broken("CRDs", remedy, "%s", strings.Join(lacks, "; "))
	default:
		s.good("CRDs", "resellers, sellers and clustersellers have all fields that this version knows")
	}
	e.examineStored(ctx, s)
}

func (e *examination) examineStored(ctx context.Context, s *chapter) {
	var old []string
	for _, kind := range []string{"resellers", "sellers", "clustersellers"} {
		definition := &apiextensionsv1.CustomResourceDefinition{}
		name := kind + "." + v1alpha1.GroupVersion.Group
		if err := e.client.Get(ctx, client.ObjectKey{Name: name}, definition); err != nil {
			s.unknown("stored versions", "%v", err)
			return
		}
		for _, version := range definition.Status.StoredVersions {
			if version != v1alpha1.GroupVersion.Version {
				old = append(old, kind+" as "+version)
			}
		}
	}
	if len(old) > 0 {
		s.broken("stored versions", "write each of these objects once with this version, then take the other from status.storedVersions of the CRD", "some may be stored in another version: %s", strings.Join(old, ", "))
		return
	}
	s.good("stored versions", "%s only", v1alpha1.GroupVersion.Version)
}

// use is what some commands need.
type use struct {
	group, resource string
	verbs           []string
	commands        string
}

var uses = []use{
	{v1alpha1.GroupVersion.Group, "resellers", []string{"get", "list"}, "status"},
	{v1alpha1.GroupVersion.Group, "sellers", []string{"get", "list"}, "status, diff, import"},
	{v1alpha1.GroupVersion.Group, "resellers", []string{"watch", "create", "patch", "delete"}, "adopt, accept, correct, orphan, suspend"},
	{v1alpha1.GroupVersion.Group, "sellers", []string{"patch"}, "resume-writes, accept-list, suspend"},
	{"", "secrets", []string{"get"}, "diff, import, doctor"},
}

// examineYou asks what the user may do in the namespace.
func (e *examination) examineYou(ctx context.Context, s *chapter) {
	part := "your rights in namespace " + e.namespace
	var lacks []string
	reads := true
	for i, u := range uses {
		for _, verb := range u.verbs {
			is, err := e.mayYou(ctx, &authorizationv1.ResourceAttributes{Namespace: e.namespace, Group: u.group, Resource: u.resource, Verb: verb})
			if err != nil {
				s.unknown(part, "%v", err)
				return
			}
			if !is {
				lacks = append(lacks, fmt.Sprintf("%s %s (%s)", verb, u.resource, u.commands))
				reads = reads && i > 1
			}
		}
	}
	switch {
	case len(lacks) == 0:
		s.good(part, "all that the commands need")
	case reads:
		s.good(part, "you may look; you lack %s", strings.Join(lacks, ", "))
	default:
		s.broken(part, "ask for a RoleBinding to the ClusterRole reseller-operator-reseller-viewer-role, or to view", "you lack %s", strings.Join(lacks, ", "))
	}
}

// mayYou asks the API server whether the user may do something.
func (e *examination) mayYou(ctx context.Context, what *authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: what}}
	err := e.client.Create(ctx, review)
	return review.Status.Allowed, err
}

// noKind says that the cluster lacks a kind.
func noKind(err error) bool { return meta.IsNoMatchError(err) }

// labelled says that labels have all of the others.
func labelled(labels, wanted map[string]string) bool {
	for key, value := range wanted {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// sorted are the distinct words of a list, by the alphabet.
func sorted(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
