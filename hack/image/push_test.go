package main

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"
)

// What a registry has after a push is what was written, and digests.txt names it.
func TestPush(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	folder, host := laid(t), strings.TrimPrefix(server.URL, "http://")
	names := []string{host + "/operator:v1.2.3", host + "/fake:v1.2.3"}
	args := []string{
		"--binaries", folder, "--licence", filepath.Join("..", "..", "LICENSE"), "--out", filepath.Join(folder, "out"), "--push",
		"--version", "v1.2.3", "--created", "1790000000", "manager=" + names[0], "fake-cloudmore=" + names[1],
	}
	for range 2 { // a second time it is the same, and digests.txt does not grow
		if err := run(args); err != nil {
			t.Fatal(err)
		}
	}
	var want strings.Builder
	for _, name := range names {
		digest, err := crane.Digest(name)
		if err != nil {
			t.Fatal(err)
		}
		want.WriteString(strings.TrimPrefix(digest, "sha256:") + "  " + name + "\n")
	}
	got, err := os.ReadFile(filepath.Join(folder, "out", "digests.txt"))
	if err != nil || string(got) != want.String() {
		t.Errorf("digests.txt is\n%s, not\n%s (%v)", got, want.String(), err)
	}
}
