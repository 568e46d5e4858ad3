package cloudmore

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// said is what a page says of its list, in the object that holds the entries, in objects
// beside them, and in the header.
type said struct {
	link string // where it goes on
	// more, token and place are the names of what says that it does: as such, with a
	// token, or with one that the last page may have, too. ends says that something
	// denies it.
	more, token, place string
	ends               bool

	total, count, pages, page, size, start quantity
	// open is a range without a total.
	open string
}

// quantity is a number that a page says; without a name there is none.
type quantity struct {
	name string // as a user finds it
	key  string // the last step of it
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

// maxTold is how deep objects beside a list are looked into.
const maxTold = maxEnvelopes + 2

// echoes are objects that repeat the question, or are about something else.
var echoes = wordSet("request query filter filters params parameters sort seller user error errors message messages")

// contentRange is RFC 9110 §14.4, for any unit.
var contentRange = regexp.MustCompile(`^\s*(?:[A-Za-z-]+\s+)?(\d{1,18})-(\d{1,18})/(\d{1,18}|\*)\s*$`)

// saidBy reads what an answer says of its list.
func saidBy(a *answer) *said {
	s := &said{link: nextOfHeader(a.header.Values("Link"))}
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		if value := strings.TrimSpace(a.header.Get(name)); value != "" {
			s.member(name, member{name, asJSON(value)}, maxTold)
		}
	}
	if r := contentRange.FindStringSubmatch(a.header.Get("Content-Range")); r != nil {
		s.ranged(a.header.Get("Content-Range"), r)
	}
	all, _ := membersOf(a.body)
	s.object("", all, maxTold)
	return s
}

// asJSON is the value of a header as JSON: what is none is a text.
func asJSON(value string) json.RawMessage {
	if json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return quoted(value)
}

// ranged takes in a range. RFC 9110 counts from 0; some count from 1, and then the total
// tells whether the one before is missing.
func (s *said) ranged(whole string, r []string) {
	from, _ := strconv.ParseInt(r[1], 10, 64)
	total, err := strconv.ParseInt(r[3], 10, 64)
	if from != 1 || err != nil {
		s.start.largest(quantity{"Content-Range", "", from})
	}
	if err == nil {
		s.total.largest(quantity{"Content-Range", "", total})
		return
	}
	s.open = "Content-Range " + shownKey(strings.TrimSpace(whole))
}

func (s *said) object(path string, all members, depth int) {
	for _, m := range all {
		s.member(strings.TrimPrefix(path+"."+m.key, "."), m, depth)
	}
}

// member takes in what one member says.
func (s *said) member(path string, m member, depth int) {
	kind := announces(m.key)
	if inner, isObject := membersOf(m.value); isObject {
		s.within(path, kind, inner, depth)
		return
	}
	if len(m.value) > 0 && m.value[0] == '[' {
		s.related(path, m)
		return
	}
	q := quantity{name: shownKey(path), key: m.key}
	switch kind {
	case announcesNothing:
	case announcesNext:
		s.next(q.name, m.value)
	case announcesMore:
		s.flag(q.name, m.value, true)
	case announcesEnd:
		s.end(q, m.value)
	case announcesToken:
		s.flag(q.name, m.value, false)
	case announcesPlace:
		if truthy(m.value) {
			s.place = q.name
		}
	default:
		s.number(kind, q, m.value)
	}
}

// within takes in what an object says: a link with its address, a number with its value,
// or members of its own.
func (s *said) within(path string, kind announcement, inner members, depth int) {
	switch {
	case kind == announcesNext:
		if address := inner.address(); address != nil || len(inner) == 0 {
			s.next(shownKey(path), address)
		} else {
			s.more = shownKey(path)
		}
	case kind == announcesTotal && inner.value("value") != nil:
		s.member(path, member{"total", inner.value("value")}, depth)
	case (kind == announcesToken || kind == announcesMore) && inner.say():
		s.flag(shownKey(path), json.RawMessage("true"), kind == announcesMore)
	case depth > 0 && !slices.ContainsFunc(wordsOf(lastStep(path)), func(word string) bool { return echoes[word] }):
		s.object(path, inner, depth-1)
	}
}

// address is the URL of a link that is an object; nil for none.
func (all members) address() json.RawMessage {
	for _, name := range []string{"href", "url", "uri", "link"} {
		if raw := all.value(name); raw != nil {
			return raw
		}
	}
	return nil
}

// related takes in a list of links, each with its relation, and a token that is a list.
// The entries themselves are not looked into.
func (s *said) related(path string, m member) {
	kind := announces(m.key)
	list, _ := elements(m.value)
	switch {
	case kind == announcesToken || kind == announcesPlace || kind == announcesMore:
		if saysAnything(m.value) {
			s.member(path, member{m.key, json.RawMessage("true")}, 0)
		}
		return
	case kind != announcesNext && !slices.ContainsFunc(wordsOf(m.key), func(word string) bool { return word == "link" || word == "links" }):
		return
	}
	for _, raw := range list {
		link, isLink := membersOf(raw)
		rel, _ := textOf(link.value("rel"))
		switch {
		case kind == announcesNext && !isLink:
			s.next(shownKey(path), raw)
		case kind == announcesNext, slices.Contains(strings.Fields(strings.ToLower(rel)), "next"):
			s.next(shownKey(path), link.address())
		}
	}
}

