package cloudmore

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// The reasons for which a list is refused. A list that may be short is none:
// what it lacks would be taken for absent.
const (
	reasonNoList    = "the answer is no list"
	reasonEntries   = "too many entries of the list have no id"
	reasonTwice     = "the list shows one broker on two pages, so it changed while it was read"
	reasonMember    = "the answer has a member twice"
	reasonMore      = "the list is not whole"
	reasonEndless   = "the list does not end"
	reasonElsewhere = "the list goes on at another host or path"
	reasonChanged   = "the list changed while it was read"
	reasonMoved     = "the list is empty, and comes from another address than was asked"
)

// collector takes the entries of a list, each with its place in it and its page.
type collector func(index, page int, entry []byte) (problem string)

// list reads all pages of a list and hands each entry to take. It reports whether a user's
// word on what it announces was put to use.
func (c *Client) list(ctx context.Context, op Op, first string, take collector) (heeded bool, _ *broker.Failure) {
	l := &listing{op: op, take: take, announcements: c.announcements, hide: c.hidden, heeded: map[string]bool{}, visited: map[string]bool{first: true}, next: first}
	for range maxPages {
		failure := c.call(ctx, &request{
			op: op, method: http.MethodGet, url: l.next,
			accept: []int{http.StatusOK, http.StatusNoContent}, limit: maxListBytes, read: l.page,
		})
		switch {
		case failure != nil:
			failure.Announced = l.announced
			return false, failure
		case l.next == "":
			c.announcements.ended(op, l.heeded)
			return l.news, nil
		}
	}
	return false, &broker.Failure{Class: broker.Unavailable, Op: op.String(), Status: http.StatusOK, Answered: true, Reason: reasonEndless}
}

// listing is a list while its pages are read.
type listing struct {
	op            Op
	take          collector
	announcements *Announcements
	hide          func(string) string // what secrets stand in names of members
	announced     string              // what says that entries are missing
	heeded        map[string]bool     // where a user called right what it says
	news          bool                // a user's word was put to use
	visited       map[string]bool
	pages         int64
	rows          int64  // entries so far
	total         int64  // as last announced
	wanted        *int64 // the number of the page asked for, where pages have numbers
	next          string // the URL of the next page; "": there is none
}

// page takes the entries of one page and finds out where the list goes on.
func (l *listing) page(a *answer) string {
	l.announced = ""
	entries, problem := entriesOf(a)
	switch {
	case problem != "":
		return problem
	case len(entries) == 0 && !sameAddress(a.from, l.next):
		return reasonMoved // a page for people, or another list
	}
	l.pages++
	for _, entry := range entries {
		if l.rows >= maxEntries {
			return reasonEndless
		}
		if problem := l.take(int(l.rows), int(l.pages), entry); problem != "" {
			return problem
		}
		l.rows++
	}
	return l.turn(a, len(entries))
}

// entriesOf are those of one page; 204 is an empty one.
func entriesOf(a *answer) (entries []json.RawMessage, problem string) {
	switch {
	case a.status == http.StatusNoContent && len(a.body) == 0:
		return nil, ""
	case !a.json():
		return nil, reasonNotJSON
	default:
		return listIn(a.body, maxEnvelopes)
	}
}

// hidden is a text without secrets, for a user.
func (c *Client) hidden(text string) string {
	return newScrubber(c.tokens.secrets()).line(text, maxSaid)
}

// sameAddress reports whether two URLs differ in nothing but case and a slash at the end.
func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

// turn sets the next page, or none if all that was announced has been read. What it does
// not know how to follow makes the list an error, unless a user called it right.
func (l *listing) turn(a *answer, rows int) string {
	s := saidBy(a)
	if l.pages == 1 {
		if says, accepted := s.begins(); says != "" && !l.accepts(atBeginning, accepted) {
			return l.short(says)
		}
	}
	if s.link != "" {
		return l.follow(a.from, s.link)
	}
	if s.total.n < l.total {
		return reasonChanged // an entry may have moved to a page already read
	}
	l.total = s.total.n
	if l.wanted != nil && (s.page.name == "" || s.page.n != *l.wanted) {
		return l.short("page " + strconv.FormatInt(*l.wanted, 10) + " was asked for, and did not come")
	}
	says, accepted := s.goesOn(l, rows)
	followed := s.token == "" && s.page.name != "" && rows > 0
	switch {
	case says == "", !followed && l.accepts("", accepted):
		l.next = ""
		return ""
	case !followed:
		return l.short(says)
	}
	page := s.page.n + 1
	l.wanted = &page
	return l.follow(a.from, s.query(a.from, page))
}

