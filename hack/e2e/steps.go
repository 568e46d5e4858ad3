package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// steps are what is proved, in this order. What each shows is asserted.
var steps = []struct {
	title string
	show  func(*story, context.Context) error
}{
	{"a node is Ready", (*story).nodeIsReady},
	{"containerd has the images of make image", (*story).imagesAreLoaded},
	{"the fake seller API serves from a Pod, over TLS", (*story).sellerAPIServes},
	{"Helm installs two replicas where the restricted profile is enforced", (*story).helmInstalls},
	{"20 Resellers are Ready", (*story).resellersAreReady},
	{"Helm upgrades to another tag while 30 more are created", (*story).helmUpgrades},
	{"the leader's Pod is deleted while 30 more are created", (*story).leaderIsDeleted},
	{"Helm rolls back an upgrade to a tag that nobody has; one more is created meanwhile", (*story).helmRollsBack},
	{"every Reseller has exactly one broker, made once", (*story).nothingIsDuplicate},
	{"every Reseller is deleted, and every broker", (*story).resellersAreDeleted},
	{"Helm uninstalls, and nothing is stuck", (*story).helmUninstalls},
}

// lastWhileKept is the step after which KEEP=1 leaves everything running.
const lastWhileKept = "every Reseller has exactly one broker, made once"

// pidFile has the process that holds the node's namespaces, as the machine sees it.
const pidFile = "init.pid"

// longest is what all steps may take together: many times what they do take.
const longest = 30 * time.Minute

// story is the node and what was done on it so far.
type story struct {
	*node

	seller    *sellerAPI
	resellers int // that were created
	// What is shown at the end, taken while it is there.
	table, log, count string
}

// inside shows every step, in the namespaces of the node.
func (o options) inside(ctx context.Context, folder string) error {
	n := &node{options: o, folder: folder}
	n.plane = &stage.ControlPlane{Kubeconfig: n.path("kubeconfig"), Kubectl: n.program("kubectl")}
	s := &story{node: n}
	limit := longest
	if o.keep {
		limit = validity
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := s.tell(limited)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	fmt.Printf("\n%s\n", s.evidence(ctx))
	if o.keep {
		fmt.Println("\nFAILED:", err)
		s.hold(ctx)
	}
	return err
}

func (s *story) tell(ctx context.Context) error {
	began := time.Now()
	for _, step := range steps {
		at := time.Now()
		if err := step.show(s, ctx); err != nil {
			return fmt.Errorf("%s: does not hold after %.1f s: %w", step.title, time.Since(at).Seconds(), err)
		}
		fmt.Printf("%6.1f s  %s\n", time.Since(at).Seconds(), step.title)
		if s.keep && step.title == lastWhileKept {
			s.summary()
			s.hold(ctx)
			return nil
		}
	}
	fmt.Printf("%6.1f s  in all\n", time.Since(began).Seconds())
	s.summary()
	return nil
}

func (s *story) summary() {
	fmt.Printf("\nThe end of the leader's log:\n%s\n\nResellers, before any is deleted:\n%s\n\n%s\n", s.log, s.table, s.count)
}

// hold leaves everything running until Ctrl-C.
func (s *story) hold(ctx context.Context) {
	fmt.Printf(`
Everything is left running; Ctrl-C ends it and cleans up. In another terminal:

  inside() { nsenter --target "$(cat %[1]s/%[4]s)" --mount --pid --net "$@"; }
  inside %[2]s --kubeconfig %[3]s get pods --all-namespaces
  inside ctr --namespace k8s.io containers ls
  ls %[1]s/log
`, s.folder, s.plane.Kubectl, s.plane.Kubeconfig, pidFile)
	<-ctx.Done()
}

// evidence is what a user would look at first after a failure.
func (s *story) evidence(ctx context.Context) string {
	var text strings.Builder
	for _, args := range []string{
		"get nodes,pods,deployments,leases --all-namespaces --output wide",
		"get events --all-namespaces --sort-by .lastTimestamp",
		"get resellers,sellers --all-namespaces",
		"logs --namespace " + namespace + " --selector app.kubernetes.io/name=reseller-operator --tail 10",
	} {
		out, err := s.kubectl(ctx, strings.Fields(args)...)
		if err != nil {
			out = err.Error()
		}
		fmt.Fprintf(&text, "\n$ kubectl %s\n%s\n", args, lastOf(out, 12))
	}
	for _, p := range s.processes {
		fmt.Fprintf(&text, "\n%s:\n%s\n", p.name, lastLines(p.log, 3))
	}
	return text.String()
}

// kubectl runs as an administrator.
func (s *story) kubectl(ctx context.Context, args ...string) (string, error) {
	return output(ctx, nil, s.plane.Kubectl, append([]string{"--kubeconfig", s.plane.Kubeconfig}, args...)...)
}
