// The bundle program writes a bundle for the Operator Lifecycle Manager from what
// Kustomize makes of config/manifests, read from its input:
//
//	kustomize build config/manifests | bundle --version v1.2.3 --icon config/manifests/icon.svg --out dist/bundle
//
// Only what people say about the operator is written by hand, in a
// ClusterServiceVersion that is part of the input. Rights, Deployment, image,
// examples and the meaning of fields come from the manifests that all other
// installations use.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/operator-framework/api/pkg/operators/v1alpha1"
)

func main() {
	if err := run(os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(args []string, manifests io.Reader) error {
	flags := flag.NewFlagSet("bundle", flag.ContinueOnError)
	version := flags.String("version", "", "`Version` with its v.")
	created := flags.String("created", "", "When the version was made, by RFC 3339.")
	icon := flags.String("icon", "", "SVG `file`.")
	out := flags.String("out", "", "`Folder` to write.")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p, err := read(manifests)
	if err != nil {
		return err
	}
	if err := p.complete(*version, *created); err != nil {
		return err
	}
	image, err := os.ReadFile(*icon)
	if err != nil {
		return err
	}
	p.csv.Spec.Icon = []v1alpha1.Icon{{Data: base64.StdEncoding.EncodeToString(image), MediaType: "image/svg+xml"}}
	return p.write(*out)
}
