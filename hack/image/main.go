// The image program writes OCI images of static binaries without Docker, a
// registry or a base image: one archive for each program, with all platforms in
// one index, for `ctr images import`, `docker load` and `skopeo copy --all`.
//
//	image --version v1.2.3 --created 1790000000 --revision 4f2a \
//		manager=example.com/manager:v1.2.3
//
// With --push it puts them into their registry, too. The same binaries and flags give
// the same bytes. What stands in for a base image is in base.go.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	binaries, licence, out string
	platforms              []v1.Platform
	release                release
	images                 []named
	push                   bool
}

// named is a program and the name of its image.
type named struct{ program, name string }

// run writes one archive for each program that args name.
func run(args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(o.licence)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return err
	}
	digests := filepath.Join(o.out, "digests.txt")
	if err := os.RemoveAll(digests); err != nil {
		return err
	}
	for _, image := range o.images {
		index, err := o.write(image, licence)
		if err == nil && o.push {
			err = push(image.name, digests, index)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", image.name, err)
		}
	}
	return nil
}

func (o *options) write(image named, licence []byte) (v1.ImageIndex, error) {
	built := map[string][]byte{}
	for _, platform := range o.platforms {
		content, err := os.ReadFile(filepath.Join(o.binaries, platform.OS, platform.Architecture, image.program))
		if err != nil {
			return nil, err
		}
		built[platform.String()] = content
	}
	index, err := o.release.index(image.program, o.platforms, built, licence)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.out, archiveName(image.name))
	if err := write(path, image.name, index); err != nil {
		return nil, err
	}
	fmt.Println("wrote", path)
	return index, nil
}

func parse(args []string) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	flags.StringVar(&o.binaries, "binaries", "bin", "`Folder` with <os>/<architecture>/<program>.")
	flags.StringVar(&o.licence, "licence", "LICENSE", "`File` that becomes /licenses/LICENSE.")
	flags.StringVar(&o.out, "out", "dist", "`Folder` that the archives are written to.")
	flags.BoolVar(&o.push, "push", false, "Push the images, and write digests.txt beside the archives.")
	platforms := flags.String("platforms", "linux/amd64,linux/arm64", "Comma-separated `platforms`.")
	flags.StringVar(&o.release.version, "version", "", "`Version` for the label.")
	flags.StringVar(&o.release.revision, "revision", "", "`Commit` for the label.")
	created := flags.Int64("created", 0, "`Seconds` since 1970 that stand in everything.")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.release.created = time.Unix(*created, 0).UTC()
	for text := range strings.SplitSeq(*platforms, ",") {
		platform, err := v1.ParsePlatform(text)
		if err != nil || platform.Architecture == "" {
			return nil, fmt.Errorf("--platforms: %q is no <os>/<architecture>", text)
		}
		o.platforms = append(o.platforms, *platform)
	}
	for _, arg := range flags.Args() {
		program, name, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("%q is no <program>=<name of its image>", arg)
		}
		o.images = append(o.images, named{program, name})
	}
	return o, nil
}
