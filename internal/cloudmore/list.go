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
	reasonEntry     = "an entry of the list has no id"
	reasonTwice     = "the list names one id twice"
	reasonMore      = "the list is not whole, and does not say where it goes on"
	reasonEndless   = "the list does not end"
	reasonElsewhere = "the list goes on at another host"
	reasonChanged   = "the list changed while it was read"
)

// list reads all pages of a list and hands each entry to add, which returns
// its id or a problem.
func (c *Client) list(ctx context.Context, op Op, first string, add func([]byte) (broker.ID, string)) *broker.Failure {
	l := &listing{add: add, seen: map[broker.ID]bool{}, visited: map[string]bool{first: true}, next: first}
	for range maxPages {
		failure := c.call(ctx, &request{
			op: op, method: http.MethodGet, url: l.next,
			accept: []int{http.StatusOK}, limit: maxListBytes, read: l.page,
		})
		if failure != nil || l.next == "" {
			return failure
		}
	}
	return &broker.Failure{Class: broker.Unavailable, Op: op.String(), Status: http.StatusOK, Answered: true, Reason: reasonEndless}
}

// listing is a list while its pages are read.
type listing struct {
	add     func(entry []byte) (broker.ID, string)
	seen    map[broker.ID]bool
	visited map[string]bool
	pages   int64
	total   int64  // as last announced
	wanted  *int64 // the number of the page asked for, where pages have numbers
	next    string // the URL of the next page; "": there is none
}

// page takes the entries of one page and finds out where the list goes on.
func (l *listing) page(a *answer) string {
	if !a.json() {
		return reasonNotJSON
	}
	entries, all, problem := split(a)
	if problem != "" {
		return problem
	}
	l.pages++
	for _, entry := range entries {
		id, problem := l.add(entry)
		switch {
		case problem != "":
			return problem
		case id == "":
			return reasonEntry
		case l.seen[id.Key()]:
			return reasonTwice
		case len(l.seen) >= maxEntries:
			return reasonEndless
		}
		l.seen[id.Key()] = true
	}
	return l.turn(a, all, len(entries))
}

// split is the entries of a page, and what is said beside them: in the object
// that holds them, in objects in it, and in the header.
func split(a *answer) ([]json.RawMessage, members, string) {
	beside, _ := membersOf([]byte(a.header.Get("X-Pagination")))
	if count := a.header.Get("X-Total-Count"); count != "" {
		beside = append(beside, member{"total", quoted(count)})
	}
	if entries, bare := elements(a.body); bare {
		return entries, beside, ""
	}
	entries, all, found := listIn(a.body, maxEnvelopes)
	if !found {
		return nil, nil, reasonNoList
	}
	return entries, append(all, beside...), ""
}

// turn sets the next page, or none if all that was announced has been read.
func (l *listing) turn(a *answer, all members, entries int) string {
	link := all.link()
	if link == "" {
		link = nextOfHeader(a.header.Values("Link"))
	}
	if link != "" {
		return l.follow(a.from, link)
	}
	total, _ := all.number("total", "totalCount", "totalItems", "totalRecords", "totalElements", "totalResults", "@odata.count")
	count, _ := all.number("count") // of the page or of all
	if total < l.total {
		return reasonChanged // an entry may have moved to a page already read
	}
	l.total = total
	page, key, numbered := all.pageNumber()
	if l.wanted != nil && (!numbered || page != *l.wanted) {
		return reasonMore
	}
	totalPages, _ := all.number("totalPages", "pageCount", "pages")
	switch {
	case all.token():
		return reasonMore
	case !all.more() && l.pages >= totalPages && int64(len(l.seen)) >= max(total, count):
		l.next = ""
		return ""
	case !numbered || entries == 0:
		return reasonMore
	}
	page++
	l.wanted = &page
	return l.follow(a.from, all.query(a.from, key, page))
}

// follow goes on at a link, relative to the page that has it, if that is on
// the same host and was not read before.
func (l *listing) follow(from, link string) string {
	here, err := url.Parse(from)
	if err != nil {
		return reasonElsewhere
	}
	target, err := here.Parse(link)
	if err != nil || target.Scheme != here.Scheme || target.Host != here.Host || target.User != nil {
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

// nextOfHeader is the target of a Link header with rel=next (RFC 8288 §3).
func nextOfHeader(values []string) string {
	for link := range strings.SplitSeq(strings.Join(values, ","), ",") {
		target, parameters, _ := strings.Cut(strings.TrimSpace(link), ";")
		for parameter := range strings.SplitSeq(parameters, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
			if strings.EqualFold(name, "rel") && strings.EqualFold(strings.Trim(value, `"`), "next") {
				return strings.Trim(target, "<> ")
			}
		}
	}
	return ""
}

// number is the first of the named members that is a whole number, also one
// written as a string.
func (all members) number(names ...string) (int64, bool) {
	for _, name := range names {
		text, _ := textOf(all.value(name))
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, true
		}
	}
	return 0, false
}
