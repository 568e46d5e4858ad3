package cloudmore

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Some servers tell with a token when the password or the client's secret will expire:
// as a member of the answer (RFC 7591 §3.2.1 has client_secret_expires_at, others
// password_expires_in and the like), or as a claim of the token (pwd_exp). Nothing is
// decided by it; a user is told in time.

// expiryName matches a name that speaks of the credentials' end, in lower case and
// without separators.
var expiryName = regexp.MustCompile(`^(password|pwd|clientsecret|secret|credentials?)(exp|expiry|expires?|expiration|expirydate|expirationdate)(at|on|in|date|time|utc|indays|inseconds)?$`)

// credentialsEnd is the first of the ends that an answer tells; zero for none.
func credentialsEnd(all members, token string, now time.Time) time.Time {
	var first time.Time
	for _, m := range append(all[:len(all):len(all)], claimsOf(token)...) {
		name := strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(strings.ToLower(m.key))
		if !expiryName.MatchString(name) {
			continue
		}
		text, _ := textOf(m.value)
		end := endOf(text, strings.HasSuffix(name, "indays"), now)
		if !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	return first
}

// claimsOf are the members of a token that is a JWT (RFC 7519 §3). Nobody checks its
// signature: whoever gave the token could tell anything.
func claimsOf(token string) members {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || !json.Valid(body) {
		return nil
	}
	all, _ := membersOf(body)
	return all
}

// endOf reads a date, a time as seconds or milliseconds since 1970, or how many seconds
// or days are left; zero for anything else, and for 0, which means never.
func endOf(text string, days bool, now time.Time) time.Time {
	number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case err != nil:
		return dateIn(text)
	case !(number > 0) || number > 1e14:
		return time.Time{}
	case number >= 1e11:
		return time.UnixMilli(int64(number))
	case number >= 1e9:
		return time.Unix(int64(number), 0)
	case days && number <= 1e5:
		return now.Add(time.Duration(number * float64(24*time.Hour)))
	default:
		return now.Add(time.Duration(number * float64(time.Second)))
	}
}

// dateIn reads a date in one of the forms that are common; zero for none.
func dateIn(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, time.RFC1123Z} {
		if date, err := time.Parse(form, text); err == nil && date.Year() > 2000 {
			return date
		}
	}
	if date, err := http.ParseTime(text); err == nil {
		return date
	}
	return time.Time{}
}
