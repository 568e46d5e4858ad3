package cloudmore

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// gateway is a token endpoint and a list that wants the newest token.
type gateway struct {
	mu     sync.Mutex
	logins int
	calls  int
	login  http.HandlerFunc // nil: grants
	valid  func(token string) bool
	last   *http.Request
	form   url.Values
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.URL.Path != "/connect/token" {
		g.calls++
		if token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); g.valid != nil && !g.valid(token) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "[]")
		return
	}
	g.logins++
	g.last = r
	g.form, _ = url.ParseQuery(string(body))
	if g.login != nil {
		g.login(w, r)
		return
	}
	_, _ = io.WriteString(w, `{"access_token":"token-`+string(rune('0'+g.logins))+`","token_type":"bearer","expires_in":1000}`)
}

func (g *gateway) set(login http.HandlerFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.login = login
}

func (g *gateway) counted(t *testing.T, logins, calls int) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.logins != logins || g.calls != calls {
		t.Errorf("%d logins and %d calls, want %d and %d", g.logins, g.calls, logins, calls)
	}
}

func onGateway(t *testing.T) (*Client, *gateway, *clock) {
	t.Helper()
	g, c := &gateway{}, newClock()
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	config := testConfig(server.URL)
	config.Now = c.Now
	return newClient(t, config), g, c
}

func list(t *testing.T, client *Client) error {
	t.Helper()
	_, err := client.List(t.Context())
	return err
}

func TestLoginIsAsDocumented(t *testing.T) {
	client, g, _ := onGateway(t)
	if err := client.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	user, password, basic := g.last.BasicAuth()
	if !basic || user != DefaultClientID || password != "client%3ASecret%262" {
		t.Errorf("Basic is %q, %q, %v", user, password, basic)
	}
	want := url.Values{"grant_type": {"password"}, "scope": {"api"}, "username": {testCredentials.Username}, "password": {testCredentials.Password}}
	if g.form.Encode() != want.Encode() || g.last.Method != http.MethodPost || g.last.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("%s of %v as %q", g.last.Method, g.form, g.last.Header.Get("Content-Type"))
	}
}

func TestATokenIsUsedUntilNearItsEnd(t *testing.T) {
	client, g, c := onGateway(t)
	for _, row := range []struct {
		after         time.Duration
		logins, calls int
	}{{0, 1, 1}, {0, 1, 2}, {899 * time.Second, 1, 3}, {2 * time.Second, 2, 4}, {0, 2, 5}} {
		c.advance(row.after)
		if err := list(t, client); err != nil {
			t.Fatal(err)
		}
		g.counted(t, row.logins, row.calls)
	}
}

func TestLifetimes(t *testing.T) {
	for raw, want := range map[string]time.Duration{
		"": time.Hour, "null": time.Hour, "0": time.Hour, "-1": time.Hour, `"x"`: time.Hour, "{}": time.Hour, `"NaN"`: time.Hour,
		"600": 10 * time.Minute, `"600"`: 10 * time.Minute, "600.5": 600*time.Second + 500*time.Millisecond,
		"86400": 24 * time.Hour, "1e300": 24 * time.Hour,
	} {
		if got := lifetime([]byte(raw)); got != want {
			t.Errorf("expires_in %s is %v, want %v", raw, got, want)
		}
	}
}

