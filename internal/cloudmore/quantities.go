package cloudmore

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// quantity is a number that a page says; without a name there is none.
type quantity struct {
	name string // as a user finds it
	key  string // the last step of it
	path string // all steps
	n    int64
}

// largest keeps the larger number.
func (q *quantity) largest(other quantity) {
	if q.name == "" || other.n > q.n {
		*q = other
	}
}

// first keeps the first one.
func (q *quantity) first(other quantity) {
	if q.name == "" {
		*q = other
	}
}

// contentRange is RFC 9110 §14.4, for any unit, and how it is said in words: "1-2 of 5".
var contentRange = regexp.MustCompile(`^\s*(?:[A-Za-z]+:?\s+)?(\d{1,18})\s*(?:-|–|to)\s*(\d{1,18})\s*(?:/|of|from)\s*(\d{1,18}|\*)(?:\s+\pL+)?\s*$`)

// unsatisfied is a range of nothing with a total (RFC 9110 §14.4).
var unsatisfied = regexp.MustCompile(`^\s*(?:[A-Za-z-]+\s+)?\*/(\d{1,18})\s*$`)

// ranged takes in a range, and reports whether it is one. RFC 9110 counts from 0; some
// count from 1, and then the total tells whether the one before is missing.
func (s *said) ranged(q quantity, text string) bool {
	if r := unsatisfied.FindStringSubmatch(text); r != nil {
		q.n, _ = strconv.ParseInt(r[1], 10, 64)
		s.total.largest(q)
		return true
	}
	r := contentRange.FindStringSubmatch(text)
	if r == nil {
		return false
	}
	from, _ := strconv.ParseInt(r[1], 10, 64)
	total, err := strconv.ParseInt(r[3], 10, 64)
	if from != 1 || err != nil {
		s.start.largest(quantity{name: q.name, n: from})
	}
	if q.n = total; err == nil {
		s.total.largest(q)
	} else {
		s.open = shownKey(q.name + " " + strings.TrimSpace(text))
	}
	return true
}

// partOf is a number of so many: "page 1 of 3", "2/5". counted is a number with what it
// counts: "5 brokers".
var (
	partOf  = regexp.MustCompile(`^\s*(?:\pL+:?\s+)?\d{1,18}\s*(?:/|of|from)\s*(\d{1,18})(?:\s+\pL+)?\s*$`)
	counted = regexp.MustCompile(`^\s*(\d{1,18})\s+\pL+\s*$`)
)

// number takes in what is said by a number. What should say how many there are, and does
// not, such as -1, 2.5 or "many", leaves that open.
func (s *said) number(kind announcement, q quantity, raw json.RawMessage) {
	text, _ := textOf(raw)
	n, whole := wholeNumber(raw)
	if part := partOf.FindStringSubmatch(text); part != nil {
		n, whole = atLeast(part[1])
		kind = partKind(kind)
	} else if with := counted.FindStringSubmatch(text); with != nil {
		n, whole = atLeast(with[1])
	}
	switch q.n = n; {
	case whole && n >= 0:
		s.note(kind, q)
	case s.ranged(q, text):
	case slices.Contains([]announcement{announcesTotal, announcesCount, announcesPages}, kind) && saysNumber(q.key) && !empty(text):
		s.open = q.name
	}
}

// partKind is what the second of two numbers is about: "page 1 of 3".
func partKind(kind announcement) announcement {
	if kind == announcesPage {
		return announcesPages
	}
	if kind == announcesStart || kind == announcesSize {
		return announcesTotal
	}
	return kind
}

func atLeast(digits string) (int64, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// saysNumber reports whether a key is about a number in so many words, so that a text
// under it is one that nobody understands.
func saysNumber(key string) bool {
	return slices.ContainsFunc(wordsOf(key), func(word string) bool {
		return slices.Contains([]string{"total", "totals", "count", "counts", "pages"}, word)
	})
}

// note keeps a number by its kind.
func (s *said) note(kind announcement, q quantity) {
	switch kind {
	case announcesTotal:
		s.total.largest(q)
	case announcesCount, announcesListed:
		s.count.largest(q)
	case announcesPages:
		s.pages.largest(q)
	case announcesPage:
		s.page.first(q)
	case announcesSize:
		s.size.first(q)
	case announcesStart:
		s.start.largest(q)
	default: // says nothing by a number
	}
}

// maxExact is the largest whole number that every reader of JSON has exactly (RFC 8259 §6).
const maxExact = 1<<53 - 1

// wholeNumber is a value as a whole number, however it is written: 3, "3" or 3.0.
func wholeNumber(raw json.RawMessage) (n int64, whole bool) {
	text, _ := textOf(raw)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	number, err := strconv.ParseFloat(text, 64)
	return int64(number), err == nil && math.Abs(number) <= maxExact && number == math.Trunc(number)
}

// empty reports whether a text says nothing.
func empty(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "false", "null", "none", "no", "n", "n/a", "nil", "undefined", "-":
		return true
	}
	return false
}
