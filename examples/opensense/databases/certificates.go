//go:build linux

package databases

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// writeCertificates makes, for both servers, a key and a certificate of an authority whose own key is then forgotten.
// Each start makes them anew, so that they never run out.
func (d *Databases) writeCertificates() error {
	if !d.state.TLS {
		return nil
	}
	ca, server, key, err := makeCertificates(time.Now())
	if err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	err = errors.Join(
		os.MkdirAll(d.path("tls"), 0o755),
		os.WriteFile(d.path("tls", "ca.pem"), ca, 0o644),
		d.writeFile(d.path("tls", "server.pem"), server),
		d.writeFile(d.path("tls", "server.key"), key),
		d.writeFile(d.path("tls", "cassandra.pem"), append(key, server...)))
	if err != nil {
		return fmt.Errorf("write certificates: %w", err)
	}
	return nil
}

// makeCertificates returns the authority's certificate, the server's for the loopback interface, and the server's key, in PEM.
func makeCertificates(now time.Time) (ca, server, key []byte, err error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	caCert := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "opensense-stores"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	serverCert := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano() + 1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: caCert.NotBefore, NotAfter: caCert.NotAfter,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	caDER, err := x509.CreateCertificate(rand.Reader, caCert, caCert, caKey.Public(), caKey)
	if err != nil {
		return nil, nil, nil, err
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, serverCert, caCert, serverKey.Public(), caKey)
	if err != nil {
		return nil, nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		return nil, nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: serverDER}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}
