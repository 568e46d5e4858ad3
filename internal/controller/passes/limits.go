package passes

import "time"

// Every bound and wait of this package, each with its reason.

// Longest is how long a pass may be under way before the process is taken for stuck. The
// longest deadline of a call is 2 minutes, and saving what it came to takes half a minute.
const Longest = 10 * time.Minute
