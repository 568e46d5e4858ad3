package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// validity is longer than any run.
const validity = 24 * time.Hour

// keys are the authority of everything here.
type keys struct {
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
	pem       []byte
}

// makeKeys writes ca.crt, a certificate for the API server and one for the seller
// API, the key that signs the tokens of accounts, and a kubeconfig.
func (n *node) makeKeys(context.Context) error {
	var err error
	if n.keys, err = newKeys(); err != nil {
		return err
	}
	err = errors.Join(
		os.WriteFile(n.path("ca.crt"), n.keys.pem, 0o600),
		n.keys.issue(n.path("apiserver"), nodeAddress, apiService, "127.0.0.1"),
		n.keys.issue(n.path("seller-api"), fakeService),
		n.keys.issue(n.path("accounts")),
	)
	if err != nil {
		return err
	}
	return n.writeKubeconfig(rand.Text())
}

func newKeys() (*keys, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "e2e"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(validity),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	authority, err := x509.ParseCertificate(der)
	return &keys{authority: authority, key: key, pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, err
}

// issue writes path.crt for the addresses, and path.key.
func (k *keys) issue(path string, addresses ...string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "e2e"},
		NotBefore: k.authority.NotBefore, NotAfter: k.authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, address := range addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, k.authority, key.Public(), k.key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	return errors.Join(err,
		os.WriteFile(path+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600),
		os.WriteFile(path+".key", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600))
}

// writeKubeconfig writes an administrator's, and tells the API server the token
// in it. The parts of the node use it, too: who may do what is no subject here.
func (n *node) writeKubeconfig(token string) error {
	n.plane.Config = &rest.Config{
		Host: "https://" + nodeAddress + ":6443", BearerToken: token, QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{CAData: n.keys.pem},
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["e2e"] = &clientcmdapi.Cluster{Server: n.plane.Config.Host, CertificateAuthorityData: n.keys.pem}
	config.AuthInfos["e2e"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["e2e"] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "e2e"}
	config.CurrentContext = "e2e"
	return errors.Join(
		clientcmd.WriteToFile(*config, n.plane.Kubeconfig),
		os.WriteFile(n.path("tokens.csv"), []byte(token+`,admin,admin,"system:masters"`+"\n"), 0o600))
}
