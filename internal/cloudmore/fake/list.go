package fake

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// listBrokers answers both lists: all brokers, or those with activated services.
func (s *Server) listBrokers(req *request) answer {
	seen := req.at.Add(-s.shapes.ListLag)
	entries := []object{}
	for _, r := range s.store.order {
		if r.unlisted {
			req.shape(ShapedUnlisted)
			continue
		}
		if req.op == OpActiveResellers && !r.services || slices.ContainsFunc(req.fault.Omit, func(id string) bool { return strings.EqualFold(id, r.id) }) {
			continue
		}
		v, ok := r.listed(seen, s.shapes.ListedAfterDelete, s.shapes.InactiveListed)
		if r.changed(seen, req.at) || r.late(seen) {
			req.shape(ShapedLate)
		}
		switch {
		case !ok:
		case req.op == OpActiveResellers && s.shapes.ServiceRows > 0:
			entries = append(entries, s.serviceRows(r)...)
		default:
			entries = append(entries, s.entry(req, r, v))
			s.spoil(req, r.entry, entries)
		}
	}
	shown := s.spoilt(req.fault, slices.Clone(entries))
	return s.announced(req, s.paged(req, shown), len(shown), len(entries))
}

// serviceRows are the rows of a reseller, one for each of its services.
func (s *Server) serviceRows(r *record) []object {
	rows := make([]object, s.shapes.ServiceRows)
	for i := range rows {
		rows[i] = object{"id": fmt.Sprintf("service-%s-%d", r.id, i), KeyResellerID: jsonID(r.id, s.shapes.IDs == IDInteger)}
	}
	return rows
}

// spoilt is the list with what a fault takes away or adds.
func (s *Server) spoilt(fault *Fault, entries []object) []object {
	switch fault.List {
	case ListEmpty:
		return []object{}
	case ListForeign:
		return s.foreignList()
	case ListDuplicate:
		return slices.Concat(entries, entries[:min(1, len(entries))])
	case ListNoID:
		for _, last := range entries[max(0, len(entries)-1):] {
			last[s.shapes.IDKey] = 0
		}
	case ListShort:
		for range min(max(1, fault.Missing), len(entries)) {
			i := s.random.IntN(len(entries))
			entries = slices.Delete(entries, i, i+1)
		}
	}
	return entries
}

// foreignList is the list of an account that is not ours: the same each time.
func (s *Server) foreignList() []object {
	random := rand.New(rand.NewPCG(s.options.Seed, 1))
	list := make([]object, 3)
	for i := range list {
		id := guid(random.Uint64(), random.Uint64())
		if s.shapes.IDs == IDInteger {
			id = strconv.Itoa(900_000 + i)
		}
		stranger := Broker{
			Name: fmt.Sprintf("Stranger %d", i), RegistrationNumber: fmt.Sprintf("9000%d", i), Domain: fmt.Sprintf("stranger%d.example", i),
		}
		r := &record{id: id, versions: []version{{at: s.now(), state: StateLive, broker: stranger}}}
		list[i] = s.entry(&request{fault: &Fault{}}, r, r.versions[0])
	}
	return list
}

// paged is the list, or one page of it, in the form that the settings want.
func (s *Server) paged(req *request, entries []object) answer {
	total := len(entries)
	if s.shapes.PageSize == 0 {
		return s.formed(req, entries, object{})
	}
	page, err := strconv.Atoi(req.query.Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	pages := max(1, (total+s.shapes.PageSize-1)/s.shapes.PageSize)
	from := min((page-1)*s.shapes.PageSize, total)
	entries = entries[from:min(from+s.shapes.PageSize, total)]
	next := req.base + req.ex.Path + "?" + url.Values{"page": {strconv.Itoa(page + 1)}}.Encode()
	switch {
	case s.shapes.Paging == PagingNumbers:
		return s.formed(req, entries, object{"page": page, "pageSize": s.shapes.PageSize, "totalCount": total, "totalPages": pages})
	case s.shapes.Paging == PagingNextLink && page < pages:
		return s.formed(req, entries, object{"nextLink": next})
	case s.shapes.Paging == PagingNextLink:
		return s.formed(req, entries, object{"nextLink": nil})
	case s.shapes.Paging == PagingHeader && page < pages:
		return s.formed(req, entries, object{}).with("Link", "<"+next+`>; rel="next"`)
	}
	return s.formed(req, entries, object{})
}

func (s *Server) formed(req *request, entries []object, around object) answer {
	a := s.inForm(req, entries, around)
	if more := s.shapes.AnnouncedMore; more > 0 {
		req.shape(ShapedMore)
		return a.with("X-Total-Count", strconv.Itoa(len(entries)+more))
	}
	return a
}

func (s *Server) inForm(req *request, entries []object, around object) answer {
	if s.shapes.List == ListArray {
		return s.wrapped(req, jsonAnswer(http.StatusOK, entries), true)
	}
	around[s.shapes.List] = entries
	return s.wrapped(req, jsonAnswer(http.StatusOK, around), true)
}
