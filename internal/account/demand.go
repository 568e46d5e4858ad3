package account

import (
	"time"

	"golang.org/x/time/rate"
)

// demand bounds the syncs that somebody waits for and that the interval does not bring,
// while nothing comes of them: creates that are refused or whose outcome is unknown ask for
// some after each try, each at its own time. A write that succeeds, and who comes new or
// seeks something else, has the full number again.
type demand struct{ left *rate.Limiter }

func newDemand() demand {
	return demand{rate.NewLimiter(rate.Every(demandPause), demandBurst)}
}

// next is when there may be another one; zero where it may be at once: the moment of the
// question would be later than one that was taken a moment before.
func (d *demand) next(now time.Time) time.Time {
	lacking := 1 - d.left.TokensAt(now)
	if lacking <= 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(lacking*float64(demandPause)) + time.Millisecond) // and not a rounding earlier
}

// take counts one.
func (d *demand) take(now time.Time) { d.left.AllowN(now, 1) }

// comesNew reports whether an interest is of somebody new, or in something else than before.
func comesNew(before, now Interest, known bool) bool {
	return !known || before.Identity != now.Identity || (now.Held && !before.Held)
}
