package config_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The dashboards come whole, and where the sidecar of Grafana looks, by both ways.
func TestDashboardsReachGrafana(t *testing.T) {
	if testing.Short() {
		return // the tools are built by make test
	}
	g := NewWithT(t)
	here, err := filepath.Abs(".")
	g.Expect(err).NotTo(HaveOccurred())
	overlay := t.TempDir()
	here, err = filepath.Rel(overlay, here)
	g.Expect(err).NotTo(HaveOccurred())
	text := fmt.Sprintf("resources: [%s/default]\ncomponents: [%[1]s/grafana]\n", filepath.ToSlash(here))
	g.Expect(os.WriteFile(filepath.Join(overlay, "kustomization.yaml"), []byte(text), 0o600)).To(Succeed())
	byKustomize, err := exec.CommandContext(t.Context(), "../bin/tools/kustomize", "build", overlay).CombinedOutput()
	g.Expect(err).NotTo(HaveOccurred(), string(byKustomize))
	byHelm, err := helmTemplate(t, "--set", "dashboards.enabled=true", "--namespace", "reseller-operator-system")
	g.Expect(err).NotTo(HaveOccurred(), byHelm)
	for _, rendered := range []string{string(byKustomize), byHelm} {
		g.Expect(found(g, rendered, "ConfigMap {.metadata.labels.grafana_dashboard} {.metadata.namespace}")).To(Equal("1 reseller-operator-system"))
		for _, name := range []string{"fleet", "account"} {
			file, err := os.ReadFile("grafana/" + name + ".json")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(found(g, rendered, `ConfigMap {.data.reseller-operator-`+name+`\.json}`)).To(Equal(strings.Join(strings.Fields(string(file)), " ")))
			g.Expect(os.ReadFile("chart/files/dashboards/" + name + ".json")).To(Equal(file))
		}
	}
}
