package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// answer is a response before it is sent.
type answer struct {
	status int
	header map[string]string
	body   []byte // nil: none
}

// jsonAnswer encodes value, which is always one of ours.
func jsonAnswer(status int, value any) answer {
	body, err := json.Marshal(value)
	if err != nil {
		return answer{status: http.StatusInternalServerError, body: []byte(strconv.Quote(err.Error()))}
	}
	return answer{status: status, body: body}
}

func (a answer) with(header, value string) answer {
	headers := maps.Clone(a.header)
	if headers == nil {
		headers = map[string]string{}
	}
	headers[header] = value
	a.header = headers
	return a
}

// The code of InvalidValue is documented, the others are in its style.
var errorKinds = map[int]apiError{
	http.StatusBadRequest:          {5, "InvalidValue", "The request is not valid"},
	http.StatusForbidden:           {3, "Forbidden", "No permission for the action or resource"},
	http.StatusNotFound:            {4, "NotFound", "No such resource"},
	http.StatusMethodNotAllowed:    {6, "MethodNotAllowed", "The resource does not support this method"},
	http.StatusConflict:            {7, "AlreadyExists", "The resource exists already"},
	http.StatusUnprocessableEntity: {9, "NotProcessable", "The request can't be processed"},
	http.StatusTooManyRequests:     {8, "TooManyRequests", "Too many requests"},
	http.StatusInternalServerError: {1, "InternalError", "An error occurred on the server"},
}

// inUse refuses to delete a broker with activated services.
func (s *Server) inUse(id string) answer {
	return s.refusal(s.shapes.InUseStatus, "Broker has activated services:"+id)
}

func (s *Server) invalidValue(message string) answer {
	return s.refusal(http.StatusBadRequest, message)
}

func (s *Server) notFound(id string) answer {
	return s.refusal(http.StatusNotFound, "Broker not found:"+id)
}

func (s *Server) throttled() answer {
	return s.refusal(http.StatusTooManyRequests, "").with("Retry-After", "1")
}

// substitute is the answer that a fault puts in place of the true one.
func (s *Server) substitute(req *request, status int) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply := answer{status: status}
	switch {
	case req.fault.worded():
		reply = req.fault.complaint().in(req.fault.Form)
	case status == http.StatusNotFound && req.broker != "":
		reply = s.notFound(req.broker) // word for word what an unknown broker gets
	case status >= http.StatusBadRequest:
		reply = s.refusal(status, "")
	}
	if req.fault.RedirectTo != "" {
		reply = reply.with("Location", req.fault.RedirectTo+req.ex.Path)
	}
	if req.fault.RetryAfter > 0 {
		reply = reply.with("Retry-After", retryAfter(req.fault, s.now()))
	}
	return reply
}

// retryAfter follows RFC 9110 §10.2.3: seconds or an HTTP date.
func retryAfter(f *Fault, now time.Time) string {
	if f.RetryAtDate {
		return now.Add(f.RetryAfter).UTC().Format(http.TimeFormat)
	}
	return fmt.Sprint(int(f.RetryAfter.Round(time.Second).Seconds()))
}

// untouched is the true answer of a call that takes no effect and that no
// other answer replaces: the one that a server in maintenance would give.
func (s *Server) untouched(req *request) answer {
	if req.fault.status() != 0 || req.fault.Drop != "" {
		return answer{}
	}
	return s.refusal(http.StatusServiceUnavailable, "")
}
