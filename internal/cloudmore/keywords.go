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
	announcesListed               // what is listed: a number under it is how many there are
	announcesPages                // how many pages there are
	announcesPage                 // which page this is
	announcesSize                 // how many entries a page has at most
	announcesStart                // how many entries come before this page
	announcesBefore               // that entries come before this page
	announcesFirst                // whether this page is the first
)

// fillers are words that change nothing of what a key is about.
var fillers = wordSet("x value values list lists result results item items record records element elements entry entries row rows " +
	"broker brokers reseller resellers doc docs document documents object objects entity entities company companies partner partners customer customers " +
	"member members seller sellers set odata hydra data of the num nb number nr is are all in has have search query response collection info meta metadata wp cloudmore pagination")

// nouns are the fillers for what is listed: a number under nothing else is how many there are.
var nouns = wordSet("result results item items record records element elements entry entries row rows broker brokers reseller resellers " +
	"doc docs document documents object objects entity entities company companies partner partners customer customers member members")

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
	{announcesMore, []string{"reached"}, wordSet("limit max size")},
	{announcesMore, []string{"clipped"}, nil},
	{announcesMore, []string{"capped"}, nil},
	{announcesEnd, []string{"last"}, wordSet("page batch chunk")},
	{announcesEnd, []string{"final"}, wordSet("page batch chunk")},
	{announcesEnd, []string{"complete"}, nil},
	{announcesEnd, []string{"done"}, nil},
	{announcesEnd, []string{"exhausted"}, nil},
	{announcesEnd, []string{"finished"}, nil},
	{announcesEnd, []string{"completed"}, nil},
	{announcesEnd, []string{"eof"}, nil},
	{announcesEnd, []string{"end"}, wordSet("reached")},
	{announcesEnd, []string{"loaded"}, nil},
	{announcesEnd, []string{"fetched"}, nil},
	{announcesEnd, []string{"returned"}, nil},
	{announcesEnd, []string{"whole"}, nil},
	{announcesEnd, []string{"entire"}, nil},
	{announcesBefore, []string{"previous"}, wordSet("page")},
	{announcesBefore, []string{"prev"}, wordSet("page")},
	{announcesFirst, []string{"first"}, wordSet("page")},
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
	{announcesCount, []string{"length"}, nil},
	{announcesCount, []string{"quantity"}, nil},
	{announcesCount, []string{"cardinality"}, nil},
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

// strong are words that say it beside whatever other words, the first of them by sequence.
// Of a key with such others nothing is concluded but that the list goes on.
var strong = []struct {
	kind announcement
	all  []string
}{
	{announcesSize, []string{"per", "page"}},
	{announcesToken, []string{"next"}},
	{announcesMore, []string{"more"}},
	{announcesMore, []string{"remaining"}},
	{announcesMore, []string{"left"}},
	{announcesMore, []string{"truncated"}},
	{announcesMore, []string{"incomplete"}},
	{announcesMore, []string{"partial"}},
	{announcesToken, []string{"continuation"}},
	{announcesToken, []string{"continue"}},
	{announcesToken, []string{"page", "state"}},
	{announcesToken, []string{"paging", "state"}},
	{announcesPlace, []string{"cursor"}},
	{announcesPlace, []string{"cursors"}},
	{announcesPlace, []string{"bookmark"}},
	{announcesPages, []string{"pages"}},
	{announcesTotal, []string{"total"}},
	{announcesTotal, []string{"totals"}},
	{announcesTotal, []string{"found"}},
	{announcesTotal, []string{"matched"}},
	{announcesTotal, []string{"hits"}},
	{announcesCount, []string{"count"}},
	{announcesCount, []string{"counts"}},
}

// elsewhere are words of what is not about how many entries a list has: rates, times,
// sizes, failures, and what else is counted.
var elsewhere = wordSet("rate limit quota throttle retry retries request requests call calls attempt attempts time times took duration elapsed ms millis milliseconds seconds sec minutes hours days " +
	"cpu memory bytes byte kb mb content transfer db sql redis cache cached shard shards node nodes hop hops thread threads worker workers connection connections upstream " +
	"error errors warning warnings failure failures failed trace span reset run sync help details about learn read unread price cost amount balance revenue spend tax currency credit credits " +
	"invoice invoices payment due seat seats license licenses licence licences service services subscription subscriptions order orders product products user users visit visits current previous before")

// otherwise are words of what is not about where a list goes on: what comes next besides,
// and where it went on before.
var otherwise = wordSet("retry retries run reset sync delta modified updated update renewal maintenance release version check poll refresh review billing invoice payment due visit " +
	"previous prev before self current")

// announces is what a key is about; plainly, if its words say that and no more.
func announces(key string) (kind announcement, plainly bool) {
	if strings.EqualFold(key, "number") { // of the page, as Spring has it
		return announcesPage, true
	}
	all := wordsOf(key)
	core := slices.DeleteFunc(slices.Clone(all), func(word string) bool { return fillers[word] })
	if no := slices.Index(core, "no"); no >= 0 && no+1 < len(core) && (core[no+1] == "more" || core[no+1] == "next") {
		return announcesEnd, true
	}
	for i := range vocabulary {
		if v := &vocabulary[i]; has(core, v.all) && !slices.ContainsFunc(core, func(word string) bool { return !slices.Contains(v.all, word) && !v.other[word] }) {
			if v.kind == announcesMore && slices.Contains(all, "info") {
				return announcesNothing, true // where more is told, not that there is more
			}
			return v.kind, true
		}
	}
	if len(core) == 0 && slices.ContainsFunc(all, func(word string) bool { return nouns[word] }) {
		return announcesListed, true
	}
	return among(core), false
}

// among is what one of many words says; nothing where another is about something else.
func among(words []string) announcement {
	for i := range strong {
		if !has(words, strong[i].all) {
			continue
		}
		others, special := besideOf[strong[i].kind]
		if !special {
			others = elsewhere
		}
		if !slices.ContainsFunc(words, func(word string) bool { return others[word] }) {
			return strong[i].kind
		}
	}
	return announcesNothing
}

// places are words of places that a list comes from.
var places = wordSet("start first begin previous prev before self current")

// besideOf are the words beside which the strong ones of a kind say nothing; elsewhere for
// the other kinds.
var besideOf = map[announcement]map[string]bool{announcesToken: otherwise, announcesPlace: places}

func has(words, all []string) bool {
	return !slices.ContainsFunc(all, func(word string) bool { return !slices.Contains(words, word) })
}

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
	var all []string
	for word := range strings.FieldsSeq(b.String()) {
		all = append(all, parted(word)...)
	}
	return all
}
