package cloudmore

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// sentence is something that an answer says, and the path of the field that
// it says it about: "" for none.
type sentence struct{ path, text string }

// hearing is the JSON of an error while it is read.
type hearing struct {
	sentences []sentence
	names     []string
	keys      []string // of fields, and what names one, as written
	// anywhere: below keys, too, that are no known ones.
	anywhere bool
}

// place is where a value stands in the JSON of an error.
type place struct {
	path string // of the field that it is about
	// listed: within a list or a map of errors, whose keys are fields.
	listed bool
	depth  int
}

// kind is what the value of a key is.
type kind int

const (
	other    kind = iota
	words         // a sentence; else what errors is
	errs          // a sentence, or errors in a list or by field
	envelope      // more of the answer
	naming        // the field that the object is about
	label         // the field that the object is about, if it is one
	aside         // for machines
)

// kinds are the keys by which APIs say what went wrong, squeezed: those of
// ApiError (Status and Error Codes), of RFC 9457 and RFC 6749, of ASP.NET, and
// of common frameworks.
var kinds = map[string]kind{
	"title": words, "detail": words, "message": words, "msg": words, "errormessage": words, "errordescription": words,
	"exceptionmessage": words, "faultstring": words, "description": words, "reason": words, "text": words, "usermessage": words,
	"defaultmessage": words, "errorsummary": words, "errordetail": words, "displaymessage": words, "userfriendlymessage": words,

	"error": errs, "errors": errs, "modelstate": errs, "validationerrors": errs, "fielderrors": errs, "fieldviolations": errs,
	"violations": errs, "invalidparams": errs, "details": errs, "failures": errs, "messages": errs, "errormessages": errs,
	"innererror": errs, "innererrors": errs, "problems": errs, "issues": errs, "fault": errs, "nonfielderrors": errs, "exception": errs,

	"data": envelope, "result": envelope, "response": envelope, "value": envelope, "body": envelope, "payload": envelope, "meta": envelope,

	"field": naming, "fieldname": naming, "property": naming, "propertyname": naming, "propertypath": naming, "param": naming,
	"parameter": naming, "pointer": naming, "attribute": naming, "member": naming, "membernames": naming, "source": naming, "loc": naming,
	"name": label, "path": label, "key": label, "target": label, "location": label, "instancepath": label,

	"code": aside, "errorcode": aside, "errorname": aside, "type": aside, "status": aside, "statuscode": aside, "instance": aside,
	"id": aside, "traceid": aside, "requestid": aside, "correlationid": aside, "timestamp": aside, "success": aside, "stacktrace": aside,
	"severity": aside, "attemptedvalue": aside, "rejectedvalue": aside, "@type": aside, "input": aside, "url": aside,
	"trace": aside, "stack": aside, "debug": aside, "exceptiontype": aside, "lang": aside, "language": aside, "locale": aside,
	"help": aside, "helplink": aside, "helpurl": aside, "moreinfo": aside, "documentationurl": aside, "link": aside, "links": aside,
	"date": aside, "activityid": aside, "errorid": aside, "reference": aside,
}

func kindOf(key string) kind { return kinds[squeezedKey(key)] }

// squeezedKey is a key without what spellings put between its words.
func squeezedKey(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(key))
}

// value hears what a value says.
func (h *hearing) value(raw json.RawMessage, at place) {
	if at.depth++; at.depth > maxDepth || len(h.sentences) >= maxSentences {
		return
	}
	if list, isList := elements(raw); isList {
		for _, entry := range list {
			h.value(entry, at)
		}
		return
	}
	if all, isObject := membersOf(raw); isObject {
		h.object(all, at)
		return
	}
	if len(raw) > 0 && raw[0] == '"' {
		text, _ := textOf(raw)
		h.say(text, at)
	}
}

// object hears an object. Where it has a sentence of its own it is one error;
// else, within errors or when it looks like the map of a model state, its keys
// are fields.
func (h *hearing) object(all members, at place) {
	if text := all.translated(); text != nil {
		h.value(text, at)
		return
	}
	own, before := all.about(), len(h.sentences)
	if own != "" {
		at.path = own
	}
	if name, isName := textOf(all.value("errorName")); isName {
		h.names = append(h.names, name)
		if at.path == "" {
			at.path = wholeSpec
		}
	} else if at.path == "" && all.value("errorMessage") != nil {
		at.path = wholeSpec
	}
	said := slices.ContainsFunc(all, func(m member) bool { return kindOf(m.key) == words && len(m.value) > 0 && m.value[0] == '"' })
	fields := own == "" && !said && (at.listed || all.state())
	for _, m := range all {
		h.member(m, at, fields)
	}
	if own != "" && said {
		h.unite(before)
	}
}

