package account

import (
	"context"
	"sync"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Trust is what is known of a session's credentials before they are used.
type Trust int

const (
	// Untried is nothing.
	Untried Trust = iota
	// Renewed is that earlier credentials of the same Seller got the list.
	Renewed
	// Proven is that they got the list themselves, in an earlier process.
	Proven
)

// Door is what one session's client has to pass. It leads through the account's limiter
// as soon as the session's credentials got the list, and until then past it, so
// that whoever merely names a seller id can't get its account paused or slowed
// down. The zero value leads nowhere.
type Door struct {
	// Session is the name under which its calls are counted.
	Session string

	mu       sync.Mutex
	to       cloudmore.Gate
	withheld func(cloudmore.Op) error // what may not pass in any case
}

// Enter implements [cloudmore.Gate].
func (d *Door) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	d.mu.Lock()
	to, withheld := d.to, d.withheld
	d.mu.Unlock()
	call.Session = d.Session
	if withheld != nil {
		if err := withheld(call.Op); err != nil {
			return nil, err
		}
	}
	if to == nil {
		return nil, errNoSession(call.Op.String())
	}
	return to.Enter(ctx, call)
}

// watch has the door held shut for some calls.
func (d *Door) watch(withheld func(cloudmore.Op) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.withheld = withheld
}

func (d *Door) lead(to cloudmore.Gate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
}

// entrance is what the clients of one account have to pass.
type entrance struct {
	gate *limiter.Limiter // of sessions whose credentials got the list
	// hall is passed by all others, one at a time. It hears of no answer: each of
	// them keeps the pauses of its own trial, and those of the limiter.
	hall   *limiter.Limiter
	trials map[string]*limiter.Trial // by name of the session
}
