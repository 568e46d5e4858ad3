package main

import (
	"fmt"
	"io"
	"net"
	"strings"
)

const manifest = `apiVersion: v1
kind: Secret
metadata: {name: cloudmore-api}
stringData:
  username: %q
  password: %q
  clientSecret: %q
---
apiVersion: cloudmore.com/v1alpha1
kind: Seller
metadata: {name: main}
spec:
  sellerID: %s
  endpoint: %s
  credentialsSecretRef: {name: cloudmore-api}
`

// guide tells where the server is and how to point a Seller at it.
func guide(out io.Writer, c config, address net.Addr) error {
	url := "http://" + address.String()
	hint := "The manager takes plain http only on loopback, and only with --allow-insecure-endpoints."
	if c.secure() {
		url = "https://" + address.String()
		hint = "Name the certificate's authority in the Seller's spec.caBundleRef."
	}
	var text strings.Builder
	fmt.Fprintf(&text, "fake-cloudmore serves the seller API on %s\n", url)
	if c.options.Admin {
		fmt.Fprintf(&text, "and its history, brokers, settings and faults on %s/_fake/\n", url)
	}
	fmt.Fprintf(&text, "\nPoint a Seller at it. %s\n\n", hint)
	for line := range strings.Lines(fmt.Sprintf(manifest, c.username, c.password, c.options.ClientSecret, c.options.SellerID, url)) {
		fmt.Fprintf(&text, "    %s", line)
	}
	text.WriteByte('\n')
	_, err := io.WriteString(out, text.String())
	return err
}

// usage is the help: every flag with a sentence, by groups.
func usage(out io.Writer, sections []section) {
	var text strings.Builder
	text.WriteString(`fake-cloudmore serves the seller API of Cloudmore from memory: the seven
documented operations, the token endpoint, the documented validation. What the
documentation leaves open is a setting; its default is the expected answer.

    fake-cloudmore                                   serve on 127.0.0.1:8080
    fake-cloudmore --admin --state-file brokers.json keep brokers, allow edits by curl
    fake-cloudmore --ids integer --create-answer nothing --delete-delay 30s

`)
	for _, s := range sections {
		fmt.Fprintf(&text, "%s:\n%s\n", s.title, s.flags.FlagUsagesWrapped(100))
	}
	_, _ = io.WriteString(out, text.String()) // nobody reads a closed help
}
