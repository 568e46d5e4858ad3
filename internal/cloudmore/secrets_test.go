package cloudmore

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestCredentialsPrintAsAPlaceholder(t *testing.T) {
	c, log := testCredentials, &bytes.Buffer{}
	slog.New(slog.NewJSONHandler(log, nil)).Info("x", "c", c, "p", &c)
	encoded, err := json.Marshal(map[string]any{"c": c})
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %s %q %x %v", c, c, c, c, c, c, &c) + log.String() + string(encoded)
	for _, secret := range []string{c.Password, c.ClientSecret, c.Username, "5061", "pass"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q is shown: %s", secret, shown)
		}
	}
}

// formerPassword was the password before a rotation.
const formerPassword = "Former-Pass/word+1"

// leaky answers with every secret that it knows, in every encoding, wherever
// a text may stand; personal data, too.
func leaky(status int, shape func(name, message string) string) http.HandlerFunc {
	c := testCredentials
	secrets := []string{c.Password, c.ClientSecret, "token-1-secret", formerPassword, c.ClientID + ":" + c.ClientSecret, DefaultClientID + ":" + c.ClientSecret}
	var all []string
	for _, s := range secrets {
		all = append(all, s, strings.ToUpper(s), url.QueryEscape(s), strings.ToLower(url.QueryEscape(s)), url.PathEscape(s),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)), "a\u200b"+s)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		var parts []string
		for _, s := range all {
			encoded, _ := json.Marshal("refused " + s + " " + strings.Repeat("x", 170) + s)
			parts = append(parts, shape(strings.TrimSpace(s), string(encoded)))
		}
		body := strings.Join(parts, ",")
		if strings.HasPrefix(body, `"`) {
			body = "{" + body + "}"
		} else {
			body = "[" + body + "]"
		}
		_, _ = w.Write([]byte(body))
	}
}

func TestNoSecretIsInAnyFailure(t *testing.T) {
	quote := func(s string) string { encoded, _ := json.Marshal(s); return string(encoded) }
	shapes := map[string]func(name, message string) string{
		"ApiErrors": func(name, message string) string {
			return `{"errorName":` + quote(name) + `,"errorMessage":` + message + `}`
		},
		"model state": func(name, message string) string { return quote(name) + `:[` + message + `]` },
		"objects":     func(name, message string) string { return `{"message":` + message + `,"error":` + quote(name) + `}` },
	}
	for name, shape := range shapes {
		for _, status := range []int{200, 201, 400, 401, 403, 404, 409, 429, 500, 503} {
			server := httptest.NewServer(leaky(status, shape))
			config := testConfig(server.URL)
			config.Former = []Credentials{{Username: config.Credentials.Username, Password: formerPassword, ClientSecret: "former-client-secret"}}
			client := newClient(t, config)
			for op, call := range operations {
				client.tokens.bearer.token, client.tokens.expires, client.tokens.renew = "token-1-secret", client.now().Add(time.Hour), client.now().Add(time.Hour)
				if op == OpLogin {
					client.tokens.bearer.token, client.tokens.previous, client.tokens.refused = "", "token-1-secret", false
				}
				err := call(t.Context(), client)
				if err == nil {
					continue
				}
				reveals(t, fmt.Sprintf("%s, %s, %d", name, op, status), failed(t, err))
			}
			server.Close()
		}
	}
}

// reveals fails the test if the failure shows a secret anywhere, or personal
// data or a value outside its field messages.
func reveals(t *testing.T, where string, f *broker.Failure) {
	t.Helper()
	shown := strings.ToLower(fmt.Sprintf("%v %+v", f, *f))
	for _, secret := range []string{testCredentials.Password, testCredentials.ClientSecret, "token-1-secret", formerPassword} {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
			base64.RawStdEncoding.EncodeToString([]byte(DefaultClientID + ":" + secret))} {
			if strings.Contains(shown, strings.ToLower(form)) {
				t.Errorf("%s: %q is shown in %s", where, form, shown)
			}
		}
	}
	for _, value := range []string{"ann", "acme", "5551234", "api@seller"} {
		if strings.Contains(strings.ToLower(f.Error()+f.Reason), value) {
			t.Errorf("%s: %q is shown in %s", where, value, f.Error())
		}
	}
}

func TestScrubbedLines(t *testing.T) {
	scrub := newScrubber([]string{"s3cret", "s3cret and more", "", "a/b c"})
	rows := map[string]string{
		"plain":                                 "plain",
		"S3CRET is hidden in any case":          "[redacted] is hidden in any case",
		"the longest first: s3cret and more":    "the longest first: [redacted]",
		"YS9iIGM= a%2Fb+c a%2fb%20c a/b c":      "[redacted] [redacted] [redacted] [redacted]",
		"s3\u200bcret behind a joiner":          "[redacted] behind a joiner",
		"token eyJhbGciOiJIUzI1NiJ9.e30.sig ok": "token [redacted] ok",
		"  \x1b[31mred\x07\r\nnext  ":           "[31mred next",
		strings.Repeat("é", 201):                strings.Repeat("é", 199) + "…",
		strings.Repeat("x", 197) + "s3cret":     strings.Repeat("x", 197) + "[r…",
	}
	for in, want := range rows {
		if got := scrub.line(in, maxMessage); got != want {
			t.Errorf("line(%q) is %q, want %q", in, got, want)
		}
	}
}
