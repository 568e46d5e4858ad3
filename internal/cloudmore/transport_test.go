package cloudmore

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestAddresses(t *testing.T) {
	rows := map[string]struct{ public, plain bool }{
		"93.184.216.34":          {true, false},
		"2606:2800:220:1::1":     {true, false},
		"127.0.0.1":              {false, true},
		"127.8.8.8":              {false, true},
		"::1":                    {false, true},
		"::ffff:127.0.0.1":       {false, true},
		"::ffff:93.184.216.34":   {true, false},
		"10.1.2.3":               {false, false},
		"172.16.0.1":             {false, false},
		"192.168.1.1":            {false, false},
		"169.254.169.254":        {false, false},
		"::ffff:169.254.169.254": {false, false},
		"fe80::1%eth0":           {false, false},
		"fd00:ec2::254":          {false, false},
		"fec0::1":                {false, false},
		"0.0.0.0":                {false, false},
		"::":                     {false, false},
		"100.64.0.1":             {false, false},
		"198.18.0.1":             {false, false},
		"224.0.0.1":              {false, false},
		"255.255.255.255":        {false, false},
		"64:ff9b::a00:1":         {false, false},
		"2002:7f00:1::":          {false, false},
	}
	for text, want := range rows {
		addr := netip.MustParseAddr(text)
		if got := permitted(addr, false, false); got != want.public {
			t.Errorf("%s over https is permitted: %v, want %v", text, got, want.public)
		}
		if got := permitted(addr, true, true); got != want.plain {
			t.Errorf("%s over http is permitted: %v, want %v", text, got, want.plain)
		}
		if !permitted(addr, false, true) {
			t.Errorf("%s is not permitted where private networks are", text)
		}
	}
}

// overTLS is a server with the newest protocol version given, and its CA bundle.
func overTLS(t *testing.T, version uint16) (endpoint string, bundle []byte) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/connect/token" {
			_, _ = io.WriteString(w, `{"access_token":"t"}`)
			return
		}
		_, _ = io.WriteString(w, "[]")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func TestTLS(t *testing.T) {
	rows := []struct {
		name    string
		version uint16
		change  func(*Config)
		reason  string // "": it works
	}{
		{"TLS 1.3 with the CA works", tls.VersionTLS13, func(*Config) {}, ""},
		{"TLS 1.2 with the CA works", tls.VersionTLS12, func(*Config) {}, ""},
		{"TLS 1.1 is refused", tls.VersionTLS11, func(*Config) {}, "the server refused the TLS handshake"},
		{"another authority is refused", tls.VersionTLS13, func(c *Config) { c.CABundle = nil }, "the server's certificate is signed by an unknown authority"},
		{"another host is refused", tls.VersionTLS13, func(c *Config) { c.Endpoint = strings.Replace(c.Endpoint, "127.0.0.1", "localhost", 1) }, "the server's certificate is for another host"},
		{"a private address is refused unless allowed", tls.VersionTLS13, func(c *Config) { c.AllowPrivateNetworks = false }, errAddress.Error()},
		{"a name of a private address, too", tls.VersionTLS13, func(c *Config) {
			c.AllowPrivateNetworks, c.Endpoint = false, strings.Replace(c.Endpoint, "127.0.0.1", "localhost", 1)
		}, errAddress.Error()},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			endpoint, bundle := overTLS(t, row.version)
			config := testConfig(endpoint)
			config.CABundle, config.AllowPrivateNetworks, config.AllowInsecure = bundle, true, false
			row.change(&config)
			err := list(t, newClient(t, config))
			if row.reason == "" {
				if err != nil {
					t.Errorf("list fails: %v", err)
				}
				return
			}
			if f := failed(t, err); f.Class != broker.Unavailable || !f.NotSent || f.Reason != "log in: "+row.reason {
				t.Errorf("failure is %+v, want %q", f, row.reason)
			}
		})
	}
}

func TestAServerWithoutTLSIsNamed(t *testing.T) {
	config := testConfig(strings.Replace(listen(t, says(200, nil, "[]")), "http:", "https:", 1))
	config.AllowPrivateNetworks = true
	if f := failed(t, list(t, newClient(t, config))); f.Reason != "log in: the server does not speak TLS" {
		t.Errorf("reason is %q", f.Reason)
	}
}

func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s went to another host, with %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(other.Close)
	rows := []struct {
		name  string
		op    Op
		to    string // %N is the number of the request
		works bool
		calls int
	}{
		{"a read follows one on the same host", OpList, "/there", true, 2},
		{"a read follows three", OpList, "/hop/1 /hop/2 /there", true, 4},
		{"a read does not follow four", OpList, "/hop/1 /hop/2 /hop/3 /there", false, 4},
		{"a read does not go to another host", OpList, other.URL, false, 1},
		{"a read does not go to another scheme", OpList, "https://%HOST%/there", false, 1},
		{"a create follows none", OpCreate, "/there", false, 1},
		{"an update follows none", OpUpdate, "/there", false, 1},
		{"a delete follows none", OpDelete, "/there", false, 1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			targets, calls := strings.Fields(row.to), 0
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				if r.URL.Path == "/there" {
					says(http.StatusOK, nil, `[{"id":1}]`)(w, r)
					return
				}
				if r.Header.Get("Authorization") != "Bearer token-1" {
					t.Errorf("the token was not sent to %s", r.URL)
				}
				w.Header().Set("Location", strings.ReplaceAll(targets[calls-1], "%HOST%", r.Host))
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
			err := operations[row.op](t.Context(), client)
			if (err == nil) != row.works || calls != row.calls {
				t.Errorf("error %v after %d calls, want success %v after %d", err, calls, row.works, row.calls)
			}
		})
	}
}

func TestLoginsAreNotRedirected(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s went to another host", r.Method, r.URL)
	}))
	t.Cleanup(other.Close)
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	if f := failed(t, newClient(t, testConfig(server.URL)).Login(t.Context())); f.Class != broker.Unavailable || f.Status != 307 {
		t.Errorf("failure is %+v", f)
	}
}

func TestProxyPorts(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy": "proxy:80", "https://proxy": "proxy:443", "http://proxy:3128": "proxy:3128", "socks5://[::1]": "[::1]:1080",
	} {
		endpoint, err := http.NewRequest(http.MethodGet, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := hostPort(endpoint.URL); got != want {
			t.Errorf("%s is dialled at %s, want %s", text, got, want)
		}
	}
}
