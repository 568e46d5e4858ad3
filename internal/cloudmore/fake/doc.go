// Package fake is the seller API of Cloudmore as far as it is documented: a
// real server on a socket, and the same server as an in-process
// http.RoundTripper for simulations in virtual time.
//
// What the documentation leaves open is a setting (Shapes), the expected
// answer its default. What goes wrong in the field is a Fault, asked for by
// operation, count or chance. One request takes this way:
//
//	record → fault: delay, refuse, drop → authorise → commit (now, late, not at all) → answer (true, wrong, broken, late, none)
//
// It promises that its history tells, in sequence, every request and whether it
// changed a broker, and that one seed gives one run. It keeps no password,
// secret or token in the history, and it shares no type with the client: an
// idea that both got wrong would pass every test.
package fake
