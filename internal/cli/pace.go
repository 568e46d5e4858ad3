package cli

import (
	"context"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// tries bounds how often a read is made that failed for now.
const tries = 5

// pace lets calls begin one after the other at a rate.
type pace struct{ limiter *rate.Limiter }

// Enter implements [cloudmore.Gate].
func (p *pace) Enter(ctx context.Context, _ cloudmore.Call) (func(cloudmore.Result), error) {
	return func(cloudmore.Result) {}, p.limiter.Wait(ctx)
}

// paced lets so many calls begin in a second, within half of what the Seller permits, since
// the operator calls, too; 0 is one that is not known.
func paced(perSecond, permitted float64) *pace {
	if permitted > 0 {
		perSecond = min(perSecond, permitted/2)
	}
	return &pace{rate.NewLimiter(rate.Limit(perSecond), 1)}
}

// read makes a read, and again where the API says later: it pauses for as long as it
// is asked to.
func read[T any](ctx context.Context, call func(context.Context) (T, error)) (T, error) {
	for try := 1; ; try++ {
		value, err := call(ctx)
		var failure *broker.Failure
		if err == nil || try == tries || !errors.As(err, &failure) {
			return value, err
		}
		switch failure.Class {
		case broker.Throttled, broker.Unavailable, broker.Ambiguous:
		default:
			return value, err
		}
		timer := time.NewTimer(max(failure.RetryAfter, retryAtLeast))
		select {
		case <-ctx.Done():
			timer.Stop()
			return value, ctx.Err()
		case <-timer.C:
		}
	}
}
