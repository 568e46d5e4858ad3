package cloudmore

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Config is what a client is made of.
type Config struct {
	// Endpoint is the API's base URL, "https://api.cloudmore.com".
	Endpoint    string
	SellerID    string
	Credentials Credentials
	// Former are earlier credentials of the Seller, which no text of the API may show either.
	Former []Credentials
	// Gate limits the calls; nil: no limits.
	Gate Gate
	// Now is the clock, for tokens, Retry-After dates and durations.
	Now func() time.Time
	// UserAgent is sent with every request ("reseller-operator/v1.2.3").
	UserAgent string
	// LoginRefused says that these credentials were refused before: nothing is
	// sent until LoginAgain asks for it.
	LoginRefused bool
	// LoginsUndecided are the latest logins that got no verdict on the
	// credentials, oldest first; NewCredentials says that those were others.
	LoginsUndecided []time.Time
	NewCredentials  bool
	// Members are how the account's API wants updates beyond its documentation,
	// shared by all its clients; nil: what this client learns.
	Members *Members
	// Announcements are what a user called right of what lists announce, shared likewise.
	Announcements *Announcements

	// Transport carries the requests; nil: one made by NewTransport, for which
	// the fields below are.
	Transport http.RoundTripper
	// CABundle are PEM certificates that are trusted instead of the system's.
	CABundle []byte
	// AllowInsecure permits plain http, to loopback only.
	AllowInsecure bool
	// AllowPrivateNetworks permits an endpoint that resolves to a loopback,
	// link-local or private address.
	AllowPrivateNetworks bool
}

// Client is one session: an endpoint and the credentials of one seller. It is
// safe for concurrent use.
type Client struct {
	base   string // {endpoint}/api/sellers/{sellerId}
	now    func() time.Time
	agent  string
	gate   Gate
	http   *http.Client
	tokens *tokens
	types  propertyTypes
	// ids have one type, too.
	ids     propertyTypes
	proxied bool // calls go by a proxy
	members *Members
	// announcements are what a user called right of what lists announce.
	announcements *Announcements
}

// New makes a client. It sends nothing. The error says which part of the
// configuration is wrong.
func New(config Config) (*Client, error) {
	endpoint, err := parseEndpoint(config.Endpoint, config.AllowInsecure)
	if err != nil {
		return nil, err
	}
	credentials, err := config.Credentials.complete()
	if err != nil {
		return nil, err
	}
	if config.SellerID == "" || config.SellerID == "." || config.SellerID == ".." || len(config.SellerID) > maxIDLength {
		return nil, errors.New("seller id is missing or no id")
	}
	if config.Now == nil {
		return nil, errors.New("clock is missing")
	}
	carrier := config.Transport
	if carrier == nil {
		if carrier, err = NewTransport(config); err != nil {
			return nil, err
		}
	}
	c := &Client{
		base:  endpoint.String() + "/api/sellers/" + url.PathEscape(config.SellerID),
		now:   config.Now,
		agent: config.UserAgent,
		gate:  config.Gate,
		http:  &http.Client{Transport: carrier, CheckRedirect: sameHostReads},
	}
	if made, ours := carrier.(*carried); ours {
		c.proxied = made.proxied
	}
	if c.gate == nil {
		c.gate = open{}
	}
	if c.members = config.Members; c.members == nil {
		c.members = NewMembers(func() {})
	}
	if c.announcements = config.Announcements; c.announcements == nil {
		c.announcements = NewAnnouncements(func() {})
	}
	c.tokens = &tokens{
		url: endpoint.String() + "/connect/token", credentials: credentials, former: config.Former,
		now: config.Now, send: c.send, refused: config.LoginRefused, tries: config.LoginsUndecided,
	}
	if config.NewCredentials {
		c.tokens.haste = fresh
	}
	return c, nil
}

// Logins is what is known of the logins with a client's credentials.
type Logins struct {
	// Refused says that they were refused; RefusedAt is when, zero where that was
	// before this client was made.
	Refused   bool
	RefusedAt time.Time
	// Granted says that the latest verdict on them was a token.
	Granted bool
	// Undecided are logins without a verdict since the last one with, oldest first.
	Undecided []time.Time
	// Answer is what the server said to the latest login that failed: for status
	// only, since it may name the user.
	Answer string
	// Ends is when the credentials expire, as the latest login told; zero: it did not.
	Ends time.Time
}

// Logins returns it.
func (c *Client) Logins() Logins { return c.tokens.logins() }

// LoginAt is the earliest moment of the next login; zero while none is needed, or one may
// be made at once. Before it no call is sent.
func (c *Client) LoginAt() time.Time { return c.tokens.loginAt() }

// LoginAgain has the next call log in, whatever became of earlier logins.
func (c *Client) LoginAgain() { c.tokens.again() }

// HoldLogins has no call log in while held is true: a token that is there is used to
// its end.
func (c *Client) HoldLogins(held bool) { c.tokens.hold(held) }

// parseEndpoint accepts an absolute https URL without user, query and
// fragment, and http to loopback where that is allowed. The result has no
// slash at its end.
func parseEndpoint(text string, allowInsecure bool) (*url.URL, error) {
	endpoint, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("endpoint is no URL")
	}
	if endpoint.Host == "" || endpoint.Hostname() == "" {
		return nil, errors.New("endpoint is no absolute URL")
	}
	if endpoint.User != nil || endpoint.RawQuery != "" || endpoint.ForceQuery || endpoint.Fragment != "" {
		return nil, errors.New("endpoint has a user, a query or a fragment")
	}
	switch {
	case endpoint.Scheme == "https":
	case endpoint.Scheme != "http":
		return nil, fmt.Errorf("endpoint scheme is %q, not https", endpoint.Scheme)
	case !allowInsecure:
		return nil, errors.New("endpoint is plain http, which is not allowed")
	case !broker.Loopback(endpoint.Hostname()):
		return nil, errors.New("endpoint is plain http, which is allowed to loopback only")
	}
	endpoint.Path = strings.TrimRight(endpoint.Path, "/")
	endpoint.RawPath = ""
	return endpoint, nil
}

// checkID accepts letters, digits and "._-", but no dot segment (RFC 3986 §5.2.4).
func checkID(op Op, id broker.ID) *broker.Failure {
	if usable(string(id)) {
		return nil
	}
	return &broker.Failure{Class: broker.Invalid, Op: op.String(), Reason: "the broker id is no id", NotSent: true}
}
