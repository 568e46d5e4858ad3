package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// account is a user and the wrong logins since the last right one.
type account struct {
	User
	wrong  int
	locked bool
}

// grant is what a token grants.
type grant struct {
	user    string
	expires time.Time
}

// SetUser adds a user, or changes the password and rights of one and unlocks
// it. Tokens stay valid: a changed password revokes none.
func (s *Server) SetUser(user User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if user.Access == "" {
		user.Access = AccessWrite
	}
	s.users[user.Username] = &account{User: user}
}

// RevokeTokens makes every token issued so far invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// Locked says whether a user is locked because of wrong logins.
func (s *Server) Locked(username string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, known := s.users[username]
	return known && user.locked
}

// principal is the user of a request: of its token, or who logs in.
func (s *Server) principal(req *request) string {
	if req.op == OpToken {
		form, _ := url.ParseQuery(string(req.body)) // what is not a form has no user
		return form.Get("username")
	}
	return s.tokens[bearer(req.header)].user
}

func bearer(header http.Header) string {
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// login answers a token request (RFC 6749 §4.3, password grant).
func (s *Server) login(req *request) answer {
	form, err := url.ParseQuery(string(req.body))
	media, _, _ := mime.ParseMediaType(req.header.Get("Content-Type"))
	switch {
	case err != nil || media != "application/x-www-form-urlencoded":
		return s.loginRefused("invalid_request", "the body is no form")
	case !s.knowsClient(req.header):
		return s.loginRefused("invalid_client", "")
	case form.Get("grant_type") != "password":
		return s.loginRefused("unsupported_grant_type", "")
	case form.Get("scope") != "api":
		return s.loginRefused("invalid_scope", "")
	}
	user, known := s.users[form.Get("username")]
	if !known {
		return s.loginRefused("invalid_grant", "invalid_username_or_password")
	}
	if user.Password != form.Get("password") {
		user.wrong++
		user.locked = user.locked || s.shapes.LockAfter > 0 && user.wrong >= s.shapes.LockAfter
		return s.loginRefused("invalid_grant", "invalid_username_or_password")
	}
	if user.locked {
		return s.loginRefused("invalid_grant", "the account is locked")
	}
	user.wrong = 0
	s.history.commit(req.ex, req.at)
	return s.issue(user.Username, req.at)
}

// knowsClient takes the id and secret as sent, or form-encoded first as RFC
// 6749 §2.3.1 wants it.
func (s *Server) knowsClient(header http.Header) bool {
	id, secret, ok := (&http.Request{Header: header}).BasicAuth()
	if !ok {
		return false
	}
	matches := func(got, want string) bool {
		decoded, err := url.QueryUnescape(got)
		return got == want || err == nil && decoded == want
	}
	return matches(id, s.options.ClientID) && matches(secret, s.options.ClientSecret)
}

func (s *Server) loginRefused(code, description string) answer {
	body := map[string]string{"error": code}
	if description != "" {
		body["error_description"] = description
	}
	return jsonAnswer(s.shapes.RefusedLoginStatus, body)
}

func (s *Server) issue(username string, at time.Time) answer {
	for token, grant := range s.tokens {
		if !grant.expires.After(at) {
			delete(s.tokens, token)
		}
	}
	lifetime := s.shapes.TokenLifetime
	token := s.jwt(username, at, lifetime)
	s.tokens[token] = grant{user: username, expires: at.Add(lifetime)}
	return jsonAnswer(http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime.Seconds()), "scope": "api",
	}).with("Cache-Control", "no-store")
}

// jwt looks like a signed token; its signature is random, as only this server reads it.
func (s *Server) jwt(username string, at time.Time, lifetime time.Duration) string {
	part := func(value any) string {
		text, _ := json.Marshal(value) // maps of strings and numbers
		return base64.RawURLEncoding.EncodeToString(text)
	}
	head := part(map[string]string{"alg": "RS256", "typ": "JWT"})
	claims := part(map[string]any{
		"sub": username, "client_id": s.options.ClientID, "scope": "api",
		"iat": at.Unix(), "exp": at.Add(lifetime).Unix(), "jti": s.newGUID(),
	})
	return head + "." + claims + "." + part(fmt.Sprintf("%016x%016x", s.random.Uint64(), s.random.Uint64()))
}

// refuse says no to a call for reasons that do not depend on the broker.
func (s *Server) refuse(req *request) (answer, bool) {
	switch {
	case req.allow != "":
		return s.refusal(http.StatusMethodNotAllowed, "").with("Allow", req.allow), true
	case req.op == OpUnknown:
		return answer{status: http.StatusNotFound}, true
	case req.op == OpToken:
		return answer{}, false
	}
	grant, known := s.tokens[bearer(req.header)]
	if !known || !grant.expires.After(req.at) {
		return s.refusal(http.StatusUnauthorized, ""), true
	}
	access := s.users[grant.user].Access
	switch {
	case !strings.EqualFold(req.seller, s.options.SellerID) || access == AccessNone:
		return s.refusal(s.shapes.WrongSellerStatus, ""), true
	case req.op.writes() && (s.shapes.ReadOnly || access == AccessRead):
		return s.refusal(s.shapes.ReadOnlyStatus, ""), true
	}
	return answer{}, false
}
