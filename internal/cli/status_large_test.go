package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cli"
)

// many answers as an API server that has many Resellers of one Seller.
type many struct {
	count           int
	requests, bytes atomic.Int64
	item            []byte
}

// newMany has objects of the size that one with a report has.
func newMany(t testing.TB, count int) *many {
	text := strings.Repeat("x", 60)
	r := v1alpha1.Reseller{TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "Reseller"}}
	r.Name, r.Namespace = "NAME", "partners"
	r.Spec.SellerRef.Name, r.Spec.BrokerID = "main", "7d2f6c1a-0000-4000-8000-000000004711"
	r.Status.BrokerID, r.Status.Applied = "7d2f6c1a-0000-4000-8000-000000004711", strings.Repeat("a", 600)
	r.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: "True", Reason: "InSync", Message: text}, {Type: "Drifted", Status: "False", Reason: "NotDrifted", Message: text}}
	for range v1alpha1.MaxHistory {
		r.Status.History = append(r.Status.History, v1alpha1.Effect{Action: v1alpha1.EffectUpdated, Fields: []string{"spec.vat", "spec.contact.phone"}})
	}
	item, err := json.Marshal(&r)
	if err != nil {
		t.Fatal(err)
	}
	return &many{count: count, item: item}
}

// ServeHTTP implements http.Handler.
func (m *many) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.requests.Add(1)
	var text bytes.Buffer
	switch {
	case r.URL.Path == "/api":
		text.WriteString(`{"kind":"APIVersions","versions":["v1"]}`)
	case r.URL.Path == "/apis":
		text.WriteString(`{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"cloudmore.com","versions":[{"groupVersion":"cloudmore.com/v1alpha1","version":"v1alpha1"}],"preferredVersion":{"groupVersion":"cloudmore.com/v1alpha1","version":"v1alpha1"}}]}`)
	case r.URL.Path == "/apis/cloudmore.com/v1alpha1":
		text.WriteString(`{"kind":"APIResourceList","groupVersion":"cloudmore.com/v1alpha1","resources":[{"name":"resellers","kind":"Reseller","namespaced":true},{"name":"sellers","kind":"Seller","namespaced":true}]}`)
	case strings.HasSuffix(r.URL.Path, "/sellers"):
		text.WriteString(`{"kind":"SellerList","apiVersion":"cloudmore.com/v1alpha1","metadata":{},"items":[]}`)
	case strings.HasSuffix(r.URL.Path, "/resellers"):
		m.page(&text, r)
	default:
		http.NotFound(w, r)
		return
	}
	m.bytes.Add(int64(text.Len()))
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text.Bytes())
}

func (m *many) page(text *bytes.Buffer, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if limit == 0 {
		limit = m.count
	}
	to, next := min(from+limit, m.count), ""
	if to < m.count {
		next = strconv.Itoa(to)
	}
	fmt.Fprintf(text, `{"kind":"ResellerList","apiVersion":"cloudmore.com/v1alpha1","metadata":{"continue":%q},"items":[`, next)
	for i := from; i < to; i++ {
		if i > from {
			text.WriteByte(',')
		}
		text.Write(bytes.Replace(m.item, []byte("NAME"), fmt.Appendf(nil, "r%06d", i), 1))
	}
	text.WriteString("]}")
}

// statusOf runs status on that many, and returns what it printed and the most memory in use.
func statusOf(t testing.TB, m *many) (printed string, most uint64) {
	server := httptest.NewServer(m)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	config := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: %q}}], contexts: [{name: c, context: {cluster: c}}]}`, server.URL)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var s runtime.MemStats
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			runtime.ReadMemStats(&s)
			most = max(most, s.HeapInuse)
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	code := cli.Run(context.Background(), []string{"status", "-A", "--kubeconfig", path}, cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut}, Now: time.Now, Getenv: func(string) string { return "" },
	})
	close(stop)
	<-ended
	if code == cli.Failed {
		t.Fatalf("it fails: %s", errOut.String())
	}
	return out.String(), most
}

// A fleet is read once, page by page, and no object twice.
func TestStatusReadsEachPageOnce(t *testing.T) {
	m := newMany(t, 2000)
	printed, _ := statusOf(t, m)
	if !strings.Contains(printed, "2000") {
		t.Errorf("it prints\n%s", printed)
	}
	const others = 4 + 1 // discovery, and the Sellers
	if got := m.requests.Load(); got > 2000/500+others {
		t.Errorf("%d requests", got)
	}
	if got, once := m.bytes.Load(), int64(2000*(len(m.item)+16)+10_000); got > once {
		t.Errorf("%d bytes, more than %d of each object once", got, once)
	}
}

// BenchmarkStatus prints what status costs on 10,000 Resellers.
func BenchmarkStatus(b *testing.B) {
	var most uint64
	m := newMany(b, 10_000)
	for b.Loop() {
		_, now := statusOf(b, m)
		most = max(most, now)
	}
	b.ReportMetric(float64(most)/(1<<20), "MiB")
	b.ReportMetric(float64(m.requests.Load())/float64(b.N), "requests/op")
	b.ReportMetric(float64(m.bytes.Load())/float64(b.N)/(1<<20), "MiB-read/op")
}
