package config_test

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// missingTag is the tag of an image that can't be pulled.
const missingTag = ":missing"

// node represents the nodes of a cluster: it runs the Pods of a namespace, which
// Kubernetes' own controllers make, as processes. All images but missingTag's are
// the manager of this tree, and beside it the fake seller API.
type node struct {
	namespace, folder string

	lock sync.Mutex
	pods map[types.UID]*process
}

// runNode runs Kubernetes' controllers and the Pods of a namespace until the spec
// ends.
func runNode(namespace string) *node {
	GinkgoHelper()
	n := &node{namespace: namespace, folder: GinkgoT().TempDir(), pods: map[types.UID]*process{}}
	controllers(n.folder)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go n.run(ctx, ended)
	DeferCleanup(func() {
		stop()
		<-ended
		for _, p := range n.pods {
			p.signal(syscall.SIGKILL)
			<-p.ended
		}
	})
	return n
}

// controllers runs kube-controller-manager with what a Deployment needs, what ends a
// namespace, and what adds roles up.
func controllers(folder string) {
	GinkgoHelper()
	path := kubeconfigOf(folder, envtest.User{Name: "kube-controller-manager", Groups: []string{"system:masters"}})
	program := exec.Command(filepath.Join(filepath.Dir(env.ControlPlane.GetAPIServer().Path), "kube-controller-manager"),
		"--kubeconfig="+path, "--leader-elect=false", "--secure-port=0",
		"--controllers=deployment-controller,replicaset-controller,disruption-controller,namespace-controller,garbage-collector-controller,clusterrole-aggregation-controller")
	program.Stdout, program.Stderr = io.Discard, io.Discard
	Expect(program.Start()).To(Succeed())
	DeferCleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
}

// run looks after the Pods every tenth of a second.
func (n *node) run(ctx context.Context, ended chan<- struct{}) {
	defer GinkgoRecover()
	defer close(ended)
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		pods := &corev1.PodList{}
		if err := cluster.List(ctx, pods, client.InNamespace(n.namespace)); err != nil {
			continue // the spec says what it misses
		}
		for i := range pods.Items {
			if err := n.look(ctx, &pods.Items[i]); err != nil {
				GinkgoWriter.Println("node:", pods.Items[i].Name, err)
			}
		}
	}
}

// look does what is next for a Pod.
func (n *node) look(ctx context.Context, pod *corev1.Pod) error {
	p := n.of(pod)
	switch {
	case pod.DeletionTimestamp != nil:
		return n.end(ctx, pod, p)
	case pod.Spec.NodeName == "":
		return cluster.SubResource("binding").Create(ctx, pod, &corev1.Binding{Target: corev1.ObjectReference{Kind: "Node", Name: "node"}})
	case strings.HasSuffix(pod.Spec.Containers[0].Image, missingTag):
		return n.tell(ctx, pod, corev1.PodPending, false)
	case p == nil || p.hasEnded(): // a container that ends is started again
		n.lock.Lock()
		defer n.lock.Unlock()
		p = launch(n.folder, pod.Namespace, &pod.Spec)
		n.pods[pod.UID] = p
		return p.runBeside(n.folder, pod.Spec.Containers[1:])
	default:
		return n.tell(ctx, pod, corev1.PodRunning, p.isReady(ctx))
	}
}

// of is the process of a Pod, if it has one.
func (n *node) of(pod *corev1.Pod) *process {
	n.lock.Lock()
	defer n.lock.Unlock()
	return n.pods[pod.UID]
}

// end has a Pod's process stop, and removes the Pod when it has.
func (n *node) end(ctx context.Context, pod *corev1.Pod, p *process) error {
	if p != nil && !p.hasEnded() {
		p.signal(syscall.SIGTERM)
		return nil
	}
	return client.IgnoreNotFound(cluster.Delete(ctx, pod, client.GracePeriodSeconds(0)))
}

// tell writes a Pod's status, as a kubelet does.
func (n *node) tell(ctx context.Context, pod *corev1.Pod, phase corev1.PodPhase, ready bool) error {
	state := corev1.ConditionFalse
	if ready {
		state = corev1.ConditionTrue
	}
	if pod.Status.Phase == phase && len(pod.Status.Conditions) > 0 && pod.Status.Conditions[0].Status == state {
		return nil
	}
	before := pod.DeepCopy()
	pod.Status.Phase, pod.Status.Conditions = phase, nil
	for _, kind := range []corev1.PodConditionType{corev1.PodReady, corev1.ContainersReady} {
		pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: kind, Status: state, LastTransitionTime: metav1.Now()})
	}
	return cluster.Status().Patch(ctx, pod, client.MergeFrom(before))
}

// leader is the process that holds the lease: the last that says so.
func (n *node) leader() *process {
	n.lock.Lock()
	defer n.lock.Unlock()
	for _, p := range n.pods {
		if !p.hasEnded() && strings.Contains(strings.ToLower(string(p.log.Contents())), "successfully acquired lease") {
			return p
		}
	}
	return nil
}

// runBeside runs the Pod's other containers: the fake seller API.
func (p *process) runBeside(folder string, containers []corev1.Container) error {
	for _, container := range containers {
		args := strings.Split(strings.ReplaceAll(strings.Join(container.Args, "\n"), "/state/", folder+"/"), "\n")
		beside := exec.Command(fakeAPI, args...)
		beside.Stdout, beside.Stderr = GinkgoWriter, GinkgoWriter
		if err := beside.Start(); err != nil {
			return err
		}
		p.beside = append(p.beside, beside)
		go func() { _ = beside.Wait() }()
	}
	return nil
}

// signal tells a Pod's processes to end.
func (p *process) signal(signal syscall.Signal) {
	for _, cmd := range append(p.beside, p.cmd) {
		_ = cmd.Process.Signal(signal) // it may have ended
	}
}

// hasEnded is whether the process is no more.
func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// isReady is what the Pod's probe asks.
func (p *process) isReady(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.probes+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
