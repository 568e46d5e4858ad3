package contract

import (
	"bytes"
	"io"
	"net/http"
)

// RoundTripper reports what breaks the contract on the way through next. An
// answer that is lost or cut off is not counted against it, but its request is.
func (c *Contract) RoundTripper(next http.RoundTripper, report func(Violation)) http.RoundTripper {
	return transport{contract: c, next: next, report: report}
}

type transport struct {
	contract *Contract
	next     http.RoundTripper
	report   func(Violation)
}

// RoundTrip passes request and answer on as they are.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := drain(r.Body)
	if err != nil {
		return nil, err
	}
	outgoing := r.Clone(r.Context())
	if r.Body != nil {
		outgoing.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, failed := t.next.RoundTrip(outgoing)
	ex := exchange{request: r, sent: sent}
	if failed == nil {
		body, cut := drain(response.Body)
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{cut}))
		if cut == nil {
			ex.status, ex.header, ex.body = response.StatusCode, response.Header, body
		}
	}
	t.tell(ex)
	return response, failed
}

func (t transport) tell(ex exchange) {
	for _, violation := range t.contract.violations(ex) {
		t.report(violation)
	}
}

func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	data, err := io.ReadAll(body)
	if closed := body.Close(); err == nil {
		err = closed
	}
	return data, err
}

// failing is the end of a body: its error, or the plain end.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// Handler reports what breaks the contract on the way to next. Answers that
// next aborts are not counted against it, but their requests are.
func (c *Contract) Handler(next http.Handler, report func(Violation)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := drain(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the client left in the middle of its request
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		ex := exchange{request: r, sent: sent}
		copied := &tee{ResponseWriter: w}
		defer func() {
			for _, violation := range c.violations(ex) {
				report(violation)
			}
		}()
		next.ServeHTTP(copied, r)
		ex.status, ex.header, ex.body = copied.sentStatus(), w.Header(), copied.body.Bytes()
	})
}

// tee keeps a copy of what is answered.
type tee struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the first status, as net/http does.
func (t *tee) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write keeps the body.
func (t *tee) Write(p []byte) (int, error) {
	t.body.Write(p)
	return t.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Flush sends what is written so far.
func (t *tee) Flush() {
	_ = http.NewResponseController(t.ResponseWriter).Flush() // a writer that can't does it at the end
}

func (t *tee) sentStatus() int {
	if t.status == 0 {
		return http.StatusOK
	}
	return t.status
}
