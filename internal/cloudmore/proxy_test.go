package cloudmore

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// proxied are a proxy that answers CONNECT with a status, and one that lets through.
func proxied(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// through is a proxy that opens a way to a server, whoever is asked for.
func through(server string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		to, err := net.Dial("tcp", server)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		from, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
		_, _ = io.Copy(from, to)
		_ = from.Close()
	}
}

// hangsUp is a proxy that closes the connection.
func hangsUp(w http.ResponseWriter, _ *http.Request) {
	if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = connection.Close()
	}
}

// nobody is an address that refuses connections: the own end of a connection, which no
// other process can get meanwhile.
func nobody(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection.LocalAddr().String()
}

// garbled is the address of a server that speaks before it is asked.
func garbled(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(connection, "220 mail.example ready\r\n")
			_, _ = io.Copy(io.Discard, connection) // until it is left
			_ = connection.Close()
		}
	}()
	return listener.Addr().String()
}

// TestProxies is the table of what a proxy may do, and what the user reads.
func TestProxies(t *testing.T) {
	endpoint, bundle := overTLS(t, tls.VersionTLS13)
	behind := strings.TrimPrefix(endpoint, "https://")
	secure := httptest.NewUnstartedServer(says(200, nil, ""))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	status := func(code int) func(*testing.T) string {
		return func(t *testing.T) string { return proxied(t, says(code, nil, page)) }
	}
	for _, row := range []struct {
		name   string
		proxy  func(*testing.T) string
		reason string // "": it works
	}{
		{"lets through", func(t *testing.T) string { return proxied(t, through(behind)) }, ""},
		{"wants a user", status(407), "the proxy answered 407 Proxy Authentication Required: put a user and a password that it takes into HTTPS_PROXY"},
		{"forbids the host", status(403), "the proxy answered 403 Forbidden: it does not let this host be called"},
		{"can't reach the server", status(502), "the proxy answered 502 Bad Gateway: it can't reach the server"},
		{"is overloaded", status(503), "the proxy answered 503 Service Unavailable: it can't reach the server"},
		{"waits in vain", status(504), "the proxy answered 504 Gateway Timeout: it can't reach the server"},
		{"is no proxy", status(404), "the proxy answered 404 Not Found and opened no way to the server"},
		{"sends elsewhere", status(302), "the proxy answered 302 Found and opened no way to the server"},
		{"says 201", status(201), "the proxy answered 201 Created and opened no way to the server"},
		{"is not there", func(t *testing.T) string { return "http://" + nobody(t) }, "no connection to the proxy"},
		{"has no address", func(*testing.T) string { return "http://proxy.invalid:3128" }, "the host name of the proxy can't be resolved"},
		{"closes the connection", func(t *testing.T) string { return proxied(t, hangsUp) }, "the connection was cut, by the proxy or behind it"},
		{"reaches nobody", func(t *testing.T) string { return proxied(t, through(nobody(t))) }, "the proxy answered 502 Bad Gateway: it can't reach the server"},
		{"has a certificate of its own", func(*testing.T) string { return secure.URL }, "the proxy's certificate is for another host"},
		{"speaks no TLS", func(t *testing.T) string {
			return strings.Replace(proxied(t, says(200, nil, "")), "http:", "https:", 1)
		}, "the proxy does not speak TLS"},
		{"speaks no SOCKS", func(t *testing.T) string { return "socks5://" + garbled(t) }, "the proxy opened no way to the server"},
		{"is not there for SOCKS", func(t *testing.T) string { return "socks5://" + nobody(t) }, "no connection to the proxy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Setenv("HTTPS_PROXY", row.proxy(t))
			config := testConfig("https://example.com")
			config.AllowInsecure = false
			config.CABundle = bundle
			if row.name == "has a certificate of its own" {
				config.CABundle = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
				t.Setenv("HTTPS_PROXY", strings.Replace(secure.URL, "127.0.0.1", "localhost", 1))
			}
			client := newClient(t, config)
			_, err := client.Create(t.Context(), acme())
			if row.reason == "" {
				if err = list(t, client); err != nil {
					t.Errorf("list fails: %v", err)
				}
				return
			}
			f := failed(t, err)
			if f.Reason != "log in: "+row.reason || f.Class != broker.Unavailable || !f.NotSent || f.Status != 0 {
				t.Errorf("failure is %+v, want %q", f, row.reason)
			}
			if l := client.Logins(); l.Refused || len(l.Undecided) != 0 {
				t.Errorf("a login is counted that nobody was asked for: %+v", l)
			}
		})
	}
}

func TestWhatIsNoProxy(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "http://proxy:3128": true, "https://proxy": true, "socks5://proxy:1080": true, "socks5h://[::1]:1080": true,
		"proxy:3128": true, "proxy": true, "10.0.0.1:3128": true, "http://user:password@proxy:3128": true,
		"http://": false, "ftp://proxy": false, "socks4://proxy": false, "http://proxy:port": false, "http:// proxy": false,
		" http://proxy": false, "://": false, "http://%zz": false, "[::1": false, "file:///etc/passwd": false,
	} {
		t.Run(text, func(t *testing.T) {
			t.Setenv("HTTPS_PROXY", text)
			err := CheckProxy()
			if (err == nil) != good {
				t.Errorf("CheckProxy says %v", err)
			}
			_, made := New(Config{Endpoint: "https://example.com", SellerID: "1", Credentials: testCredentials, Now: newClock().Now})
			if (made == nil) != good {
				t.Errorf("New says %v", made)
			}
			if !good && (!strings.Contains(err.Error(), "HTTPS_PROXY") || strings.Contains(err.Error(), "passwd")) {
				t.Errorf("CheckProxy says %v", err)
			}
		})
	}
}
