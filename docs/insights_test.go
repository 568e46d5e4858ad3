package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"sigs.k8s.io/yaml"
)

// What others read of this project's security leads to files that are there.
func TestSecurityInsights(t *testing.T) {
	text := page(t, "../.github/security-insights.yml")
	var parsed struct {
		Header     map[string]string `json:"header"`
		Project    map[string]any    `json:"project"`
		Repository map[string]any    `json:"repository"`
	}
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"schema-version", "last-updated", "last-reviewed", "url"} {
		if parsed.Header[key] == "" {
			t.Errorf("header lacks %s", key)
		}
	}
	for _, key := range []string{"name", "administrators", "repositories", "vulnerability-reporting"} {
		if parsed.Project[key] == nil {
			t.Errorf("project lacks %s", key)
		}
	}
	for _, key := range []string{"url", "status", "accepts-change-request", "accepts-automated-change-request", "core-team", "license", "security"} {
		if parsed.Repository[key] == nil {
			t.Errorf("repository lacks %s", key)
		}
	}
	links := regexp.MustCompile(`reseller-operator/reseller-operator/(?:blob/)?main/(\S+)`).FindAllStringSubmatch(text, -1)
	for _, link := range links {
		if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(link[1]))); err != nil {
			t.Errorf("there is no %s", link[1])
		}
	}
	if len(links) < 10 {
		t.Errorf("only %d links were followed", len(links))
	}
}
