// Package inventory holds what is known of the brokers of one seller account: entries of
// its lists, details that were read or written, and what each of both says of the other.
//
// It promises that what an own write did shows at once, and is not overruled by a list that
// began before it; that a list which lacks many brokers at once is not believed before
// others agree or a user accepts it; and that who asks for a broker is told which lists
// show its absence. What can't be told apart is neither absent nor free to be created.
//
// It takes values and gives values: no call, no context, no clock, no lock. Moments come
// with what happened at them; who shares a snapshot guards it.
package inventory
