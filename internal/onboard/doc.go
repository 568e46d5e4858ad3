// Package onboard describes brokers that exist by Resellers: a manifest for each, under a
// readable name, with every value that admission takes, and what was left out beside it.
//
// It promises to be pure, and that what it writes changes nothing at Cloudmore: each manifest
// names its broker by id, and no value in it differs from what was read. A correction is
// proposed and never made.
package onboard
