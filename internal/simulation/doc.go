// Package simulation lives whole lives of Resellers in virtual time: the real
// controllers, account and client, against the fake seller API in process and a
// small API server of its own.
//
// One goroutine drives everything. It decides which manager receives a watch
// event, which pass begins, when the account is read, what people do, and when
// time passes. Every operation that leaves a manager's process (a read or write
// of the API server, a call to the seller API) is a numbered point at which the
// run waits for it; there a manager may be killed before or after the operation,
// the answer may be lost or delayed, the operation may fail in every way, or
// take effect when nobody waits for it any more. What was decided is a schedule:
// a short text that replays the run.
//
// The passes run in goroutines of a testing/synctest bubble, of which at most
// one is at work: the driver resumes it and waits until it is blocked again. So
// the clock, deadlines of contexts and timers are virtual, and one schedule
// gives one run.
//
// The checker reads what the fake and the API server have recorded and decides
// the invariants; it asks neither the controllers nor their status for what
// happened.
//
// What is real: plan, sellerplan, the reconcilers with their event handlers and
// indexes, the account with its limiter, limiter, turns and breaker, the client down
// to its http.RoundTripper. What is not, since it would choose for the driver what
// comes next, and how it is held to the real thing:
//
//   - the API server and the caches of the managers: TestConformance compares the
//     server with kube-apiserver; a watch shows changes of a kind in sequence, and
//     those of different kinds in any.
//   - the work queues: TestQueueConformance compares them with controller-runtime's.
//     They have no priorities; the driver chooses among all that are due, so that
//     every order is tried that priorities could bring.
//   - the loop that reads the accounts: it begins when the account says so, at most
//     once in three seconds, so that a schedule has fewer points.
//   - TCP and TLS: the fake answers in process. What breaks on a connection is an
//     outcome of a point; the client's own tests have real sockets.
//
// The operator is not broken here on purpose: that is what the patches of
// "make mutants" are for, many of which name tests of this package.
package simulation
