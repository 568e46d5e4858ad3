package gather

import "time"

// Every bound and wait of this package, each with its reason.

// seenSince is for how long the process of a foresight is taken to have known the object:
// longer than any wait that begins when a process first sees it.
const seenSince = time.Hour
