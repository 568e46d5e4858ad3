package fake

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Exchange is one request and what became of it.
type Exchange struct {
	Seq       int             `json:"seq"` // from 1, in the order of arrival
	At        time.Time       `json:"at"`  // when it arrived
	Op        Operation       `json:"op"`
	Method    string          `json:"method"`
	Path      string          `json:"path"`
	Query     string          `json:"query,omitempty"`
	Broker    string          `json:"broker,omitempty"`    // the id asked for; of a create, the id made
	Principal string          `json:"principal,omitempty"` // the user whose token was sent, or who logs in
	UserAgent string          `json:"userAgent,omitempty"`
	Header    http.Header     `json:"-"`              // as received, without Authorization
	Body      json.RawMessage `json:"body,omitempty"` // of creates and updates, if it was JSON
	Replaced  *Broker         `json:"-"`              // of an update: the broker before
	Fault     *Fault          `json:"fault,omitempty"`
	Shaped    []string        `json:"shaped,omitempty"` // ShapedEnvelope …: what of the settings and of the brokers the call met

	Committed   bool      `json:"committed"` // it changed a broker, or issued a token
	CommittedAt time.Time `json:"committedAt,omitzero"`
	Status      int       `json:"status"`    // 0: no answer was sent
	Abandoned   bool      `json:"abandoned"` // the client left before the answer was due
	EndedAt     time.Time `json:"endedAt,omitzero"`
}

// Counter sums up the exchanges of one operation.
type Counter struct {
	Calls      int `json:"calls"`
	Committed  int `json:"committed"`
	Refused    int `json:"refused"`    // answered with a status from 400 on
	Unanswered int `json:"unanswered"` // dropped, or left by the client
}

// history keeps the exchanges and counts them. The server's lock guards it.
type history struct {
	limit    int
	next     int
	all      []*Exchange
	counters map[Operation]*Counter
	inFlight int
	peak     int
}

func newHistory(limit int) *history {
	h := &history{limit: limit}
	h.reset()
	return h
}

func (h *history) reset() {
	h.all = nil
	h.counters = map[Operation]*Counter{}
	for _, op := range Operations {
		h.counters[op] = &Counter{}
	}
}

func (h *history) begin(ex *Exchange) {
	h.next++
	ex.Seq = h.next
	if len(h.all) >= h.limit {
		h.all = slices.Delete(h.all, 0, max(1, h.limit/10)) // a tenth at a time: the copy is not for free
	}
	h.all = append(h.all, ex)
	h.counters[ex.Op].Calls++
	h.inFlight++
	h.peak = max(h.peak, h.inFlight)
}

func (h *history) commit(ex *Exchange, at time.Time) {
	ex.Committed, ex.CommittedAt = true, at
	h.counters[ex.Op].Committed++
}

func (h *history) end(ex *Exchange, at time.Time) {
	h.inFlight--
	ex.EndedAt = at
	switch {
	case ex.Status == 0:
		h.counters[ex.Op].Unanswered++
	case ex.Status >= http.StatusBadRequest:
		h.counters[ex.Op].Refused++
	}
}

// History is every exchange so far, in the order of arrival.
func (s *Server) History() []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]Exchange, len(s.history.all))
	for i, ex := range s.history.all {
		all[i] = *ex
	}
	return all
}

// Counters sums up the exchanges by operation. Those of OpToken tell the
// logins: committed are the granted ones, refused the others.
func (s *Server) Counters() map[Operation]Counter {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	counters := map[Operation]Counter{}
	for op, counter := range s.history.counters {
		counters[op] = *counter
	}
	return counters
}

// Calls counts the requests of an operation, answered or not.
func (s *Server) Calls(op Operation) int { return s.Counters()[op].Calls }

// Commits counts the requests of an operation that took effect.
func (s *Server) Commits(op Operation) int { return s.Counters()[op].Committed }

// PeakInFlight is the largest number of requests that were open at once.
func (s *Server) PeakInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.history.peak
}

// CommittedCreates counts the POSTs that made a broker of this identity,
// whatever became of the broker since.
func (s *Server) CommittedCreates(registrationNumber, domain string) int {
	count := 0
	for _, ex := range s.History() {
		if ex.Op != OpCreate || !ex.Committed {
			continue
		}
		var posted Broker
		if json.Unmarshal(ex.Body, &posted) == nil && posted.RegistrationNumber == registrationNumber && posted.Domain == domain {
			count++
		}
	}
	return count
}

// ResetHistory forgets all exchanges and counts, so that a test can look at
// one phase alone.
func (s *Server) ResetHistory() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history.reset()
	s.history.peak = s.history.inFlight
}
