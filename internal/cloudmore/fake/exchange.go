package fake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// request is a call on its way through the server.
type request struct {
	route
	query  url.Values
	header http.Header
	base   string // scheme and host, for links
	body   []byte
	user   string
	fault  *Fault
	ex     *Exchange
	at     time.Time // when it takes effect
}

// pendingCommit is a call that takes effect later, with or without its client.
type pendingCommit struct {
	due time.Time
	run func()
}

var errDropped = errors.New("the connection is dropped")

// connection is what a request in process is told beyond http.ResponseWriter.
type connection interface {
	accepted()        // the server has the request
	lost(cause error) // there will be no answer, or no more of it
}

func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	req := s.receive(r)
	defer s.finish(req)
	if conn, ok := w.(connection); ok && req.fault.Drop != DropUnreached {
		conn.accepted()
	}
	reply, err := s.reply(r.Context(), req)
	if err != nil {
		abort(w, err)
	}
	s.send(r.Context(), w, req, reply)
}

// abort closes the connection in net/http's way, by a panic that it knows.
func abort(w http.ResponseWriter, cause error) {
	if conn, ok := w.(connection); ok {
		conn.lost(cause)
	}
	panic(http.ErrAbortHandler)
}

// receive reads the request, enters it into the history and picks its fault.
func (s *Server) receive(r *http.Request) *request {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody+1))
	if err != nil || len(body) > maxRequestBody {
		body = nil
	}
	req := &request{route: routeOf(r.Method, r.URL), query: r.URL.Query(), header: r.Header.Clone(), base: baseOf(r), body: body}
	req.ex = &Exchange{
		Op: req.op, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Broker: req.broker, UserAgent: r.UserAgent(), Header: r.Header.Clone(),
	}
	req.ex.Header.Del("Authorization")
	var posted struct {
		Domain string `json:"domain"`
	}
	if req.op.writes() && json.Valid(body) {
		req.ex.Body = body
		_ = json.Unmarshal(body, &posted) // a domain of another type matches no fault
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	req.user = s.principal(req)
	req.ex.Principal = req.user
	req.ex.At = s.now()
	s.history.begin(req.ex)
	req.ex.Fault = s.strike(call{op: req.op, broker: req.broker, domain: posted.Domain, user: req.user})
	req.fault = req.ex.Fault
	if req.fault == nil {
		req.fault = &Fault{}
	}
	return req
}

func baseOf(r *http.Request) string {
	if r.TLS != nil || r.URL.Scheme == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// reply takes the stages of the package comment up to the answer. An error
// means that there is none.
func (s *Server) reply(ctx context.Context, req *request) (answer, error) {
	if err := s.wait(ctx, req, s.Shapes().Latency+req.fault.Delay); err != nil {
		return answer{}, err
	}
	if req.fault.Drop == DropUnreached {
		return answer{}, errDropped
	}
	reply, err := s.effect(ctx, req)
	if err != nil {
		return answer{}, err
	}
	if err := s.wait(ctx, req, req.fault.AnswerDelay); err != nil {
		return answer{}, err
	}
	if req.fault.Drop == DropConnection {
		return answer{}, errDropped
	}
	if status := req.fault.status(); status != 0 {
		reply = s.substitute(req, status)
	}
	return reply, nil
}

// effect lets the call take effect as its fault says and returns the true answer.
func (s *Server) effect(ctx context.Context, req *request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	req.at = s.now()
	if req.fault.RevokeTokens {
		clear(s.tokens)
	}
	if !s.limiter.AllowN(req.at, 1) {
		return s.throttled(), nil
	}
	if !req.fault.commits() {
		return s.untouched(req), nil
	}
	if refusal, refused := s.refuse(req); refused {
		return refusal, nil
	}
	if req.op != OpToken && (s.shapes.EmptyAccount || req.fault.EmptyAccount) {
		return s.nothing(req), nil
	}
	if req.fault.CommitAfter == 0 {
		return s.perform(req), nil
	}
	return s.effectLate(ctx, req)
}

// effectLate gives up the lock while it waits. What has an answer of its own
// does not wait for the effect.
func (s *Server) effectLate(ctx context.Context, req *request) (answer, error) {
	var reply answer
	req.at = req.ex.At.Add(req.fault.CommitAfter)
	s.pending = append(s.pending, pendingCommit{due: req.at, run: func() { reply = s.perform(req) }})
	slices.SortStableFunc(s.pending, func(a, b pendingCommit) int { return a.due.Compare(b.due) })
	if req.fault.status() != 0 || req.fault.Drop != "" {
		return answer{}, nil
	}
	wait := req.at.Sub(s.now())
	s.mu.Unlock()
	err := s.wait(ctx, req, wait)
	s.mu.Lock()
	if err != nil {
		return answer{}, err
	}
	s.settle()
	return reply, nil
}

// settle lets every late call that is due take effect, in sequence. It runs
// before anything looks at the brokers, so no timer is needed and virtual
// time is exact.
func (s *Server) settle() {
	now := s.now()
	for len(s.pending) > 0 && !s.pending[0].due.After(now) {
		due := s.pending[0]
		s.pending = s.pending[1:]
		due.run()
	}
}

func (s *Server) wait(ctx context.Context, req *request, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if err := s.options.Sleep(ctx, d); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		req.ex.Abandoned = true
		return err
	}
	return nil
}

func (s *Server) finish(req *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history.end(req.ex, s.now())
	s.options.Log.Info("request", "method", req.ex.Method, "path", req.ex.Path, "op", req.op,
		"status", req.ex.Status, "committed", req.ex.Committed, "user", req.user,
		"took", req.ex.EndedAt.Sub(req.ex.At).Round(time.Microsecond).String())
}
