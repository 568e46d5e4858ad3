package cloudmore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
)

var errAddress = errors.New("the endpoint's address is not allowed")

// NewTransport makes the carrier of a client: TLS 1.2 or newer, HTTP/1.1 (a
// connection carries one call, so a cut one makes one call ambiguous), the
// proxy of the environment, and no connection to an address that the
// configuration does not allow. The error says what is wrong with the
// endpoint, the CA bundle or the proxy.
func NewTransport(config Config) (http.RoundTripper, error) {
	endpoint, err := parseEndpoint(config.Endpoint, config.AllowInsecure)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyOf(endpoint)
	if err != nil {
		return nil, errProxy
	}
	var roots *x509.CertPool
	if len(config.CABundle) > 0 {
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(config.CABundle) {
			return nil, errors.New("the CA bundle has no PEM certificate")
		}
	}
	kept := &http.Transport{
		DialContext:            dialer(config, endpoint, proxy),
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    handshakeTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           maxIdleConns,
		MaxIdleConnsPerHost:    maxIdleConns,
		MaxResponseHeaderBytes: maxHeaderBytes,
		Protocols:              new(http.Protocols),
	}
	kept.Protocols.SetHTTP1(true)
	if proxy != nil {
		kept.Proxy, kept.OnProxyConnectResponse = http.ProxyURL(proxy), connected
	}
	fresh := kept.Clone()
	fresh.DisableKeepAlives = true
	return &carried{kept: kept, fresh: fresh, proxied: proxy != nil}, nil
}

// carried gives each POST a connection of its own: a kept one may just have
// been closed by the server, and the POST would be ambiguous for nothing.
type carried struct {
	kept, fresh *http.Transport
	proxied     bool
}

// RoundTrip sends one request.
func (c *carried) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost {
		return c.fresh.RoundTrip(req)
	}
	return c.kept.RoundTrip(req)
}

// CloseIdleConnections closes what is kept and not in use.
func (c *carried) CloseIdleConnections() { c.kept.CloseIdleConnections() }

// dialer connects to the endpoint where its address is allowed. The address is
// checked after the name was resolved, so that no name leads inside. A proxy
// is the administrator's choice and may be anywhere.
func dialer(config Config, endpoint, proxy *url.URL) func(context.Context, string, string) (net.Conn, error) {
	free := &net.Dialer{Timeout: dialTimeout}
	checked := &net.Dialer{Timeout: dialTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil || !permitted(target.Addr(), endpoint.Scheme == "http", config.AllowPrivateNetworks) {
			return errAddress
		}
		return nil
	}}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if proxy != nil && address == hostPort(proxy) {
			return free.DialContext(ctx, network, address)
		}
		return checked.DialContext(ctx, network, address)
	}
}

// hostPort is the address to which net/http dials for a URL.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// special are the ranges besides the private ones that lead to no public host
// (RFC 6890, RFC 6598), or into IPv4 by another name (RFC 6052, 8215, 3056, 4380).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("fec0::/10"), // once site-local (RFC 3879)
}

// permitted reports whether an address may be dialled: over plain http only
// this machine, else public addresses, and any when private ones are allowed.
func permitted(addr netip.Addr, plain, private bool) bool {
	addr = addr.Unmap().WithZone("")
	if plain {
		return addr.IsLoopback()
	}
	if private {
		return true
	}
	for _, prefix := range special {
		if prefix.Contains(addr) {
			return false
		}
	}
	return addr.IsGlobalUnicast() && !addr.IsPrivate()
}

// sameHostReads lets a read follow up to maxRedirects to the same scheme and
// host. Anything else ends with the redirect as the answer: the token is for
// one host, and a redirected write may be done twice.
func sameHostReads(next *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet || len(via) > maxRedirects ||
		next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host {
		return http.ErrUseLastResponse
	}
	return nil
}
