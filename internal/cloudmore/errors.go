package cloudmore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// The reasons that need no detail.
const (
	reasonGone        = "the connection was cut"
	reasonLate        = "no answer in time"
	reasonCut         = "the answer was cut off"
	reasonTooLong     = "the answer is longer than any real one"
	reasonNotJSON     = "the answer is not the API's: no JSON"
	reasonNoBroker    = "the answer does not say which broker it is about"
	reasonNoFields    = "the answer shows no field of a broker"
	reasonOtherBroker = "the answer is about another broker"
	reasonDenied      = "the answer says that the call failed"
)

// exceptions are the refusals that have a class of their own. 405 is no right
// to call this: nothing but a change helps. 429 is RFC 6585 §4.
var exceptions = map[int]broker.Class{
	http.StatusUnauthorized:     broker.Unauthorized,
	http.StatusForbidden:        broker.Forbidden,
	http.StatusNotFound:         broker.NotFound,
	http.StatusGone:             broker.NotFound, // "likely to be permanent" (RFC 9110 §15.5.11)
	http.StatusMethodNotAllowed: broker.Forbidden,
	http.StatusTooManyRequests:  broker.Throttled,
}

// judge says what an answer means; nil for a success that could be read.
func (c *Client) judge(r *request, a *answer) *broker.Failure {
	failure := &broker.Failure{
		Op: r.op.String(), Status: a.status, StatusLine: statusLine(a.status), Answered: a.ended(), Gateway: a.gateway(),
		Class: r.unknown(), Reason: a.flaw,
	}
	wait, word := retryAfter(a.header, c.now())
	failure.RetryAfter = wait
	if a.flaw != "" && (!a.refuses() || r.op == OpLogin) {
		return failure
	}
	success := slices.Contains(r.accept, a.status)
	if success && r.accepted(a, failure) {
		return nil
	}
	if success && a.json() && failure.Reason != reasonDenied && !wordsOnly(a.body) {
		return failure // what it shows may be brokers
	}
	refusal := readRefusal(a, c.tokens.secrets())
	if aboutMembers(a.status) {
		r.mentions = refusal.mentions
	}
	if failure.Said = refusal.said; success {
		return failure
	}
	failure.Documented, failure.Fields = !failure.Gateway, refusal.fields
	failure.Class = classOf(r, a)
	failure.Reason = "HTTP " + failure.StatusLine
	switch {
	case a.flaw != "":
		failure.Reason += ", and " + a.flaw
	case failure.Gateway:
		failure.Reason += ", with a body that is not the API's"
	case len(refusal.names) > 0:
		failure.Reason = strings.Join(refusal.names, ", ")
	}
	if r.op == OpLogin {
		judgeLogin(a, failure)
	}
	if word != "" {
		failure.Reason += ", with " + word
	}
	return failure
}

// statusLine is a status with its phrase (RFC 9112 §4), by our own words.
func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// accepted reads an answer of success; failure says what it means if it can't
// be read.
func (r *request) accepted(a *answer, failure *broker.Failure) bool {
	if r.op != OpLogin && (refuses(a.body) || denies(a.body, maxEnvelopes)) {
		failure.Reason = reasonDenied
		return false
	}
	if failure.Reason = r.read(a); failure.Reason != "" {
		return false
	}
	if r.about == "" {
		return true
	}
	if id, shown := aboutID(a.body); shown && !id.Same(r.about) {
		failure.Class, failure.Reason = broker.Ambiguous, reasonOtherBroker
		return false
	}
	return true
}

// classOf is the class of an answer without success. A 404, or a 410, that a gateway may
// have given says nothing about a broker; to a create it is a refusal as any
// other. A write that is not known to have been refused may have happened,
// with one exception: an update may be sent again whatever became of it, so a
// server's error on it is no question but a reason to wait.
func classOf(r *request, a *answer) broker.Class {
	class, exception := exceptions[a.status]
	once := r.method == http.MethodPost && r.op != OpLogin
	switch {
	case absent(a.status) && once:
		return broker.Invalid
	case exception && (!absent(a.status) || !a.gateway()):
		return class
	case !exception && a.refuses():
		return broker.Invalid
	case once, r.method == http.MethodDelete:
		return broker.Ambiguous
	case a.status < http.StatusMultipleChoices:
		return r.unknown()
	case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "":
		return broker.Throttled
	default:
		return broker.Unavailable
	}
}