func TestOneLoginServesAllWhoWait(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{}})
	if err := server.Inject(fake.Fault{Op: fake.OpToken, Delay: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if err := list(t, client); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if logins := server.Calls(fake.OpToken); logins != 1 {
		t.Errorf("%d logins, want 1", logins)
	}
}

func TestOneFailedLoginAnswersAllWhoWait(t *testing.T) {
	client, g, _ := onGateway(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	g.login = func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		w.WriteHeader(http.StatusBadGateway)
	}
	errs := make(chan error, 2)
	go func() { errs <- client.Login(t.Context()) }()
	<-arrived
	waiting := &watched{Context: t.Context(), asked: make(chan struct{})}
	go func() { errs <- client.Login(waiting) }()
	<-waiting.asked // the second one waits for the first
	close(release)
	for range 2 {
		if f := failed(t, <-errs); f.Class != broker.Unavailable || f.Status != http.StatusBadGateway {
			t.Errorf("login gives %+v", f)
		}
	}
	g.counted(t, 1, 0)
}

// watched tells when somebody waits for its end.
type watched struct {
	context.Context
	once  sync.Once
	asked chan struct{}
}

func (w *watched) Done() <-chan struct{} {
	w.once.Do(func() { close(w.asked) })
	return w.Context.Done()
}

func TestALoginThatItsCallerLeavesIsTakenOver(t *testing.T) {
	client, g, _ := onGateway(t)
	arrived := make(chan struct{}, 2)
	var first sync.Once
	g.login = func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		left := false
		first.Do(func() { <-r.Context().Done(); left = true })
		if !left {
			_, _ = io.WriteString(w, `{"access_token":"t"}`)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	errs := make(chan error, 2)
	go func() { errs <- client.Login(ctx) }()
	<-arrived
	waiting := &watched{Context: t.Context(), asked: make(chan struct{})}
	go func() { errs <- client.Login(waiting) }()
	<-waiting.asked
	leave()
	var failures int
	for range 2 {
		if err := <-errs; err != nil {
			failures++
		}
	}
	if failures != 1 {
		t.Errorf("%d logins failed, want only the one whose caller left", failures)
	}
}

func TestARefusedLoginIsNotRepeated(t *testing.T) {
	rows := []struct {
		name   string
		status int
		body   string
	}{
		{"wrong user or password", 400, `{"error":"invalid_grant","error_description":"bad api@seller.example"}`},
		{"wrong client", 400, `{"error":"invalid_client"}`},
		{"400 without body", 400, ""},
		{"400 with a body of its own", 400, `{"message":"no"}`},
		{"401 without body", 401, ""},
		{"401 with JSON", 401, `{}`},
		{"403 that says so", 403, `{"error":"invalid_grant"}`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client, g, _ := onGateway(t)
			g.login = says(row.status, nil, row.body)
			for _, call := range operations {
				f := failed(t, call(t.Context(), client))
				if f.Class != broker.Unauthorized || !strings.Contains(f.Reason, "login") || strings.Contains(f.Reason, "@") {
					t.Errorf("failure is %+v", f)
				}
				if f.Op != OpLogin.String() && !f.NotSent {
					t.Errorf("%s is not NotSent", f.Op)
				}
			}
			g.counted(t, 1, 0)
			if !client.Logins().Refused {
				t.Error("LoginRefused is false")
			}
		})
	}
}

func TestALoginRefusedBeforeIsNotTried(t *testing.T) {
	g := &gateway{}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	config := testConfig(server.URL)
	config.LoginRefused = true
	if f := failed(t, list(t, newClient(t, config))); f.Class != broker.Unauthorized || !f.NotSent {
		t.Errorf("failure is %+v", f)
	}
	g.counted(t, 0, 0)
}

func TestATokenEndpointThatIsNotThereIsNoRefusal(t *testing.T) {
	rows := []struct {
		name   string
		status int
		body   string
		class  broker.Class
	}{
		{"500", 500, "", broker.Unavailable},
		{"503", 503, page, broker.Unavailable},
		{"404", 404, "", broker.Unavailable},
		{"429", 429, "", broker.Throttled},
		{"400 with a page", 400, page, broker.Unavailable},
		{"400 with text", 400, "upstream says no", broker.Unavailable},
		{"401 with a page", 401, page, broker.Unavailable},
		{"403 with a page", 403, page, broker.Unavailable},
		{"403 with JSON", 403, `{"message":"Forbidden"}`, broker.Unavailable},
		{"403 without body", 403, "", broker.Unavailable},
		{"a server that asks for patience", 400, `{"error":"temporarily_unavailable"}`, broker.Unavailable},
		{"307", 307, "", broker.Unavailable},
		{"200 with a page", 200, page, broker.Unavailable},
		{"200 without a token", 200, `{"expires_in":5}`, broker.Unavailable},
		{"200 with an empty token", 200, `{"access_token":""}`, broker.Unavailable},
		{"200 with a token that breaks a header", 200, `{"access_token":"a\nX: y"}`, broker.Unavailable},
		{"200 with another kind of token", 200, `{"access_token":"a","token_type":"mac"}`, broker.Unavailable},
		{"200 with half a JSON", 200, `{"access_token":"a"`, broker.Unavailable},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client, g, c := onGateway(t)
			g.login = says(row.status, nil, row.body)
			_, err := client.Create(t.Context(), acme())
			if f := failed(t, err); f.Class != row.class || !f.NotSent || f.Answered || f.Op != "create broker" {
				t.Errorf("failure is %+v, want %q and NotSent", f, row.class)
			}
			if client.Logins().Refused {
				t.Error("LoginRefused is true")
			}
			g.set(nil)
			c.advance(10 * time.Second)
			if err := list(t, client); err != nil {
				t.Errorf("when the endpoint is back, list fails: %v", err)
			}
			g.counted(t, 2, 1)
		})
	}
}

