// Package contract holds HTTP traffic against our OpenAPI description of the
// seller API (docs/openapi). It is for tests: put it between a client and a
// server, real or in process, and every exchange that the description does
// not allow is reported. It changes nothing on the way.
package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/reseller-operator/reseller-operator/docs/openapi"
)

// bodyOptional marks, in the description, a response that may have no body.
const bodyOptional = "x-body-optional"

// Side is the part of an exchange that breaks the contract.
type Side string

// The sides of an exchange.
const (
	Request Side = "request"
	Answer  Side = "answer"
)

// Violation is a request or an answer that the description does not allow.
type Violation struct {
	Side   Side
	Method string
	Path   string
	Status int // of an answer
	Err    error
}

// Error names the exchange and what is wrong with it. It can show a body, so
// it belongs into tests only.
func (v Violation) Error() string {
	if v.Side == Answer {
		return fmt.Sprintf("%s %s: answer %d: %v", v.Method, v.Path, v.Status, v.Err)
	}
	return fmt.Sprintf("%s %s: request: %v", v.Method, v.Path, v.Err)
}

// Unwrap is what kin-openapi found.
func (v Violation) Unwrap() error { return v.Err }

// Contract is the description, ready to be checked against traffic. It is safe
// for concurrent use.
type Contract struct{ router routers.Router }

// New reads the description. An error means that it is no valid OpenAPI 3.
func New() (*Contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(openapi.SellerAPI)
	if err != nil {
		return nil, fmt.Errorf("load the description: %w", err)
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate the description: %w", err)
	}
	document.Servers = nil // a server under test has any host
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		return nil, fmt.Errorf("route by the description: %w", err)
	}
	return &Contract{router: router}, nil
}

// exchange is a request with both bodies, as they went over the wire.
type exchange struct {
	request *http.Request
	sent    []byte
	status  int
	header  http.Header
	body    []byte
}

// violations are what is wrong with an exchange; status 0 means no answer.
func (c *Contract) violations(ex exchange) []Violation {
	request := ex.request.Clone(context.Background())
	request.Body = io.NopCloser(bytes.NewReader(ex.sent))
	blank := Violation{Method: request.Method, Path: request.URL.Path, Status: ex.status}

	route, params, err := c.router.FindRoute(request)
	if err != nil {
		blank.Side, blank.Err = Request, err
		return []Violation{blank}
	}
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: authenticated, MultiError: true,
			IncludeResponseStatus: true, RejectWhenRequestBodyNotSpecified: true,
		},
	}
	var found []Violation
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		v := blank
		v.Side, v.Err = Request, err
		found = append(found, v)
	}
	if err := checkAnswer(input, ex); err != nil {
		v := blank
		v.Side, v.Err = Answer, err
		found = append(found, v)
	}
	return found
}

func checkAnswer(input *openapi3filter.RequestValidationInput, ex exchange) error {
	if ex.status == 0 || len(ex.body) == 0 && mayBeEmpty(input.Route.Operation, ex.status) {
		return nil
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: ex.status, Header: ex.header, Options: input.Options,
	}
	return openapi3filter.ValidateResponse(context.Background(), answer.SetBodyBytes(ex.body))
}

func mayBeEmpty(operation *openapi3.Operation, status int) bool {
	response := operation.Responses.Status(status)
	if response == nil {
		response = operation.Responses.Default()
	}
	optional, _ := response.Value.Extensions[bodyOptional].(bool)
	return optional || len(response.Value.Content) == 0
}

// authenticated wants the scheme that the operation names; only the server
// knows whether the credentials are right.
func authenticated(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	scheme, credentials, _ := strings.Cut(input.RequestValidationInput.Request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, input.SecurityScheme.Scheme) || credentials == "" {
		return input.NewError(errors.New("no " + input.SecurityScheme.Scheme + " credentials are sent"))
	}
	return nil
}
