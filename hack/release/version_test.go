package release_test

import (
	"regexp"
	"testing"
)

// Whoever installs from a clone, in whatever way, gets the version of the last release,
// and what is built without a tag says that it is of that version.
func TestOneVersion(t *testing.T) {
	version := regexp.MustCompile(`(?m)^appVersion: (v\d+\.\d+\.\d+)$`).FindStringSubmatch(text(t, "config/chart/Chart.yaml"))
	if version == nil {
		t.Fatal("config/chart/Chart.yaml has no appVersion")
	}
	for path, pattern := range map[string]string{
		"config/chart/Chart.yaml":           `(?m)^version: (\S+)$`,
		"config/manager/kustomization.yaml": `newTag: (\S+)`,
		"docs/install.md":                   `IMG=\S+:(\S+)`,
		"Makefile":                          `echo (v\S+)-dev`,
	} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(text(t, path), -1)
		if len(found) == 0 {
			t.Errorf("%s names no version", path)
		}
		for _, match := range found {
			if match[1] != version[1] && "v"+match[1] != version[1] {
				t.Errorf("%s has %s, config/chart/Chart.yaml %s", path, match[1], version[1])
			}
		}
	}
}
