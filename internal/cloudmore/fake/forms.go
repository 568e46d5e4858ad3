package fake

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Form is the form in which a refusal says what is wrong.
type Form string

// The forms of a refusal. The first two are documented.
const (
	FormList       Form = "list"        // ApiErrors
	FormModelState Form = "model-state" // messages by field
	FormProblem    Form = "problem"     // RFC 9457
	FormMessage    Form = "message"     // {"message": …}
	FormErrors     Form = "errors"      // {"errors": […]}
	FormText       Form = "text"        // plain text
	FormHTML       Form = "html"        // a page whose title is the message
	FormEmpty      Form = "empty"       // nothing
	FormDenial     Form = "denial"      // {"success": false, "message": …}, with 200 unless a fault says otherwise
)

// Forms are all of them.
var Forms = []Form{FormList, FormModelState, FormProblem, FormMessage, FormErrors, FormText, FormHTML, FormEmpty, FormDenial}

// complaint is what a refusal says, before it has a form.
type complaint struct {
	status  int
	message string
	fields  modelState // besides or in place of the message
}

// in is the complaint in a form.
func (c complaint) in(form Form) answer {
	switch form {
	case FormModelState:
		if len(c.fields) == 0 {
			return jsonAnswer(c.status, modelState{"": {c.message}})
		}
		return jsonAnswer(c.status, c.fields)
	case FormProblem:
		return c.problem()
	case FormMessage:
		return jsonAnswer(c.status, object{"message": c.sentence()})
	case FormErrors:
		return c.errors()
	case FormText:
		return answer{status: c.status, body: []byte(c.sentence())}.with("Content-Type", "text/plain; charset=utf-8")
	case FormHTML:
		title := html.EscapeString(c.sentence())
		return answer{status: c.status, body: fmt.Appendf(nil, htmlPage, title, title)}.with("Content-Type", "text/html; charset=utf-8")
	case FormEmpty:
		return answer{status: c.status}
	case FormDenial:
		return jsonAnswer(c.status, object{"success": false, "message": c.sentence(), "data": nil})
	default:
		return c.list()
	}
}

// sentence is all that the complaint says, fields by name.
func (c complaint) sentence() string {
	var all []string
	if c.message != "" {
		all = append(all, c.message)
	}
	for _, field := range slices.Sorted(maps.Keys(c.fields)) {
		for _, message := range c.fields[field] {
			all = append(all, strings.TrimPrefix("'"+field+"': "+message, "'': "))
		}
	}
	return strings.Join(all, " ")
}

func (c complaint) list() answer {
	entry, known := errorKinds[c.status]
	if !known {
		entry = apiError{ErrorCode: 1, ErrorName: "Error", ErrorMessage: http.StatusText(c.status)}
	}
	if sentence := c.sentence(); sentence != "" {
		entry.ErrorMessage = sentence
	}
	return jsonAnswer(c.status, []apiError{entry})
}

func (c complaint) problem() answer {
	problem := object{"type": "about:blank", "title": http.StatusText(c.status), "status": c.status, "traceId": "00-0-0-00"}
	if c.message != "" {
		problem["detail"] = c.message
	}
	if len(c.fields) > 0 {
		problem["errors"] = c.fields
	}
	return jsonAnswer(c.status, problem).with("Content-Type", "application/problem+json; charset=utf-8")
}

func (c complaint) errors() answer {
	all := []object{}
	if c.message != "" {
		all = append(all, object{"message": c.message})
	}
	for _, field := range slices.Sorted(maps.Keys(c.fields)) {
		for _, message := range c.fields[field] {
			all = append(all, object{"field": field, "message": message})
		}
	}
	return jsonAnswer(c.status, object{"errors": all})
}

// refusal is a no in the documented list, or in the form that the settings want.
func (s *Server) refusal(status int, message string) answer {
	if status == http.StatusUnauthorized {
		return answer{status: status}.with("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	form := s.shapes.ErrorBody
	if status == http.StatusBadRequest {
		form = s.shapes.InvalidBody
	}
	if message == "" {
		message = http.StatusText(status)
		if kind, known := errorKinds[status]; known {
			message = kind.ErrorMessage
		}
	}
	return complaint{status: status, message: message}.in(Form(form))
}

// modelRefusal is a 400 about fields.
func (s *Server) modelRefusal(state modelState) *answer {
	form := FormModelState
	if s.shapes.InvalidBody != ErrorDocumented {
		form = Form(s.shapes.InvalidBody)
	}
	refusal := complaint{status: http.StatusBadRequest, fields: state}.in(form)
	return &refusal
}

// complaint is what a fault has the server say in its form.
func (f *Fault) complaint() complaint {
	c := complaint{status: f.status(), message: f.Says}
	if c.message == "" {
		c.message = http.StatusText(c.status)
		switch kind, known := errorKinds[c.status]; {
		case known:
			c.message = kind.ErrorMessage
		case c.status < http.StatusBadRequest:
			c.message = "Down for maintenance"
		}
	}
	if f.Field != "" {
		c.fields, c.message = modelState{f.Field: {c.message}}, ""
	}
	return c
}

// wrapped is an answer with a broker, or with a list, in the envelope that the
// settings want. A list is in no envelope that is named for one broker.
func (s *Server) wrapped(req *request, a answer, list bool) answer {
	key := s.shapes.Envelope
	if key == EnvelopeNone || list && (key == EnvelopeItem || key == EnvelopeBroker) || a.body == nil {
		return a
	}
	req.shape(ShapedEnvelope)
	around := jsonAnswer(a.status, object{"success": true, key: json.RawMessage(a.body)})
	around.header = a.header
	return around
}
