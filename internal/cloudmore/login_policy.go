package cloudmore

import (
	"net/http"
	"slices"
	"time"
)

// A login that may be one with a wrong password is not repeated, since the account
// may be locked for that. A token endpoint that gives no verdict is asked again, a
// few times an hour: behind a firewall's page the password may be counted, too.

// haste is which bounds the next login disregards.
type haste int

const (
	patient haste = iota
	fresh         // the gaps: the credentials are new ones
	urgent        // all: a user asked for it
)

// nextLogin is when a login may follow those without a verdict, oldest first; zero
// for at once.
func nextLogin(tries []time.Time, h haste) time.Time {
	n := len(tries)
	if n == 0 || h == urgent {
		return time.Time{}
	}
	var at time.Time
	if h == patient {
		at = tries[n-1].Add(loginGaps[min(n, len(loginGaps))-1])
	}
	if n >= loginsAnHour {
		if capped := tries[n-loginsAnHour].Add(time.Hour); capped.After(at) {
			at = capped
		}
	}
	return at
}

// refusesCredentials reports whether an answer without success speaks of the
// credentials: by a code of RFC 6749 §5.2, or by the documented 400 or 401 of the
// token endpoint itself, which sends JSON or nothing. What a gateway may have said
// does not, nor a code that asks for patience.
func refusesCredentials(status int, gateway bool, code string) bool {
	switch {
	case gateway, slices.Contains([]string{"temporarily_unavailable", "server_error", "slow_down"}, code):
		return false
	case code == "invalid_grant", code == "invalid_client":
		return status >= http.StatusBadRequest && status < http.StatusInternalServerError
	default:
		return status == http.StatusBadRequest || status == http.StatusUnauthorized
	}
}
