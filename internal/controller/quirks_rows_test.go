package controller_test

import (
	_ "embed"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// rowsFile says for each quirk and each operation that it can strike what is to be seen:
//
//	struck  when the operation has been called, and no time has passed since
//	later   1.5 seconds later, when what failed once may have been tried again
//	healed  after the quirk has ended; neither reads nor writes of status are counted then
//
// Each is: calls | writes of Resellers | what the Seller says | what the Reseller says |
// its broker.
const rowsFile = "testdata/quirks.txt"

//go:embed testdata/quirks.txt
var rowsText string

const (
	struck = "struck"
	later  = "later"
	healed = "healed"
)

// row is what is to be seen, by moment.
type row map[string]string

// rowsFrom reads the file: the name of a row at the left, its moments indented.
func rowsFrom(text string) map[string]row {
	rows, name := map[string]row{}, ""
	for line := range strings.Lines(text) {
		moment, told, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			name = strings.TrimSpace(line)
			rows[name] = row{}
		default:
			rows[name][moment] = strings.TrimSpace(told)
		}
	}
	return rows
}

// rowName is how the file and the specs call a row.
func rowName(q quirk, op string) string { return q.name + " × " + op }

// updating is set to write what is seen into the file.
var updating = os.Getenv("QUIRKS_UPDATE") != ""

// sees waits until that is to be seen which the file says, and nothing more comes.
func (x *rig) sees(ctx SpecContext, want row, moment string, quiet time.Duration) {
	GinkgoHelper()
	now := func() string { return x.told(ctx, moment != healed) }
	if updating {
		AddReportEntry(moment, steady(ctx, now), ReportEntryVisibilityNever)
		return
	}
	Eventually(now).WithContext(ctx).Should(Equal(want[moment]), "%s", moment)
	Consistently(now, quiet).WithContext(ctx).Should(Equal(want[moment]), "%s", moment)
}

// steady is what is to be seen when that has not changed for some time.
func steady(ctx SpecContext, now func() string) string {
	last, since := "", time.Time{}
	Eventually(func() bool {
		if seen := now(); seen != last || since.IsZero() {
			last, since = seen, time.Now()
		}
		return time.Since(since) > 4*time.Second
	}).WithContext(ctx).WithTimeout(45 * time.Second).Should(BeTrue())
	return last
}

var _ = Describe("An API that behaves otherwise", Label("quirk"), func() {
	rows := rowsFrom(rowsText)
	for _, q := range quirks {
		for _, op := range q.strikes {
			labels := Label()
			if op == q.core {
				labels = Label("core")
			}
			It(rowName(q, op), labels, func(ctx SpecContext) {
				x, want := newRig(ctx, q, op), rows[rowName(q, op)]
				x.strike(ctx)
				x.sees(ctx, want, struck, 300*time.Millisecond)
				x.clock.advance(1500 * time.Millisecond)
				x.sees(ctx, want, later, 1500*time.Millisecond)
				x.heal(ctx)
				x.sees(ctx, want, healed, 300*time.Millisecond)
			})
		}
	}
})
