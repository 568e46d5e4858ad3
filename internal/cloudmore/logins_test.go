package cloudmore

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// grants answers a login with a token of its own number, or always the same one, and with
// what else is said.
func grants(g *gateway, same bool, rest string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		token := "token-1"
		if !same {
			token = fmt.Sprint("token-", g.logins)
		}
		_, _ = io.WriteString(w, `{"access_token":"`+token+`","token_type":"bearer"`+rest+`}`)
	}
}

// TestATokenCostsAtMostALoginAMinute is the table of what an answer may say of the life of
// a token, and what ten minutes with a call every three seconds cost then.
func TestATokenCostsAtMostALoginAMinute(t *testing.T) {
	for _, row := range []struct {
		name, said string
		lives      time.Duration // at the server; 0: for ever
		most       int           // logins
	}{
		{"a day", `,"expires_in":86400`, 0, 1},
		{"ten minutes", `,"expires_in":600`, 0, 2},
		{"a minute and a bit", `,"expires_in":61`, 0, 10},
		{"a minute", `,"expires_in":60`, 0, 10},
		{"half a minute", `,"expires_in":30`, 0, 10},
		{"half a minute, and so it is", `,"expires_in":30`, 30 * time.Second, 11},
		{"a second", `,"expires_in":1`, 0, 10},
		{"a second, and so it is", `,"expires_in":1`, time.Second, 11},
		{"a millisecond", `,"expires_in":0.001`, 0, 10},
		{"nothing at all", ``, 0, 1},
		{"nothing at all, and it lives two seconds", ``, 2 * time.Second, 12},
		{"null", `,"expires_in":null`, 0, 1},
		{"0", `,"expires_in":0`, 0, 1},
		{"0, and so it is", `,"expires_in":0`, time.Millisecond, 12},
		{"a negative number", `,"expires_in":-3600`, 0, 1},
		{"a word", `,"expires_in":"soon"`, 0, 1},
		{"a number as text", `,"expires_in":"30"`, 0, 10},
		{"a number with a unit", `,"expires_in":"3600s"`, 0, 1},
		{"a date", `,"expires_in":"2026-03-01T13:00:00Z"`, 0, 1},
		{"a list", `,"expires_in":[1]`, 0, 1},
		{"milliseconds", `,"expires_in":86400000`, 0, 1},
		{"a day, and it lives half a minute", `,"expires_in":86400`, 30 * time.Second, 12},
	} {
		for _, same := range []bool{false, true} {
			t.Run(fmt.Sprint(row.name, same), func(t *testing.T) {
				client, g, c := onGateway(t)
				var given time.Time
				grant := grants(g, same, row.said)
				g.login = func(w http.ResponseWriter, r *http.Request) { given = c.Now(); grant(w, r) }
				g.valid = func(string) bool { return row.lives == 0 || c.Now().Sub(given) < row.lives }
				works := 0
				for range 200 {
					if list(t, client) == nil {
						works++
					}
					c.advance(3 * time.Second)
				}
				if g.logins > row.most {
					t.Errorf("%d logins, want at most %d", g.logins, row.most)
				}
				if row.lives == 0 && works != 200 || works == 0 {
					t.Errorf("%d of 200 calls work", works)
				}
			})
		}
	}
}

