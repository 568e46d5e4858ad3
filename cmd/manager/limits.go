package main

import "time"

// Every bound and wait of this package, each with its reason.

// probeTimeout bounds how long a probe may take to ask; kubelet asks every ten seconds.
const probeTimeout = 5 * time.Second

// gracePeriod is how long a stopping manager lets calls under way end: the
// longest deadline that a Seller may set (2 min), and saving what it came to.
const gracePeriod = 160 * time.Second

// flushTimeout bounds how long a process that ends waits for its last spans to be sent: far
// less than the grace period, which calls need.
const flushTimeout = 5 * time.Second
