package cloudmore

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// DefaultClientID is the client id that Cloudmore documents for the password grant.
const DefaultClientID = "ro.customer.client"

// Credentials are an API user of a seller (developer.cloudmore.com,
// Authentication). They print as a placeholder under every verb and in JSON.
type Credentials struct {
	Username, Password string
	// ClientSecret is what Cloudmore calls the API secret.
	ClientSecret string
	// ClientID is DefaultClientID when empty.
	ClientID string
}

// Format keeps the secrets out of anything printed.
func (Credentials) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte("[credentials]")) }

// MarshalJSON keeps the secrets out of anything encoded, structured logs included.
func (Credentials) MarshalJSON() ([]byte, error) { return []byte(`"[credentials]"`), nil }

// complete fills the default in and names what is missing.
func (c Credentials) complete() (Credentials, error) {
	var missing []string
	for _, part := range []struct{ name, value string }{
		{"username", c.Username}, {"password", c.Password}, {"clientSecret", c.ClientSecret},
	} {
		if part.value == "" {
			missing = append(missing, part.name)
		}
	}
	if missing != nil {
		return c, errors.New("credentials lack " + strings.Join(missing, ", "))
	}
	if c.ClientID == "" {
		c.ClientID = DefaultClientID
	}
	return c, nil
}

// basic is the value of the Authorization header of a token request: both
// halves are form-encoded first (RFC 6749 §2.3.1).
func (c Credentials) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.pair()))
}

func (c Credentials) pair() string {
	return url.QueryEscape(c.ClientID) + ":" + url.QueryEscape(c.ClientSecret)
}

// secrets are the texts that must not be shown, besides tokens.
func (c Credentials) secrets() []string {
	return []string{c.Password, c.ClientSecret, c.pair(), c.ClientID + ":" + c.ClientSecret, c.Username + ":" + c.Password}
}
