package config_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// process is a running manager.
type process struct {
	log              *gbytes.Buffer
	probes, metrics  string // addresses
	namespace        string
	user             envtest.User
	metricsAreServed bool
	scraper          string // a token that may read the metrics, once measures has made it
}

// start starts the manager with the Deployment's arguments, as the account that
// it names. What differs from a Pod: its two ports are free ones of loopback, the
// lease's namespace is said, because there is no ServiceAccount folder to read it
// from, and so is the fake's endpoint, which has no TLS.
func start(d *appsv1.Deployment) *process {
	GinkgoHelper()
	p := &process{
		log: gbytes.NewBuffer(), probes: freeAddress(), metrics: freeAddress(), namespace: d.Namespace, user: userOf(d),
	}
	args := []string{"--kubeconfig", p.kubeconfig(), "--leader-election-namespace", d.Namespace, "--allow-insecure-endpoints"}
	for _, arg := range d.Spec.Template.Spec.Containers[0].Args {
		p.metricsAreServed = p.metricsAreServed || arg == "--metrics-bind-address=:8443"
		args = append(args, strings.NewReplacer("=:8443", "="+p.metrics, "=:8081", "="+p.probes, "$(NAMESPACE)", d.Namespace).Replace(arg))
	}
	cmd := exec.Command(binary, args...)
	out := io.MultiWriter(p.log, GinkgoWriter)
	cmd.Stdout, cmd.Stderr = out, out
	Expect(cmd.Start()).To(Succeed())
	DeferCleanup(func() {
		Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
		Expect(cmd.Wait()).To(Succeed(), "a manager that is told to stop ends without an error")
	})
	return p
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress() string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(listener.Close()).To(Succeed()) }()
	return listener.Addr().String()
}

// kubeconfig is a file with which the API server sees the ServiceAccount.
func (p *process) kubeconfig() string {
	GinkgoHelper()
	user, err := env.AddUser(p.user, nil)
	Expect(err).NotTo(HaveOccurred())
	content, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(os.WriteFile(path, content, 0o600)).To(Succeed())
	return path
}

// denied ends all waiting when the API server denied the manager something: it
// would try that again for ever.
func (p *process) denied() {
	for line := range strings.Lines(string(p.log.Contents())) {
		if strings.Contains(line, "is forbidden: User") {
			StopTrying("the manager was denied something: " + line).Now()
		}
	}
}

// leads waits until the manager is ready and holds the lease.
func (p *process) leads(ctx context.Context) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		p.denied()
		status, _ := get(g, "http://"+p.probes+"/readyz", "")
		g.Expect(status).To(Equal(http.StatusOK))
		lease := &coordinationv1.Lease{}
		g.Expect(cluster.Get(ctx, client.ObjectKey{Namespace: p.namespace, Name: "reseller-operator.cloudmore.com"}, lease)).To(Succeed())
		g.Expect(lease.Spec.HolderIdentity).To(HaveValue(Not(BeEmpty())))
		events := &corev1.EventList{}
		g.Expect(cluster.List(ctx, events, client.InNamespace(p.namespace))).To(Succeed())
		g.Expect(events.Items).To(ContainElement(HaveField("Reason", "LeaderElection")))
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
}

// measures holds that the metrics are shown to an account that has the role for
// it, and to no other.
func (p *process) measures(ctx context.Context, role string) {
	GinkgoHelper()
	url := "https://" + p.metrics + "/metrics"
	stranger := p.token(ctx, "stranger")
	p.scraper = p.token(ctx, "scraper")
	Expect(cluster.Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "scraper-" + p.namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: p.namespace, Name: "scraper"}},
	})).To(Succeed())
	Eventually(func(g Gomega) {
		p.denied()
		status, body := get(g, url, p.scraper)
		g.Expect(status).To(Equal(http.StatusOK), body)
		g.Expect(body).To(ContainSubstring(`controller="reseller"`))
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	for token, want := range map[string]int{"": http.StatusUnauthorized, stranger: http.StatusForbidden} {
		status, body := get(Default, url, token)
		Expect(status).To(Equal(want), body)
	}
}

// token makes a ServiceAccount and a token for it.
func (p *process) token(ctx context.Context, name string) string {
	GinkgoHelper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, Name: name}}
	Expect(cluster.Create(ctx, account)).To(Succeed())
	request := &authenticationv1.TokenRequest{}
	Expect(cluster.SubResource("token").Create(ctx, account, request)).To(Succeed())
	return request.Status.Token
}

// get reads a page of the manager, whose certificate is self-signed.
func get(g Gomega, url, token string) (status int, body string) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	g.Expect(err).NotTo(HaveOccurred())
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	answer, err := (&http.Client{Transport: transport, Timeout: timeout}).Do(request)
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	g.Expect(err).NotTo(HaveOccurred(), fmt.Sprint(answer.Status))
	return answer.StatusCode, string(content)
}
