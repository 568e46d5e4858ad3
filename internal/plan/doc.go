// Package plan decides: everything the operator knows about one Reseller is a
// State, and Next answers the one step that follows. It is the whole policy of
// the operator and nothing else; there is no I/O, clock, client or log in it.
//
// A pass over a Reseller is a loop: State → Next → perform → State', until the
// step is a Rest. The life of a broker, as the rules in next.go tell it:
//
//	                   AddFinalizer
//	                        │
//	               reading: nobody has it
//	                        │
//	found ┌──────────── RecordIntent ◄───────────────┐
//	      │                 │ seen in the cache      │ nobody has it, after
//	      ▼                 ▼                        │ every bound has passed
//	    Bind             Create (once) ── unknown ── resolve
//	      │                 │ id                     │ found
//	      └──────►  bound: Look → Update  ◄──────────┘
//	                        │ deletionTimestamp
//	         Look → services → RecordDeletion → Delete → proof → Release
//
// Next chooses one phase (answered, leaving, creating, deleting, unbound, bound) and
// asks only the rules of that phase; the first that answers wins. What forbids a write
// stands once, in vetoes.go, and is asked before it is announced and before it is sent.
//
// It promises that Create is answered at most once for an intent, and only to
// the process that wrote it; that nothing is deleted or overwritten before its
// identity was read; and that absence is never concluded from one answer.
package plan
