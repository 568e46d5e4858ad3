package cloudmore

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// An entry of a list without an id of use is one that was misread, or spoilt: the list
// has that broker, and nobody knows which one it is.

// roll takes the entries of the list of brokers.
type roll struct {
	Listing

	client *Client
	scrub  *scrubber
	places map[broker.ID]entryPlace
}

// entryPlace is where a broker stands: in the list, on which page, and in Brokers.
type entryPlace struct{ index, page, at int }

func (c *Client) newRoll() *roll {
	return &roll{client: c, scrub: newScrubber(c.tokens.secrets()), places: map[broker.ID]entryPlace{}, Listing: Listing{Brokers: []broker.Broker{}}}
}

// take takes one entry. Of two with one id on one page, what both show alike is the
// broker's, and the second may be another one. On two pages they say that the list
// changed, so that others may stand on none.
func (r *roll) take(index, page int, entry []byte) string {
	b, problem := r.client.summary(entry)
	was, again := r.places[b.ID.Key()]
	switch {
	case problem == "" && again && was.page != page:
		return reasonTwice
	case problem == "" && again:
		problem = fmt.Sprintf("its id is that of entry %d", was.index)
		r.Brokers[was.at] = broker.Agreed(&r.Brokers[was.at], &b)
	case problem == "":
		r.places[b.ID.Key()] = entryPlace{index, page, len(r.Brokers)}
		r.Brokers = append(r.Brokers, b)
		return ""
	}
	if len(r.Unreadable) >= maxUnreadable {
		return reasonEntries
	}
	b.ID = ""
	r.Unreadable = append(r.Unreadable, broker.Unreadable{Index: index, Problem: problem, Value: r.shown(entry), Shows: b})
	return ""
}

// shown is what an entry shows for an id, or all of it where it shows none.
func (r *roll) shown(entry []byte) string {
	all, _ := membersOf(unwrapped(entry))
	for _, key := range idKeys {
		if raw := all.value(key); raw != nil && !isNull(raw) {
			entry = raw
			break
		}
	}
	if text := r.scrub.line(string(entry), maxEntryShown); text != "" {
		return text
	}
	return fmt.Sprintf("%d bytes", len(entry))
}

// activeIDs are the ids of a row of the resellers with activated services: the reseller's
// where it has one under that name, else all. A row may be about a service, and have an
// id of its own.
func activeIDs(entry []byte) []broker.ID {
	all, isObject := membersOf(unwrapped(entry))
	if !isObject {
		if id, usable := scalarID(entry); usable {
			return []broker.ID{id}
		}
		return nil
	}
	if all.twice() != "" {
		return nil // which of them holds, readers disagree about
	}
	if id, usable := scalarID(all.value("resellerId")); usable {
		return []broker.ID{id}
	}
	var ids []broker.ID
	for _, key := range idKeys {
		if id, usable := scalarID(all.value(key)); usable {
			ids = append(ids, id)
		}
	}
	return ids
}
