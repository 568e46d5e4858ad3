// Package night_test lives through twelve nights with the real manager on a real control
// plane, as the one on call: what kubectl, events, log and metrics say while something is
// wrong, and how the commands of the runbooks end it.
//
//	night_test.go    the test, and how a night goes
//	nights_test.go   the nights
//	plane_test.go    the control plane, and the managers that run there
//	scene_test.go    one night at work: a namespace, an account, a Seller, Resellers
//	faces_test.go    what is told of it
//	runbook_test.go  the commands of the runbooks
//
// All that is told stands in testdata, a file for each night, and is compared whole; times
// are masked. The module hack/alerts holds the alerts against the metrics in these files,
// and makes docs/nights.md of them. NIGHT_UPDATE=1 writes all again.
package night_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// within bounds a failure; a busy machine takes long.
const within = 2 * time.Minute

// settled is how long nothing new is told before that is written down.
const settled = 8 * time.Second

func TestNights(t *testing.T) {
	if testing.Short() {
		return // nothing here works without an API server
	}
	t.Chdir(filepath.Join("..", ".."))
	p := startPlane(t)
	t.Run("at Cloudmore, and of Resellers", func(t *testing.T) {
		var all sync.WaitGroup
		for _, n := range nights { // all at once, since they mostly wait
			all.Go(func() { t.Run(n.name, func(t *testing.T) { p.live(t, n) }) })
		}
		all.Wait()
	})
	for _, n := range ofTheOperator { // it is the operator of all
		t.Run(n.name, func(t *testing.T) { p.live(t, n) })
	}
}

// night is what goes wrong, and what ends it.
type night struct {
	name string // of its file and its namespace
	// says is what happens, in a sentence.
	says string
	// before makes more of the scene than a Seller and a Reseller, and may be nil.
	before func(*scene)
	// breaks is what goes wrong at Cloudmore; strikes what is done then. Either may be nil.
	breaks, strikes func(*scene)
	// shows are the reasons that tell of it, as "seller/main Ready"; waits, if it is not nil,
	// waits for what no reason tells.
	shows []string
	waits func(*scene)
	small bool // is the brake
	lease bool // is told of, too
	// pages are the runbooks whose commands are run meanwhile.
	pages []string
	// mends is what ends at Cloudmore, if anything; ends is a part of the command of the
	// first page that ends the night, "" where it ends automatically.
	mends func(*scene)
	ends  string
	// env is what the commands find in their environment.
	env []string
	// does is what follows from the command outside the API server, and may be nil.
	does func(*scene)
	// after are the reasons that tell of the end.
	after []string
}

// live lives through a night, and holds what is told against its file.
func (p *plane) live(t *testing.T, n night) {
	s := p.newScene(t, n)
	defer s.end()
	if n.before != nil {
		n.before(s)
	}
	s.listed()
	s.quiet()
	if n.breaks != nil {
		n.breaks(s)
		s.quiet()
	}
	begun := s.mark()
	if n.strikes != nil {
		n.strikes(s)
	}
	if n.waits != nil {
		n.waits(s)
	}
	s.shows(n.shows)
	s.compare("while", func() string { return s.heading() + s.faces(begun) + s.series(begun) })

	for _, page := range n.pages {
		s.looks(page)
	}
	begun = s.mark()
	if n.mends != nil {
		n.mends(s)
	}
	if n.ends != "" {
		s.run(n.pages[0], n.ends)
	}
	if n.does != nil {
		n.does(s)
	}
	s.shows(n.after)
	s.compare("after", func() string { return s.ending() + s.faces(begun) })
}

// compare holds a part of the file against what is told, or writes it.
func (s *scene) compare(part string, told func() string) {
	s.t.Helper()
	file := newFile(s.t, s.name)
	if os.Getenv("NIGHT_UPDATE") == "" {
		s.g.Eventually(told).WithTimeout(within).WithPolling(200*time.Millisecond).Should(Equal(file.part(part)),
			"%s of %s; NIGHT_UPDATE=1 writes it again", part, file.path)
		return
	}
	said, since := "", time.Now()
	s.g.Eventually(func() bool {
		if now := told(); now != said {
			said, since = now, time.Now()
		}
		return time.Since(since) > settled
	}).WithTimeout(within).WithPolling(200 * time.Millisecond).Should(BeTrue())
	file.write(part, said)
}

// goldenFile is the file of a night: what is told while it lasts, the alerts, and what is
// told after it.
type goldenFile struct {
	t    *testing.T
	path string
}

func newFile(t *testing.T, name string) goldenFile {
	return goldenFile{t, filepath.Join("hack", "night", "testdata", name+".txt")}
}

// These begin the second and the third part.
const (
	alertsBegin = "== alerts\n"
	endBegins   = "== it ends"
)

func (f goldenFile) parts() map[string]string {
	content, err := os.ReadFile(f.path)
	if err != nil && !os.IsNotExist(err) {
		f.t.Fatal(err)
	}
	whole, end, _ := strings.Cut(string(content), endBegins)
	during, alerts, _ := strings.Cut(whole, alertsBegin)
	return map[string]string{"while": during, "alerts": alertsBegin + alerts, "after": endBegins + end}
}

func (f goldenFile) part(name string) string { return f.parts()[name] }

func (f goldenFile) write(name, text string) {
	f.t.Helper()
	all := f.parts()
	all[name] = text
	if err := os.WriteFile(f.path, []byte(all["while"]+all["alerts"]+all["after"]), 0o600); err != nil {
		f.t.Fatal(err)
	}
}
