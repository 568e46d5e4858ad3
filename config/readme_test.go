package config_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// follow runs the commands in a text: lines that begin with kubectl, with what they
// read and what they go on with.
func (r *release) follow(ctx context.Context, text string) {
	GinkgoHelper()
	commands := regexp.MustCompile(`(?m)^kubectl (?:.*\\\n)*(?:.*<<END\n(?s:.*?)\nEND|.*)$`).FindAllString(text, -1)
	Expect(commands).NotTo(BeEmpty())
	for _, command := range commands {
		r.shell(ctx, command)
	}
}

// shell runs a command line as a person would, with the kubectl of the control
// plane and the project's Helm.
func (r *release) shell(ctx context.Context, command string) {
	GinkgoHelper()
	programs := filepath.Dir(env.ControlPlane.GetAPIServer().Path)
	tools, err := filepath.Abs("../bin/tools")
	Expect(err).NotTo(HaveOccurred())
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", command)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "KUBECONFIG="+r.kubeconfig, "PATH="+tools+":"+programs+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	GinkgoWriter.Printf("$ %s\n%s\n", command, out)
	Expect(err).NotTo(HaveOccurred(), "%s\n%s", command, out)
}

// commands are those that the README has under a heading.
func commands(heading string) string {
	GinkgoHelper()
	section := regexp.MustCompile("(?s)\n### " + heading + "\n.*?\n```sh\n(.*?)\n```").FindSubmatch(content("../README.md"))
	Expect(section).NotTo(BeNil(), heading)
	return string(section[1])
}

// asTheReadmeSays installs the operator in one of the README's ways, gives it an
// account, and removes both.
func asTheReadmeSays(ctx context.Context, way, remove string) {
	GinkgoHelper()
	r := newRelease(ctx, "reseller-operator-system", "reseller-operator")
	r.life.namespace = "partners"
	shared := regexp.MustCompile(`(?m)^(kubectl|helm|make) `)
	Expect(shared.FindAllString(commands(way), -1)).To(And(Not(BeEmpty()), HaveLen(len(strings.Split(commands(way), "\n")))), "one command a line")
	Expect(len(shared.FindAllString(commands(way), -1))).To(BeNumerically("<=", 5))
	r.shell(ctx, commands(way))

	account := strings.NewReplacer(
		"<user>", fake.DefaultUsername, "<password>", fake.DefaultPassword, "<API secret>", fake.DefaultClientSecret,
		"<seller id>", r.life.api.SellerID()+"\n  endpoint: "+r.life.endpoint,
	).Replace(commands("Then: your account"))
	r.shell(ctx, account)
	reseller := &v1alpha1.Reseller{}
	r.life.sample("reseller", reseller)
	r.life.await(ctx, []client.Object{reseller}, r.life.ready)
	Expect(r.life.api.Live()).To(HaveLen(1))

	r.shell(ctx, strings.Replace(commands("Remove"), "helm uninstall reseller-operator --namespace reseller-operator-system --wait", remove, 1))
	Expect(r.life.api.Live()).To(BeEmpty())
	r.shell(ctx, "kubectl delete namespace partners reseller-operator-system --ignore-not-found")
}
