// The pause program holds the namespaces of a Pod, and does nothing else: it is
// what the usual pause image has, which only a registry has.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
}
