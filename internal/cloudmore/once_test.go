package cloudmore

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// rude is a server that answers logins and reads, keeps connections open, and
// closes the connection on the first byte, or the last, of anything else.
type rude struct {
	listener net.Listener
	mu       sync.Mutex
	seen     []string // request lines of what was read
	conns    map[string]int
	cutReads bool // also close on a read over a connection that was used before
}

func newRude(t *testing.T) *rude {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rude{listener: listener, conns: map[string]int{}}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

func (s *rude) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for uses := 0; ; uses++ {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		s.mu.Lock()
		s.seen = append(s.seen, request.Method+" "+request.URL.Path)
		s.conns[conn.RemoteAddr().String()]++
		cut := s.cutReads && uses > 0
		s.mu.Unlock()
		answer := "[]"
		switch {
		case request.URL.Path == "/connect/token":
			answer = `{"access_token":"t"}`
		case request.Method != http.MethodGet || cut:
			return // the whole request was read, and the connection is closed without an answer
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "+
			map[string]string{"[]": "2", `{"access_token":"t"}`: "20"}[answer]+"\r\n\r\n"+answer)
	}
}

func (s *rude) count(method, suffix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, line := range s.seen {
		if strings.HasPrefix(line, method+" ") && strings.HasSuffix(line, suffix) {
			n++
		}
	}
	return n
}

// TestWritesGoOutOnce closes the connection after the request was read, both
// with our carrier and with a plain one that reuses idle connections.
func TestWritesGoOutOnce(t *testing.T) {
	carriers := map[string]http.RoundTripper{"own": nil, "reusing": &http.Transport{}}
	for name, carrier := range carriers {
		t.Run(name, func(t *testing.T) {
			for op, method := range map[Op]string{OpCreate: http.MethodPost, OpUpdate: http.MethodPut, OpDelete: http.MethodDelete} {
				server := newRude(t)
				config := testConfig("http://" + server.listener.Addr().String())
				config.Transport = carrier
				client := newClient(t, config)
				if _, err := client.List(t.Context()); err != nil { // leaves an idle connection
					t.Fatal(err)
				}
				if f := failed(t, operations[op](t.Context(), client)); f.Class != broker.Ambiguous || f.NotSent || f.Answered {
					t.Errorf("%s gives %+v, want Ambiguous", op, f)
				}
				path := map[Op]string{OpCreate: "/brokers"}[op]
				if sent := server.count(method, path); sent != 1 {
					t.Errorf("%d %s were seen, want 1", sent, method)
				}
			}
		})
	}
}

func TestAPostHasAConnectionOfItsOwn(t *testing.T) {
	server := newRude(t)
	client := newClient(t, testConfig("http://"+server.listener.Addr().String()))
	for range 3 {
		if _, err := client.List(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = client.Create(t.Context(), acme())
	server.mu.Lock()
	defer server.mu.Unlock()
	most := 0
	for _, uses := range server.conns {
		most = max(most, uses)
	}
	if len(server.conns) != 3 || most != 3 {
		t.Errorf("connections were used %v, want one for the login, one for the reads, one for the POST", server.conns)
	}
}

func TestAReadOnAClosedIdleConnectionIsRepeated(t *testing.T) {
	server := newRude(t)
	client := newClient(t, testConfig("http://"+server.listener.Addr().String()))
	if _, err := client.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.mu.Lock()
	server.cutReads = true
	server.mu.Unlock()
	if _, err := client.List(t.Context()); err != nil {
		t.Errorf("the second list fails: %v", err)
	}
	if reads := server.count(http.MethodGet, "/brokers"); reads != 3 {
		t.Errorf("%d reads were seen, want 3: one, and one that was repeated", reads)
	}
}

func TestAPostIsNotRepeatedWhateverIsAnswered(t *testing.T) {
	for _, status := range []int{201, 301, 302, 303, 307, 308, 400, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504} {
		var mu sync.Mutex
		posts := 0
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			posts++
			mu.Unlock()
			says(status, http.Header{"Retry-After": {"0"}, "Location": {r.URL.Path}}, "")(w, r)
		})
		_, _ = client.Create(t.Context(), acme())
		mu.Lock()
		if posts != 1 {
			t.Errorf("a POST answered with %d was sent %d times", status, posts)
		}
		mu.Unlock()
	}
}

func TestRequestsHaveNoWayToBeReplayed(t *testing.T) {
	config := testConfig("http://127.0.0.1")
	spy := &bodies{}
	config.Transport = spy
	client := newClient(t, config)
	client.tokens.bearer.token, client.tokens.expires, client.tokens.renew = "t", client.now().Add(time.Hour), client.now().Add(time.Hour)
	_, _ = client.Create(t.Context(), acme())
	_, _ = client.Update(t.Context(), "7", acme())
	for _, request := range spy.seen {
		if request.GetBody != nil || request.ContentLength <= 0 {
			t.Errorf("%s has GetBody %v and length %d", request.Method, request.GetBody != nil, request.ContentLength)
		}
	}
	if len(spy.seen) != 2 {
		t.Errorf("%d requests, want 2", len(spy.seen))
	}
}

type bodies struct{ seen []*http.Request }

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	b.seen = append(b.seen, r)
	return nil, io.ErrUnexpectedEOF
}
