// kubectl-reseller is a plugin of kubectl: what the operator keeps, and what one may ask of it.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubeconfigs of cloud providers

	"github.com/reseller-operator/reseller-operator/internal/cli"
)

// version is set by the build.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := cli.Run(ctx, os.Args[1:], environment())
	stop()
	os.Exit(int(code))
}

func environment() cli.Env {
	terminal := term.IsTerminal(int(os.Stdout.Fd()))
	return cli.Env{
		IOStreams: genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Version:   version, Now: time.Now, Getenv: os.Getenv,
		Terminal: terminal, Colour: terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
	}
}
