package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/spf13/pflag"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// page is written by the program and read by the test.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(text)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// started runs the program on a free port until the test ends and returns its URL.
func started(t *testing.T, g *GomegaWithT, args ...string) (url string, out, logs *page, stop func()) {
	t.Helper()
	out, logs = &page{}, &page{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), out, logs) }()
	stop = sync.OnceFunc(func() {
		cancel()
		g.Eventually(ended, 2*stopWithin).Should(Receive(BeNil()))
	})
	t.Cleanup(stop)
	address := regexp.MustCompile(`serves the seller API on (http://\S+)`)
	g.Eventually(func() string {
		if found := address.FindStringSubmatch(out.String()); found != nil {
			url = found[1]
		}
		return url
	}).ShouldNot(BeEmpty())
	return url, out, logs, stop
}

func ask(url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(request)
}

func get(g *GomegaWithT, url string) string {
	response, err := ask(url)
	g.Expect(err).NotTo(HaveOccurred())
	body, err := io.ReadAll(response.Body)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(response.Body.Close()).To(Succeed())
	return string(body)
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	NewWithT(t).Expect(os.WriteFile(path, []byte(content), 0o600)).To(Succeed())
	return path
}

func TestRun(t *testing.T) {
	t.Run("serves, tells how to point a Seller at it, and stops gracefully", func(t *testing.T) {
		g := NewWithT(t)
		url, out, logs, stop := started(t, g, "--password", "s3cret")
		g.Expect(out.String()).To(And(ContainSubstring("endpoint: "+url), ContainSubstring(`password: "s3cret"`),
			ContainSubstring("sellerID: "+fake.DefaultSellerID), ContainSubstring("--allow-insecure-endpoints")))
		get(g, url+"/api/sellers/x/brokers")
		g.Eventually(logs.String).Should(ContainSubstring("status=401"))
		stop()
		response, err := ask(url)
		if err == nil {
			err = response.Body.Close()
		}
		g.Expect(err).To(HaveOccurred())
	})
	t.Run("begins with seeds, faults and settings from files", func(t *testing.T) {
		g := NewWithT(t)
		url, _, logs, _ := started(t, g, "--admin", "--quiet", "--view-only-username", "reader",
			"--seed-file", file(t, "seeds.yaml", "- {id: '4711', broker: {name: Seed}}\n- {foreign: true, broker: {name: Stranger}}\n"),
			"--faults", file(t, "faults.yaml", "- {op: create, status: 503, retryAfter: 30s}\n"),
			"--settings", file(t, "settings.yaml", "listLag: 30s\nids: integer\n"))
		g.Expect(get(g, url+"/_fake/brokers")).To(And(ContainSubstring(`"id": "4711"`), ContainSubstring("Stranger")))
		g.Expect(get(g, url+"/_fake/faults")).To(ContainSubstring(`"retryAfter": "30s"`))
		g.Expect(get(g, url+"/_fake/settings")).To(And(ContainSubstring(`"listLag": "30s"`), ContainSubstring(`"ids": "integer"`)))
		g.Expect(logs.String()).To(BeEmpty())
	})
	t.Run("keeps its state and seeds only once", func(t *testing.T) {
		g := NewWithT(t)
		args := []string{"--admin", "--state-file", filepath.Join(t.TempDir(), "state.json"), "--seed-file", file(t, "seeds.json", `[{"broker":{"name":"Seed"}}]`)}
		url, _, _, stop := started(t, g, args...)
		first := get(g, url+"/_fake/brokers")
		stop()
		url, _, _, _ = started(t, g, args...)
		g.Expect(get(g, url+"/_fake/brokers")).To(MatchJSON(first))
	})
	t.Run("cuts off slow answers when it stops", func(t *testing.T) {
		g := NewWithT(t)
		url, _, logs, stop := started(t, g, "--latency", "1h")
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			response, err := ask(url + "/slow")
			if err == nil {
				_ = response.Body.Close()
			}
		}()
		g.Consistently(ended, 100*time.Millisecond).ShouldNot(BeClosed())
		stop()
		g.Eventually(ended).Should(BeClosed())
		g.Eventually(logs.String).Should(ContainSubstring("path=/slow"))
	})
	t.Run("prints its version", func(t *testing.T) {
		g := NewWithT(t)
		var out page
		g.Expect(run(context.Background(), []string{"--version"}, &out, io.Discard)).To(Succeed())
		g.Expect(out.String()).To(HavePrefix("fake-cloudmore "))
	})
}

func TestFlags(t *testing.T) {
	t.Run("win over the settings file", func(t *testing.T) {
		g := NewWithT(t)
		settings := file(t, "settings.yaml", "listLag: 30s\nids: integer\n")
		c, err := parse([]string{"--settings", settings, "--ids", "guid"}, io.Discard)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(c.options.Shapes).To(And(HaveField("IDs", fake.IDGUID), HaveField("ListLag", 30*time.Second)))
	})
	t.Run("explain themselves, each in a sentence", func(t *testing.T) {
		g := NewWithT(t)
		var out page
		_, err := parse([]string{"--help"}, &out)
		g.Expect(err).To(MatchError(pflag.ErrHelp))
		for _, setting := range fake.Settings(&fake.Shapes{}) {
			g.Expect(out.String()).To(ContainSubstring("--" + kebab(setting.Name)))
			g.Expect(setting.Help).To(HaveSuffix("."), "the help of %s", setting.Name)
		}
	})
	for message, args := range map[string][]string{
		`"uuid" is none of guid, integer`:      {"--ids", "uuid"},
		"unknown flag":                         {"--nothing"},
		"unexpected argument":                  {"serve"},
		"--tls-cert and --tls-key go together": {"--tls-cert", "c.pem"},
		"no such file":                         {"--settings", "missing.yaml"},
		"listen on nowhere":                    {"--listen", "nowhere"},
		"missing-seeds.yaml":                   {"--seed-file", "missing-seeds.yaml"},
		"missing-faults.yaml":                  {"--faults", "missing-faults.yaml"},
	} {
		t.Run("are refused: "+message, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(run(context.Background(), args, io.Discard, io.Discard)).To(MatchError(ContainSubstring(message)))
		})
	}
	t.Run("name the setting of a file that is unknown", func(t *testing.T) {
		g := NewWithT(t)
		_, err := parse([]string{"--settings", file(t, "settings.yaml", "lag: 1s\n")}, io.Discard)
		g.Expect(err).To(MatchError(ContainSubstring("setting lag: unknown")))
	})
}

// TestThePageExplainsEverything holds docs/fake-cloudmore.md against the code.
func TestThePageExplainsEverything(t *testing.T) {
	g := NewWithT(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "fake-cloudmore.md"))
	g.Expect(err).NotTo(HaveOccurred())
	for _, setting := range fake.Settings(&fake.Shapes{}) {
		g.Expect(string(text)).To(ContainSubstring("`"+setting.Name+"`"), "the setting is not explained")
		for _, choice := range setting.Choices {
			g.Expect(string(text)).To(ContainSubstring("`"+choice+"`"), "a choice of %s is not explained", setting.Name)
		}
	}
	for _, form := range fake.Forms {
		g.Expect(string(text)).To(ContainSubstring("`"+string(form)+"`"), "a form is not explained")
	}
	for _, field := range strings.Fields("op broker user nth times probability burst for delay writes form says field emptyAccount unlisted unreadable entry revokeTokens commit commitAfter answerDelay drop status retryAfter retryAtDate redirectTo body list missing omit announce answerID") {
		g.Expect(string(text)).To(ContainSubstring("`"+field+"`"), "the part of a fault is not explained")
	}
}
