package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// stageOf is what the Dockerfile says of one image, with the stages it stands on.
type stageOf struct {
	user       string
	entrypoint []string
	labels     map[string]string
	copied     []string
	base       string
}

var (
	label    = regexp.MustCompile(`(\S+?)="([^"]*)"`)
	argument = regexp.MustCompile(`\$\{?([A-Z]+)\}?`)
)

// readDockerfile reads the instructions that this project uses, with args for its build arguments.
func readDockerfile(t *testing.T, args map[string]string) map[string]stageOf {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	joined := strings.ReplaceAll(string(text), "\\\n", " ")
	stages := map[string]stageOf{}
	var name string
	for line := range strings.Lines(joined) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		stage := stages[name]
		switch instruction {
		case "FROM":
			words := strings.Fields(strings.TrimPrefix(rest, "--platform=$BUILDPLATFORM "))
			name = words[2] // FROM image AS name
			stage = stages[words[0]]
			stage.labels = maps.Clone(stage.labels)
			if _, ours := stages[words[0]]; !ours {
				stage = stageOf{base: words[0], labels: map[string]string{}}
			}
		case "LABEL":
			for _, found := range label.FindAllStringSubmatch(rest, -1) {
				stage.labels[found[1]] = argument.ReplaceAllStringFunc(found[2], func(s string) string { return args[strings.Trim(s, "${}")] })
			}
		case "USER":
			stage.user = rest
		case "ENTRYPOINT":
			if err := json.Unmarshal([]byte(rest), &stage.entrypoint); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		case "COPY":
			words := strings.Fields(rest)
			stage.copied = append(slices.Clone(stage.copied), words[len(words)-1])
		}
		if name != "" {
			stages[name] = stage
		}
	}
	return stages
}

func TestDockerfile(t *testing.T) {
	stages := readDockerfile(t, map[string]string{
		"VERSION": tested.version, "REVISION": tested.revision, "CREATED": tested.created.Format(time.RFC3339),
	})
	for _, program := range []string{"manager", "fake-cloudmore"} {
		t.Run("says of "+program+" what the image has", func(t *testing.T) {
			image := imagesOf(t, indexOf(t, program, both, standIns))["linux/amd64"]
			config, files, stage := configOf(t, image).Config, filesOf(t, image), stages[program]
			if !maps.Equal(config.Labels, stage.labels) {
				t.Errorf("the labels are %v, in the Dockerfile %v", config.Labels, stage.labels)
			}
			if config.User != stage.user || !slices.Equal(config.Entrypoint, stage.entrypoint) {
				t.Errorf("%s runs %v, in the Dockerfile %s runs %v", config.User, config.Entrypoint, stage.user, stage.entrypoint)
			}
			for _, path := range stage.copied {
				if files[strings.TrimPrefix(path, "/")] == nil {
					t.Errorf("%s is in the Dockerfile only", path)
				}
			}
			if !regexp.MustCompile(`^gcr\.io/distroless/static-debian\d+:nonroot@sha256:[0-9a-f]{64}$`).MatchString(stage.base) {
				t.Errorf("the base %q is not distroless/static by digest", stage.base)
			}
		})
	}
}
