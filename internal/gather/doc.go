// Package gather makes plan.State of what others know: of a Seller's settings, of other
// Resellers, of the brokers of an account. The controllers use it, and who shows beforehand
// what they would do.
//
// It promises to be pure: it takes objects and values, and gives values.
package gather
