package cloudmore

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DefaultClientID is the client id that Cloudmore documents for the password grant.
const DefaultClientID = "ro.customer.client"

// Credentials are an API account of a seller (developer.cloudmore.com,
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
	return []string{c.Password, c.ClientSecret, c.pair(), c.ClientID + ":" + c.ClientSecret}
}

// jwt matches what looks like a JSON Web Token (RFC 7519), or the start of one.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*`)

const redacted = "[redacted]"

// printable makes a text of the API fit to show: one line, without secrets in
// plain, base64 or URL-encoded form, of at most maxMessage runes. Cutting
// comes last, since half a secret would not be recognised.
func printable(text string, secrets []string) string {
	text = strings.TrimSpace(strings.Map(visible, text))
	if hidden := anyOf(secrets); hidden != nil {
		text = hidden.ReplaceAllLiteralString(text, redacted)
	}
	text = jwt.ReplaceAllLiteralString(text, redacted)
	if utf8.RuneCountInString(text) <= maxMessage {
		return text
	}
	return string([]rune(text)[:maxMessage-1]) + "…"
}

// visible drops control and formatting characters; line ends become spaces.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
		return -1
	default:
		return r
	}
}

// anyOf matches the secrets in every encoding, whatever the case, the longest
// first; nil for none.
func anyOf(secrets []string) *regexp.Regexp {
	var forms []string
	for _, secret := range secrets {
		for _, plain := range []string{secret, strings.TrimSpace(strings.Map(visible, secret))} {
			forms = append(forms, plain, url.QueryEscape(plain), url.PathEscape(plain),
				base64.RawStdEncoding.EncodeToString([]byte(plain)),
				base64.RawURLEncoding.EncodeToString([]byte(plain)))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	forms = slices.DeleteFunc(slices.Compact(forms), func(form string) bool { return form == "" })
	if len(forms) == 0 {
		return nil
	}
	for i := range forms {
		forms[i] = regexp.QuoteMeta(forms[i])
	}
	return regexp.MustCompile("(?i)(?:" + strings.Join(forms, "|") + ")=*")
}
