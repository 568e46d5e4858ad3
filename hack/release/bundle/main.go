// The bundle program writes a bundle for the Operator Lifecycle Manager from what
// Kustomize makes of config/manifests, read from its input:
//
//	kustomize build config/manifests | bundle --version v1.2.3 --icon config/manifests/icon.svg --out dist/bundle
//
// Only what people say about the operator is written by hand, in a
// ClusterServiceVersion that is part of the input. Rights, Deployment, image and
// examples come from the manifests that all other installations use.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/operator-framework/api/pkg/operators/v1alpha1"
	"sigs.k8s.io/yaml"
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
	image, err := os.ReadFile(*icon)
	if err != nil {
		return err
	}
	p.csv.Spec.Icon = []v1alpha1.Icon{{Data: base64.StdEncoding.EncodeToString(image), MediaType: "image/svg+xml"}}
	if err := p.complete(*version, *created); err != nil {
		return err
	}
	return p.write(*out)
}

const pkg = "reseller-operator"

// annotations say what the folder is, in its metadata and on its image. The channel
// is that of versions that nobody promises to be mature.
var annotations = map[string]string{
	"operators.operatorframework.io.bundle.mediatype.v1":       "registry+v1",
	"operators.operatorframework.io.bundle.manifests.v1":       "manifests/",
	"operators.operatorframework.io.bundle.metadata.v1":        "metadata/",
	"operators.operatorframework.io.bundle.package.v1":         pkg,
	"operators.operatorframework.io.bundle.channels.v1":        "candidate",
	"operators.operatorframework.io.bundle.channel.default.v1": "candidate",
}

// write replaces the folder.
func (p *parts) write(folder string) error {
	files := map[string]any{
		"manifests/" + pkg + ".clusterserviceversion.yaml": p.csv,
		"metadata/annotations.yaml":                        map[string]any{"annotations": annotations},
	}
	for _, object := range p.whole {
		files[fmt.Sprintf("manifests/%s_%s.yaml", object.GetName(), strings.ToLower(object.GetKind()))] = object.Object
	}
	image := "FROM scratch\n"
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		image += fmt.Sprintf("LABEL %s=%s\n", name, annotations[name])
	}
	image += "COPY manifests /manifests/\nCOPY metadata /metadata/\n"
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for _, part := range []string{"manifests", "metadata"} {
		if err := os.MkdirAll(filepath.Join(folder, part), 0o750); err != nil {
			return err
		}
	}
	for name, content := range files {
		text, err := yaml.Marshal(content)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "bundle.Dockerfile"), []byte(image), 0o600)
}
