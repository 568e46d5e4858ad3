package night_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// Where the manifests have the operator.
const (
	operatorNamespace = "reseller-operator-system"
	deploymentName    = "reseller-operator-controller-manager"
)

// plane is the control plane, and the managers that run there.
type plane struct {
	client.WithWatch
	t       *testing.T
	control *stage.ControlPlane
	binary  string

	mu      sync.Mutex
	started []*manager // those that have ended, too
}

// startPlane starts a control plane with the operator's Deployment, and two managers as the
// Pods of that would be: there is no node.
func startPlane(t *testing.T) *plane {
	t.Helper()
	g := NewWithT(t)
	folder := t.TempDir()
	p := &plane{t: t, binary: filepath.Join(folder, "manager")}
	ctrl.SetLogger(logr.Discard())
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", p.binary, "./cmd/manager").CombinedOutput()
	g.Expect(err).NotTo(HaveOccurred(), string(out))
	p.control, err = stage.Start(folder, "on-call")
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(p.control.Stop)
	p.WithWatch, err = p.control.Client()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(p.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: operatorNamespace}})).To(Succeed())
	labels := map[string]string{"control-plane": "controller-manager"}
	g.Expect(p.Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: deploymentName},
		Spec: appsv1.DeploymentSpec{
			Replicas: ptr.To[int32](2), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "manager", Image: "manager"}}},
			},
		},
	})).To(Succeed())
	p.scale(2)
	g.Eventually(p.leads).WithTimeout(within).Should(BeTrue())
	return p
}

// manager is one running as a Pod would.
type manager struct {
	cmd     *exec.Cmd
	metrics string // address
	log     lockedBuffer
	ended   bool
}

// lockedBuffer is written to by a process while it is read.
type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

// String is what has been written, but for a line that is not at its end.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.all.String()
	return text[:strings.LastIndex(text, "\n")+1]
}

// scale has so many managers run, as the kubelet does.
func (p *plane) scale(replicas int) {
	p.t.Helper()
	for len(p.alive()) < replicas {
		m := &manager{metrics: freeAddress(p.t)}
		m.cmd = exec.CommandContext(p.t.Context(), p.binary, "--kubeconfig", p.control.Kubeconfig, "--allow-insecure-endpoints", "--log-level", "trace",
			"--leader-elect", "--leader-election-namespace", operatorNamespace, "--health-probe-bind-address", "0",
			"--metrics-bind-address", m.metrics, "--metrics-secure=false")
		m.cmd.Stdout, m.cmd.Stderr = &m.log, &m.log
		m.cmd.Cancel = func() error { return m.cmd.Process.Signal(os.Interrupt) }
		m.cmd.WaitDelay = 10 * time.Second
		if err := m.cmd.Start(); err != nil {
			p.t.Fatal(err)
		}
		p.mu.Lock()
		p.started = append(p.started, m)
		p.mu.Unlock()
		p.t.Cleanup(func() {
			p.keepLog(m)
			if !m.ended {
				_ = m.cmd.Process.Kill()
				_ = m.cmd.Wait()
			}
		})
	}
}

// keepLog writes the log of a manager into the folder NIGHT_LOGS, if there is one.
func (p *plane) keepLog(m *manager) {
	if folder := os.Getenv("NIGHT_LOGS"); folder != "" {
		_ = os.WriteFile(filepath.Join(folder, m.metrics+".log"), []byte(m.log.String()), 0o600)
	}
}

// kill ends a manager as kill -9 does.
func (p *plane) kill(m *manager) {
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	m.ended = true
}

// all are the managers that were started so far.
func (p *plane) all() []*manager {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*manager(nil), p.started...)
}

// alive are those that run.
func (p *plane) alive() []*manager {
	var alive []*manager
	for _, m := range p.all() {
		p.mu.Lock()
		if !m.ended {
			alive = append(alive, m)
		}
		p.mu.Unlock()
	}
	return alive
}

// leader is the manager that works; nil for none.
func (p *plane) leader() *manager {
	for _, m := range p.alive() {
		if strings.Contains(m.scrape(), "\nreseller_operator_leader 1\n") {
			return m
		}
	}
	return nil
}

func (p *plane) leads() bool { return p.leader() != nil }

// scrape is what a manager serves to Prometheus; "" while it does not.
func (m *manager) scrape() string {
	answer, err := http.Get("http://" + m.metrics + "/metrics")
	if err != nil {
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

// line is a line of a log.
type line map[string]any

// lines are those of a log from a place on.
func (m *manager) lines(from int) []line {
	var all []line
	for text := range strings.Lines(m.log.String()[from:]) {
		var l line
		if json.Unmarshal([]byte(text), &l) != nil {
			l = line{"msg": strings.TrimSpace(text)}
		}
		all = append(all, l)
	}
	return all
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
