package main

// Certificates of public authorities, for an image that has none: what a system
// has in its files is taken before them (crypto/x509.SetFallbackRoots), and a
// Seller's CA bundle before both.
import _ "golang.org/x/crypto/x509roots/fallback"
