package naming

// Every bound and wait of this package, each with its reason.

// maxName is how long a name gets: labels and selectors take 63 characters.
const maxName = 63
