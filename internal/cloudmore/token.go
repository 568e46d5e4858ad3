package cloudmore

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// The token request is made here and not by golang.org/x/oauth2: it passes the
// limiter, is bounded and classified like every other call, tells a refused login
// from a gateway's answer, and reads no error text that could name the user.

// tokens are the session's token: fetched once for all who wait, reused until
// close to its end, and after a refusal fetched only when that is asked for.
type tokens struct {
	url         string
	credentials Credentials
	former      []Credentials // still secrets
	now         func() time.Time
	send        func(context.Context, *request, string) *broker.Failure

	mu           sync.Mutex
	bearer       bearer
	expires      time.Time
	renew        time.Time // from here on a new one is wanted
	previous     string    // the token before, still a secret
	proven       bool      // a call worked with this token
	provenBefore bool      // and with the one that was dropped
	forWrite     time.Time // when a token was last dropped because of a write
	granted      bool      // the latest verdict; refused may be lifted by again
	refused      bool
	at           time.Time   // of the refusal; zero: by an earlier process
	tries        []time.Time // logins without a verdict since the last one with, oldest first
	haste        haste       // of the next login
	rest         time.Time   // no login before, unless a user asks for one
	dropped      bool        // a read was refused with the latest token
	gateway      bool        // perhaps by a gateway
	held         bool        // no login at all: the credentials are no longer to be used
	ends         time.Time   // when they expire, as the latest login told; zero: not told
	last         *broker.Failure
	under        *flight // the request under way; nil: none
}

// bearer is a token, and of which login: a server may give the same one again.
type bearer struct {
	token string
	login int
}

func (b bearer) header() string { return "Bearer " + b.token }

// flight is a token request that others may wait for.
type flight struct {
	landed  chan struct{}   // closed at its end
	failure *broker.Failure // of all who wait; nil: look again
}

// current is a valid token. While a renewal is under way or has failed, it is
// the one before, as long as that lasts.
func (t *tokens) current(ctx context.Context) (bearer, *broker.Failure) {
	for {
		found, under, failure := t.look()
		switch {
		case found.token != "" || failure != nil:
			return found, failure
		case under == nil:
			return t.fetch(ctx)
		}
		select {
		case <-under.landed:
			if under.failure != nil {
				return bearer{}, under.failure
			}
		case <-ctx.Done():
			return bearer{}, &broker.Failure{Class: broker.Unavailable, Op: OpLogin.String(), Reason: reasonOf(ctx.Err()), NotSent: true}
		}
	}
}

// look is what is there: a token, a request to wait for, a refusal, or none
// of them: then the caller has to fetch.
func (t *tokens) look() (bearer, *flight, *broker.Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	switch valid := t.bearer.token != "" && now.Before(t.expires); {
	case valid && (t.refused || t.held || t.under != nil || now.Before(t.renew)):
		return t.bearer, nil, nil
	case t.refused:
		return bearer{}, nil, t.refusal()
	case t.held:
		return bearer{}, nil, unsent(broker.Unavailable, "the Secret no longer has these credentials, so no login is made with them")
	case t.under != nil:
		return bearer{}, t.under, nil
	case now.Before(nextLogin(t.tries, t.haste)):
		return bearer{}, nil, t.postponed()
	case t.haste != urgent && now.Before(t.rest):
		return bearer{}, nil, t.early()
	}
	t.under = &flight{landed: make(chan struct{})}
	return bearer{}, nil, nil
}

