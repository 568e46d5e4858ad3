package fake

// Every bound and wait of this package, each with its reason.

// maxVersions bounds what is kept of one broker; lags reach no further back.
const maxVersions = 64

// maxRequestBody bounds what is read of a request; the largest documented one is a few KiB.
const maxRequestBody = 1 << 20

// hugeBody is twice what a careful client reads of the largest list.
const hugeBody = 16 << 20
