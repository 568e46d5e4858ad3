package cloudmore

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// clock is a time that moves only when told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const seller = "5f0c8a4e-0000-4000-8000-000000000001"

var testCredentials = Credentials{Username: "api@seller.example", Password: "~~~pass/Word+1", ClientSecret: "client:Secret&2"}

func testConfig(endpoint string) Config {
	return Config{
		Endpoint: endpoint, SellerID: seller, Credentials: testCredentials,
		Now: newClock().Now, UserAgent: "reseller-operator/v0.0.0-test", AllowInsecure: true,
	}
}

func newClient(t *testing.T, config Config) *Client {
	t.Helper()
	client, err := New(config)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return client
}

// serve starts a server that grants every login and answers all else by the handler.
func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	return newClient(t, testConfig(listen(t, handler)))
}

// listen is the URL of such a server.
func listen(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/connect/token" {
			_, _ = io.WriteString(w, `{"access_token":"token-1","token_type":"Bearer","expires_in":86400}`)
			return
		}
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// says answers every request alike.
func says(status int, header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// onFake is a client of a fake seller API on a real socket.
func onFake(t *testing.T, options fake.Options) (*Client, *fake.Server) {
	t.Helper()
	server, err := fake.New(options)
	if err != nil {
		t.Fatalf("fake.New: %v", err)
	}
	url, err := server.Start()
	if err != nil {
		t.Fatalf("start the fake: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the fake: %v", err)
		}
	})
	return newClient(t, fakeConfig(url)), server
}

func fakeConfig(url string) Config {
	config := testConfig(url)
	config.SellerID = fake.DefaultSellerID
	config.Credentials = Credentials{
		Username: fake.DefaultUsername, Password: fake.DefaultPassword, ClientSecret: fake.DefaultClientSecret,
	}
	return config
}

// failed is the failure that an error is; a test without one has failed.
func failed(t *testing.T, err error) *broker.Failure {
	t.Helper()
	var failure *broker.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("error is %T (%v), not a *broker.Failure", err, err)
	}
	return failure
}

func text(value string) *string { return &value }

// acme is a broker with every documented field.
func acme() broker.Broker {
	allowed := true
	return broker.Broker{
		Name: text("Acme Ltd"), RegistrationNumber: text("12345678"), VAT: text("EE123456789"), Domain: text("acme.example"),
		NotificationEmail: text("notify@acme.example"), SupportEmail: text("support@acme.example"),
		Contact: broker.Contact{
			Name: text("Ann Lee"), JobTitle: text("CTO"), Email: text("ann@acme.example"),
			PhonePrefix: text("372"), Phone: text("5551234"), CellPhonePrefix: text("372"), CellPhone: text("5554321"),
		},
		Address:          broker.Address{Address: text("Main St 1"), PostalCode: text("10111"), City: text("Tallinn"), CountryCode: text("EE")},
		InvoiceContact:   broker.InvoiceContact{Name: text("Bo"), Email: text("bo@acme.example"), PhonePrefix: text("372"), Phone: text("5550000")},
		CustomProperties: []broker.Property{{ID: "segment", Value: "gold"}},
		AllowCmpAccess:   &allowed,
	}
}

