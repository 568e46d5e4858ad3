package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

var (
	tested = release{version: "v1.2.3", revision: "4f2a", created: time.Unix(1_790_000_000, 0).UTC()}
	both   = []v1.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64"}}
	// standIns are headers of executables: all that the program looks at.
	standIns = map[string][]byte{"linux/amd64": executable(elf.EM_X86_64), "linux/arm64": executable(elf.EM_AARCH64)}
)

// executable is an ELF header (elf(5)) and the headers of segments.
func executable(machine elf.Machine, segments ...elf.ProgType) []byte {
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Ehsize: 64, Phoff: 64, Phentsize: 56, Phnum: uint16(len(segments)),
	}
	var out bytes.Buffer
	_ = binary.Write(&out, binary.LittleEndian, header)
	for _, kind := range segments {
		_ = binary.Write(&out, binary.LittleEndian, elf.Prog64{Type: uint32(kind)})
	}
	return out.Bytes()
}

func indexOf(t *testing.T, program string, platforms []v1.Platform, built map[string][]byte) v1.ImageIndex {
	t.Helper()
	index, err := tested.index(program, platforms, built, []byte("licence"))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// imagesOf are the images of an index by platform.
func imagesOf(t *testing.T, index v1.ImageIndex) map[string]v1.Image {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	images := map[string]v1.Image{}
	for _, entry := range manifest.Manifests {
		image, err := index.Image(entry.Digest)
		if err != nil {
			t.Fatal(err)
		}
		images[entry.Platform.String()] = image
	}
	return images
}

func configOf(t *testing.T, image v1.Image) *v1.ConfigFile {
	t.Helper()
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// filesOf are the files that a container of the image begins with.
func filesOf(t *testing.T, image v1.Image) map[string]*tar.Header {
	t.Helper()
	flat := mutate.Extract(image)
	defer func() { _ = flat.Close() }()
	files := map[string]*tar.Header{}
	for archive := tar.NewReader(flat); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimSuffix(header.Name, "/")] = header
	}
}

func TestIndex(t *testing.T) {
	for program := range programs {
		images := imagesOf(t, indexOf(t, program, both, standIns))
		t.Run(program+" has an image for each platform", func(t *testing.T) {
			if got := slices.Sorted(maps.Keys(images)); !slices.Equal(got, []string{"linux/amd64", "linux/arm64"}) {
				t.Errorf("the platforms are %v", got)
			}
		})
		for platform, image := range images {
			t.Run(program+" for "+platform+" is an OCI image for it", func(t *testing.T) {
				if kind, err := image.MediaType(); err != nil || kind != types.OCIManifestSchema1 {
					t.Errorf("the manifest is %s, %v", kind, err)
				}
				config := configOf(t, image)
				if config.OS+"/"+config.Architecture != platform {
					t.Errorf("the config is for %s/%s", config.OS, config.Architecture)
				}
				if config.Config.User != "65532:65532" || !slices.Equal(config.Config.Entrypoint, []string{"/" + program}) {
					t.Errorf("it runs %v as %s", config.Config.Entrypoint, config.Config.User)
				}
			})
			t.Run(program+" for "+platform+" has the program, the licence, an account and a /tmp, and no shell", func(t *testing.T) {
				files := filesOf(t, image)
				want := []string{
					"etc", "etc/group", "etc/passwd", "home", "home/nonroot", "licenses", "licenses/LICENSE", "tmp", program,
				}
				slices.Sort(want)
				if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
					t.Errorf("the files are %v, not %v", got, want)
				}
				if mode := files[program].Mode; mode != 0o755 {
					t.Errorf("the mode of /%s is %o", program, mode)
				}
				if mode := files["tmp"].Mode; mode != 0o1777 {
					t.Errorf("the mode of /tmp is %o", mode)
				}
			})
		}
	}
	t.Run("carries version, revision and time", func(t *testing.T) {
		labels := configOf(t, imagesOf(t, indexOf(t, "manager", both, standIns))["linux/arm64"]).Config.Labels
		for label, want := range map[string]string{"version": "v1.2.3", "revision": "4f2a", "created": "2026-09-21T14:13:20Z"} {
			if got := labels["org.opencontainers.image."+label]; got != want {
				t.Errorf("%s is %q, not %q", label, got, want)
			}
		}
	})
}

func TestIndexRefuses(t *testing.T) {
	for name, row := range map[string]struct {
		binary  []byte
		program string
		want    string
	}{
		"a binary of another architecture":      {executable(elf.EM_AARCH64), "manager", "it is for EM_AARCH64"},
		"a binary that needs a dynamic linker":  {executable(elf.EM_X86_64, elf.PT_INTERP), "manager", "CGO_ENABLED=0"},
		"what is no binary":                     {[]byte("#!/bin/sh\nexec sleep 1\n"), "manager", "bad magic number"},
		"a program that has no title or labels": {standIns["linux/amd64"], "demo", "no image is known for demo"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tested.index(row.program, both[:1], map[string][]byte{"linux/amd64": row.binary}, nil)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("the error is %v, not %q", err, row.want)
			}
		})
	}
}

// largest is what a node may have to pull for the manager.
const largest = 25 << 20

func TestManager(t *testing.T) {
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "-C", filepath.Join("..", ".."), "build", "-trimpath", "-ldflags", "-s -w",
		"-o", filepath.Join(folder, "manager"), "./cmd/manager")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	program, err := os.ReadFile(filepath.Join(folder, "manager"))
	if err != nil {
		t.Fatal(err)
	}
	platform := v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
	image := imagesOf(t, indexOf(t, "manager", []v1.Platform{platform}, map[string][]byte{platform.String(): program}))[platform.String()]
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	size := manifest.Config.Size
	for _, layer := range manifest.Layers {
		size += layer.Size
	}
	t.Logf("%d MiB to pull, %d MiB unpacked", size>>20, len(program)>>20)
	if size > largest {
		t.Errorf("%d bytes to pull, more than %d", size, largest)
	}
}
