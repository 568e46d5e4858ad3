package fake

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	htmlPage = "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%s</h1><hr>gateway</body></html>\n"
	textBody = "upstream connect error or disconnect/reset before headers"
	jsonType = "application/json; charset=utf-8"
)

// send writes the answer, spoilt as the fault says.
func (s *Server) send(ctx context.Context, w http.ResponseWriter, req *request, reply answer) {
	if reply.body != nil {
		w.Header().Set("Content-Type", jsonType)
	}
	for name, value := range reply.header {
		w.Header().Set(name, value)
	}
	s.mu.Lock()
	req.ex.Status = reply.status
	s.mu.Unlock()
	switch req.fault.Body {
	case BodyHTML:
		w.Header().Set("Content-Type", "text/html")
		title := []byte(http.StatusText(reply.status))
		write(w, reply.status, bytes.ReplaceAll([]byte(htmlPage), []byte("%s"), title))
	case BodyText:
		w.Header().Set("Content-Type", jsonType)
		write(w, reply.status, []byte(textBody))
	case BodyWord:
		w.Header().Set("Content-Type", jsonType)
		write(w, reply.status, []byte(`"OK"`))
	case BodyNumber:
		w.Header().Set("Content-Type", jsonType)
		write(w, reply.status, []byte("1"))
	case BodyEmpty:
		write(w, reply.status, nil)
	case BodyTruncated:
		write(w, reply.status, reply.body[:len(reply.body)/2])
	case BodyCut:
		w.Header().Set("Content-Length", strconv.Itoa(len(reply.body)+1))
		write(w, reply.status, reply.body[:len(reply.body)/2])
		flush(w)
		abort(w, io.ErrUnexpectedEOF)
	case BodyHuge:
		write(w, reply.status, append(bytes.Repeat([]byte(" "), hugeBody), reply.body...))
	case BodyDrip:
		s.drip(ctx, w, req, reply)
	default:
		write(w, reply.status, reply.body)
	}
}

func write(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	if len(body) > 0 {
		_, _ = w.Write(body) // a client that left needs no answer
	}
}

// drip sends a byte a second: a body that never ends within a patient
// client's deadline, although something always arrives.
func (s *Server) drip(ctx context.Context, w http.ResponseWriter, req *request, reply answer) {
	w.WriteHeader(reply.status)
	for i := range reply.body {
		_, _ = w.Write(reply.body[i : i+1])
		flush(w)
		if err := s.wait(ctx, req, time.Second); err != nil {
			abort(w, err)
		}
	}
}

func flush(w http.ResponseWriter) {
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
}
