package says

// The keys of the operator's own log lines, beside those of controller-runtime, which name
// the object (namespace, name) and the pass (reconcileID).
const (
	// KeyEffect is what was done to a broker, as in status.history.
	KeyEffect = "effect"
	// KeyBroker is the id of the broker.
	KeyBroker = "broker"
	// KeyAttempt is what tells a create or delete from every other one.
	KeyAttempt = "attempt"
	// KeyFields are the paths of the fields that were sent, or refused; never values.
	KeyFields = "fields"
	// KeyStatus is the HTTP status that Cloudmore answered; 0: no answer. It is absent where
	// an effect took no call.
	KeyStatus = "apiStatus"
	// KeyMilliseconds is how long the call took, the wait for the account's limits included.
	KeyMilliseconds = "milliseconds"
	// KeyReason is the reason of Ready, or the kind of a halt.
	KeyReason = "reason"
	// KeyWas is the reason of Ready before.
	KeyWas = "was"
	// KeyTurn is whose turn it is: Operator, Cloudmore, You or Nobody.
	KeyTurn = "turn"
	// KeySeller is whose credentials a call is made with, as kind/namespace/name (debug).
	KeySeller = "seller"
	// KeyOperation is the call of the seller API (debug).
	KeyOperation = "operation"
	// KeyLane is the kind of work that the call belongs to (debug).
	KeyLane = "lane"
	// KeyFor is the object for which a call is made, as namespace/name; "" for the account (debug).
	KeyFor = "for"
	// KeyTrace is the id of the trace that the line belongs to, where there is a collector.
	KeyTrace = "traceID"
	// KeyRule is the rule that decided (trace).
	KeyRule = "rule"
	// KeyStep is what it decided on (trace).
	KeyStep = "step"
)

// The texts of these lines.
const (
	// LineEffect is one for each effect on a broker.
	LineEffect = "effect on a broker"
	// LineReason is one for each change of the reason of Ready.
	LineReason = "reason changed"
	// LineHalted is that all writing to an account was stopped.
	LineHalted = "writing halted"
	// LineResumed is that a user let it go on.
	LineResumed = "writing resumed"
	// LineCall is one for each call of the seller API (debug).
	LineCall = "call"
	// LineDecision is one for each decision about a Reseller (trace).
	LineDecision = "decision"
)

// LevelCall and LevelDecision are the verbosities of these lines: --log-level=debug and
// --log-level=trace.
const (
	LevelCall     = 1
	LevelDecision = 2
)
