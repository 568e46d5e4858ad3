package main

import (
	"fmt"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user is who the program runs as: nonroot of distroless.
const user = "65532:65532"

// programs are what images are made of, with the labels of each.
var programs = map[string]struct{ title, description string }{
	"manager":        {"reseller-operator", "Keeps the resellers of a Cloudmore seller as Kubernetes objects"},
	"fake-cloudmore": {"fake-cloudmore", "Serves the seller API of Cloudmore from memory, for tests and demos"},
	"pause":          {"pause", "Holds the namespaces of a Pod on the node of make e2e"},
}

// release is what the images of one build share.
type release struct {
	version, revision string
	created           time.Time
}

// index is the image of a program for all platforms; built has the binary by platform.
func (r release) index(program string, platforms []v1.Platform, built map[string][]byte, licence []byte) (v1.ImageIndex, error) {
	index := v1.ImageIndex(empty.Index)
	for _, platform := range platforms {
		binary := built[platform.String()]
		if err := checkStatic(binary, platform); err != nil {
			return nil, fmt.Errorf("the binary for %s: %w", platform, err)
		}
		image, err := r.image(program, platform, binary, licence)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return index, nil
}

func (r release) image(program string, platform v1.Platform, binary, licence []byte) (v1.Image, error) {
	labels, err := r.labels(program)
	if err != nil {
		return nil, err
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		Created: v1.Time{Time: r.created},
		RootFS:  v1.RootFS{Type: "layers"},
		Config:  v1.Config{User: user, Entrypoint: []string{"/" + program}, WorkingDir: "/", Env: []string{searchPath}, Labels: labels},
	})
	if err != nil {
		return nil, err
	}
	image = mutate.ConfigMediaType(mutate.MediaType(image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, part := range []struct {
		origin string
		files  []file
	}{
		{"base", base},
		{"licence", []file{{name: "licenses/", mode: 0o755}, {name: "licenses/LICENSE", mode: 0o644, content: licence}}},
		{program, []file{{name: program, mode: 0o755, content: binary}}},
	} {
		layer, err := r.layer(part.files)
		if err != nil {
			return nil, err
		}
		image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: r.created}, CreatedBy: part.origin}})
		if err != nil {
			return nil, err
		}
	}
	return image, nil
}

// labels are those of https://specs.opencontainers.org/image-spec/annotations.
func (r release) labels(program string) (map[string]string, error) {
	known, ok := programs[program]
	if !ok {
		return nil, fmt.Errorf("no image is known for %s", program)
	}
	const prefix = "org.opencontainers.image."
	return map[string]string{
		prefix + "title":       known.title,
		prefix + "description": known.description,
		prefix + "source":      "https://github.com/reseller-operator/reseller-operator",
		prefix + "licenses":    "Apache-2.0",
		prefix + "version":     r.version,
		prefix + "revision":    r.revision,
		prefix + "created":     r.created.Format(time.RFC3339),
	}, nil
}