// unite makes one sentence of those about one field since a moment, such as the title and
// the detail of one error.
func (h *hearing) unite(since int) {
	var texts []string
	for _, s := range h.sentences[since:] {
		if s.path != h.sentences[since].path {
			return
		}
		texts = append(texts, strings.TrimRight(s.text, ".:"))
	}
	if len(texts) > 1 {
		h.sentences[since].text = strings.Join(texts, ": ")
		h.sentences = h.sentences[:since+1]
	}
}

// translated is the text of an object that has it with its language (OData), nil for none.
func (all members) translated() json.RawMessage {
	if slices.ContainsFunc(all, func(m member) bool { return kindOf(m.key) == aside && translates[strings.ToLower(m.key)] }) {
		return all.value("value")
	}
	return nil
}

// translates are the keys of the language of a text.
var translates = map[string]bool{"lang": true, "language": true, "locale": true}

// member hears one member of an object, whose other keys may be fields.
func (h *hearing) member(m member, at place, fields bool) {
	nested := len(m.value) > 0 && (m.value[0] == '{' || m.value[0] == '[')
	path, known := broker.SpecPath(joined(at.path, m.key))
	kind := kindOf(m.key)
	switch {
	case (kind == naming || kind == label) && !fields:
		h.keys = append(h.keys, pathIn(m.value))
	case fields || isState(m):
		h.keys = append(h.keys, joined(at.path, m.key))
	}
	switch {
	case kind == naming && !fields:
		return
	case known && (fields || isState(m)):
		at.path, at.listed = path, true
	case kind == words || kind == errs:
		at.listed = true
	case kind == envelope && !fields && nested:
	case fields && kind != aside:
		at.path, at.listed = joined(at.path, m.key), true
	case h.anywhere && nested:
	default:
		return
	}
	h.value(m.value, at)
}

// joined is the path of a key within a path; a key without a name is about all.
func joined(path, key string) string {
	switch {
	case key == "":
		key = wholeSpec
	case path != "" && path != wholeSpec:
		return path + "." + key
	}
	return key
}

// state reports whether an object looks like a model state: lists of
// messages, and nulls.
func (all members) state() bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(m member) bool { return !isNull(m.value) && !isState(m) })
}

// isState reports whether a member looks like one of a model state: a list of
// messages, or a group of such lists.
func isState(m member) bool {
	list, isList := elements(m.value)
	if group, isObject := membersOf(m.value); isObject {
		return len(group) > 0 && !slices.ContainsFunc(group, func(inner member) bool {
			_, nested := membersOf(inner.value)
			return nested || !isState(inner)
		})
	}
	return isList && !slices.ContainsFunc(list, func(entry json.RawMessage) bool { return entry[0] != '"' })
}

// about is the path of the field that an object says it is about.
func (all members) about() string {
	for _, m := range all {
		kind := kindOf(m.key)
		if kind != naming && kind != label {
			continue
		}
		text := pathIn(m.value)
		path, known := broker.SpecPath(text)
		switch {
		case known:
			return path
		case kind == naming && fieldPath.MatchString(text):
			return text
		}
	}
	return ""
}

// pathIn is a path as a text, as a list of steps, or within an object (the
// source of JSON:API).
func pathIn(raw json.RawMessage) string {
	if list, isList := elements(raw); isList {
		steps := make([]string, 0, len(list))
		for _, entry := range list {
			if text, isText := textOf(entry); isText {
				steps = append(steps, text)
			}
		}
		return strings.Join(steps, ".")
	}
	if all, isObject := membersOf(raw); isObject {
		raw = slices.Concat(all.value("parameter"), all.value("pointer"))
	}
	text, _ := textOf(raw)
	return text
}

// say notes a sentence.
func (h *hearing) say(text string, at place) {
	if text = strings.TrimSpace(text); text == "" || len(h.sentences) >= maxSentences {
		return
	}
	if _, known := broker.SpecPath(at.path); !known {
		if path := mentioned(text); path != "" {
			at.path = path
		}
	}
	h.sentences = append(h.sentences, sentence{at.path, text})
}
