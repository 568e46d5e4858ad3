package broker

import (
	"cmp"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Account is where brokers live: a seller, at an endpoint. Two spellings of one
// account are equal, and a key of maps and indexes. Zero is no account.
type Account struct {
	endpoint, seller string
}

// AccountOf is the account that an endpoint and a seller id name, however both
// are spelled.
func AccountOf(endpoint, sellerID string) Account {
	return Account{endpoint: endpointKey(endpoint), seller: sellerKey(sellerID)}
}

// String names the account in its canonical spelling, for messages.
func (a Account) String() string { return "seller " + a.seller + " at " + a.endpoint }

// sellerKey is the form in which seller ids are compared: without case; GUIDs in
// any of their spellings; integers without leading zeros.
func sellerKey(id string) string {
	id = strings.TrimSpace(id)
	if guid, ok := guidKey(id); ok {
		return guid
	}
	if id != "" && strings.Trim(id, "0123456789") == "" {
		return cmp.Or(strings.TrimLeft(id, "0"), "0")
	}
	return strings.ToLower(id)
}

// defaultPorts are those that a URL of the scheme need not name.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// endpointKey is the form in which endpoints are compared.
func endpointKey(endpoint string) string {
	endpoint = strings.TrimSpace(endpoint)
	if isPlain(endpoint) {
		return endpoint
	}
	return parsedKey(endpoint)
}

// isPlain reports whether an endpoint is its own key: https, and a host name in lower
// case. Nearly all are, and each pass asks, so nothing is parsed for them.
func isPlain(endpoint string) bool {
	host, https := strings.CutPrefix(endpoint, "https://")
	top := host[strings.LastIndexByte(host, '.')+1:]
	named := top != "" && strings.IndexByte(letters, top[0]) >= 0 // and no address
	return https && named && strings.Trim(host, letters+"0123456789.-") == ""
}

const letters = "abcdefghijklmnopqrstuvwxyz"

// parsedKey is the key of any endpoint. Only the path has letters whose case may matter
// (RFC 3986 §6.2.2.1). What is no URL of a host can't be called, and is compared as it is.
func parsedKey(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return endpoint
	}
	host, port := hostKey(u.Hostname()), portKey(u.Port())
	if u.Host = host; port != "" && port != defaultPorts[u.Scheme] {
		u.Host += ":" + port
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u.String()
}

// hostKey drops the case and the root's dot, and spells addresses in one way.
func hostKey(host string) string {
	host = strings.TrimRight(strings.ToLower(host), ".")
	if address, err := netip.ParseAddr(host); err == nil {
		host = address.Unmap().String()
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// portKey drops leading zeros.
func portKey(port string) string {
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		return strconv.FormatUint(n, 10)
	}
	return port
}

// Loopback reports whether a host names this machine. That "localhost" resolves to it is
// checked when dialling.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
