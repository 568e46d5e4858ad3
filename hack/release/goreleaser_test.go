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
	Images []struct {
		ID, Dockerfile                      string
		IDs, Images, Tags, Platforms, Flags []string
		ExtraFiles                          []string `json:"extra_files"`
	} `json:"dockers_v2"`
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

// Each program is built for both platforms, packed, and put into its own image.
func TestEveryProgramIsReleased(t *testing.T) {
	config := released(t)
	programs, err := fs.ReadDir(root, "cmd")
	if err != nil || len(programs) != len(config.Builds) || len(programs) != len(config.Images) || len(programs) != len(config.Archives) {
		t.Fatalf("%d programs, %d builds, %d archives, %d images (%v)", len(programs), len(config.Builds), len(config.Archives), len(config.Images), err)
	}
	dockerfile := text(t, "hack/release/Dockerfile")
	for i, build := range config.Builds {
		exists(t, path.Join(build.Main, "main.go"))
		if build.Main != "./cmd/"+build.Binary || len(build.Goos)*len(build.Goarch) != 2 || !strings.Contains(build.Ldflags[0], "main.version={{ .Tag }}") {
			t.Errorf("%+v: not the program, platforms or version", build)
		}
		image := config.Images[i]
		for _, ids := range [][]string{config.Archives[i].IDs, image.IDs} {
			if !slices.Equal(ids, []string{build.ID}) {
				t.Errorf("%s is packed from %v", build.ID, ids)
			}
		}
		stage := stageOf(dockerfile, strings.TrimPrefix(image.Flags[0], "--target="))
		for _, line := range []string{"COPY $TARGETPLATFORM/" + build.Binary + " /" + build.Binary + "\n", `ENTRYPOINT ["/` + build.Binary + `"]`} {
			if !strings.Contains(stage, line) {
				t.Errorf("hack/release/Dockerfile: the stage of %v lacks %q", image.Flags, line)
			}
		}
		for _, name := range append(image.ExtraFiles, image.Dockerfile) {
			exists(t, name)
		}
		for _, file := range config.Archives[i].Files {
			exists(t, file.Src)
		}
	}
}

func stageOf(dockerfile, name string) string {
	_, stage, _ := strings.Cut(dockerfile, " AS "+name+"\n")
	stage, _, _ = strings.Cut(stage, "\nFROM ")
	return stage
}

// The image that is pushed is the one that Kustomize and Helm pull.
func TestManifestsNameTheReleasedImage(t *testing.T) {
	image := released(t).Images[0]
	for _, name := range []string{"config/manager/kustomization.yaml", "config/chart/values.yaml", "Makefile"} {
		if !strings.Contains(text(t, name), image.Images[0]+"\n") {
			t.Errorf("%s does not name %s", name, image.Images[0])
		}
	}
	if !slices.Equal(image.Tags, []string{"{{ .Tag }}"}) {
		t.Errorf("tags %v: install.yaml asks for the version", image.Tags)
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

// Whoever builds an image from source gets the one that is released, on the same base.
func TestBothDockerfilesHaveOneBase(t *testing.T) {
	base := func(name string) string {
		_, rest, _ := strings.Cut(text(t, name), "\nFROM gcr.io/")
		reference, _, _ := strings.Cut(rest, " ")
		return reference
	}
	if source, release := base("Dockerfile"), base("hack/release/Dockerfile"); source != release || !strings.Contains(source, "@sha256:") {
		t.Errorf("the base is %q from source and %q in a release", source, release)
	}
}
