// Package limiter bounds the calls to one seller account: their rate, how many are under
// way at once, whose turn it is, and when nobody may call.
//
// A call waits in a fair queue: by priority class, within a class by namespace, within a
// namespace in its order. A pass of a reconciler takes a turn before it calls or announces
// anything, so that no worker waits here for long. A pause that the server asks for is
// kept; while calls keep failing, a circuit breaker lets one probe through at a time, after
// pauses that grow.
//
// It promises that no class and no namespace starves, that no turn is lost with its object
// or its pass, and that an account that does not answer keeps few workers busy. It never
// calls the server itself, and knows nothing of sessions, lists or brokers.
package limiter