// say reports whether any member of an object says something.
func (all members) say() bool {
	return slices.ContainsFunc(all, func(m member) bool { return saysAnything(m.value) })
}

// saysAnything reports whether a value, or any in it, says something.
func saysAnything(raw json.RawMessage) bool {
	if inner, isObject := membersOf(raw); isObject {
		return inner.say()
	}
	if list, isList := elements(raw); isList {
		return slices.ContainsFunc(list, saysAnything)
	}
	return truthy(raw)
}

// next takes in where the list goes on: an address, the number of a page, a token, or
// that it does.
func (s *said) next(name string, raw json.RawMessage) {
	text, _ := textOf(raw)
	_, err := strconv.ParseInt(text, 10, 64)
	switch {
	case !truthy(raw):
		s.ends = true
	case strings.ContainsRune(text, '?') || strings.HasPrefix(text, "/") || strings.HasPrefix(text, ".") || strings.ContainsRune(text, ':'):
		s.link = text
	case err == nil, strings.EqualFold(text, "true"):
		s.more = name
	default:
		s.token = name
	}
}

// flag takes in a member that says whether the list goes on, as such or by a token.
func (s *said) flag(name string, raw json.RawMessage, plain bool) {
	switch {
	case !truthy(raw):
		s.ends = true
	case plain:
		s.more = name
	default:
		s.token = name
	}
}

// end takes in whether this page is the last one, or which one that is.
func (s *said) end(q quantity, raw json.RawMessage) {
	switch last, told := truthOf(raw); {
	case told && last:
		s.ends = true
	case told:
		s.more = q.name
	case slices.Contains(wordsOf(q.key), "page"):
		s.number(announcesPages, q, raw)
	}
}

func (s *said) number(kind announcement, q quantity, raw json.RawMessage) {
	n, whole := wholeNumber(raw)
	if !whole || n < 0 { // -1 is how some say that they do not know
		return
	}
	q.n = n
	switch kind {
	case announcesTotal:
		s.total.largest(q)
	case announcesCount:
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

// truthy reports whether a value says yes, or says something: null, false, zero and what
// is empty do not.
func truthy(raw json.RawMessage) bool {
	text, _ := textOf(raw)
	number, err := strconv.ParseFloat(text, 64)
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "false", "null", "none", "no":
		return false
	}
	return err != nil || number > 0
}

// goesOn says what tells that the list goes on behind this page, and how far, so that a
// user can accept that for as long as it stays so; "" where the list ends.
func (s *said) goesOn(l *listing, rows int) (says, accepted string) {
	most := s.total
	most.largest(s.count)
	full := s.size.n > 0 && int64(rows) >= s.size.n && s.total.name == "" && s.pages.name == "" && !s.ends &&
		(s.page.name != "" || !strings.EqualFold(s.size.key, "size"))
	switch {
	case s.token != "":
		return s.token + " says where it goes on", s.token
	case s.more != "":
		return s.more + " says that it goes on", s.more
	case s.pages.n > l.pages:
		return fmt.Sprintf("%s says %d, and of them came %d", s.pages.name, s.pages.n, l.pages), fmt.Sprintf("%s +%d", s.pages.name, s.pages.n-l.pages)
	case most.n > l.rows:
		return fmt.Sprintf("%s says %d, and %d came", most.name, most.n, l.rows), fmt.Sprintf("%s +%d", most.name, most.n-l.rows)
	case s.open != "" && !s.ends:
		return s.open + " does not say how many there are", "Content-Range"
	case s.place != "" && !s.ends && rows > 0:
		return s.place + " says where it goes on", s.place
	case full:
		return fmt.Sprintf("%s says %d, the page is full, and nothing says how many there are", s.size.name, s.size.n), fmt.Sprintf("%s %d", s.size.name, s.size.n)
	default:
		return "", ""
	}
}

// begins says what tells that the first page is not the beginning; "" where it is.
func (s *said) begins() (says, accepted string) {
	switch {
	case s.start.n > 1 || s.start.n == 1 && s.start.key == "":
		return fmt.Sprintf("%s says that it begins behind %d others", s.start.name, s.start.n), s.start.name
	case s.page.n > 1:
		return fmt.Sprintf("%s says that it begins at page %d", s.page.name, s.page.n), s.page.name
	default:
		return "", ""
	}
}

var keyText = regexp.MustCompile(`^[A-Za-z0-9 ._@$*/\[\]-]{1,80}$`)

// shownKey is a key that is fit to show.
func shownKey(path string) string {
	if keyText.MatchString(path) {
		return path
	}
	return "a member"
}

// lastStep is the last step of a path.
func lastStep(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
