package fake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// adminPrefix is where the endpoints for people and tests begin. The API has
// no such path.
const adminPrefix = "/_fake/"

// adminHandler serves what the Go methods do, without credentials: it is for
// loopback. Its requests are not in the history.
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_fake/history", s.showHistory)
	mux.HandleFunc("DELETE /_fake/history", done(func(*http.Request) error { s.ResetHistory(); return nil }))
	mux.HandleFunc("GET /_fake/counters", func(w http.ResponseWriter, _ *http.Request) { show(w, s.Counters(), nil) })
	mux.HandleFunc("GET /_fake/faults", func(w http.ResponseWriter, _ *http.Request) { show(w, s.Faults(), nil) })
	mux.HandleFunc("PUT /_fake/faults", done(s.putFaults))
	mux.HandleFunc("POST /_fake/faults", done(s.postFault))
	mux.HandleFunc("DELETE /_fake/faults", done(func(*http.Request) error { s.ClearFaults(); return nil }))
	mux.HandleFunc("GET /_fake/settings", func(w http.ResponseWriter, _ *http.Request) { show(w, s.Shapes(), nil) })
	mux.HandleFunc("PUT /_fake/settings", done(s.putSettings))
	mux.HandleFunc("DELETE /_fake/tokens", done(func(*http.Request) error { s.RevokeTokens(); return nil }))
	mux.HandleFunc("PUT /_fake/users", done(s.putUser))
	mux.HandleFunc("GET /_fake/brokers", func(w http.ResponseWriter, _ *http.Request) { show(w, s.Brokers(), nil) })
	mux.HandleFunc("POST /_fake/brokers", s.postBroker)
	mux.HandleFunc("GET /_fake/brokers/{id}", s.showBroker)
	mux.HandleFunc("PATCH /_fake/brokers/{id}", done(s.patchBroker))
	mux.HandleFunc("DELETE /_fake/brokers/{id}", done(s.removeBroker))
	mux.HandleFunc("PUT /_fake/services/{id}", done(func(r *http.Request) error { return s.SetServices(r.PathValue("id"), true) }))
	mux.HandleFunc("DELETE /_fake/services/{id}", done(func(r *http.Request) error { return s.SetServices(r.PathValue("id"), false) }))
	mux.HandleFunc("PUT /_fake/unlisted/{id}", done(func(r *http.Request) error { return s.SetUnlisted(r.PathValue("id"), true) }))
	mux.HandleFunc("DELETE /_fake/unlisted/{id}", done(func(r *http.Request) error { return s.SetUnlisted(r.PathValue("id"), false) }))
	mux.HandleFunc("PUT /_fake/unreadable/{id}", done(func(r *http.Request) error { return s.SetUnreadable(r.PathValue("id"), true) }))
	mux.HandleFunc("DELETE /_fake/unreadable/{id}", done(func(r *http.Request) error { return s.SetUnreadable(r.PathValue("id"), false) }))
	mux.HandleFunc("PUT /_fake/entry/{id}", done(s.putEntry))
	mux.HandleFunc("DELETE /_fake/entry/{id}", done(func(r *http.Request) error { return s.SetEntry(r.PathValue("id"), "") }))
	return mux
}

// done answers 204, or 400 with what went wrong.
func done(action func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := action(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func show(w http.ResponseWriter, value any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value) // a reader that left
}

func decode(r *http.Request, into any) error {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	return nil
}

// showHistory takes ?since=<seq> and ?op=<operation>.
func (s *Server) showHistory(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.Atoi(r.URL.Query().Get("since")) // anything else: from the start
	op := Operation(r.URL.Query().Get("op"))
	chosen := []Exchange{}
	for _, ex := range s.History() {
		if ex.Seq > since && (op == "" || op == ex.Op) {
			chosen = append(chosen, ex)
		}
	}
	show(w, chosen, nil)
}

func (s *Server) putFaults(r *http.Request) error {
	var faults []Fault
	if err := decode(r, &faults); err != nil {
		return err
	}
	s.ClearFaults()
	return s.Inject(faults...)
}

func (s *Server) postFault(r *http.Request) error {
	var fault Fault
	if err := decode(r, &fault); err != nil {
		return err
	}
	return s.Inject(fault)
}

func (s *Server) putSettings(r *http.Request) error {
	shapes := s.Shapes()
	if err := decode(r, &shapes); err != nil {
		return err
	}
	return s.SetShapes(shapes)
}

// putEntry takes ?as=no-id, blank or twice.
func (s *Server) putEntry(r *http.Request) error {
	as := Entry(r.URL.Query().Get("as"))
	if err := (Fault{Entry: as}).check(); err != nil || as == "" {
		return fmt.Errorf("entry %q is none of no-id, blank, twice", as)
	}
	return s.SetEntry(r.PathValue("id"), as)
}

func (s *Server) putUser(r *http.Request) error {
	var user User
	if err := decode(r, &user); err != nil {
		return err
	}
	s.SetUser(user)
	return nil
}

// postBroker makes a broker; ?foreign=true makes it somebody else's.
func (s *Server) postBroker(w http.ResponseWriter, r *http.Request) {
	var broker Broker
	if err := decode(r, &broker); err != nil {
		show(w, nil, err)
		return
	}
	id := s.add(broker, r.URL.Query().Get("foreign") == "true")
	record, _ := s.Broker(id)
	show(w, record, nil)
}

func (s *Server) showBroker(w http.ResponseWriter, r *http.Request) {
	record, ok := s.Broker(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	show(w, record, nil)
}

// patchBroker merges the fields of the body into a broker.
func (s *Server) patchBroker(r *http.Request) error {
	var fields json.RawMessage
	if err := decode(r, &fields); err != nil {
		return err
	}
	if err := json.Unmarshal(fields, &Broker{}); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	return s.Edit(r.PathValue("id"), func(b *Broker) { _ = json.Unmarshal(fields, b) }) // decoded once already
}

// removeBroker deletes a broker; ?soft=true leaves it readable as inactive.
func (s *Server) removeBroker(r *http.Request) error {
	if r.URL.Query().Get("soft") == "true" {
		return s.Deactivate(r.PathValue("id"))
	}
	return s.Remove(r.PathValue("id"))
}
