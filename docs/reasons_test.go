package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What to do about each condition and each reason is under a heading of its name, and
// no heading speaks of one that does not exist.
func TestEveryReasonHasWhatToDo(t *testing.T) {
	guide := page(t, "troubleshooting.md")
	var headings, reasons []string
	for _, heading := range regexp.MustCompile(`(?m)^### (\w+)\n\n(.+)$`).FindAllStringSubmatch(guide, -1) {
		headings = append(headings, heading[1])
		if !strings.HasSuffix(heading[2], ".") && !strings.HasSuffix(heading[2], ":") {
			t.Errorf("%s is not answered by a sentence: %s", heading[1], heading[2])
		}
	}
	for _, constant := range regexp.MustCompile(`(?m)^\t(?:Condition|Reason)\w+ = "(\w+)"$`).FindAllStringSubmatch(page(t, "../api/v1alpha1/conditions.go"), -1) {
		reasons = append(reasons, constant[1])
		if !slices.Contains(headings, constant[1]) && constant[1] != "NotDrifted" { // the other side of Drifted
			t.Errorf("troubleshooting.md has no heading %s", constant[1])
		}
	}
	if len(reasons) < 40 {
		t.Errorf("only %d reasons were found", len(reasons))
	}
	for _, heading := range headings {
		if !slices.Contains(reasons, heading) {
			t.Errorf("%s is no reason and no condition", heading)
		}
	}
}

// README names the oldest Kubernetes that the chart installs on, and the one of the tests.
func TestReadmeNamesTheKubernetesOfTheTests(t *testing.T) {
	readme := page(t, "../README.md")
	tested := regexp.MustCompile(`k8s\.io/kubernetes v(\d+\.\d+)\.`).FindStringSubmatch(page(t, "../hack/controlplane/go.mod"))
	oldest := regexp.MustCompile(`kubeVersion: ">=(\d+\.\d+)\.`).FindStringSubmatch(page(t, "../config/chart/Chart.yaml"))
	if tested == nil || oldest == nil {
		t.Fatal("neither version may be missing")
	}
	for _, sentence := range []string{
		"**Kubernetes: " + oldest[1] + " or later.**", "All tests run on " + tested[1] + ";", "as the API server of " + oldest[1] + " does",
	} {
		if !strings.Contains(readme, sentence) {
			t.Errorf("README does not say %q", sentence)
		}
	}
}
