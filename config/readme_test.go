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

// shell runs a command line as a user would, with the kubectl of the control
// plane and the project's Helm, and returns what it prints.
func (r *release) shell(ctx context.Context, command string) string {
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
	return string(out)
}

// readme and install are the pages whose commands are run.
const (
	readme  = "../README.md"
	install = "../docs/install.md"
)

// nextPassword is what a rotation changes the password to.
const nextPassword = "next-password"

// blocks are the texts of a language that a page has under a heading.
func blocks(page, heading, language string) []string {
	GinkgoHelper()
	_, section, found := strings.Cut(string(content(page)), "\n## "+heading+"\n")
	Expect(found).To(BeTrue(), "%s has no heading %q", page, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, block := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?)\n```").FindAllStringSubmatch(section, -1) {
		all = append(all, block[1])
	}
	Expect(all).NotTo(BeEmpty(), "%s, %s", page, heading)
	return all
}

// tries runs the commands of a page's section that shows what they print, and holds
// that they print that: but for ids and ages, for spaces, and for what "..." leaves out.
func (r *release) tries(ctx context.Context, page, heading string) {
	GinkgoHelper()
	for _, block := range blocks(page, heading, "console") {
		r.prints(ctx, page, block)
	}
}

// prints runs the commands of a block, each of which prints what is shown after it.
func (r *release) prints(ctx context.Context, page, block string) {
	GinkgoHelper()
	for _, shown := range strings.Split("\n"+block, "\n$ ")[1:] {
		command, prints, _ := strings.Cut(shown, "\n")
		Expect(r.shell(ctx, command)).To(MatchRegexp(asPrinted(prints)), "%s: %s", page, command)
	}
}

// asPrinted matches what a page shows of an output.
func asPrinted(shown string) string {
	pattern := regexp.QuoteMeta(strings.TrimSpace(shown))
	for _, free := range []struct{ shown, printed string }{
		{`[0-9a-f]{8}(-|\\-)[0-9a-f]{4}(-|\\-)[0-9a-f]{4}(-|\\-)[0-9a-f]{4}(-|\\-)[0-9a-f]{12}`, `[0-9a-f-]{36}`},
		{`\b[0-9]+s\b`, `[0-9ms]+`},
		{`\s*\\\.\\\.\\\.\s*`, `(?s:.*)`},
		{` +|\n`, `\s+`},
	} {
		pattern = regexp.MustCompile(free.shown).ReplaceAllLiteralString(pattern, free.printed)
	}
	return `^\s*` + pattern + `\s*$`
}

// tryOut follows the README's first screen: an operator with a fake seller API.
func tryOut(ctx SpecContext) {
	r := newRelease(ctx, "reseller-operator-system", "reseller-operator")
	r.tries(ctx, readme, "Try it without an account")
	r.shell(ctx, "kubectl delete namespace reseller-operator-system")
}

// installed installs the operator in one of the pages' ways, connects an account as
// the README says, and removes both.
func installed(ctx context.Context, page, way, remove string) {
	GinkgoHelper()
	r := newRelease(ctx, "reseller-operator-system", "reseller-operator")
	r.life.namespace = "partners"
	commands := blocks(page, way, "sh")[0]
	shared := regexp.MustCompile(`(?m)^(kubectl|helm|make) `)
	Expect(shared.FindAllString(commands, -1)).To(And(Not(BeEmpty()), HaveLen(len(strings.Split(commands, "\n")))), "one command a line")
	Expect(len(shared.FindAllString(commands, -1))).To(BeNumerically("<=", 5))
	r.shell(ctx, commands)

	r.shell(ctx, r.life.fillsIn(blocks(readme, "Use it with your account", "sh")[1]))
	reseller := &v1alpha1.Reseller{}
	r.life.sample("reseller", reseller)
	r.life.await(ctx, []client.Object{reseller}, r.life.ready)
	Expect(r.life.api.Live()).To(HaveLen(1))

	r.shell(ctx, strings.Replace(blocks(install, "Remove", "sh")[0], "helm uninstall reseller-operator --namespace reseller-operator-system --wait", remove, 1))
	Expect(r.life.api.Live()).To(BeEmpty())
	r.shell(ctx, "kubectl delete namespace partners reseller-operator-system --ignore-not-found")
}

// fillsIn puts the fake's account in the place of what a page leaves open.
func (l *life) fillsIn(commands string) string {
	return strings.NewReplacer(
		"<user>", fake.DefaultUsername, "<password>", fake.DefaultPassword, "<API secret>", fake.DefaultClientSecret,
		"<seller id>", l.api.SellerID()+"\n  endpoint: "+l.endpoint, "<broker id>", l.broker, "<new password>", nextPassword,
	).Replace(commands)
}
