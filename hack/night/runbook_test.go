package night_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/gomega"
)

var block = regexp.MustCompile("(?s)```sh\n(.*?)```")

// commands are the blocks of commands in a part of a runbook.
func (s *scene) commands(page, part string) []string {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join("docs", "runbooks", page+".md"))
	s.g.Expect(err).NotTo(HaveOccurred())
	_, text, found := strings.Cut(string(content), "## "+part+"\n")
	s.g.Expect(found).To(BeTrue(), "%s has no %q", page, part)
	text, _, _ = strings.Cut(text, "\n## ")
	var all []string
	for _, match := range block.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// looks runs the commands with which a runbook has the one on call look.
func (s *scene) looks(page string) {
	s.t.Helper()
	for _, text := range s.commands(page, "Commands") {
		for command := range strings.Lines(text) {
			if strings.HasPrefix(command, "kubectl logs ") {
				continue // there is no kubelet that could be asked
			}
			out, err := s.shell(command)
			s.g.Expect(err).NotTo(HaveOccurred(), "%s: %s says %q", page, command, out)
			s.g.Expect(out).NotTo(BeEmpty(), "%s: %s", page, command)
		}
	}
}

// command is the one of a runbook that ends the night: the block with this part.
func (s *scene) command(page, part string) string {
	s.t.Helper()
	for _, text := range append(s.commands(page, "How it ends"), s.commands(page, "Commands")...) {
		if strings.Contains(text, part) {
			return text
		}
	}
	s.t.Fatalf("docs/runbooks/%s.md has no command with %q", page, part)
	return ""
}

// run runs it.
func (s *scene) run(page, part string) {
	s.t.Helper()
	out, err := s.shell(s.command(page, part))
	s.g.Expect(err).NotTo(HaveOccurred(), out)
}

// shell runs what the one on call types.
func (s *scene) shell(command string) (string, error) {
	shell := exec.CommandContext(s.t.Context(), "bash", "-o", "pipefail", "-c", command)
	shell.Env = append(os.Environ(), append([]string{
		"PATH=" + filepath.Dir(s.control.Kubectl) + ":" + os.Getenv("PATH"), "KUBECONFIG=" + s.control.Kubeconfig,
		"NAMESPACE=" + s.name, "SELLER=main", "RESELLER=acme", "SECRET=cloudmore-api",
	}, s.env...)...)
	out, err := shell.CombinedOutput()
	return string(out), err
}
