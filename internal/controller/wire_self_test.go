package controller_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// TestWritesAreCountedWithThoseOnTheirWay holds that a write whose effect can be seen is
// counted, although its answer is still on the way.
func TestWritesAreCountedWithThoseOnTheirWay(t *testing.T) {
	g := NewWithT(t)
	took, answer := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		close(took)
		<-answer
		rw.WriteHeader(http.StatusOK)
	}))
	defer server.Close()
	x := newWire()
	x.wrap(http.DefaultTransport)
	done, counted := make(chan struct{}), make(chan []string)
	go func() {
		defer close(done)
		r, _ := http.NewRequest(http.MethodPatch, server.URL+"/apis/cloudmore.com/v1alpha1/namespaces/ns/resellers/a/status", nil)
		got, err := x.RoundTrip(r)
		if err == nil {
			_ = got.Body.Close()
		}
	}()
	<-took
	go func() { counted <- x.writes("resellers") }()
	g.Consistently(counted, 50*time.Millisecond).ShouldNot(Receive())
	close(answer)
	g.Eventually(counted).Should(Receive(Equal([]string{"PATCH resellers/status"})))
	<-done
}
