package controller_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// callLine carries the calls of a manager. It holds the clock when the operation under
// test is called first.
type callLine struct {
	clock *heldClock
	base  http.RoundTripper
	// giveUp is when a call without an answer ends. A row without answers need not wait
	// for the bound of the client, which is half a minute for a read.
	giveUp time.Duration

	mu    sync.Mutex
	op    fake.Operation // that is to be struck; "" for none
	begin func()         // what begins with the first call of it
}

// newCallLine opens a connection for each call: on one that is used again, net/http
// repeats a read automatically.
func newCallLine(c *heldClock) *callLine {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.DisableKeepAlives = true
	return &callLine{clock: c, base: base, giveUp: time.Minute}
}

// strike has the clock stand, and the quirk begin, with the first call of an operation.
func (l *callLine) strike(op fake.Operation, begin func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.op, l.begin = op, begin
}

func (l *callLine) called(op fake.Operation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if op != l.op {
		return
	}
	l.clock.hold()
	l.begin()
	l.begin = func() {}
}

// RoundTrip implements http.RoundTripper.
func (l *callLine) RoundTrip(r *http.Request) (*http.Response, error) {
	l.called(operationOf(r))
	ctx, cancel := context.WithTimeout(r.Context(), l.giveUp)
	answer, err := l.base.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	answer.Body = &bounded{answer.Body, cancel}
	return answer, nil
}

// bounded is a body whose time ends when it is closed.
type bounded struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (b *bounded) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// operationOf is what a request asks for.
func operationOf(r *http.Request) fake.Operation {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	one, brokers := len(segments) == 5, strings.Contains(r.URL.Path, "/brokers")
	switch {
	case strings.HasSuffix(r.URL.Path, "/connect/token"):
		return fake.OpToken
	case !brokers && one:
		return fake.OpActiveReseller
	case !brokers:
		return fake.OpActiveResellers
	case r.Method == http.MethodPost:
		return fake.OpCreate
	case r.Method == http.MethodPut:
		return fake.OpUpdate
	case r.Method == http.MethodDelete:
		return fake.OpDelete
	case one:
		return fake.OpGet
	default:
		return fake.OpList
	}
}
