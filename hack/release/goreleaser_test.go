package release_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

type goreleaser struct {
	Before struct{ Hooks []string }
	Builds []struct {
		ID, Main, Binary string
		Goos, Goarch     []string
		Ldflags          []string
	}
	Archives []struct {
		ID    string
		IDs   []string
		Files []struct{ Src string }
	}
	Release struct {
		Header     string
		ExtraFiles []struct{ Glob string } `json:"extra_files"`
	}
}

func released(t *testing.T) goreleaser {
	t.Helper()
	var config goreleaser
	parse(t, ".goreleaser.yaml", &config)
	return config
}

func exists(t *testing.T, name string) {
	t.Helper()
	if _, err := fs.Stat(root, name); err != nil {
		t.Errorf(".goreleaser.yaml names %s: %v", name, err)
	}
}

// Each program is built for both platforms, the plugin for those of its users, too, and packed.
func TestEveryProgramIsReleased(t *testing.T) {
	config := released(t)
	programs, err := fs.ReadDir(root, "cmd")
	if err != nil || len(programs) != len(config.Builds) || len(programs) != len(config.Archives) {
		t.Fatalf("%d programs, %d builds, %d archives (%v)", len(programs), len(config.Builds), len(config.Archives), err)
	}
	for i, build := range config.Builds {
		exists(t, path.Join(build.Main, "main.go"))
		platforms := 2
		if strings.HasPrefix(build.Binary, "kubectl-") {
			platforms = 6
		}
		if build.Main != "./cmd/"+build.Binary || len(build.Goos)*len(build.Goarch) != platforms || !strings.Contains(build.Ldflags[0], "main.version={{ .Tag }}") {
			t.Errorf("%+v: not the program, platforms or version", build)
		}
		if !slices.Equal(config.Archives[i].IDs, []string{build.ID}) {
			t.Errorf("%s is packed from %v", build.ID, config.Archives[i].IDs)
		}
		for _, file := range config.Archives[i].Files {
			exists(t, file.Src)
		}
	}
}

// The image that is pushed is the one that Kustomize and Helm pull, it has the binary
// of the archives, and what is signed and attested is what was pushed.
func TestImagesAreReleased(t *testing.T) {
	makefile, workflow := text(t, "Makefile"), text(t, ".github/workflows/release.yml")
	_, rest, _ := strings.Cut(makefile, "\nREPOSITORY := ")
	repository, _, _ := strings.Cut(rest, "\n")
	for _, name := range []string{"config/manager/kustomization.yaml", "config/chart/values.yaml"} {
		if !strings.Contains(text(t, name), repository+"\n") {
			t.Errorf("%s does not name %s", name, repository)
		}
	}
	for _, build := range released(t).Builds {
		if flags := strings.Replace(build.Ldflags[0], "{{ .Tag }}", "$(VERSION)", 1); !strings.Contains(makefile, "go build -trimpath -ldflags '"+flags+"'") {
			t.Errorf("make image builds %s with other flags than %s", build.ID, flags)
		}
	}
	for _, line := range []string{`make image PUSH=1 VERSION="$GITHUB_REF_NAME"`, "done <dist/digests.txt", "subject-checksums: dist/digests.txt"} {
		if !strings.Contains(workflow, line) {
			t.Errorf("release.yml lacks %s", line)
		}
	}
}

// What is attached to a release is made before, and the pages that it names are there.
func TestAttachedFilesAreMade(t *testing.T) {
	config := released(t)
	makefile := text(t, "Makefile")
	targets, _ := strings.CutSuffix(config.Before.Hooks[0], " VERSION={{ .Tag }}")
	for _, target := range strings.Fields(targets)[1:] {
		if !strings.Contains(makefile, "\n"+target+":") {
			t.Errorf("make has no target %s", target)
		}
	}
	for _, file := range config.Release.ExtraFiles {
		made := file.Glob
		if strings.HasSuffix(made, ".tgz") { // helm gives the name
			made = "config/chart --destination dist --version $(VERSION:v%=%)"
		}
		if !strings.Contains(makefile, made) {
			t.Errorf("nothing in the Makefile writes %s", file.Glob)
		}
	}
	for _, page := range strings.Split(config.Release.Header, "/blob/{{ .Tag }}/")[1:] {
		name, _, _ := strings.Cut(page, ")")
		exists(t, name)
	}
}
