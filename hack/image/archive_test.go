package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// laid makes the archives of both programs as make does, and returns the folder.
func laid(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for platform, binary := range standIns {
		place := filepath.Join(folder, platform)
		if err := os.MkdirAll(place, 0o750); err != nil {
			t.Fatal(err)
		}
		for program := range programs {
			if err := os.WriteFile(filepath.Join(place, program), binary, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := run([]string{
		"--binaries", folder, "--licence", filepath.Join("..", "..", "LICENSE"), "--out", folder,
		"--version", "v1.2.3", "--created", "1790000000", "--revision", "4f2a",
		"manager=registry.example/operator:v1.2.3", "fake-cloudmore=registry.example/fake:v1.2.3",
	}); err != nil {
		t.Fatal(err)
	}
	return folder
}

// unpacked lays the files of an archive into a folder, as an importer does. None
// may tell when the archive was made.
func unpacked(t *testing.T, archive []byte) string {
	t.Helper()
	folder := t.TempDir()
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return folder
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.ModTime.Unix() != 0 {
			t.Errorf("%s tells that it was made at %s", header.Name, header.ModTime)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, header.Name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

func archiveOf(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestArchive(t *testing.T) {
	folder := laid(t)
	archive := archiveOf(t, folder, "operator-v1.2.3.tar")
	t.Run("is the same when it is made again", func(t *testing.T) {
		if !bytes.Equal(archive, archiveOf(t, laid(t), "operator-v1.2.3.tar")) {
			t.Error("the same binaries gave other bytes")
		}
	})
	t.Run("names the image for importers of OCI layouts", func(t *testing.T) {
		index, err := layout.ImageIndexFromPath(unpacked(t, archive))
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := index.IndexManifest()
		if err != nil {
			t.Fatal(err)
		}
		annotations := manifest.Manifests[0].Annotations
		if annotations["io.containerd.image.name"] != "registry.example/operator:v1.2.3" || annotations["org.opencontainers.image.ref.name"] != "v1.2.3" {
			t.Errorf("the annotations are %v", annotations)
		}
		inner, err := index.ImageIndex(manifest.Manifests[0].Digest)
		if err != nil {
			t.Fatal(err)
		}
		if images := imagesOf(t, inner); len(images) != len(both) {
			t.Errorf("%d images", len(images))
		}
		if err := validate.Index(inner); err != nil {
			t.Error(err)
		}
	})
	t.Run("is read by what knows the older format of Docker only", func(t *testing.T) {
		var list []struct {
			Config   string
			RepoTags []string
			Layers   []string
		}
		place := unpacked(t, archive)
		content, err := os.ReadFile(filepath.Join(place, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &list); err != nil {
			t.Fatal(err)
		}
		for _, path := range append(slices.Clone(list[0].Layers), list[0].Config) {
			if _, err := os.Stat(filepath.Join(place, path)); err != nil {
				t.Error(err)
			}
		}
		image, err := tarball.Image(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive)), nil }, nil)
		if err != nil {
			t.Fatal(err)
		}
		if entrypoint := configOf(t, image).Config.Entrypoint; !slices.Equal(entrypoint, []string{"/manager"}) {
			t.Errorf("the entrypoint is %v", entrypoint)
		}
	})
	t.Run("has the licence of the repository", func(t *testing.T) {
		image, err := tarball.Image(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive)), nil }, nil)
		if err != nil {
			t.Fatal(err)
		}
		licence, err := os.Stat(filepath.Join("..", "..", "LICENSE"))
		if err != nil {
			t.Fatal(err)
		}
		if got := filesOf(t, image)["licenses/LICENSE"]; got.Size != licence.Size() {
			t.Errorf("it has %d bytes, not %d", got.Size, licence.Size())
		}
	})
}

func TestParse(t *testing.T) {
	t.Run("takes the platforms in their order", func(t *testing.T) {
		o, err := parse([]string{"--platforms", "linux/arm64,linux/amd64"})
		if err != nil || !slices.EqualFunc(o.platforms, []string{"linux/arm64", "linux/amd64"}, func(p v1.Platform, s string) bool { return p.String() == s }) {
			t.Errorf("%v, %v", o, err)
		}
	})
	for want, args := range map[string][]string{
		`"linux" is no <os>/<architecture>`:               {"--platforms", "linux"},
		`"manager" is no <program>=<name of its image>`:   {"manager"},
		"flag provided but not defined: -platform":        {"--platform", "linux/amd64"},
		"registry.example/x:v1: open bin/linux/amd64/x: ": {"--licence", "../../LICENSE", "--out", os.TempDir(), "x=registry.example/x:v1"},
	} {
		t.Run("refuses: "+want, func(t *testing.T) {
			if err := run(args); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
