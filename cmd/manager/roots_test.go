package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// TestTrustedAuthorities tells how many authorities are trusted; the tests below
// run it in processes of their own, since a process reads them once.
func TestTrustedAuthorities(t *testing.T) {
	g := NewWithT(t)
	pool, err := x509.SystemCertPool()
	g.Expect(err).NotTo(HaveOccurred())
	empty := pool.Equal(x509.NewCertPool())
	g.Expect(empty).To(BeFalse(), "nobody is trusted")
	if file := os.Getenv("SSL_CERT_FILE"); file != "" && os.Getenv("ONLY_THESE") != "" {
		only := x509.NewCertPool()
		content, err := os.ReadFile(filepath.Clean(file))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(only.AppendCertsFromPEM(content)).To(BeTrue())
		g.Expect(pool.Equal(only)).To(BeTrue(), "others than those of the system are trusted")
	}
}

// trusted runs TestTrustedAuthorities with the certificates of a system in file.
func trusted(t *testing.T, file string, env ...string) (string, error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), program, "-test.run", "^TestTrustedAuthorities$")
	again.Env = append(os.Environ(), append(env, "SSL_CERT_FILE="+file, "SSL_CERT_DIR="+t.TempDir())...)
	out, err := again.CombinedOutput()
	return string(out), err
}

func TestRoots(t *testing.T) {
	t.Run("are those of public authorities where a system has none", func(t *testing.T) {
		g := NewWithT(t)
		out, err := trusted(t, filepath.Join(t.TempDir(), "none"))
		g.Expect(err).NotTo(HaveOccurred(), out)
	})
	t.Run("are only those of the system where it has some", func(t *testing.T) {
		g := NewWithT(t)
		server := httptest.NewTLSServer(nil)
		defer server.Close()
		file := filepath.Join(t.TempDir(), "ca.crt")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		g.Expect(os.WriteFile(file, block, 0o600)).To(Succeed())
		out, err := trusted(t, file, "ONLY_THESE=1")
		g.Expect(err).NotTo(HaveOccurred(), fmt.Sprint(out))
	})
}
