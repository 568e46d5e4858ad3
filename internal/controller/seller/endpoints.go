package seller

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// DefaultAllowedHosts are Cloudmore's own.
var DefaultAllowedHosts = []string{"api.cloudmore.com", "api-dev.cloudmore.com"}

// CheckHosts refuses patterns that can't mean a host.
func CheckHosts(patterns []string) error {
	for _, p := range patterns {
		rest := strings.TrimPrefix(p, "*.")
		if p != "*" && (rest == "" || strings.ContainsAny(rest, "*/: ")) {
			return fmt.Errorf("%q is no host: name one (api.example.com), all of a domain (*.example.com), or all (*); no scheme, port or path", p)
		}
	}
	return nil
}

// permits reports whether this operator may call an endpoint: one whose host it
// was allowed, or this machine where that is for trying it out.
func (c *Connection) permits(endpoint string) bool {
	at, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	host := strings.ToLower(at.Hostname())
	if c.AllowInsecure && broker.Loopback(host) {
		return true
	}
	patterns := c.AllowedHosts
	if len(patterns) == 0 {
		patterns = DefaultAllowedHosts
	}
	for _, p := range patterns {
		p = strings.ToLower(p)
		suffix, wild := strings.CutPrefix(p, "*")
		if p == host || (wild && strings.HasSuffix(host, suffix)) {
			return true
		}
	}
	return false
}

// reachesInside reports whether an address that is not public may be dialled.
func (c *Connection) reachesInside(endpoint string) bool {
	at, err := url.Parse(endpoint)
	return c.AllowPrivateNetworks || (err == nil && c.AllowInsecure && broker.Loopback(strings.ToLower(at.Hostname())))
}
