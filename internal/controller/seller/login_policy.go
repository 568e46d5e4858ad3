package seller

import "time"

// A login with refused credentials is repeated when a person asks for it, and when
// somebody wrote the Secret without changing them, as after an account was unlocked
// or an address allowed. The latter may be a program that writes for ever, so it is
// bounded: a wrong password that is tried too often locks the account.
const (
	repeatGap  = 15 * time.Minute
	repeatsDay = 3
	day        = 24 * time.Hour
)

// loginFacts are what is known when a Seller's credentials are looked at.
type loginFacts struct {
	now time.Time
	// refused says that the credentials were refused, undecided that a login got no
	// verdict on them.
	refused, undecided bool
	// requested says that a person asked, touched that the Secret was written.
	requested, touched bool
	// repeats are the logins because of that, oldest first.
	repeats []time.Time
}

// loginDecision is what to do about it.
type loginDecision struct {
	// again: log in once, whatever became of earlier logins; counts says that this is
	// one of the repeats.
	again, counts bool
	// later is when a repeat is permitted; zero where none is wanted.
	later time.Time
}

// decideLogin decides it.
func decideLogin(f loginFacts) loginDecision {
	switch {
	case f.requested && (f.refused || f.undecided):
		return loginDecision{again: true}
	case !f.refused || !f.touched:
		return loginDecision{}
	}
	if at := nextRepeat(f.repeats); at.After(f.now) {
		return loginDecision{later: at}
	}
	return loginDecision{again: true, counts: true}
}

// nextRepeat is when the next repeat is permitted; zero for at once.
func nextRepeat(repeats []time.Time) time.Time {
	n := len(repeats)
	if n == 0 {
		return time.Time{}
	}
	at := repeats[n-1].Add(repeatGap)
	if n >= repeatsDay {
		if full := repeats[n-repeatsDay].Add(day); full.After(at) {
			return full
		}
	}
	return at
}
