package cloudmore

import (
	"encoding/json"
	"fmt"
	"maps"
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
	// open is what does not say how many there are, such as a range without a total, and
	// before what says that entries come before these.
	open, before string
	// ofPages says that totals are those of pages, where it is looked now.
	ofPages bool
}

// echoes are objects that repeat the question, or are about something else.
var echoes = wordSet("request query filter filters params parameters sort seller user error errors message messages")

// saidBy reads what an answer says of its list.
func saidBy(a *answer) *said {
	s := &said{link: nextOfHeader(a.header.Values("Link"))}
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		for _, value := range a.header[name] {
			if value = strings.TrimSpace(value); value != "" {
				s.header(name, value)
			}
		}
	}
	all, _ := membersOf(a.body)
	s.object("", all, maxTold)
	return s
}

// pagers are words of headers that say several things of a page, as name=value.
var pagers = wordSet("page pages pagination paging pager")

// header takes in one value of a header: JSON, or a text, or names with values.
func (s *said) header(name, value string) {
	switch {
	case strings.EqualFold(name, "Content-Range"):
		if !s.ranged(quantity{name: name}, value) {
			s.open = shownKey(name + " " + value)
		}
	case json.Valid([]byte(value)):
		s.member(name, member{name, json.RawMessage(value)}, maxTold)
	case strings.Contains(value, "=") && slices.ContainsFunc(wordsOf(name), func(word string) bool { return pagers[word] }):
		for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(",;&", r) }) {
			key, text, _ := strings.Cut(strings.TrimSpace(pair), "=")
			s.member(name+"."+key, member{key, quoted(strings.Trim(text, `"`))}, 0)
		}
	default:
		s.member(name, member{name, quoted(value)}, maxTold)
	}
}

func (s *said) object(path string, all members, depth int) {
	for _, m := range all {
		s.member(strings.TrimPrefix(path+"."+m.key, "."), m, depth)
	}
}

// member takes in what one member says. What does not say it plainly ends nothing.
func (s *said) member(path string, m member, depth int) {
	kind, plainly := announces(m.key)
	if s.ofPages && (kind == announcesTotal || kind == announcesCount) {
		kind = announcesPages
	}
	ended := s.ends
	switch inner, isObject := membersOf(m.value); {
	case isObject:
		s.within(path, kind, inner, depth)
		return
	case len(m.value) > 0 && m.value[0] == '[':
		s.related(path, kind, m)
	case !plainly && dated(m.value):
	default:
		s.scalar(kind, quantity{name: shownKey(path), key: m.key, path: path}, m.value)
	}
	s.ends = s.ends && (plainly || ended)
}

// scalar takes in what a member says that is neither an object nor a list.
func (s *said) scalar(kind announcement, q quantity, raw json.RawMessage) {
	text, _ := textOf(raw)
	truth, told := truthOf(raw)
	switch kind {
	case announcesNothing:
		if s.ranged(q, text); saysPart(text) {
			s.more = q.name
		}
	case announcesNext:
		s.next(q.name, raw)
	case announcesMore:
		s.flag(q.name, raw, true)
	case announcesEnd:
		s.end(q, raw)
	case announcesToken:
		s.flag(q.name, raw, false)
	case announcesPlace:
		if truthy(raw) {
			s.place = q.name
		}
	case announcesBefore, announcesFirst:
		if told && truth == (kind == announcesBefore) {
			s.before = q.name
		}
	default:
		if !told {
			s.number(kind, q, raw)
		}
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
		if relation, _ := textOf(inner.value("relation")); strings.HasPrefix(strings.ToLower(relation), "g") { // "gte": at least
			s.open = shownKey(path)
		}
	case inner.leads() != nil && slices.ContainsFunc(wordsOf(lastStep(path)), func(word string) bool { return links[word] }):
		s.next(shownKey(path), inner.leads())
	case (kind == announcesToken || kind == announcesMore) && inner.say():
		s.flag(shownKey(path), json.RawMessage("true"), kind == announcesMore)
	case depth > 0 && !slices.ContainsFunc(wordsOf(lastStep(path)), func(word string) bool { return echoes[word] }):
		was := s.ofPages
		s.ofPages = inner.ofPages(kind)
		s.object(path, inner, depth-1)
		s.ofPages = was
	}
}

// ofPages reports whether a total among the members of an object is that of pages:
// {"pages": {"total": 2}}, {"page": {"number": 1, "total": 2}}. One about a page that tells
// its size, or how many pages there are, counts entries besides.
func (all members) ofPages(kind announcement) bool {
	return kind == announcesPages || kind == announcesPage && !slices.ContainsFunc(all, func(m member) bool {
		inner, _ := announces(m.key)
		return inner == announcesSize || inner == announcesPages
	})
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
	case slices.ContainsFunc(wordsOf(q.path), func(word string) bool { return pagers[word] }):
		s.number(announcesPages, q, raw)
	}
}

// saysPart reports whether a text says that only a part came: "Results truncated".
func saysPart(text string) bool {
	words := wordsOf(text)
	return slices.ContainsFunc(words, func(word string) bool { return parts[word] }) && !slices.ContainsFunc(words, func(word string) bool { return denials[word] })
}

var (
	parts   = wordSet("truncated incomplete partial partially")
	denials = wordSet("no not never without")
)

// truthy reports whether a value says yes, or says something: null, false, zero and what
// is empty do not.
func truthy(raw json.RawMessage) bool {
	text, _ := textOf(raw)
	number, err := strconv.ParseFloat(text, 64)
	return !empty(text) && (err != nil || number > 0)
}

// dated reports whether a value is a date, which is no token.
func dated(raw json.RawMessage) bool {
	text, _ := textOf(raw)
	return !dateIn(text).IsZero()
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
		return s.open + " does not say how many there are", strings.Fields(s.open)[0]
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
	case s.before != "":
		return s.before + " says that it does not begin here", s.before
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
