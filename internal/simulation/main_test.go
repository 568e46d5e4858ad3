package simulation

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets the heap grow: a run is short, and there are many.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}
