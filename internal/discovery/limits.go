package discovery

// Every bound and wait of this package, each with its reason.

// MaxObjects bounds how many Resellers show brokers for one Seller: more than any account is
// known to have, and what the cache of a manager holds easily.
const MaxObjects = 10000
