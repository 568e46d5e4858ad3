package controller_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestEveryQuirkHasItsRows holds that a quirk has a whole row for each operation that
// it can strike, that the file has no other rows, and that a part of each is in make test.
func TestEveryQuirkHasItsRows(t *testing.T) {
	rows := rowsFrom(rowsText)
	for _, q := range quirks {
		if !slices.Contains(q.strikes, q.core) {
			t.Errorf("%s: no row of it is part of make test: %q is not struck", q.name, q.core)
		}
		for _, op := range q.strikes {
			name := rowName(q, op)
			for _, moment := range []string{struck, later, healed} {
				if strings.Count(rows[name][moment], "|") != 4 {
					t.Errorf("%s does not say what is to be seen: %s %q", name, moment, rows[name][moment])
				}
			}
			delete(rows, name)
		}
	}
	for name := range maps.Keys(rows) {
		t.Errorf("%s: %s has a row of a quirk that is not listed, or does not strike this", rowsFile, name)
	}
}

// TestNoFormOfARefusalIsForgotten holds that the quirks have every form of the fake.
func TestNoFormOfARefusalIsForgotten(t *testing.T) {
	for _, form := range fake.Forms {
		if !slices.ContainsFunc(quirks, func(q quirk) bool { return q.fault.Form == form }) {
			t.Errorf("no quirk refuses in the form %q", form)
		}
	}
}

// TestEveryOddEntryMeetsEveryOperation holds that each entry that can't be told apart stands
// in the list while each operation is called that takes a token.
func TestEveryOddEntryMeetsEveryOperation(t *testing.T) {
	for _, entry := range fake.Entries {
		for _, op := range called {
			beside := entry != fake.EntryBlank || op != "POST"
			if beside && !slices.ContainsFunc(quirks, func(q quirk) bool { return q.entry == entry && slices.Contains(q.strikes, op) }) {
				t.Errorf("%s is not called while a list has the entry %q", op, entry)
			}
		}
	}
}

// TestEveryOperationIsStruck holds that each kind of call is called in the row of some quirk.
func TestEveryOperationIsStruck(t *testing.T) {
	rows := rowsFrom(rowsText)
	for _, q := range quirks {
		for _, op := range q.strikes {
			name := rowName(q, op)
			if calls, _, _ := strings.Cut(rows[name][struck], " | "); !strings.Contains(calls, op+" ") {
				t.Errorf("%s: %s is not called: %s", name, op, calls)
			}
		}
	}
}

// TestWhatWentWrongBeforeIsTried holds that each input has its specs.
func TestWhatWentWrongBeforeIsTried(t *testing.T) {
	known := map[string]bool{}
	for _, l := range lives {
		known[l.name] = true
	}
	for _, q := range quirks {
		for _, op := range q.strikes {
			known[rowName(q, op)] = true
		}
	}
	for _, s := range seenBefore {
		for _, spec := range s.specs {
			if !known[spec] {
				t.Errorf("%s: there is no spec %q", s.input, spec)
			}
		}
	}
}
