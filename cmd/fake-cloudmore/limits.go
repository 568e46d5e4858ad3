package main

import "time"

// Every bound and wait of this package, each with its reason.

// stopWithin is how long requests under way may take after a signal; the
// slowest answers on demand are then cut off.
const stopWithin = 5 * time.Second