func TestLoginsWithoutAVerdictAreFew(t *testing.T) {
	client, g, c := onGateway(t)
	g.login = says(403, nil, page)
	tried := func(d, every time.Duration) int {
		before := g.logins
		for range int(d / every) {
			if f := failed(t, list(t, client)); f.Class != broker.Unavailable || !f.NotSent || !strings.Contains(f.Reason, "403") {
				t.Fatalf("failure is %+v", f)
			}
			c.advance(every)
		}
		return g.logins - before
	}
	if n := tried(time.Hour, 10*time.Second); n != loginsAnHour {
		t.Errorf("%d logins in the first hour", n)
	}
	if n := tried(4*time.Hour, 10*time.Second); n > 4*loginsAnHour {
		t.Errorf("%d logins in the four hours after", n)
	}
	tried(time.Second, time.Second)
	wait := client.LoginAt().Sub(c.Now())
	if wait < time.Minute {
		t.Errorf("the next login is said to come in %s", wait)
	}
	c.advance(wait - time.Second)
	if n := tried(2*time.Second, time.Second); n != 1 {
		t.Errorf("%d logins when it was said that the next one comes", n)
	}
	client.LoginAgain()
	if at := client.LoginAt(); !at.IsZero() {
		t.Errorf("a login that a user asks for comes at %s", at)
	}
	if n := tried(time.Second, time.Second); n != 1 {
		t.Errorf("%d logins when a user asked for one", n)
	}
	known := client.Logins()
	if known.Refused || len(known.Undecided) != loginsAnHour || !strings.HasPrefix(known.Answer, "403 Forbidden") {
		t.Errorf("known of the logins is %+v", known)
	}
	endpoint, _, _ := strings.Cut(client.base, "/api")
	config := testConfig(endpoint)
	config.Now, config.LoginsUndecided = c.Now, known.Undecided
	next := newClient(t, config)
	before := g.logins
	if f := failed(t, list(t, next)); f.Class != broker.Unavailable || g.logins != before {
		t.Error("the next process tried at once")
	}
	g.set(nil)
	client.LoginAgain()
	if err := list(t, client); err != nil || len(client.Logins().Undecided) != 0 || !client.Logins().Granted {
		t.Errorf("a login that is granted leaves %v, %+v", err, client.Logins())
	}
}

func TestARefusedLoginIsTriedOnceMoreWhenAskedFor(t *testing.T) {
	client, g, _ := onGateway(t)
	g.login = says(400, nil, `{"error":"invalid_grant"}`)
	for n := range 3 {
		for range 3 {
			if f := failed(t, list(t, client)); f.Class != broker.Unauthorized {
				t.Errorf("failure is %+v", f)
			}
		}
		g.counted(t, n+1, 0)
		client.LoginAgain()
	}
	g.set(nil)
	if err := list(t, client); err != nil || client.Logins().Refused {
		t.Errorf("a login that is granted leaves %v, %+v", err, client.Logins())
	}
}

func TestTheLastGoodTokenIsUsedToItsEnd(t *testing.T) {
	for name, login := range map[string]http.HandlerFunc{"refused": says(400, nil, `{"error":"invalid_grant"}`), "unavailable": says(503, nil, "")} {
		t.Run(name, func(t *testing.T) {
			client, g, c := onGateway(t)
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			g.set(login)
			c.advance(901 * time.Second)
			for range 3 {
				if err := list(t, client); err != nil {
					t.Fatalf("with a valid token, list fails: %v", err)
				}
			}
			g.counted(t, 2, 4)
			c.advance(100 * time.Second)
			if err := list(t, client); err == nil {
				t.Error("with an expired token, list goes on")
			}
			if refused := name == "refused"; client.Logins().Refused != refused {
				t.Errorf("LoginRefused is %v", !refused)
			}
		})
	}
}