// fetch logs in for all who wait.
func (t *tokens) fetch(ctx context.Context) (found bearer, failure *broker.Failure) {
	began := t.now()
	defer func() { t.land(ctx, found.token, failure) }()
	grant := grant{at: began}
	failure = t.send(ctx, &request{
		op: OpLogin, method: http.MethodPost, url: t.url, body: t.form(),
		accept: []int{http.StatusOK}, limit: maxBodyBytes, read: grant.read,
	}, t.credentials.basic())

	t.mu.Lock()
	defer t.mu.Unlock()
	if failure == nil || failure.Status != 0 { // else nobody was asked
		t.haste = patient
	}
	switch {
	case failure == nil:
		t.take(&grant)
		return t.bearer, nil
	case failure.Class == broker.Unauthorized:
		t.granted, t.refused, t.at, t.last, t.tries = false, true, t.now(), failure, nil
	case failure.Status != 0:
		t.tries = append(t.tries[max(0, len(t.tries)+1-loginsAnHour):], t.now())
		t.last = failure
	}
	if t.bearer.token != "" && t.now().Before(t.expires) {
		if t.renew = nextLogin(t.tries, patient); t.renew.Before(t.now().Add(renewPause)) {
			t.renew = t.now().Add(renewPause)
		}
		return t.bearer, nil
	}
	return bearer{}, failure
}

// take puts a token to use. One that is told to end within a minute, or at no possible
// time, is used for a minute all the same, and so is one that follows a token that a read
// was refused with: whatever a server does, it costs a login a minute.
func (t *tokens) take(g *grant) {
	t.previous, t.proven = t.bearer.token, false
	t.bearer = bearer{g.token, t.bearer.login + 1}
	t.expires = g.at.Add(max(g.life, minTokenUse))
	t.renew = g.at.Add(max(g.life*renewPercent/100, minTokenUse))
	if t.rest = (time.Time{}); t.dropped || g.life < minTokenUse {
		t.rest = g.at.Add(minTokenUse)
	}
	t.granted, t.dropped, t.tries, t.last, t.ends = true, false, nil, nil, g.ends
}

// land lets those go on who wait. A failure is theirs, too, unless the context
// of the one who fetched may be to blame.
func (t *tokens) land(ctx context.Context, token string, failure *broker.Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == "" && ctx.Err() == nil {
		t.under.failure = failure
	}
	close(t.under.landed)
	t.under = nil
}

// refusal is the failure of a call after a refused login.
func (t *tokens) refusal() *broker.Failure {
	reason := "the login was refused; it is not repeated with these credentials"
	if t.last != nil {
		reason += " (" + t.last.Reason + ")"
	}
	return unsent(broker.Unauthorized, reason)
}

// unsent is the failure of a call without a login.
func unsent(class broker.Class, reason string) *broker.Failure {
	return &broker.Failure{Class: class, Op: OpLogin.String(), Reason: reason, NotSent: true, Documented: class == broker.Unauthorized}
}

// early is the failure of a call so soon after a login that none may follow yet.
func (t *tokens) early() *broker.Failure {
	class := broker.Unauthorized
	if t.provenBefore {
		class = broker.Unavailable // it worked, so the credentials are right
	}
	failure := unsent(class, "the API refused the token that the latest login gave; one login a minute is made for that")
	failure.Gateway, failure.Documented = t.gateway, failure.Documented && !t.gateway
	return failure
}

// postponed is the failure of a call before the next login may be tried.
func (t *tokens) postponed() *broker.Failure {
	failure := unsent(broker.Unavailable, "the latest logins got no verdict on the credentials")
	if t.last != nil {
		failure.Reason += " (" + t.last.Reason + ")"
	}
	return failure
}

// loginAt is when a login may follow the earlier ones; zero for at once, or while a token is
// there.
func (t *tokens) loginAt() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.bearer.token != "" && t.now().Before(t.expires):
		return time.Time{}
	case t.haste == urgent:
		return time.Time{}
	}
	at := nextLogin(t.tries, t.haste)
	if t.rest.After(at) {
		return t.rest
	}
	return at
}

// again has the next call log in, whatever became of earlier logins.
func (t *tokens) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused, t.haste, t.renew = false, urgent, t.now()
}

// hold says whether logins are held back; a token that is there is used to its end.
func (t *tokens) hold(held bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = held
}

// logins are what is known of them.
func (t *tokens) logins() Logins {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := Logins{Refused: t.refused, Granted: t.granted, Undecided: slices.Clone(t.tries), Ends: t.ends}
	if t.refused {
		l.RefusedAt = t.at
	}
	if t.last != nil {
		l.Answer = t.last.Answer()
	}
	return l
}