// operations are all calls, for what holds of each.
var operations = map[Op]func(context.Context, *Client) error{
	OpLogin:  func(ctx context.Context, c *Client) error { return c.Login(ctx) },
	OpCreate: func(ctx context.Context, c *Client) error { _, err := c.Create(ctx, acme()); return err },
	OpGet:    func(ctx context.Context, c *Client) error { _, err := c.Get(ctx, "7"); return err },
	OpList:   func(ctx context.Context, c *Client) error { _, err := c.List(ctx); return err },
	OpUpdate: func(ctx context.Context, c *Client) error { _, err := c.Update(ctx, "7", acme()); return err },
	OpDelete: func(ctx context.Context, c *Client) error { return c.Delete(ctx, "7") },
	OpActiveResellers: func(ctx context.Context, c *Client) error {
		_, err := c.ActiveResellers(ctx)
		return err
	},
	OpActiveReseller: func(ctx context.Context, c *Client) error {
		_, err := c.ActiveReseller(ctx, "7")
		return err
	},
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	rows := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"names every missing credential", func(c *Config) { c.Credentials = Credentials{Username: "u"} }, "credentials lack password, clientSecret"},
		{"wants a seller id", func(c *Config) { c.SellerID = "" }, "seller id is missing"},
		{"takes no dot segment for a seller id", func(c *Config) { c.SellerID = ".." }, "seller id is missing or no id"},
		{"wants a clock", func(c *Config) { c.Now = nil }, "clock is missing"},
		{"refuses plain http without the flag", func(c *Config) { c.Endpoint, c.AllowInsecure = "http://127.0.0.1", false }, "plain http, which is not allowed"},
		{"refuses plain http to another host", func(c *Config) { c.Endpoint = "http://api.cloudmore.com" }, "to loopback only"},
		{"refuses a host that only looks like loopback", func(c *Config) { c.Endpoint = "http://localhost.example.com" }, "to loopback only"},
		{"refuses other schemes", func(c *Config) { c.Endpoint = "ftp://api.cloudmore.com" }, `scheme is "ftp"`},
		{"refuses a relative endpoint", func(c *Config) { c.Endpoint = "/api" }, "no absolute URL"},
		{"refuses credentials in the endpoint", func(c *Config) { c.Endpoint = "https://u:p@api.cloudmore.com" }, "a user, a query or a fragment"},
		{"refuses a query in the endpoint", func(c *Config) { c.Endpoint = "https://api.cloudmore.com?x=1" }, "a user, a query or a fragment"},
		{"refuses a CA bundle without certificates", func(c *Config) { c.CABundle = []byte("nothing") }, "no PEM certificate"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			config := testConfig("https://api.cloudmore.com")
			row.change(&config)
			_, err := New(config)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("New says %v, want %q", err, row.want)
			}
		})
	}
}

func TestRequestsAreAsDocumented(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]http.Header{}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen[r.Method+" "+r.URL.EscapedPath()] = r.Header
		mu.Unlock()
		says(http.StatusNoContent, nil, "")(w, r)
	})
	for op, call := range operations {
		if op != OpLogin {
			_ = call(t.Context(), client)
		}
	}
	base := "/api/sellers/" + seller
	for _, want := range []string{
		"POST " + base + "/brokers", "GET " + base + "/brokers/7", "GET " + base + "/brokers", "PUT " + base + "/brokers/7",
		"DELETE " + base + "/brokers/7", "GET " + base + "/resellers", "GET " + base + "/resellers/7",
	} {
		header, called := seen[want]
		if !called {
			t.Errorf("%s was not called", want)
			continue
		}
		for name, value := range map[string]string{
			"Authorization": "Bearer token-1", "Accept": "application/json", "User-Agent": "reseller-operator/v0.0.0-test",
			"Idempotency-Key": "", "X-Idempotency-Key": "", "Expect": "",
		} {
			if header.Get(name) != value {
				t.Errorf("%s: %s is %q, want %q", want, name, header.Get(name), value)
			}
		}
		if writes := want[0] == 'P'; writes != (header.Get("Content-Type") == "application/json") {
			t.Errorf("%s: Content-Type is %q", want, header.Get("Content-Type"))
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d different requests were made, want 7: %v", len(seen), seen)
	}
}

func TestIDsThatAreNoneAreNotSent(t *testing.T) {
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	for _, id := range []broker.ID{"", ".", "..", "a/b", "a?b", "a b", "é", broker.ID(strings.Repeat("a", 129)), "%2e%2e"} {
		_, getErr := client.Get(t.Context(), id)
		_, updateErr := client.Update(t.Context(), id, acme())
		_, activeErr := client.ActiveReseller(t.Context(), id)
		for _, err := range []error{getErr, updateErr, activeErr, client.Delete(t.Context(), id)} {
			if f := failed(t, err); f.Class != broker.Invalid || !f.NotSent {
				t.Errorf("id %q gives %+v, want Invalid and NotSent", id, f)
			}
		}
	}
}

func TestSellerIDIsEscaped(t *testing.T) {
	var path string
	config := testConfig(listen(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		says(http.StatusOK, nil, "[]")(w, r)
	}))
	config.SellerID = "a/../b?c"
	if _, err := newClient(t, config).List(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "/api/sellers/a%2F..%2Fb%3Fc/brokers"; path != want {
		t.Errorf("path is %q, want %q", path, want)
	}
}
