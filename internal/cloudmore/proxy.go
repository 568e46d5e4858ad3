package cloudmore

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxySchemes are the proxies that net/http can use.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

var errProxy = errors.New("the environment variable HTTPS_PROXY is no URL of a proxy; write http://host:port, with https, socks5 or socks5h for other kinds, and name in NO_PROXY what is called directly")

// CheckProxy reports whether the proxy of the environment can be used. net/http takes
// what is no URL for no proxy, and would call directly, past a firewall's rules or into
// its block.
func CheckProxy() error {
	text := httpproxy.FromEnvironment().HTTPSProxy
	if text == "" {
		return nil
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text // as net/http reads it
	}
	proxy, err := url.Parse(text)
	if err != nil || proxy.Hostname() == "" || !slices.Contains(proxySchemes, proxy.Scheme) {
		return errProxy
	}
	return nil
}

// proxyOf is the proxy of the environment for an endpoint; nil for none.
func proxyOf(endpoint *url.URL) (*url.URL, error) {
	if err := CheckProxy(); err != nil {
		return nil, err
	}
	return httpproxy.FromEnvironment().ProxyFunc()(endpoint)
}

// proxyRefusal is an answer of a proxy that opened no way to the server.
type proxyRefusal struct{ status int }

func (e proxyRefusal) Error() string {
	reason := "the proxy answered " + statusLine(e.status)
	switch e.status {
	case http.StatusProxyAuthRequired:
		return reason + ": put a user and a password that it takes into HTTPS_PROXY"
	case http.StatusForbidden, http.StatusUnauthorized:
		return reason + ": it does not let this host be called"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return reason + ": it can't reach the server"
	default:
		return reason + " and opened no way to the server"
	}
}

// connected takes the answer of a proxy to CONNECT (RFC 9110 §9.3.6).
func connected(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return proxyRefusal{answer.StatusCode}
}

// ofProxy is what an error says of a proxy; "" where it is about the server, or says
// nothing of either.
func ofProxy(err error) string {
	var (
		refusal   proxyRefusal
		operation *net.OpError
	)
	switch {
	case errors.As(err, &refusal):
		return refusal.Error()
	case !errors.As(err, &operation):
		return ""
	case operation.Op == "proxyconnect": // so net/http calls all on the way to it
		return reasonAbout(operation.Err, "the proxy")
	case operation.Op == "socks connect":
		return "the proxy opened no way to the server"
	default:
		return ""
	}
}