// accepts reports whether a user called right what the list announces.
func (l *listing) accepts(where, announced string) bool {
	whole, news := l.announcements.accepts(l.op, where, l.hide(announced))
	l.heeded[where], l.news = whole, l.news || news
	return whole
}

// short is for a list that announces more than can be read.
func (l *listing) short(says string) string {
	l.announced = l.hide(says)
	return reasonMore + ": " + l.announced
}

// query is the reference to a page by number, with the size that this one has.
func (s *said) query(from string, page int64) string {
	values := url.Values{}
	if here, err := url.Parse(from); err == nil {
		values = here.Query()
	}
	values.Set(parameter(s.page.key, "page"), strconv.FormatInt(page, 10))
	if s.size.name != "" {
		values.Set(parameter(s.size.key, "pageSize"), strconv.FormatInt(s.size.n, 10))
	}
	return "?" + values.Encode()
}

// parameter is the parameter of a query for what an answer shows under a key: named like
// it, unless that says more than its kind, or stands in a header.
func parameter(key, otherwise string) string {
	switch words := wordsOf(key); {
	case strings.Contains(key, "-"), len(words) > 0 && (words[0] == "current" || words[0] == "x"), strings.EqualFold(key, "number"), key == "":
		return otherwise
	default:
		return strings.ToLower(key[:1]) + key[1:]
	}
}

// follow goes on at a link, relative to the page that has it, if that is on the same
// host and path, or below it, and was not read before.
func (l *listing) follow(from, link string) string {
	here, err := url.Parse(from)
	if err != nil {
		return reasonElsewhere
	}
	target, err := here.Parse(link)
	if err != nil || target.Scheme != here.Scheme || target.Host != here.Host || target.User != nil || !below(here.Path, target.Path) {
		return reasonElsewhere
	}
	target.Fragment = ""
	l.next = target.String()
	if l.visited[l.next] {
		return reasonEndless
	}
	l.visited[l.next] = true
	return ""
}

// below reports whether a path is another one, or below it.
func below(path, target string) bool {
	path, target = strings.ToLower(strings.TrimRight(path, "/"))+"/", strings.ToLower(strings.TrimRight(target, "/"))+"/"
	return strings.HasPrefix(target, path)
}

// listIn finds the one list of a value, of an object or of an object in it. What says
// that the call failed, or says something twice, has none.
func listIn(raw []byte, depth int) (entries []json.RawMessage, problem string) {
	if entries, bare := elements(raw); bare {
		return entries, ""
	}
	all, isObject := membersOf(raw)
	switch {
	case !isObject:
		return nil, reasonNoList
	case all.twice() != "":
		return nil, reasonMember + ": " + all.twice()
	case all.deny(maxTold):
		return nil, reasonDenied
	}
	var candidates, others [][]json.RawMessage
	for _, m := range all {
		switch list, isList := elements(m.value); {
		case isList && m.named(lists):
			candidates = append(candidates, list)
		case isList && m.listed():
			others = append(others, list)
		}
	}
	if len(candidates) == 0 {
		candidates = others
	}
	if len(candidates) == 0 && depth > 0 {
		if candidates, problem = listsWithin(all, depth-1); problem != "" {
			return nil, problem
		}
	}
	if len(candidates) != 1 {
		return nil, reasonNoList // none, or which of them?
	}
	return candidates[0], ""
}

// listsWithin are the lists in the envelopes of an object.
func listsWithin(all members, depth int) (found [][]json.RawMessage, problem string) {
	for _, m := range all {
		if _, isObject := membersOf(m.value); !isObject || !m.named(envelopes) && !m.named(lists) && !m.listed() {
			continue
		}
		switch list, problem := listIn(m.value, depth); {
		case problem == "":
			found = append(found, list)
		case problem != reasonNoList:
			return nil, problem
		}
	}
	return found, ""
}
