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
// the first heading; of other markup and of text all of it. Secrets go first: what
// looks like a tag may be a part of one. Of a page that is too long only a title is read.
func wording(a *answer, scrub *scrubber) string {
	body := string(bytes.ToValidUTF8(a.body, nil))
	if !a.page() {
		return body
	}
	whole := len(body) <= maxMarkup
	if !whole {
		body = strings.ToValidUTF8(body[:maxMarkup], "")
	}
	body = unspoken.ReplaceAllLiteralString(scrub.scrubbed(oneLine(body)), " ")
	for _, match := range titles.FindAllStringSubmatch(body, maxDepth) {
		if title := plainOf(match[1]); title != "" {
			return title
		}
	}
	if !whole {
		return ""
	}
	return plainOf(body)
}

// plainOf is markup without tags and entities.
func plainOf(markup string) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllLiteralString(markup, " ")))
}
