package fake

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Server is one seller's account behind the API. It is safe for concurrent use.
type Server struct {
	options Options
	admin   http.Handler

	mu     sync.Mutex // guards all below; never held while waiting
	shapes Shapes
	// spellings are those of the settings, read.
	spellings []spelling
	random    *rand.Rand
	users     map[string]*account
	tokens    map[string]grant
	store     store
	pending   []pendingCommit
	faults    []*armed
	history   *history
	limiter   *rate.Limiter
	serving   *http.Server
	saveFail  error
}

// New makes a server that does not listen: use it as an http.Handler, by
// RoundTripper, or Start it. The error names a setting that makes no sense or
// a state file that cannot be read.
func New(options Options) (*Server, error) {
	options, err := options.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: options,
		shapes:  options.Shapes,
		random:  rand.New(rand.NewPCG(options.Seed, 0)),
		users:   map[string]*account{},
		tokens:  map[string]grant{},
		store:   newStore(),
		history: newHistory(options.HistoryLimit),
	}
	s.limiter = limiterOf(options.Shapes)
	if s.spellings, err = parseSpellings(options.Shapes.Spell); err != nil {
		return nil, err
	}
	for _, user := range options.Users {
		s.SetUser(user)
	}
	s.admin = s.adminHandler()
	return s, s.load()
}

// SellerID is the id in the paths that this server answers.
func (s *Server) SellerID() string { return s.options.SellerID }

// Start serves on a free port of the loopback interface until Close and
// returns the base URL.
func (s *Server) Start() (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on loopback: %w", err)
	}
	serving := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.mu.Lock()
	s.serving = serving
	s.mu.Unlock()
	go func() { _ = serving.Serve(listener) }() // ends by Close
	return "http://" + listener.Addr().String(), nil
}

// Close ends what Start began, open connections included. Requests that are
// waiting end as if their client had left.
func (s *Server) Close() error {
	s.mu.Lock()
	serving := s.serving
	s.serving = nil
	failed := s.saveFail
	s.mu.Unlock()
	if serving == nil {
		return failed
	}
	return errors.Join(failed, serving.Close())
}

// ServeHTTP answers as the seller API would, or as a fault says.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.options.Admin && strings.HasPrefix(r.URL.Path, adminPrefix) {
		s.admin.ServeHTTP(w, r)
		return
	}
	s.exchange(w, r)
}

// Shapes are the settings in force, complete.
func (s *Server) Shapes() Shapes {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shapes
}

// SetShapes changes the settings from the next request on.
func (s *Server) SetShapes(shapes Shapes) error {
	shapes, err := shapes.Complete()
	if err != nil {
		return err
	}
	spellings, err := parseSpellings(shapes.Spell)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if shapes.RateLimit != s.shapes.RateLimit {
		s.limiter = limiterOf(shapes)
	}
	s.shapes, s.spellings = shapes, spellings
	return nil
}

// limiterOf allows one second's calls at once, as gateways do.
func limiterOf(shapes Shapes) *rate.Limiter {
	if shapes.RateLimit <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(shapes.RateLimit), max(1, int(shapes.RateLimit)))
}

func (s *Server) now() time.Time { return s.options.Now() }
