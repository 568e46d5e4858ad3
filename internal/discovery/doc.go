// Package discovery decides which Resellers are to show the brokers that nobody manages.
//
// It is pure: it knows neither clock nor API server, and each answer follows from the question
// alone. It promises that only what discovery made and nobody edited is to be deleted, and
// that each broker is shown once.
package discovery
