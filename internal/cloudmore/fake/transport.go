package fake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"syscall"
)

// RoundTripper answers requests to any host from this server, in the caller's
// goroutine and without a socket. Its hooks for httptrace tell, as net/http's
// do, whether a request was written. With Options.Sleep it runs in virtual
// time; a context that ends while the server waits ends the request.
func (s *Server) RoundTripper() http.RoundTripper { return inProcess{s} }

type inProcess struct{ server *Server }

// RoundTrip hands the request to the handler and returns what it wrote.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	trace := httptrace.ContextClientTrace(ctx)
	if trace != nil && trace.GetConn != nil {
		trace.GetConn(r.URL.Host)
	}
	w := &recorder{header: http.Header{}, trace: trace}
	t.serve(w, incoming(ctx, r))
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return w.response(r)
}

// incoming is the request as a server would see it.
func incoming(ctx context.Context, r *http.Request) *http.Request {
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:1"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// serve ends as net/http's server does: an aborted handler is no panic.
func (t inProcess) serve(w *recorder, r *http.Request) {
	defer func() {
		cause := recover()
		if err, _ := cause.(error); cause != nil && !errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
	}()
	t.server.ServeHTTP(w, r)
}

// recorder is the connection of an in-process request.
type recorder struct {
	header http.Header
	trace  *httptrace.ClientTrace
	sent   bool // the request got through
	status int
	body   bytes.Buffer
	cause  error // why there is no answer, or no more of it
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		if w.trace != nil && w.trace.GotFirstResponseByte != nil {
			w.trace.GotFirstResponseByte()
		}
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush does nothing: the body is handed over when the handler is done.
func (w *recorder) Flush() {}

// accepted is called once the server has the request.
func (w *recorder) accepted() {
	w.sent = true
	if w.trace == nil {
		return
	}
	if w.trace.GotConn != nil {
		w.trace.GotConn(httptrace.GotConnInfo{})
	}
	if w.trace.WroteHeaders != nil {
		w.trace.WroteHeaders()
	}
	if w.trace.WroteRequest != nil {
		w.trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
}

// lost keeps why the answer is missing. What was dropped looks as it does to
// net/http: a connection refused, or closed without an answer.
func (w *recorder) lost(cause error) {
	switch {
	case !errors.Is(cause, errDropped):
		w.cause = cause
	case w.sent:
		w.cause = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	default:
		w.cause = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
}

func (w *recorder) response(r *http.Request) (*http.Response, error) {
	if w.status == 0 {
		return nil, w.cause
	}
	response := &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Request: r, ContentLength: int64(w.body.Len()),
	}
	var body io.Reader = &w.body
	if w.cause != nil {
		response.ContentLength = -1
		body = io.MultiReader(body, brokenBody{w.cause})
	}
	response.Body = io.NopCloser(body)
	return response, nil
}

// brokenBody is the end of a body whose connection broke.
type brokenBody struct{ cause error }

func (b brokenBody) Read([]byte) (int, error) { return 0, b.cause }