// TestA401ToWritesOnly holds that an account whose writes are refused with 401 costs a
// login an hour, and is told from a token that has ended.
func TestA401ToWritesOnly(t *testing.T) {
	client, server := onFake(t, fake.Options{})
	server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}})
	if err := server.Inject(fake.Fault{Writes: true, Status: 401}); err != nil {
		t.Fatal(err)
	}
	var last *broker.Failure
	for range 10 {
		if err := list(t, client); err != nil {
			t.Fatal(err)
		}
		_, err := client.Update(t.Context(), "7", acme())
		last = failed(t, err)
	}
	if last.Class != broker.Forbidden || last.Status != 401 || !last.Answered {
		t.Errorf("failure is %+v", last)
	}
	if logins, puts := server.Calls(fake.OpToken), server.Calls(fake.OpUpdate); logins != 2 || puts != 11 {
		t.Errorf("%d logins and %d PUTs, want 2 and 11", logins, puts)
	}
	if err := server.Inject(fake.Fault{Op: fake.OpList, RevokeTokens: true, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if err := list(t, client); err != nil || server.Calls(fake.OpToken) != 3 {
		t.Errorf("a read does not renew the token: %v", err)
	}
}

func TestA401RenewsTheTokenOnce(t *testing.T) {
	t.Run("and repeats what is not a POST", func(t *testing.T) {
		for _, op := range []Op{OpGet, OpList, OpUpdate, OpDelete, OpActiveReseller, OpActiveResellers} {
			client, server := onFake(t, fake.Options{})
			server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}, ServicesActivated: true})
			if err := client.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := server.Inject(fake.Fault{Op: fakeOps[op], RevokeTokens: true, Times: 1}); err != nil {
				t.Fatal(err)
			}
			if err := operations[op](t.Context(), client); err != nil {
				t.Errorf("%s fails: %v", op, err)
			}
			if calls, logins := server.Calls(fakeOps[op]), server.Calls(fake.OpToken); calls != 2 || logins != 2 {
				t.Errorf("%s: %d calls and %d logins, want 2 and 2", op, calls, logins)
			}
		}
	})
	t.Run("and does not repeat a POST", func(t *testing.T) {
		client, server := onFake(t, fake.Options{})
		if err := server.Inject(fake.Fault{Op: fake.OpCreate, RevokeTokens: true, Times: 1}); err != nil {
			t.Fatal(err)
		}
		_, err := client.Create(t.Context(), acme())
		if f := failed(t, err); f.Class != broker.Unauthorized || f.NotSent || !f.Answered {
			t.Errorf("failure is %+v", f)
		}
		if calls, logins := server.Calls(fake.OpCreate), server.Calls(fake.OpToken); calls != 1 || logins != 1 {
			t.Errorf("%d POSTs and %d logins, want 1 and 1", calls, logins)
		}
		if _, err := client.Create(t.Context(), acme()); err != nil {
			t.Errorf("with a new token, create fails: %v", err)
		}
	})
	t.Run("and no more", func(t *testing.T) {
		client, g, _ := onGateway(t)
		g.valid = func(string) bool { return false }
		if f := failed(t, list(t, client)); f.Class != broker.Unauthorized || f.NotSent {
			t.Errorf("failure is %+v", f)
		}
		g.counted(t, 2, 2)
	})
	t.Run("and says so when the login is refused then", func(t *testing.T) {
		client, g, _ := onGateway(t)
		if err := list(t, client); err != nil {
			t.Fatal(err)
		}
		g.valid = func(string) bool { return false }
		g.set(says(400, nil, `{"error":"invalid_grant"}`))
		_, err := client.Update(t.Context(), "7", acme())
		if f := failed(t, err); f.Class != broker.Unauthorized || f.NotSent || !f.Answered || f.Reason != "log in: login refused: invalid_grant" {
			t.Errorf("failure is %+v", f)
		}
	})
	t.Run("for all calls that used it", func(t *testing.T) {
		client, server := onFake(t, fake.Options{})
		if err := server.Inject(fake.Fault{Op: fake.OpList, RevokeTokens: true, Times: 1}); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if err := list(t, client); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if logins := server.Calls(fake.OpToken); logins > 2 {
			t.Errorf("%d logins, want at most 2", logins)
		}
	})
}

var fakeOps = map[Op]fake.Operation{
	OpLogin: fake.OpToken, OpCreate: fake.OpCreate, OpGet: fake.OpGet, OpList: fake.OpList, OpUpdate: fake.OpUpdate,
	OpDelete: fake.OpDelete, OpActiveResellers: fake.OpActiveResellers, OpActiveReseller: fake.OpActiveReseller,
}
