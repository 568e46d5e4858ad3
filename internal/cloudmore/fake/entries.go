package fake

import (
	"fmt"
	"net/http"
	"strconv"
)

// Entry says how lists show a broker; empty: as they show others.
type Entry string

// The ways in which an entry of a list can't be told apart as a broker.
const (
	EntryNoID  Entry = "no-id" // its id is 0
	EntryBlank Entry = "blank" // its id is null, and it shows nothing else
	EntryTwice Entry = "twice" // its id is that of the entry before it; the first one is as others
)

// Entries are all of them.
var Entries = []Entry{EntryNoID, EntryBlank, EntryTwice}

// spoil shows the last entry so far as its broker is to be shown.
func (s *Server) spoil(req *request, as Entry, entries []object) {
	last := entries[len(entries)-1]
	switch {
	case as == EntryNoID:
		last[s.shapes.IDKey] = 0
	case as == EntryBlank:
		clear(last)
		last[s.shapes.IDKey] = nil
	case as == EntryTwice && len(entries) > 1 && usableID(entries[len(entries)-2][s.shapes.IDKey]):
		last[s.shapes.IDKey] = entries[len(entries)-2][s.shapes.IDKey]
	default:
		return
	}
	req.shape(ShapedEntry + string(as))
}

func usableID(id any) bool { return id != nil && id != 0 }

// Announcement says how a list tells that it lacks entries.
type Announcement string

// The ways to tell it.
const (
	AnnounceHeader Announcement = "header" // X-Total-Count
	AnnounceRange  Announcement = "range"  // Content-Range
	AnnounceFlag   Announcement = "flag"   // X-Has-More
	AnnounceToken  Announcement = "token"  // X-Continuation-Token
	AnnounceLink   Announcement = "link"   // Link, to another path
	AnnouncePages  Announcement = "pages"  // X-Total-Pages
)

// Announcements are all of them.
var Announcements = []Announcement{AnnounceHeader, AnnounceRange, AnnounceFlag, AnnounceToken, AnnounceLink, AnnouncePages}

// announced is a list that says how many entries there are, where a fault wants it to and
// took some away.
func (s *Server) announced(req *request, a answer, shown, all int) answer {
	by := req.fault.Announce
	if by == "" || shown >= all || a.status != http.StatusOK {
		return a
	}
	req.shape(ShapedAnnounced + string(by))
	switch by {
	case AnnounceHeader:
		return a.with("X-Total-Count", strconv.Itoa(all+s.shapes.AnnouncedMore))
	case AnnounceRange:
		return a.with("Content-Range", fmt.Sprintf("items 0-%d/%d", max(0, shown-1), all+s.shapes.AnnouncedMore))
	case AnnounceFlag:
		return a.with("X-Has-More", "true")
	case AnnounceToken:
		return a.with("X-Continuation-Token", "bmV4dA==")
	case AnnounceLink:
		return a.with("Link", "</api/more?after="+strconv.Itoa(shown)+`>; rel="next"`)
	default:
		return a.with("X-Total-Pages", "2")
	}
}
