package main

import (
	"strings"
	"testing"
)

// Where something does not start, the demo says what, and removes what it wrote.
func TestADemoThatDoesNotStartSaysWhy(t *testing.T) {
	t.Setenv("KUBEBUILDER_ASSETS", "")
	t.Setenv("TMPDIR", t.TempDir())
	if d, err := newDemo(t.Context()); d != nil || err == nil || !strings.Contains(err.Error(), "KUBEBUILDER_ASSETS") {
		t.Errorf("it is %v, %v", d, err)
	}
}
