package config_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
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
	cmd              *exec.Cmd
	beside           []*exec.Cmd   // of the same Pod
	ended            chan struct{} // closed when it has ended, which err then tells about
	err              error
	log              *gbytes.Buffer
	probes, metrics  string // addresses
	namespace        string
	user             envtest.User
	metricsAreServed bool
	audited          int64  // where the audit log stood when it started
	scraper          string // a token that may read the metrics, once measures has made it
}

// start starts the manager as the Deployment has it, until the spec ends. No lease
// of an earlier one is left.
func start(d *appsv1.Deployment) *process {
	GinkgoHelper()
	Expect(cluster.DeleteAllOf(context.Background(), &coordinationv1.Lease{}, client.InNamespace(d.Namespace))).To(Succeed())
	p := launch(GinkgoT().TempDir(), d.Namespace, &d.Spec.Template.Spec)
	DeferCleanup(p.interrupt)
	return p
}

// interrupt has the manager stop as a Pod is stopped.
func (p *process) interrupt() {
	GinkgoHelper()
	Expect(p.cmd.Process.Signal(os.Interrupt)).To(Succeed())
	Eventually(p.ended).WithTimeout(timeout).Should(BeClosed())
	Expect(p.err).NotTo(HaveOccurred(), "a manager that is told to stop ends without an error")
}

// answers is the status of a probe's answer; 0 for none.
func (p *process) answers(path string) int {
	answer, err := http.Get("http://" + p.probes + path)
	if err != nil {
		return 0
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}

// launch runs a Pod's manager with the arguments and the environment of the Pod, as
// the account that it names. What differs from a Pod: its two ports are free ones of
// loopback, the lease's namespace is said, because there is no ServiceAccount folder
// to read it from, and so is that plain http is permitted, which the fake speaks.
func launch(folder, namespace string, pod *corev1.PodSpec) *process {
	GinkgoHelper()
	p := &process{
		ended: make(chan struct{}), log: gbytes.NewBuffer(), probes: freeAddress(), metrics: freeAddress(),
		namespace: namespace, user: userOf(namespace, pod), audited: size(auditLog),
	}
	args := []string{"--kubeconfig", kubeconfigOf(folder, p.user), "--leader-election-namespace", namespace, "--allow-insecure-endpoints"}
	for _, arg := range pod.Containers[0].Args {
		p.metricsAreServed = p.metricsAreServed || arg == "--metrics-bind-address=:8443"
		args = append(args, strings.NewReplacer("=:8443", "="+p.metrics, "=:8081", "="+p.probes, "$(NAMESPACE)", namespace).Replace(arg))
	}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Env = os.Environ()
	for _, variable := range pod.Containers[0].Env {
		p.cmd.Env = append(p.cmd.Env, variable.Name+"="+variable.Value)
	}
	out := io.MultiWriter(p.log, GinkgoWriter)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	Expect(p.cmd.Start()).To(Succeed())
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p
}

// size is the length of a file; 0 for one that does not exist yet.
func size(path string) int64 {
	GinkgoHelper()
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	Expect(err).NotTo(HaveOccurred())
	return info.Size()
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress() string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(listener.Close()).To(Succeed()) }()
	return listener.Addr().String()
}

// kubeconfigOf writes a file with which the API server sees a user.
func kubeconfigOf(folder string, who envtest.User) string {
	GinkgoHelper()
	user, err := env.AddUser(who, nil)
	Expect(err).NotTo(HaveOccurred())
	content, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	file, err := os.CreateTemp(folder, "kubeconfig-")
	Expect(err).NotTo(HaveOccurred())
	_, err = file.Write(content)
	Expect(errors.Join(err, file.Close())).To(Succeed())
	return file.Name()
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
