package cli

import "time"

// Every bound and wait of this package, each with its reason.

// retryAtLeast is how long a call that failed for now waits before it is made again: less
// than a user who watches would wait, and an account may be shared.
const retryAtLeast = 2 * time.Second

// maxShown is how many letters of a value or name a table shows: a row fits a
// terminal.
const maxShown = 40

// endsSoon is how long before its end a certificate or a password is spoken of: renewing one
// takes other people.
const endsSoon = 14 * 24 * time.Hour

// greetWithin bounds the request that tries TLS: as long as a call of the operator may take
// to connect and shake hands.
const greetWithin = 20 * time.Second

// mostSkew is how far clocks may be apart: certificates and tokens allow for that much.
const mostSkew = time.Minute

// doctorQPS is how many requests doctor makes in a second, some forty in all.
const doctorQPS = 50

// pageSize is how many objects a request asks for: as many as kubectl does.
const pageSize = 500

// defaultTimeout is how long a command waits for what comes of it: longer than a pass that
// finds its account busy takes.
const defaultTimeout = 2 * time.Minute

// maxUpgraded is how many Resellers doctor names that an upgrade would change; diff shows all.
const maxUpgraded = 5

// defaultRate is how many calls a command makes at an account in a second: a tenth of what a
// Seller permits the operator.
const defaultRate = 5
