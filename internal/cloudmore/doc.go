// Package cloudmore is the wire to the Cloudmore seller API: the seven
// documented operations of one seller, the token that they need, and what each
// answer means. Sources: developer.cloudmore.com, pages Manage Resellers,
// Authentication, Making a request, Status and Error Codes.
//
// It promises that a POST is sent at most once, that every failure is a
// *broker.Failure whose class says what may be done next, that a list is
// complete or an error, that no answer is read beyond the bounds in limits.go,
// and that neither password, client secret nor token appears in an error or in
// the words of an answer that come with it. Those words may be personal, so
// they are no part of the error's text.
//
// It never decides what to do about a failure, never waits on its own account
// (limits belong to the [Gate] of whoever shares the account), never follows a
// redirect to another host, and never takes what an answer lacks for empty.
//
// One call takes this way:
//
//	token (one login for all who wait) → [Gate] → one request → whole answer
//	→ success: decoded   → failure: class by status, words by form
package cloudmore
