// Package docs holds the pages that a program shows without a network.
package docs

import "embed"

// Reasons is docs/reasons.md, and Troubleshooting docs/troubleshooting.md.
var (
	//go:embed reasons.md
	Reasons string
	//go:embed troubleshooting.md
	Troubleshooting string
)

// Runbooks has a page for each alert in the folder runbooks.
//
//go:embed runbooks/*.md
var Runbooks embed.FS
