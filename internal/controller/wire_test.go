package controller_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

// wire lies between one manager and the API server. It notes what the manager
// writes, and can hold a write back, lose it, delay what watches show, or be cut.
type wire struct {
	base http.RoundTripper

	mu       sync.Mutex
	underWay sync.RWMutex // held for reading by writes on their way
	cut      bool
	away     bool
	left     time.Time     // when the API server went away
	inVain   time.Duration // how long after that it was last asked
	flowing  chan struct{} // closed while all watches flow
	held     string        // the resource whose watches do not
	before   func(write) error
	after    func(write)
	sent     []write
	lists    []string // the namespaces whose Resellers were listed
}

// write is one change asked of the API server.
type write struct {
	verb, resource, subresource, namespace, name string
	body                                         map[string]any
	status                                       int // of the answer
}

// String is what was written, in the words of RBAC.
func (w write) String() string {
	if w.subresource != "" {
		return w.verb + " " + w.resource + "/" + w.subresource
	}
	return w.verb + " " + w.resource
}

// sets reports whether the write gives status a value at this field.
func (w write) sets(field string) bool {
	st, _ := w.body["status"].(map[string]any)
	return st[field] != nil
}

// clears reports whether the write takes the value of status away.
func (w write) clears(field string) bool {
	st, _ := w.body["status"].(map[string]any)
	value, named := st[field]
	return named && value == nil
}

// attempt is the intent that the write announces; "" for none.
func (w write) attempt() string {
	st, _ := w.body["status"].(map[string]any)
	creation, _ := st["creation"].(map[string]any)
	attempt, _ := creation["attempt"].(string)
	return attempt
}

var (
	errCut  = errors.New("the manager is dead")
	errAway = errors.New("the API server is away")
	apiPath = regexp.MustCompile(`^/apis?/(?:[a-z0-9.]+/)?v[a-z0-9]+/(?:namespaces/([^/]+)/)?([a-z]+)(?:/([^/]+))?(?:/([a-z]+))?$`)
)

func newWire() *wire {
	x := &wire{flowing: make(chan struct{}), before: func(write) error { return nil }, after: func(write) {}}
	close(x.flowing)
	return x
}

// wrap is for rest.Config.Wrap.
func (x *wire) wrap(base http.RoundTripper) http.RoundTripper {
	x.base = base
	return x
}

// RoundTrip implements http.RoundTripper.
func (x *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if x.isCut() {
		return nil, errCut
	}
	parts := apiPath.FindStringSubmatch(r.URL.Path)
	if x.isAway(true) {
		return nil, errAway
	}
	if parts == nil {
		return x.base.RoundTrip(r)
	}
	if r.Method == http.MethodGet {
		x.noteRead(r, parts[1], parts[2], parts[3])
		answer, err := x.base.RoundTrip(r)
		if err == nil && r.URL.Query().Get("watch") != "" {
			answer.Body = &watched{ReadCloser: answer.Body, wire: x, resource: parts[2]}
		}
		return answer, err
	}
	return x.write(r, write{verb: r.Method, namespace: parts[1], resource: parts[2], name: parts[3], subresource: parts[4]})
}

func (x *wire) write(r *http.Request, w write) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		_ = json.Unmarshal(body, &w.body) // some bodies are no JSON, and of no interest
	}
	x.mu.Lock()
	before, after := x.before, x.after
	x.mu.Unlock()
	if err := before(w); err != nil {
		return nil, err
	}
	if x.isCut() {
		return nil, errCut
	}
	answer, err := x.exchange(r, w)
	if err != nil {
		return nil, err
	}
	w.status = answer.StatusCode
	after(w)
	if x.isCut() {
		_ = answer.Body.Close()
		return nil, errCut
	}
	return answer, nil
}

func (x *wire) noteRead(r *http.Request, namespace, resource, name string) {
	if resource != "resellers" || name != "" || r.URL.Query().Get("watch") != "" {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lists = append(x.lists, namespace)
}

// listed are the namespaces whose Resellers were listed, one for each list.
func (x *wire) listed() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.lists)
}

// exchange sends a write and notes it. While it is under way it may have taken effect
// already, so that nobody counts writes then.
func (x *wire) exchange(r *http.Request, w write) (*http.Response, error) {
	x.underWay.RLock()
	defer x.underWay.RUnlock()
	answer, err := x.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.status = answer.StatusCode
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent = append(x.sent, w)
	return answer, nil
}

// beforeWrite is called with each write before it is sent, in the writer's
// goroutine; an error loses the write.
func (x *wire) beforeWrite(f func(write) error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.before = f
}

// afterWrite is called with each write when the API server has answered, before
// the manager gets the answer.
func (x *wire) afterWrite(f func(write)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.after = f
}

// kill cuts the wire: from now on the manager neither reads nor writes.
func (x *wire) kill() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cut = true
	select {
	case <-x.flowing:
	default:
		close(x.flowing)
	}
}

func (x *wire) isCut() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cut
}

// leave has the API server be away, until comeBack: whatever the manager asks gets no
// answer, and its watches end with what comes next.
func (x *wire) leave() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.away, x.left = true, time.Now()
}

func (x *wire) comeBack() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.away = false
}

// isAway reports whether the API server is away, when it is asked for something, or when
// an open watch is read.
func (x *wire) isAway(asked bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.away && asked {
		x.inVain = time.Since(x.left)
	}
	return x.away
}

// askedInVain is how long the API server had been away when the manager last asked for
// something.
func (x *wire) askedInVain() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.inVain
}

// holdWatches lets the manager see no change of Resellers until flow.
func (x *wire) holdWatches() { x.holdWatchesOf("resellers") }

// holdWatchesOf does so with another resource.
func (x *wire) holdWatchesOf(resource string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.flowing, x.held = make(chan struct{}), resource
}

// flow shows the manager everything that was held, in sequence.
func (x *wire) flow() {
	x.mu.Lock()
	defer x.mu.Unlock()
	close(x.flowing)
}

// writes are the accepted writes to a resource so far: those whose effect can be seen,
// too, although their answers are still on the way.
func (x *wire) writes(resource string) []string {
	x.underWay.Lock()
	defer x.underWay.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	var all []string
	for _, w := range x.sent {
		if w.resource == resource && w.status < http.StatusBadRequest {
			all = append(all, w.String())
		}
	}
	return all
}

// forget forgets the writes so far, likewise.
func (x *wire) forget() {
	x.underWay.Lock()
	defer x.underWay.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent = slices.Clone(x.sent[:0])
}

// watched is the body of a watch.
type watched struct {
	io.ReadCloser
	wire     *wire
	resource string
}

// Read implements io.Reader.
func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.wire.mu.Lock()
	flowing, held := b.wire.flowing, b.wire.held
	b.wire.mu.Unlock()
	if b.resource == held {
		<-flowing
	}
	switch {
	case b.wire.isCut():
		return 0, errCut
	case b.wire.isAway(false):
		return 0, errAway
	default:
		return n, err
	}
}