// absent reports whether a status says that there is no such thing.
func absent(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// unknown is the class where nothing is known about the effect: a read and a
// login have none.
func (r *request) unknown() broker.Class {
	if r.method == http.MethodGet || r.op == OpLogin {
		return broker.Unavailable
	}
	return broker.Ambiguous
}

// refuses reports whether the status says that nothing was done.
func (a *answer) refuses() bool {
	switch a.status {
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return false
	}
	return a.status >= http.StatusBadRequest && a.status < http.StatusInternalServerError
}

// routeless are the words of gateways that know no such path, in JSON: Kong, APISIX, Tyk,
// Apigee and others.
var routeless = regexp.MustCompile(`(?i)no (matching )?route|route (was )?not found|no api found with|unable to identify proxy|applicationnotfound|no such (endpoint|path|url)`)

// gateway reports whether a gateway may have given the answer: text, a web
// page, or not whole, or a 404 about routes. Other JSON and an empty body are the API's
// own, but for a bare word that is JSON by chance.
func (a *answer) gateway() bool {
	switch {
	case a.flaw != "":
		return true
	case len(a.body) == 0:
		return false
	case !a.json(), absent(a.status) && routeless.Match(a.body):
		return true
	}
	return !strings.ContainsRune(`{["`, rune(a.body[0])) && strings.HasPrefix(strings.ToLower(a.header.Get("Content-Type")), "text/html")
}

// ended reports whether the answer proves that the server is done with the
// call. A gateway's own answer does not: what is behind it may still be at work.
func (a *answer) ended() bool {
	if a.gateway() {
		return false
	}
	switch a.status {
	case http.StatusInternalServerError, http.StatusNotImplemented, http.StatusServiceUnavailable:
		return true
	case http.StatusRequestTimeout, 499: // 499: a proxy's "client closed request"
		return false
	}
	return a.status < http.StatusMultipleChoices ||
		a.status >= http.StatusBadRequest && a.status < http.StatusInternalServerError
}

// unanswered is the failure of a request without an answer.
func (r *request) unanswered(err error, silent, proxied bool) *broker.Failure {
	failure := &broker.Failure{Class: r.unknown(), Op: r.op.String(), Reason: reasonOf(err), NotSent: silent}
	if silent && proxied && (failure.Reason == reasonGone || failure.Reason == reasonLate) {
		failure.Reason += ", by the proxy or behind it"
	}
	if silent {
		failure.Class = broker.Unavailable
	}
	return failure
}

// reasonOf puts an error of the network into words of a closed set: its own
// text may name URLs and addresses.
func reasonOf(err error) string {
	if reason := ofProxy(err); reason != "" {
		return reason
	}
	return reasonAbout(err, "the server")
}

// reasonAbout does so for a peer: the server, or the proxy before it.
func reasonAbout(err error, peer string) string {
	var (
		unknown   x509.UnknownAuthorityError
		name      x509.HostnameError
		cert      *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		lookup    *net.DNSError
		operation *net.OpError
		timeout   net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "the call was cancelled"
	case errors.Is(err, errAddress):
		return errAddress.Error()
	case errors.As(err, &unknown):
		return peer + "'s certificate is signed by an unknown authority"
	case errors.As(err, &name):
		return peer + "'s certificate is for another host"
	case errors.As(err, &cert):
		return peer + "'s certificate is not valid"
	case errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch):
		return peer + " does not speak TLS"
	case errors.As(err, &operation) && operation.Op == "remote error": // an alert, so says crypto/tls
		return peer + " refused the TLS handshake"
	case errors.As(err, &lookup):
		return "the host name of " + peer + " can't be resolved"
	case errors.As(err, &timeout) && timeout.Timeout():
		return reasonLate
	case errors.As(err, &operation) && operation.Op == "dial":
		return "no connection to " + peer
	default:
		return reasonGone
	}
}
