// Package secret takes the credentials of an account out of a Secret, for the operator and
// for kubectl reseller alike: what one of them logs in with, the other must not send in
// other letters, since logins that are refused lock accounts. It shows no value.
package secret
