package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"
)

// table writes rows in columns; the first row has the headings.
func table(out io.Writer, rows [][]string) {
	var text strings.Builder
	w := printers.GetNewTabWriter(&text)
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush()
	for line := range strings.Lines(text.String()) {
		_, _ = fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
}

// structured writes a value as json or yaml.
func structured(out io.Writer, format string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err == nil && format == "yaml" {
		text, err = yaml.JSONToYAML(text)
	}
	if err == nil {
		_, err = fmt.Fprintln(out, strings.TrimSuffix(string(text), "\n"))
	}
	return err
}

// ago is how long something is past, as kubectl shows an age; "-" for never.
func (a *access) ago(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return duration.HumanDuration(a.Now().Sub(at))
}

// paint gives text a colour where that is wanted.
func (a *access) paint(colour, text string) string {
	if !a.Colour {
		return text
	}
	return colour + text + "\x1b[0m"
}

const (
	green  = "\x1b[32m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
)

// messageOf is the message of a condition, for people.
func messageOf(c *metav1.Condition) string { return c.Message }

// or is fallback for "".
func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// status shows on ErrOut how far something is; clearLine takes that away.
func (a *access) status(format string, args ...any) { _, _ = fmt.Fprintf(a.ErrOut, format, args...) }

func (a *access) clearLine() { _, _ = fmt.Fprint(a.ErrOut, "\r\x1b[K") }
