package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// crdFolder is where a release's folder has its CRDs.
const crdFolder = "crds"

// check compares the CRDs with those of every release, and says which these are.
func check(crds, released string) ([]string, error) {
	accepted, err := readAccepted(filepath.Join(released, "accepted.txt"))
	if err != nil {
		return nil, err
	}
	folders, err := filepath.Glob(filepath.Join(released, "v*"))
	if err != nil || len(folders) == 0 {
		return nil, fmt.Errorf("%s has no release to compare with", released)
	}
	var versions []string
	var found []error
	for _, folder := range folders {
		version := filepath.Base(folder)
		versions = append(versions, version)
		breaks, err := breaksBetween(filepath.Join(folder, crdFolder), crds)
		if err != nil {
			return nil, err
		}
		for _, finding := range accepted.without(breaks) {
			found = append(found, fmt.Errorf("since %s: %s", version, finding))
		}
		if err := unchangedSince(version, crds, filepath.Join(folder, crdFolder)); err != nil {
			found = append(found, err)
		}
	}
	return versions, errors.Join(append(found, accepted.unused()...)...)
}

// breaksBetween lists what keeps objects of the old CRDs from living on under the new.
func breaksBetween(oldFolder, newFolder string) ([]string, error) {
	older, err := readCRDs(oldFolder)
	if err != nil {
		return nil, err
	}
	newer, err := readCRDs(newFolder)
	if err != nil {
		return nil, err
	}
	var all []string
	for name, old := range older {
		current, ok := newer[name]
		if !ok {
			all = append(all, name+": the CRD is gone, and with it every object")
			continue
		}
		breaks, err := compare(old, current)
		if err != nil {
			return nil, err
		}
		all = append(all, breaks...)
	}
	slices.Sort(all)
	return all, nil
}

// readCRDs reads the CRDs of a folder, one a file, by name.
func readCRDs(folder string) (map[string]*apiextensionsv1.CustomResourceDefinition, error) {
	content := os.DirFS(folder)
	files, err := fs.Glob(content, "*.yaml")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s has no CRDs", folder)
	}
	crds := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, file := range files {
		manifest, err := fs.ReadFile(content, file)
		if err != nil {
			return nil, err
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(manifest, crd); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", folder, file, err)
		}
		crds[crd.Name] = crd
	}
	return crds, nil
}
