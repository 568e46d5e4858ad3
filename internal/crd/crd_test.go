package crd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/internal/crd"
)

// published is what an API server says of the CRDs of a folder.
func published(t *testing.T, folder string) []byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "config", folder, "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no CRDs in", folder, err)
	}
	schemas := map[string]any{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var c apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		content, err := json.Marshal(c.Spec.Versions[0].Schema.OpenAPIV3Schema)
		if err != nil {
			t.Fatal(err)
		}
		var of map[string]any
		if err := json.Unmarshal(content, &of); err != nil {
			t.Fatal(err)
		}
		of["x-kubernetes-group-version-kind"] = []any{map[string]any{"group": c.Spec.Group, "version": "v1alpha1", "kind": c.Spec.Names.Kind}}
		schemas["com.cloudmore.v1alpha1."+c.Spec.Names.Kind] = of
	}
	document, err := json.Marshal(map[string]any{"components": map[string]any{"schemas": schemas}})
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTodaysCRDsLackNothing(t *testing.T) {
	lacks, err := crd.Lacking(published(t, "crd/bases"), crd.Kinds(true))
	if err != nil || len(lacks) > 0 {
		t.Errorf("%v, %v", lacks, err)
	}
}

func TestOlderCRDsLackWhatCameSince(t *testing.T) {
	lacks, err := crd.Lacking(published(t, "released/v0.1.0/crds"), crd.Kinds(true))
	if err != nil || len(lacks) != 3 {
		t.Fatalf("%q, %v", lacks, err)
	}
	for n, words := range [][]string{
		{"the CRD resellers.cloudmore.com lacks ", "status.applied", "status.history", "status.drift.cause", "status.creation.refused"},
		{"the CRD sellers.cloudmore.com lacks ", "spec.writes"},
		{"the CRD clustersellers.cloudmore.com lacks ", "spec.writes"},
	} {
		for _, word := range words {
			if !strings.Contains(lacks[n], word) {
				t.Errorf("%q lacks %q", lacks[n], word)
			}
		}
	}
	if strings.Contains(lacks[0], "status.history.") || strings.Contains(lacks[0], "brokerID") {
		t.Errorf("%q names more than is lacking", lacks[0])
	}
}

func TestKindsThatNobodyReadsAreNotMissed(t *testing.T) {
	names := func(clusterWide bool) []string {
		lacks, err := crd.Lacking([]byte(`{"components": {}}`), crd.Kinds(clusterWide))
		if err != nil {
			t.Fatal(err)
		}
		return lacks
	}
	if all := names(false); !slices.Equal(all, []string{"there is no CRD resellers.cloudmore.com", "there is no CRD sellers.cloudmore.com"}) {
		t.Errorf("%q", all)
	}
	if all := names(true); len(all) != 3 {
		t.Errorf("%q", all)
	}
}

func TestADocumentThatCantBeReadIsAnError(t *testing.T) {
	if _, err := crd.Lacking([]byte("<html>"), crd.Kinds(true)); err == nil {
		t.Error("no error")
	}
}

func TestKindsThatAreNotInstalledAreUnknown(t *testing.T) {
	for _, row := range []struct {
		document string
		want     []string
	}{
		{"{}", []string{"resellers.cloudmore.com", "sellers.cloudmore.com", "clustersellers.cloudmore.com"}},
		{"\n", []string{"resellers.cloudmore.com", "sellers.cloudmore.com", "clustersellers.cloudmore.com"}}, // as they come or go
		{string(published(t, "released/v0.1.0/crds")), nil},                                                  // older ones are known
	} {
		if got, err := crd.Unknown([]byte(row.document), crd.Kinds(true)); err != nil || !slices.Equal(got, row.want) {
			t.Errorf("unknown are %v (%v), not %v", got, err, row.want)
		}
	}
	if _, err := crd.Unknown([]byte("<html>"), crd.Kinds(true)); err == nil {
		t.Error("a page of something else is read as a description")
	}
}
