package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// archiveName is reseller-operator-v1.2.3.tar for ghcr.io/x/reseller-operator:v1.2.3.
func archiveName(name string) string {
	return strings.ReplaceAll(path.Base(name), ":", "-") + ".tar"
}

// write writes the index as an OCI layout (image-layout.md of the specification)
// in a tar file. A list in the older format of Docker stands beside it, for a
// `docker load` that knows no layouts.
func write(target, name string, index v1.ImageIndex) (err error) {
	folder, err := os.MkdirTemp(filepath.Dir(target), ".layout")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	root, err := layout.Write(folder, empty.Index)
	if err != nil {
		return err
	}
	if err := root.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": name[strings.LastIndex(name, ":")+1:],
		"io.containerd.image.name":          name,
	})); err != nil {
		return err
	}
	older, err := dockerManifest(name, index)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), older, 0o600); err != nil {
		return err
	}
	return pack(target, folder)
}

// dockerManifest lists the image of the first platform: the format knows one to a name.
func dockerManifest(name string, index v1.ImageIndex) ([]byte, error) {
	manifests, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	image, err := index.Image(manifests.Manifests[0].Digest)
	if err != nil {
		return nil, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return nil, err
	}
	blob := func(digest v1.Hash) string { return path.Join("blobs", digest.Algorithm, digest.Hex) }
	layers := make([]string, len(manifest.Layers))
	for i, layer := range manifest.Layers {
		layers[i] = blob(layer.Digest)
	}
	return json.Marshal([]map[string]any{{"Config": blob(manifest.Config.Digest), "RepoTags": []string{name}, "Layers": layers}})
}

// pack writes the files of folder in the order of their names, all with one time.
func pack(target, folder string) (err error) {
	out, err := os.Create(filepath.Clean(target))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	archive := tar.NewWriter(out)
	err = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return add(archive, path, filepath.ToSlash(name))
	})
	return errors.Join(err, archive.Close())
}

func add(archive *tar.Writer, source, name string) (err error) {
	content, err := os.Open(filepath.Clean(source))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: info.Size(), ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err = io.Copy(archive, content)
	return err
}
