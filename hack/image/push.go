package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// push puts an image under its name into a registry, as whom `docker login` or
// `crane auth login` left, and adds its digest to a file in the form of sha256sum:
// what is signed and attested later is what was pushed.
func push(image, digests string, index v1.ImageIndex) error {
	reference, err := name.NewTag(image)
	if err != nil {
		return err
	}
	if err := remote.WriteIndex(reference, index, remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	fmt.Printf("pushed %s@%s\n", image, digest)
	file, err := os.OpenFile(digests, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s  %s\n", digest.Hex, image)
	return errors.Join(err, file.Close())
}
