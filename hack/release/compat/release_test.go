package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestReleaseKeepsItsCRDs(t *testing.T) {
	crds, released := world(t, field("spec.vat", func(s *schema) { s.Description = "the VAT number" }))
	if err := kept(crds, released, "v0.1.0"); err == nil || !strings.Contains(err.Error(), "make release-crds VERSION=v0.1.0") {
		t.Error("a release with other CRDs than its folder is not told what to do:", err)
	}
	if err := kept(crds, released, "v0.2.0"); err == nil {
		t.Error("a release without a folder passes")
	}
	if err := kept(crds, released, "v0.1.0-rc.1"); err != nil {
		t.Error("a candidate has no folder:", err)
	}
	if err := os.CopyFS(filepath.Join(released, "v0.2.0", crdFolder), os.DirFS(crds)); err != nil {
		t.Fatal(err)
	}
	if err := kept(crds, released, "v0.2.0"); err != nil {
		t.Error(err)
	}
}

func TestReleasedCRDsStayAsTagged(t *testing.T) {
	crds, released := world(t, func(*crd) {})
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message", "x"}, {"tag", "v0.1.0"},
	} {
		if out, err := exec.Command("git", append([]string{"-C", filepath.Dir(crds)}, args...)...).CombinedOutput(); err != nil {
			t.Fatal(string(out))
		}
	}
	if _, err := check(crds, released); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(released, "v0.1.0", crdFolder, file), "{}")
	if err := unchangedSince("v0.1.0", crds, filepath.Join(released, "v0.1.0", crdFolder)); err == nil || !strings.Contains(err.Error(), "is not what tag v0.1.0 has") {
		t.Error("a released CRD was edited, and nobody says so:", err)
	}
}
