package fake

import (
	"context"
	"log/slog"
	"time"
)

// What a server without options knows and takes: the demo's credentials.
const (
	DefaultSellerID     = "5f0c8a4e-0000-4000-8000-000000000001"
	DefaultUsername     = "api@seller.example"
	DefaultPassword     = "demo-password"
	DefaultClientID     = "ro.customer.client"
	DefaultClientSecret = "demo-secret"
)

// Options describe a server. The zero value is a useful one: the demo's
// account, every answer as expected, the real clock.
type Options struct {
	SellerID     string
	ClientID     string
	ClientSecret string
	Users        []User // none: DefaultUsername with DefaultPassword, who may write
	Shapes       Shapes

	// Now and Sleep are the clock. A simulation passes its own; Sleep ends
	// early, with the context's error, when ctx does.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// Seed makes ids, tokens and the chances of faults repeatable.
	Seed uint64

	Admin     bool   // serve the endpoints under /_fake/
	StateFile string // keep the brokers in this file; empty: in memory only
	// HistoryLimit bounds the exchanges that are kept; the oldest go first.
	// 0 means 200,000. Counters are not affected.
	HistoryLimit int
	Log          *slog.Logger // a line for each request; nil: none
}

// Access is what a user may do with the seller's brokers.
type Access string

// The rights of a user.
const (
	AccessWrite Access = "write" // the role Admin
	AccessRead  Access = "read"  // the role View Only Admin: writes are refused with 403
	AccessNone  Access = "none"  // gets a token, and then nothing of this seller
)

// User is an account of the API.
type User struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Access   Access `json:"access,omitempty"` // empty: AccessWrite
}

func (o Options) complete() (Options, error) {
	defaults := map[*string]string{
		&o.SellerID:     DefaultSellerID,
		&o.ClientID:     DefaultClientID,
		&o.ClientSecret: DefaultClientSecret,
	}
	for field, value := range defaults {
		if *field == "" {
			*field = value
		}
	}
	if len(o.Users) == 0 {
		o.Users = []User{{Username: DefaultUsername, Password: DefaultPassword}}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.HistoryLimit == 0 {
		o.HistoryLimit = 200_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	o.Shapes, err = o.Shapes.Complete()
	return o, err
}

// sleep waits on the real clock.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
