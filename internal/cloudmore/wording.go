package cloudmore

import (
	"bytes"
	"html"
	"regexp"
	"strings"
)

// What a page consists of, as far as its words go.
var (
	unspoken = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>`)
	titles   = regexp.MustCompile(`(?is)<(?:title|h1)\b[^>]*>(.*?)</(?:title|h1)\s*>`)
	tags     = regexp.MustCompile(`(?s)<[^>]*>`)
)

// wording is what a body that is no JSON says: of a web page the title, else
// the first heading; of other markup and of text all of it.
func wording(a *answer) string {
	body := string(bytes.ToValidUTF8(a.body, nil))
	if !a.page() {
		return body
	}
	body = unspoken.ReplaceAllLiteralString(body, " ")
	for _, match := range titles.FindAllStringSubmatch(body, maxDepth) {
		if title := plainOf(match[1]); title != "" {
			return title
		}
	}
	return plainOf(body)
}

// plainOf is markup without tags and entities.
func plainOf(markup string) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllLiteralString(markup, " ")))
}
