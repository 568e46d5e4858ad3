package cloudmore

import (
	"slices"
	"strings"
	"unicode"
)

// What a list says of itself is recognised by the words of a key, however it is spelled:
// "hasNextPage", "has_next_page", "Has-Next-Page" and "@odata.nextLink" have the words of
// one kind.

// announcement is what a key of a list is about.
type announcement int

const (
	announcesNothing announcement = iota
	announcesNext                 // where it goes on, or that it does
	announcesMore                 // that it goes on
	announcesEnd                  // whether it ends
	announcesToken                // a token with which it goes on
	announcesPlace                // a token of the place reached, which the last page may have, too
	announcesTotal                // how many entries there are
	announcesCount                // how many there are, here or in all
	announcesPages                // how many pages there are
	announcesPage                 // which page this is
	announcesSize                 // how many entries a page has at most
	announcesStart                // how many entries come before this page
)

// fillers are words that change nothing of what a key is about.
var fillers = wordSet("x odata list lists result results item items record records element elements entry entries row rows " +
	"broker brokers reseller resellers data of the num number nr is are all in has have search query response collection info meta metadata wp cloudmore pagination")

// nouns are the fillers for what is listed: a number under nothing else is how many there are.
var nouns = wordSet("result results item items record records element elements entry entries row rows broker brokers reseller resellers")

// vocabulary is the words of each kind, in any order: all of the first must be there,
// and none but those and the others.
var vocabulary = []struct {
	kind  announcement
	all   []string
	other map[string]bool
}{
	{announcesNext, []string{"next"}, wordSet("page link links url uri href batch chunk set")},
	{announcesToken, []string{"next"}, wordSet("page token cursor key marker id offset start skip index position after scroll range partition continuation")},
	{announcesToken, []string{"continuation"}, wordSet("token next link url cursor key id")},
	{announcesToken, []string{"continue"}, wordSet("token from key id")},
	{announcesToken, []string{"skip", "token"}, nil},
	{announcesToken, []string{"page", "token"}, nil},
	{announcesToken, []string{"paging", "token"}, nil},
	{announcesToken, []string{"token"}, wordSet("resumption resume")},
	{announcesToken, []string{"evaluated", "key"}, wordSet("last")},
	{announcesPlace, []string{"cursor"}, wordSet("after end last id token page")},
	{announcesPlace, []string{"after"}, wordSet("id token key")},
	{announcesPlace, []string{"bookmark"}, wordSet("id token")},
	{announcesPlace, []string{"marker"}, wordSet("end last")},
	{announcesPlace, []string{"scroll", "id"}, nil},
	{announcesMore, []string{"more"}, wordSet("available exist exists page pages remaining remain to come follow follows next")},
	{announcesMore, []string{"remaining"}, wordSet("count total page pages")},
	{announcesMore, []string{"truncated"}, nil},
	{announcesMore, []string{"incomplete"}, nil},
	{announcesMore, []string{"partial"}, nil},
	{announcesMore, []string{"additional"}, wordSet("page pages available")},
	{announcesMore, []string{"timed", "out"}, nil},
	{announcesMore, []string{"exceeded"}, wordSet("limit transfer max size page")},
	{announcesEnd, []string{"last"}, wordSet("page batch chunk")},
	{announcesEnd, []string{"final"}, wordSet("page batch chunk")},
	{announcesEnd, []string{"complete"}, nil},
	{announcesEnd, []string{"done"}, nil},
	{announcesEnd, []string{"exhausted"}, nil},
	{announcesEnd, []string{"finished"}, nil},
	{announcesEnd, []string{"completed"}, nil},
	{announcesEnd, []string{"eof"}, nil},
	{announcesEnd, []string{"end"}, wordSet("reached")},
	{announcesPage, []string{"page"}, wordSet("current this index no")},
	{announcesPages, []string{"pages"}, wordSet("total count max")},
	{announcesPages, []string{"page"}, wordSet("count total max")},
	{announcesTotal, []string{"total"}, wordSet("count counts size length hits found matches matching matched available filtered grand full overall estimated approximate approx")},
	{announcesTotal, []string{"available"}, wordSet("count")},
	{announcesTotal, []string{"matched"}, wordSet("count")},
	{announcesTotal, []string{"matches"}, wordSet("count")},
	{announcesTotal, []string{"found"}, wordSet("count")},
	{announcesTotal, []string{"hits"}, wordSet("count")},
	{announcesTotal, []string{"filtered"}, wordSet("count")},
	{announcesCount, []string{"count"}, nil},
	{announcesSize, []string{"page", "size"}, wordSet("max")},
	{announcesSize, []string{"page", "limit"}, nil},
	{announcesSize, []string{"page", "length"}, nil},
	{announcesSize, []string{"per", "page"}, nil},
	{announcesSize, []string{"batch", "size"}, nil},
	{announcesSize, []string{"size"}, nil},
	{announcesSize, []string{"limit"}, nil},
	{announcesSize, []string{"top"}, nil},
	{announcesSize, []string{"take"}, nil},
	{announcesSize, []string{"max"}, nil},
	{announcesStart, []string{"offset"}, wordSet("index current page")},
	{announcesStart, []string{"skip"}, nil},
	{announcesStart, []string{"skipped"}, nil},
	{announcesStart, []string{"start"}, wordSet("index at from")},
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// announces is what a key is about.
func announces(key string) announcement {
	if strings.EqualFold(key, "number") { // of the page, as Spring has it
		return announcesPage
	}
	core := slices.DeleteFunc(wordsOf(key), func(word string) bool { return fillers[word] })
	for i := range vocabulary {
		if v := &vocabulary[i]; has(core, v.all) && !slices.ContainsFunc(core, func(word string) bool { return !slices.Contains(v.all, word) && !v.other[word] }) {
			return v.kind
		}
	}
	if len(core) == 0 && slices.ContainsFunc(wordsOf(key), func(word string) bool { return nouns[word] }) {
		return announcesCount
	}
	return announcesNothing
}

func has(words, all []string) bool {
	return !slices.ContainsFunc(all, func(word string) bool { return !slices.Contains(words, word) })
}

// glued are words that are written as one.
var glued = strings.NewReplacer(
	"nextlink", "next link", "nextpage", "next page", "nexturl", "next url", "nexttoken", "next token", "nextcursor", "next cursor", "hasmore", "has more", "hasnext", "has next",
	"morepages", "more pages", "totalcount", "total count", "totalpages", "total pages", "totalitems", "total items", "totalrecords", "total records",
	"totalelements", "total elements", "totalresults", "total results", "totalrows", "total rows", "totalsize", "total size", "pagecount", "page count", "pagesize", "page size",
	"pagenumber", "page number", "pageindex", "page index", "pagetoken", "page token", "perpage", "per page", "currentpage", "current page", "lastpage", "last page",
	"islast", "is last", "istruncated", "is truncated", "continuationtoken", "continuation token", "skiptoken", "skip token", "recordcount", "record count", "itemcount", "item count",
	"startindex", "start index",
)

// wordsOf are the words of a key in lower case.
func wordsOf(key string) []string {
	key, _ = strings.CutPrefix(key, "@")
	if rest, cloud := strings.CutPrefix(strings.ToLower(key), "x-ms-"); cloud {
		key = rest
	}
	var b strings.Builder
	lower := false
	for _, r := range key {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(glued.Replace(glued.Replace(b.String()))) // "hasnextpage" has two seams
}
