package cloudmore

import (
	"encoding/json"
	"slices"
	"strings"
)

// addresses are the members of a link that have its address.
var addresses = []string{"href", "url", "uri", "link"}

// address is the URL of a link that is an object; nil for none.
func (all members) address() json.RawMessage {
	for _, name := range addresses {
		for _, key := range []string{name, "@" + name} {
			if raw := all.value(key); raw != nil {
				return raw
			}
		}
	}
	return nil
}

// links are words of what has links, each with its relation.
var links = wordSet("link links")

// leads is the address of a link whose relation, name or label says that it leads on; nil
// for another one.
func (all members) leads() json.RawMessage {
	for _, m := range all {
		rels := []json.RawMessage{m.value}
		if list, isList := elements(m.value); isList {
			rels = list
		}
		for _, raw := range rels {
			text, scalar := textOf(raw)
			if scalar && !slices.Contains(addresses, strings.ToLower(strings.TrimLeft(m.key, "@"))) && leadsOn(text) {
				return all.address()
			}
		}
	}
	return nil
}

// leadsOn reports whether relations of a link lead on (RFC 8288 §3.3): "next", "prev next",
// "nextPage".
func leadsOn(rels string) bool {
	return slices.ContainsFunc(strings.Fields(rels), func(rel string) bool {
		kind, _ := announces(rel)
		return kind == announcesNext
	})
}

// related takes in a list: of links, each with its relation, of pages, of what comes next,
// and a token that is a list. The entries themselves are not looked into.
func (s *said) related(path string, kind announcement, m member) {
	list, _ := elements(m.value)
	switch {
	case kind == announcesToken || kind == announcesPlace || kind == announcesMore:
		if saysAnything(m.value) {
			s.scalar(kind, quantity{name: shownKey(path), key: m.key}, json.RawMessage("true"))
		}
		return
	case kind == announcesPages:
		s.pages.largest(quantity{name: shownKey(path), key: m.key, n: int64(len(list))})
		return
	case kind != announcesNext && !slices.ContainsFunc(wordsOf(m.key), func(word string) bool { return links[word] }):
		return
	}
	for _, raw := range list {
		link, isLink := membersOf(raw)
		switch {
		case kind == announcesNext && !isLink:
			s.next(shownKey(path), raw)
		case kind == announcesNext && link.address() == nil && link.say():
			s.more = shownKey(path)
		case kind == announcesNext:
			s.next(shownKey(path), link.address())
		case link.leads() != nil:
			s.next(shownKey(path), link.leads())
		}
	}
}