// took notes that a call worked with a token.
func (t *tokens) took(used bearer, failure *broker.Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bearer == used && failure == nil {
		t.proven = true
	}
}

// mayRenewForWrite reports whether a token is to be renewed that a write was refused
// with: once in an hour, or when somebody did so meanwhile. It tells, too, whether reads
// worked with it.
func (t *tokens) mayRenewForWrite(used bearer) (renew, proven bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.bearer != used {
		return true, t.provenBefore
	}
	if !t.forWrite.IsZero() && now.Before(t.forWrite.Add(writeRenewal)) {
		return false, t.proven
	}
	t.forWrite = now
	return true, t.proven
}

// drop forgets a token that the API refused, unless it was replaced meanwhile.
func (t *tokens) drop(used bearer, read, gateway bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bearer == used {
		t.previous, t.bearer.token, t.provenBefore = used.token, "", t.proven
		t.dropped, t.gateway = t.dropped || read, gateway
	}
}

// secrets are what no text of the API may show.
func (t *tokens) secrets() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := append(t.credentials.secrets(), t.bearer.token, t.previous)
	for i := range t.former {
		all = append(all, t.former[i].secrets()...)
	}
	return all
}

// form is the documented body of a token request (Authentication; RFC 6749 §4.3.2).
func (t *tokens) form() []byte {
	return []byte(url.Values{
		"grant_type": {"password"}, "scope": {"api"},
		"username": {t.credentials.Username}, "password": {t.credentials.Password},
	}.Encode())
}

// grant is what a token answer gives (RFC 6749 §5.1).
type grant struct {
	at    time.Time // when it was asked for
	token string
	life  time.Duration
	ends  time.Time // when the credentials expire; zero: not told
}

// tokenText is what can be sent in a header (RFC 6750 §2.1).
var tokenText = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// read takes the token out of an answer.
func (g *grant) read(a *answer) string {
	all, isObject := membersOf(a.body)
	if !a.json() || !isObject {
		return reasonNotJSON
	}
	kind, _ := textOf(all.value("token_type"))
	g.token, _ = textOf(all.value("access_token"))
	if !tokenText.MatchString(g.token) || len(g.token) > maxTokenBytes || kind != "" && !strings.EqualFold(kind, "bearer") {
		return "the answer has no bearer token"
	}
	g.life, g.ends = lifetime(all.value("expires_in")), credentialsEnd(all, g.token, g.at)
	return ""
}

// lifetime reads seconds, also as a string or with a fraction.
func lifetime(raw json.RawMessage) time.Duration {
	text, _ := textOf(raw)
	seconds, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(seconds > 0):
		return defaultTokenLife
	case seconds >= maxTokenLife.Seconds():
		return maxTokenLife
	default:
		return time.Duration(seconds * float64(time.Second))
	}
}

// loginErrors are the codes by which RFC 6749 §5.2 refuses a token request.
var loginErrors = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true,
	"unauthorized_client": true, "unsupported_grant_type": true, "invalid_scope": true,
}

// judgeLogin tells a refused login from a token endpoint that gives no verdict.
func judgeLogin(a *answer, failure *broker.Failure) {
	failure.Fields = nil
	all, _ := membersOf(a.body)
	code, _ := textOf(all.value("error"))
	switch {
	case refusesCredentials(a.status, a.gateway(), code):
		failure.Class = broker.Unauthorized
		failure.Reason = "login refused"
		if loginErrors[code] {
			failure.Reason += ": " + code
		}
	case failure.Class != broker.Throttled:
		failure.Class = broker.Unavailable
	}
}

// page reports whether the body is a web page, as gateways answer.
func (a *answer) page() bool {
	return strings.HasPrefix(string(a.body), "<") || strings.HasPrefix(strings.ToLower(a.header.Get("Content-Type")), "text/html")
}
