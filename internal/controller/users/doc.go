// Package users knows who uses a Seller: which Resellers name it, which Seller a Reseller
// names, and whether it may be used from there. Both controllers ask it, so that neither
// needs to know the other.
//
// It promises that both find the same answer, by the index and the rules that stand here. It
// reads from the client that it is given, cache or API server, and never writes.
package users