// TestManyWhoMeetA401LogInOnce holds whatever token the server gives then: one that keeps
// a token for a client gives the same one again.
func TestManyWhoMeetA401LogInOnce(t *testing.T) {
	for _, same := range []bool{false, true} {
		t.Run(fmt.Sprint(same), func(t *testing.T) {
			client, g, _ := onGateway(t)
			g.login = grants(g, same, `,"expires_in":86400`)
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			late := &belated{RoundTripper: client.http.Transport, held: make(chan struct{})}
			late.arrived.Add(10)
			client.http.Transport = late
			var group sync.WaitGroup
			for range 10 {
				group.Go(func() {
					if err := list(t, client); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if g.logins != 2 {
				t.Errorf("%d logins, want 2", g.logins)
			}
		})
	}
}

// belated answers ten reads with 401 when all of them are there: one at once, the others
// when that one was repeated with a new token.
type belated struct {
	http.RoundTripper
	arrived sync.WaitGroup
	reads   atomic.Int32
	held    chan struct{}
}

func (b *belated) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		return b.RoundTripper.RoundTrip(r)
	}
	switch n := b.reads.Add(1); {
	case n <= 10:
		b.arrived.Done()
		b.arrived.Wait()
		if n > 1 {
			<-b.held
		}
		return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	case n == 11:
		close(b.held)
	}
	return b.RoundTripper.RoundTrip(r)
}

func TestATokenThatIsRefusedAtOnceIsSaid(t *testing.T) {
	client, g, c := onGateway(t)
	g.valid = func(string) bool { return false }
	if f := failed(t, list(t, client)); f.Class != broker.Unauthorized || f.Status != 401 {
		t.Errorf("the first failure is %+v", f)
	}
	for range 10 {
		if f := failed(t, list(t, client)); f.Class != broker.Unauthorized || !strings.Contains(f.Reason, "refused the token that the latest login gave; one login a minute") {
			t.Errorf("failure is %+v", f)
		}
	}
	if g.logins != 2 {
		t.Errorf("%d logins, want 2", g.logins)
	}
	client.LoginAgain()
	if _ = list(t, client); g.logins != 3 {
		t.Errorf("%d logins when a user asks for one, want 3", g.logins)
	}
	c.advance(time.Minute)
	g.valid = nil
	if err := list(t, client); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestATokenThatAGatewayRefusesTakesNoRights(t *testing.T) {
	client := serve(t, says(http.StatusUnauthorized, nil, page))
	for n := range 4 {
		f := failed(t, list(t, client))
		if !f.Gateway || f.Documented || f.Answered || f.NotSent != (n > 1) {
			t.Errorf("failure %d is %+v", n, f)
		}
	}
}

func TestATokenThatWorkedAndIsRefusedSaysNothingOfTheCredentials(t *testing.T) {
	client, g, c := onGateway(t)
	g.login = grants(g, false, `,"expires_in":30`)
	if err := list(t, client); err != nil {
		t.Fatal(err)
	}
	c.advance(30 * time.Second)
	g.valid = func(string) bool { return false }
	for n := range 3 {
		if f := failed(t, list(t, client)); f.Class != broker.Unavailable || !strings.Contains(f.Reason, "one login a minute") || f.NotSent != (n > 0) {
			t.Errorf("failure is %+v", f)
		}
	}
	if g.logins != 1 {
		t.Errorf("%d logins, want 1", g.logins)
	}
}

func TestHeldLogins(t *testing.T) {
	client, g, c := onGateway(t)
	if err := list(t, client); err != nil {
		t.Fatal(err)
	}
	client.HoldLogins(true)
	c.advance(950 * time.Second) // past its renewal
	if err := list(t, client); err != nil {
		t.Errorf("a token that is there is not used: %v", err)
	}
	c.advance(100 * time.Second)
	if f := failed(t, list(t, client)); f.Class != broker.Unavailable || !f.NotSent || !strings.Contains(f.Reason, "Secret no longer has") {
		t.Errorf("failure is %+v", f)
	}
	g.counted(t, 1, 2)
	client.HoldLogins(false)
	if err := list(t, client); err != nil {
		t.Errorf("with the Secret there again: %v", err)
	}
}

// TestCredentialsThatExpire is the table of what tells that they do.
func TestCredentialsThatExpire(t *testing.T) {
	at := newClock().now
	jwt := func(claims string) string {
		return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
	}
	never := time.Time{}
	for _, row := range []struct {
		name, answer, token string
		want                time.Time
	}{
		{"nothing", `{"expires_in":86400}`, "t", never},
		{"a token's own end", `{"expires_at":1893456000,"refresh_token_expires_in":60}`, "t", never},
		{"the secret's, since 1970", `{"client_secret_expires_at":1893456000}`, "t", time.Unix(1893456000, 0)},
		{"never, as RFC 7591 says it", `{"client_secret_expires_at":0}`, "t", never},
		{"the secret's, in milliseconds", `{"clientSecretExpiresAt":1893456000000}`, "t", time.Unix(1893456000, 0)},
		{"the password's, in seconds", `{"password_expires_in":86400}`, "t", at.Add(24 * time.Hour)},
		{"the password's, in seconds as text", `{"PasswordExpiresIn":"3600"}`, "t", at.Add(time.Hour)},
		{"the password's, in days", `{"passwordExpiresInDays":14}`, "t", at.Add(14 * 24 * time.Hour)},
		{"the password's date", `{"passwordExpiryDate":"2026-04-01"}`, "t", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
		{"the password's time", `{"password_expiration":"2026-04-01T10:00:00Z"}`, "t", time.Date(2026, 4, 1, 10, 0, 0, 0, time.UTC)},
		{"the credentials' HTTP date", `{"credentials_expire_at":"Wed, 01 Apr 2026 10:00:00 GMT"}`, "t", time.Date(2026, 4, 1, 10, 0, 0, 0, time.UTC)},
		{"the first of two", `{"password_expires_in":7200,"secret_expires_in":3600}`, "t", at.Add(time.Hour)},
		{"a claim", `{}`, jwt(`{"pwd_exp":3600,"exp":5}`), at.Add(time.Hour)},
		{"a claim of a token that is none", `{}`, "a.b.c", never},
		{"a word", `{"password_expires_in":"soon"}`, "t", never},
		{"a negative number", `{"password_expires_in":-5}`, "t", never},
		{"an object", `{"password_expires_in":{"seconds":5}}`, "t", never},
		{"no date of this age", `{"password_expires_at":"0001-01-01T00:00:00Z"}`, "t", never},
		{"a number beyond all time", `{"password_expires_in":1e300}`, "t", never},
	} {
		t.Run(row.name, func(t *testing.T) {
			all, _ := membersOf([]byte(row.answer))
			if got := credentialsEnd(all, row.token, at); !got.Equal(row.want) {
				t.Errorf("they expire at %s, not %s", got, row.want)
			}
		})
	}
	client, g, c := onGateway(t)
	g.login = grants(g, false, `,"password_expires_in":3600`)
	if err := client.Login(t.Context()); err != nil || !client.Logins().Ends.Equal(c.now.Add(time.Hour)) {
		t.Errorf("a login tells %s, %v", client.Logins().Ends, err)
	}
}
