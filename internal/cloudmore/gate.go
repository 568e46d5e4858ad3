package cloudmore

import (
	"context"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Op is an operation of the API; its value is a label for metrics.
type Op string

// The operations: the token endpoint and the seven of Manage Resellers.
const (
	OpLogin           Op = "log_in"
	OpCreate          Op = "create_broker"
	OpGet             Op = "get_broker"
	OpList            Op = "list_brokers"
	OpUpdate          Op = "update_broker"
	OpDelete          Op = "delete_broker"
	OpActiveResellers Op = "list_active_resellers"
	OpActiveReseller  Op = "get_active_reseller"
)

// String is the operation in words, as in broker.Failure.Op ("create broker").
func (o Op) String() string { return strings.ReplaceAll(string(o), "_", " ") }

// template is the route of an operation, without ids.
func (o Op) template() string {
	const account = "/api/sellers/{sellerId}"
	switch o {
	case OpLogin:
		return "/connect/token"
	case OpCreate, OpList:
		return account + "/brokers"
	case OpGet, OpUpdate, OpDelete:
		return account + "/brokers/{brokerId}"
	case OpActiveResellers:
		return account + "/resellers"
	case OpActiveReseller:
		return account + "/resellers/{resellerId}"
	default:
		return ""
	}
}

// lane is where calls go whose context names no lane.
func (o Op) lane() Lane {
	switch o {
	case OpUpdate, OpDelete:
		return LaneEdits
	case OpCreate:
		return LaneCreates
	default:
		return LaneBackground
	}
}

// Lane is the kind of work that a call belongs to; a limiter may prefer one.
type Lane int

// The lanes, the most urgent first. The zero value is none of them.
const (
	LaneEdits      Lane = iota + 1 // what a user changed or deleted
	LaneCreates                    // new resellers, and the syncs that they wait for
	LaneBackground                 // drift, details
)

// String is the lane in one word, a label for metrics.
func (l Lane) String() string {
	switch l {
	case LaneEdits:
		return "edits"
	case LaneCreates:
		return "creates"
	case LaneBackground:
		return "background"
	default:
		return "none"
	}
}

type laneKey struct{}

type objectKey struct{}

// objectName is for whom a call is made.
type objectName struct{ namespace, name string }

// WithLane says for which kind of work the calls of a context are made.
// Without it, updates and deletes are edits, creates are creates, and reads
// are background.
func WithLane(ctx context.Context, lane Lane) context.Context {
	return context.WithValue(ctx, laneKey{}, lane)
}

// WithObject says for which object the calls of a context are made, so that a limiter
// can be fair between namespaces, and tell who fails.
func WithObject(ctx context.Context, namespace, name string) context.Context {
	return context.WithValue(ctx, objectKey{}, objectName{namespace, name})
}

// ObjectOf is the object for which the calls of a context are made; empty when nobody
// said.
func ObjectOf(ctx context.Context) (namespace, name string) {
	o, _ := ctx.Value(objectKey{}).(objectName)
	return o.namespace, o.name
}

type statusKey struct{}

// WithStatus has the HTTP status of the calls of a context noted, of the latest one; 0
// where no answer came.
func WithStatus(ctx context.Context, status *int) context.Context {
	return context.WithValue(ctx, statusKey{}, status)
}

// noteStatus notes it.
func noteStatus(ctx context.Context, status int) {
	if noted, wanted := ctx.Value(statusKey{}).(*int); wanted {
		*noted = status
	}
}

// Call is one request that wants to pass the limiter.
type Call struct {
	Op              Op
	Lane            Lane
	Namespace, Name string // of the object; "" when nobody said
	Session         string // whose client makes it, as the limiter says; "" when it does not
	Trace           string // the id of the trace that it belongs to; "" for none
}

// Result is how a call ended.
type Result struct {
	// Status is the HTTP status, 0 without an answer.
	Status int
	// Failure is nil when the call did what it was for.
	Failure *broker.Failure
	// Duration is from the limiter's opening to the last byte, by Config.Now.
	Duration time.Duration
	// Unheard says that the limiter counts the call, and takes nothing from its answer.
	Unheard bool
	// Waited is how long it waited for its turn before, as the limiter tells.
	Waited time.Duration
}

// Gate limits the calls to an account. Enter waits for its turn or fails; a
// failure that is a *broker.Failure keeps its class and RetryAfter. After a
// nil error leave is called exactly once. Token requests pass as OpLogin,
// never while another call of the same request is inside.
type Gate interface {
	Enter(ctx context.Context, call Call) (leave func(Result), err error)
}

// open is the limiter without limits.
type open struct{}

func (open) Enter(context.Context, Call) (func(Result), error) { return func(Result) {}, nil }

// callOf is the call that a context and an operation make.
func callOf(ctx context.Context, op Op) Call {
	call := Call{Op: op, Lane: op.lane()}
	if lane, ok := ctx.Value(laneKey{}).(Lane); ok {
		call.Lane = lane
	}
	call.Namespace, call.Name = ObjectOf(ctx)
	return call
}
