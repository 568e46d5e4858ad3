package cloudmore

import (
	"net/url"
	"strconv"
)

// The ways in which a page of a list tells that there is more. None is
// documented; a way that is not known here makes the list an error as long as
// a total or a flag says that entries are missing.

// nextLinks are the names under which the URL of the next page is found.
var nextLinks = []string{"@odata.nextLink", "nextLink", "nextPageLink", "nextPageUrl", "nextPage", "next"}

// link is the URL of the next page, "" for none. A number is no URL.
func (all members) link() string {
	for _, name := range nextLinks {
		raw := all.value(name)
		if inner, isObject := membersOf(raw); isObject {
			raw = inner.value("href")
		}
		if len(raw) == 0 || raw[0] != '"' {
			continue
		}
		text, _ := textOf(raw)
		if _, err := strconv.Atoi(text); err != nil && text != "" {
			return text
		}
	}
	return ""
}

// more reports whether a flag, or the number of a next page, says so.
func (all members) more() bool {
	for _, name := range []string{"hasMore", "hasNext", "hasNextPage", "moreAvailable", "more"} {
		if more, _ := truthOf(all.value(name)); more {
			return true
		}
	}
	for _, name := range []string{"isLastPage", "isLast", "last"} {
		if last, told := truthOf(all.value(name)); told && !last {
			return true
		}
	}
	_, numbered := all.number("nextPage", "next")
	return numbered
}

// token reports whether the page goes on by a token, for which no parameter
// is known.
func (all members) token() bool {
	for _, name := range []string{"continuationToken", "nextToken", "nextPageToken", "nextCursor", "cursor", "skipToken"} {
		if text, _ := textOf(all.value(name)); text != "" && text != "false" {
			return true
		}
	}
	return false
}

// pageKeys are the names of a page's number, each with that of its parameter.
var pageKeys = []struct{ name, parameter string }{
	{"pageNumber", "pageNumber"}, {"page", "page"}, {"currentPage", "page"}, {"pageIndex", "pageIndex"}, {"number", "page"},
}

// pageNumber is the number of this page, and the parameter that asks for one.
func (all members) pageNumber() (number int64, parameter string, numbered bool) {
	for _, key := range pageKeys {
		if number, numbered = all.number(key.name); numbered {
			return number, key.parameter, true
		}
	}
	return 0, "", false
}

// query is the reference to a page by number, with the size that this one has.
func (all members) query(from, parameter string, page int64) string {
	values := url.Values{}
	if here, err := url.Parse(from); err == nil {
		values = here.Query()
	}
	values.Set(parameter, strconv.FormatInt(page, 10))
	for _, name := range []string{"pageSize", "perPage", "size", "limit"} {
		if size, told := all.number(name); told {
			values.Set(name, strconv.FormatInt(size, 10))
			break
		}
	}
	return "?" + values.Encode()
}
