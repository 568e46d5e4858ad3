package cloudmore

import (
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

var update = flag.Bool("update", false, "rewrite testdata/wire.txt")

// leastForms is how many answers the table has at least, each with the operations that it
// can meet.
const leastForms = 200

// TestWire holds what answers are taken for against testdata/wire.txt: an answer begins
// with the operations that meet it, its status and headers; its body follows, and then
// for each operation what it is taken for, in the words that a user reads.
func TestWire(t *testing.T) {
	file := filepath.Join("testdata", "wire.txt")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var written strings.Builder
	rows := 0
	for block := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n\n") {
		if strings.HasPrefix(block, "#") {
			written.WriteString(block + "\n\n")
			continue
		}
		lines := strings.Split(block, "\n")
		form := formOf(lines[0], strings.TrimSpace(lines[1]))
		rows += len(form.ops)
		now := strings.Join(append(lines[:2:2], form.taken(t)...), "\n")
		if written.WriteString(now + "\n\n"); now != block && !*update {
			t.Errorf("was:\n%s\nis:\n%s", block, now)
		}
	}
	if rows < leastForms {
		t.Errorf("the table has %d rows, fewer than %d", rows, leastForms)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimSuffix(written.String(), "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// form is an answer, and the operations that meet it.
type form struct {
	ops    []string
	status int
	header http.Header
	body   string
	cut    bool // behind the body, before the last chunk
}

// formOf reads "list, get 200 | X-Total-Count: 2 | Link: <x>". What follows "Written:" is no
// header, but how the body is written: in utf-16le, utf-16be, utf-16 without a mark, gzip, or
// cut before its last chunk.
func formOf(head, body string) form {
	before, headers, _ := strings.Cut(head, " | ")
	ops, status := before[:strings.LastIndexByte(before, ' ')], before[strings.LastIndexByte(before, ' ')+1:]
	f := form{ops: strings.Split(ops, ", "), header: http.Header{}, body: body}
	f.status, _ = strconv.Atoi(status)
	for header := range strings.SplitSeq(headers, " | ") {
		if name, value, found := strings.Cut(header, ": "); found {
			f.header.Add(name, value)
		}
	}
	for _, way := range f.header.Values("Written") {
		f.write(way)
	}
	f.header.Del("Written")
	return f
}

// write changes how the body is written.
func (f *form) write(way string) {
	switch way {
	case "cut":
		f.cut = true
	case "gzip":
		var packed strings.Builder
		w := gzip.NewWriter(&packed)
		_, _ = w.Write([]byte(f.body))
		_ = w.Close()
		f.body = packed.String()
	default:
		mark := map[string]unicode.BOMPolicy{"utf-16": unicode.IgnoreBOM, "utf-16le": unicode.UseBOM, "utf-16be": unicode.UseBOM}[way]
		order := map[string]unicode.Endianness{"utf-16": unicode.LittleEndian, "utf-16le": unicode.LittleEndian, "utf-16be": unicode.BigEndian}[way]
		f.body, _ = unicode.UTF16(order, mark).NewEncoder().String(f.body)
	}
}

// taken is what each operation takes the answer for.
func (f *form) taken(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, op := range f.ops {
		answer := says(f.status, f.header, f.body)
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if answer(w, r); f.cut {
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
		})
		all = append(all, fmt.Sprintf("  %s → %s", op, takenBy[op](t, client)))
	}
	return all
}

// takenBy are the operations, and how they say what came of them.
var takenBy = map[string]func(*testing.T, *Client) string{
	"list": func(t *testing.T, c *Client) string {
		list, err := c.List(t.Context())
		words := []string{fmt.Sprintf("%d brokers:", len(list.Brokers))}
		for i := range list.Brokers {
			words = append(words, string(list.Brokers[i].ID)+fieldsOf(c, &list.Brokers[i]))
		}
		for i := range list.Unreadable {
			words = append(words, "; "+list.Unreadable[i].String()+" "+list.Unreadable[i].Value)
		}
		return orFailure(strings.Join(words, " "), err)
	},
	"resellers": func(t *testing.T, c *Client) string {
		active, err := c.ActiveResellers(t.Context())
		return orFailure(fmt.Sprintf("services of %v; %d rows name no reseller", active.IDs, active.Unreadable), err)
	},
	"reseller": func(t *testing.T, c *Client) string {
		active, err := c.ActiveReseller(t.Context(), "7")
		return orFailure(fmt.Sprintf("services: %v", active), err)
	},
	"get": func(t *testing.T, c *Client) string {
		found, err := c.Get(t.Context(), "7")
		return orFailure(fmt.Sprintf("broker %s, sent back as %s%s", found.ID, c.updateBody(&found), oddities(&found)), err)
	},
	"create": func(t *testing.T, c *Client) string {
		made, err := c.Create(t.Context(), acme())
		if made.ID == "" {
			return orFailure("made, and to be found by search", err)
		}
		return orFailure("made broker "+string(made.ID), err)
	},
	"update": func(t *testing.T, c *Client) string {
		now, err := c.Update(t.Context(), "7", acme())
		return orFailure(fmt.Sprintf("updated broker %s, shown %v", now.ID, now.Detail), err)
	},
	"delete": func(t *testing.T, c *Client) string {
		return orFailure("the order was taken", c.Delete(t.Context(), "7"))
	},
}

// fieldsOf is what an entry shows of a broker; "" for nothing but its id.
func fieldsOf(c *Client, b *broker.Broker) string {
	if shown := string(c.updateBody(b)); shown != "{}" {
		return shown
	}
	return ""
}

func oddities(b *broker.Broker) string {
	if len(b.Odd) == 0 {
		return ""
	}
	return "; not understood: " + strings.Join(b.Odd, ", ")
}

// orFailure is what was taken, or how the call failed.
func orFailure(taken string, err error) string {
	var f *broker.Failure
	switch {
	case err == nil:
		return taken
	case !errors.As(err, &f):
		return err.Error()
	case f.Announced != "":
		return f.Error() + " (unless a user accepts it)"
	case f.Said != "" && f.Status < http.StatusBadRequest:
		return f.Error() + "; it says: " + f.Said
	case f.UnclearlyAbsent():
		return f.Error() + " (which proves nothing)"
	default:
		return f.Error()
	}
}
