package cloudmore

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Some APIs answer with success and say in the body that the call failed. That is
// recognised by the words of a key, as announcements are, and by what is said under it.

var (
	successWords = wordSet("success succeeded successful successfully ok")
	failureWords = wordSet("error errors failed failure failures fault faults exception exceptions unsuccessful")
	// besides are words that may stand beside them.
	besides = wordSet("has have is was any in count counts number num list message messages msg name code text description detail details partial " +
		"validation internal server api response request call operation")
	// outcomes are keys of how a call ended, and failing what is said under them.
	outcomes = wordSet("status state result outcome statuscode httpstatus httpstatuscode")
	failing  = wordSet("error errors err fail failed failure partial nok ko denied rejected refused aborted cancelled canceled timeout unavailable forbidden " +
		"unauthorized unauthenticated not invalid timed incomplete truncated exception unsuccessful")
)

// allGood is what is said under an error where there is none.
var allGood = regexp.MustCompile(`(?i)^\s*(ok|success|successful|none|null|false|no ?errors?|n/?a|[+-]?0+)\s*$`)

// refuses reports whether an answer of success is a text that says that the call failed,
// such as "Access denied".
func refuses(raw []byte) bool {
	text, _ := textOf(raw)
	return len(raw) > 0 && raw[0] == '"' && fails(text)
}

// denies reports whether an answer of success says that the call failed: by a
// flag, or by errors beside or in place of what was asked for. What has a field of a
// broker is that broker, whose members may be named likewise.
func denies(raw []byte, depth int) bool {
	all, isObject := membersOf(raw)
	_, shown := all.id()
	switch {
	case refusals(raw), !shown && all.modelState():
		return true
	case !isObject || all.broker():
		return false
	}
	return slices.ContainsFunc(all, func(m member) bool {
		return m.denies() || depth > 0 && m.aside() && denies(m.value, depth-1)
	})
}

// deny reports whether a member of an object, or of an object in it, says that the call
// failed.
func (all members) deny(depth int) bool {
	return slices.ContainsFunc(all, func(m member) bool {
		inner, isObject := membersOf(m.value)
		return m.denies() || isObject && depth > 0 && m.aside() && inner.deny(depth-1)
	})
}

// aside reports whether a member may tell of the call: no link does, and nothing that
// repeats the question.
func (m *member) aside() bool {
	return !slices.ContainsFunc(wordsOf(m.key), func(word string) bool { return echoes[word] || links[word] })
}

// refusals reports whether a value is a list of errors as a 400 is documented to have it.
func refusals(raw []byte) bool {
	list, _ := elements(raw)
	return len(list) > 0 && !slices.ContainsFunc(list, func(entry json.RawMessage) bool {
		all, _ := membersOf(entry)
		_, shown := all.id()
		return shown || all.value("errorName") == nil || all.value("errorMessage") == nil
	})
}

// modelState reports whether an object is the other documented form: messages by field.
func (all members) modelState() bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(m member) bool {
		list, _ := elements(m.value)
		_, known := broker.SpecPath(m.key)
		return !known || len(list) == 0 || !isState(m)
	})
}

// denies reports whether a member says that the call failed.
func (m *member) denies() bool {
	words := wordsOf(m.key)
	text, _ := textOf(m.value)
	switch {
	case only(words, successWords) && !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, "count") || strings.HasPrefix(word, "num") }):
		truth, told := flagOf(m.value)
		return told && !truth || fails(text)
	case only(words, failureWords):
		return m.tellsError(text)
	case outcomes[wordOf(m.key)]:
		return erroneous(text) || fails(text)
	case slices.Contains([]string{"code", "returncode", "resultcode"}, wordOf(m.key)):
		return erroneous(text)
	}
	return false
}

// only reports whether there is one of some words, and no others than may stand beside it.
func only(words []string, some map[string]bool) bool {
	return slices.ContainsFunc(words, func(word string) bool { return some[word] }) &&
		!slices.ContainsFunc(words, func(word string) bool { return !some[word] && !besides[word] })
}

// tellsError reports whether there is something under the name of an error.
func (m *member) tellsError(text string) bool {
	if list, isList := elements(m.value); isList {
		return len(list) > 0
	}
	if inner, isObject := membersOf(m.value); isObject {
		return inner.say()
	}
	number, err := strconv.ParseFloat(text, 64)
	return text != "" && !allGood.MatchString(text) && (err != nil || number != 0)
}

// erroneous reports whether a text is a status of HTTP that is an error.
func erroneous(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= 400 && number < 600
}

// fails reports whether a text says that something failed.
func fails(text string) bool {
	words := wordsOf(text)
	return slices.ContainsFunc(words, func(word string) bool { return failing[word] }) && !slices.Contains(words, "no") && !slices.Contains(words, "without")
}
