package cloudmore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"golang.org/x/text/encoding/unicode"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// request is one call to the API.
type request struct {
	op     Op
	method string
	url    string
	body   []byte // JSON, or a form for the login; nil: none
	accept []int  // the statuses of success
	limit  int64  // bytes of the answer
	// about is the broker that an answer may be about; "": any.
	about broker.ID
	// read takes what it needs from a whole answer of success. It returns why
	// the answer can't be used, from a closed set; "" when it can.
	read func(*answer) (problem string)
	// mentions are the members that a 400 or 422 to the latest sending named.
	mentions []string
}

// answer is a response, read to its end or to where it broke.
type answer struct {
	status int
	header http.Header
	body   []byte // without byte order mark and surrounding space
	flaw   string // why the body is not whole, from a closed set
	from   string // the URL that answered, for links relative to it
}

// call makes a request with the session's token. When the API refuses the
// token with 401, it is renewed once and the call repeated, but for a POST:
// that goes out once, whatever happens. A token that reads work with is renewed
// for the sake of writes once in an hour.
func (c *Client) call(ctx context.Context, r *request) *broker.Failure {
	token, failure := c.tokens.current(ctx)
	if failure != nil {
		return beforeSending(r.op, failure)
	}
	refused := c.send(ctx, r, token.header())
	if refused == nil || refused.Status != http.StatusUnauthorized {
		c.tokens.took(token, refused)
		return refused
	}
	renew, proven := true, false
	if r.method != http.MethodGet {
		renew, proven = c.tokens.mayRenewForWrite(token)
	}
	if !renew {
		return lacksRight(refused, proven)
	}
	c.tokens.drop(token, r.method == http.MethodGet, refused.Gateway)
	if r.method == http.MethodPost || refused.Class != broker.Unauthorized {
		return refused
	}
	if token, failure = c.tokens.current(ctx); failure != nil {
		failure = beforeSending(r.op, failure)
		failure.NotSent, failure.Answered = false, refused.Answered
		return failure
	}
	if refused = c.send(ctx, r, token.header()); refused == nil || refused.Status != http.StatusUnauthorized {
		return refused
	}
	return lacksRight(refused, proven)
}

// lacksRight is a write that was answered 401. Where reads work, it is the right that
// lacks.
func lacksRight(refused *broker.Failure, readsWork bool) *broker.Failure {
	if readsWork {
		refused.Class = broker.Forbidden
	}
	return refused
}

// send passes the limiter and makes one exchange, in a span of its own.
func (c *Client) send(ctx context.Context, r *request, authorization string) *broker.Failure {
	call := callOf(ctx, r.op)
	ctx, span := traces.Call(ctx, string(r.op), r.method, r.op.template(), call.Lane.String())
	call.Trace = traces.ID(ctx)
	failure := c.pass(ctx, r, &call, authorization, span)
	if failure != nil {
		span.End(failure.Class.String())
	} else {
		span.End("")
	}
	return failure
}

// pass passes the limiter and makes one exchange.
func (c *Client) pass(ctx context.Context, r *request, call *Call, authorization string, span *traces.Span) (failure *broker.Failure) {
	leave, err := c.gate.Enter(ctx, *call)
	if err != nil {
		return notEntered(ctx, r.op, err)
	}
	span.Sent()
	began, a := c.now(), &answer{}
	defer func() {
		noteStatus(ctx, a.status)
		span.Answered(a.status)
		leave(Result{Status: a.status, Failure: failure, Duration: c.now().Sub(began)})
	}()
	ctx, cancel := r.bound(ctx)
	defer cancel()
	return c.exchange(ctx, r, authorization, a)
}

// exchange sends the request once, reads the answer into a, and judges it.
func (c *Client) exchange(ctx context.Context, r *request, authorization string, a *answer) *broker.Failure {
	var line line
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, line.trace()), r.method, r.url, nil)
	if err != nil {
		return &broker.Failure{Class: broker.Unavailable, Op: r.op.String(), Reason: "the URL is no URL", NotSent: true}
	}
	if ctx.Err() != nil {
		return r.unanswered(ctx.Err(), true, false)
	}
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if r.body != nil {
		req.Header.Set("Content-Type", r.contentType())
		// Set by hand, so that GetBody stays nil: with it, or with an
		// Idempotency-Key header, net/http would repeat a POST automatically.
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	}
	response, err := c.http.Do(req)
	if err != nil {
		return r.unanswered(err, line.silent(), c.proxied)
	}
	defer func() { _ = response.Body.Close() }()
	a.take(response, r.limit)
	if ctx.Err() != nil && a.flaw != "" {
		a.flaw = reasonOf(ctx.Err())
	}
	return c.judge(r, a)
}

func (r *request) contentType() string {
	if r.op == OpLogin {
		return "application/x-www-form-urlencoded"
	}
	return "application/json"
}

// bound limits a read and a login; a write has the time that its context
// gives, or writeTimeout.
func (r *request) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := writeTimeout
	switch _, deadline := ctx.Deadline(); {
	case r.op == OpLogin:
		limit = loginTimeout
	case r.method == http.MethodGet:
		limit = readTimeout
	case deadline:
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// take reads the body, at most limit bytes.
func (a *answer) take(response *http.Response, limit int64) {
	a.status, a.header, a.from = response.StatusCode, response.Header, response.Request.URL.String()
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case err != nil:
		a.flaw = reasonCut
	case int64(len(body)) > limit:
		a.flaw = reasonTooLong
	default:
		a.body = bytes.TrimSpace(inUTF8(body))
		for name, values := range response.Trailer { // RFC 9110 §6.5: known behind the body
			a.header[name] = append(a.header[name], values...)
		}
	}
}

// inUTF8 is a text without its byte order mark, which RFC 8259 §8.1 lets a reader ignore.
// What bears the mark of UTF-16 is rewritten: RFC 4627 allowed that.
func inUTF8(body []byte) []byte {
	if !bytes.HasPrefix(body, []byte("\xff\xfe")) && !bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	}
	text, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return text
}

// json reports whether the body is exactly one JSON value.
func (a *answer) json() bool { return json.Valid(a.body) }

// line watches how far a request came. A carrier that does not tell
// (net/http/httptrace) is taken to have sent it.
type line struct{ asked, connected atomic.Bool }

func (l *line) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { l.asked.Store(true) },
		// From here on bytes may be on the wire; asking later, at the first
		// header written, would trust the order of hooks and buffers.
		GotConn: func(httptrace.GotConnInfo) { l.connected.Store(true) },
	}
}

// silent reports that provably no byte was sent.
func (l *line) silent() bool { return l.asked.Load() && !l.connected.Load() }

// notEntered is the failure of a call that the limiter did not let in.
func notEntered(ctx context.Context, op Op, err error) *broker.Failure {
	var failure *broker.Failure
	if errors.As(err, &failure) {
		return beforeSending(op, failure)
	}
	reason := "the limiter is closed"
	if ctx.Err() != nil {
		reason = reasonOf(ctx.Err())
	}
	return &broker.Failure{Class: broker.Unavailable, Op: op.String(), Reason: reason, NotSent: true}
}

// beforeSending is the failure of a call because of what had to come first.
func beforeSending(op Op, cause *broker.Failure) *broker.Failure {
	failure := *cause
	failure.Op, failure.NotSent, failure.Answered = op.String(), true, false
	if cause.Op != "" && cause.Op != failure.Op {
		failure.Reason = cause.Op + ": " + cause.Reason
	}
	if failure.Class == broker.Ambiguous {
		failure.Class = broker.Unavailable
	}
	return &failure
}
