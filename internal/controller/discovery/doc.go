// Package discovery makes and deletes the Resellers that show the unmanaged brokers of a
// Seller, as internal/discovery decides.
//
// It promises that it never calls the seller API, that it deletes only what discovery made and
// nobody edited, under the version that was looked at, and that a manager without the right to
// make Resellers says so and goes on.
package discovery
