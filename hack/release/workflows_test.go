// Package release_test holds what a release is made of against the rest of the
// repository. The tools that read these files check the files alone.
//
//	workflows_test.go   GitHub Actions
//	goreleaser_test.go  .goreleaser.yaml and the images
package release_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

var root = os.DirFS("../..")

func text(t *testing.T, name string) string {
	t.Helper()
	content, err := fs.ReadFile(root, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func parse(t *testing.T, name string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text(t, name)), into); err != nil {
		t.Fatal(name, err)
	}
}

func workflows(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(root, ".github/workflows/*.yml")
	if err != nil || len(names) < 6 {
		t.Fatal(names, err)
	}
	return names
}

// A tag can be moved to other code, a commit can't.
func TestActionsArePinnedByCommit(t *testing.T) {
	use := regexp.MustCompile(`(?m)uses: (.*)$`)
	pinned := regexp.MustCompile(`^([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$`)
	commits := map[string]string{}
	for _, name := range workflows(t) {
		for _, match := range use.FindAllStringSubmatch(text(t, name), -1) {
			if strings.HasPrefix(match[1], "./") {
				continue
			}
			parts := pinned.FindStringSubmatch(match[1])
			if parts == nil {
				t.Errorf("%s: %s: say owner/name@commit # v1.2.3", name, match[1])
				continue
			}
			action := strings.Join(strings.SplitN(parts[1], "/", 3)[:2], "/")
			if known, ok := commits[action]; ok && known != parts[2]+parts[3] {
				t.Errorf("%s: %s is another one elsewhere", name, match[1])
			}
			commits[action] = parts[2] + parts[3]
		}
	}
}

type workflow struct {
	Permissions *map[string]string
	Concurrency *struct{ Group string }
	Jobs        map[string]struct {
		Permissions    *map[string]string
		TimeoutMinutes int `json:"timeout-minutes"`
		Uses           string
		Steps          []struct {
			Uses string
			With map[string]any
		}
	}
}

func TestJobsHaveBoundsAndFewRights(t *testing.T) {
	for _, name := range workflows(t) {
		var w workflow
		parse(t, name, &w)
		if w.Permissions == nil || len(*w.Permissions) > 0 {
			t.Errorf("%s: permissions are for jobs: say permissions: {} for the workflow", name)
		}
		if w.Concurrency == nil || !strings.HasPrefix(w.Concurrency.Group, strings.TrimSuffix(name[len(".github/workflows/"):], ".yml")) {
			t.Errorf("%s: no group of its own; a called workflow would wait for its caller in the caller's", name)
		}
		for id, job := range w.Jobs {
			if job.Permissions == nil {
				t.Errorf("%s: %s: which rights?", name, id)
			}
			if job.TimeoutMinutes == 0 && job.Uses == "" {
				t.Errorf("%s: %s: no timeout-minutes", name, id)
			}
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
					t.Errorf("%s: %s: the token stays in the clone: say persist-credentials: false", name, id)
				}
			}
		}
	}
}

// What a workflow runs by make is there.
func TestWorkflowsNameTargets(t *testing.T) {
	makefile, call := text(t, "Makefile"), regexp.MustCompile(`(?m)run: make ([a-z -]+)`)
	for _, name := range workflows(t) {
		for _, match := range call.FindAllStringSubmatch(text(t, name), -1) {
			for _, target := range strings.Fields(match[1]) {
				if !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s: make has no target %s", name, target)
				}
			}
		}
	}
}

// Every Go module is looked after.
func TestDependabotKnowsEveryModule(t *testing.T) {
	var config struct {
		Updates []struct {
			Ecosystem   string `json:"package-ecosystem"`
			Directories []string
		}
	}
	parse(t, ".github/dependabot.yml", &config)
	looked := map[string]bool{}
	for _, update := range config.Updates {
		for _, folder := range update.Directories {
			looked[path.Join(update.Ecosystem, folder)] = true
		}
	}
	below, err := fs.Glob(root, "hack/*/go.mod")
	if err != nil || len(below) == 0 {
		t.Fatal(err)
	}
	for _, name := range append(below, "go.mod") {
		if !looked[path.Join("gomod", path.Dir(name))] {
			t.Errorf(".github/dependabot.yml lacks /%s", path.Dir(name))
		}
	}
}
