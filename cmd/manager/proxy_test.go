package main

import (
	"strings"
	"testing"
)

// A proxy that is no URL would be taken for none, and everything called directly.
func TestAProxyThatIsNoURLStopsTheStart(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://%zz")
	if err := run(t.Context(), &options{}); err == nil || !strings.Contains(err.Error(), "HTTPS_PROXY") {
		t.Errorf("the start says %v", err)
	}
}
