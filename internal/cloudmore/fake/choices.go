package fake

// The choices of Shapes. The first of each group is the expected answer.

// Shapes.IDs: the JSON type of a broker's id.
const (
	IDGUID    = "guid"
	IDInteger = "integer"
)

// Shapes.IDKey: the name under which a broker's id is shown.
const (
	KeyID         = "id"
	KeyBrokerID   = "brokerId"
	KeyResellerID = "resellerId"
)

// Shapes.CreateAnswer: what a 201 says about the new broker.
const (
	CreateBroker   = "broker"    // all of it
	CreateIDObject = "id-object" // an object with the id only
	CreateBareID   = "bare-id"   // the id as a JSON value
	CreateLocation = "location"  // a Location header and no body
	CreateNothing  = "nothing"
)

// Shapes.List: the list itself, or an object that holds it under this key.
const (
	ListArray   = "array"
	ListItems   = "items"
	ListData    = "data"
	ListValue   = "value"
	ListResults = "results"
)

// Shapes.Paging: how a page tells of the next one.
const (
	PagingNumbers  = "numbers"   // page numbers and totals in the object
	PagingNextLink = "next-link" // nextLink in the object, null on the last page
	PagingHeader   = "header"    // a Link header
	PagingSilent   = "silent"    // not at all
)

// Shapes.ListContent: what an entry of a list shows.
const (
	ListSummary = "summary" // ListFields only
	ListDetail  = "detail"  // what GET shows
)

// Shapes.PropertyIDs: the JSON type of a custom property's id.
const (
	PropertyString  = "string"
	PropertyInteger = "integer"
)

// Shapes.UnknownProperties: what becomes of properties that the seller has not
// defined.
const (
	PropertiesRefused = "refused"
	PropertiesDropped = "dropped"
)

// Shapes.UpdateAnswer: what a 200 to an update shows.
const (
	UpdateDetail  = "detail"  // the broker
	UpdateEcho    = "echo"    // what was sent
	UpdateOld     = "old"     // the broker as it was before
	UpdateNothing = "nothing" // an empty body
)

// Shapes.Empty: how a detail writes an empty field.
const (
	EmptyNull    = "null"
	EmptyString  = "string"
	EmptyOmitted = "omitted"
)

// Shapes.ForeignGet: what GET answers about a ServiceBroker.
const (
	ForeignDetail    = "detail"
	ForeignNotFound  = "not-found"
	ForeignForbidden = "forbidden"
)

// Shapes.ForeignMark: how answers say that a broker is somebody else's ServiceBroker;
// Shapes.ForeignMarkedIn: which of them do.
const (
	ForeignTrue   = "true"
	ForeignText   = "text"
	ForeignNumber = "number"
	ForeignKind   = "kind"

	ForeignEverywhere = "everywhere"
	ForeignInLists    = "lists"
	ForeignInDetails  = "details"
)

// Shapes.ErrorBody: the form of 403, 404, 405, 409, 429 and 5xx;
// Shapes.InvalidBody: that of 400. Documented are the list and, for fields in
// a 400, the model state.
const (
	ErrorDocumented = "documented"
	ErrorEmpty      = string(FormEmpty)
	ErrorProblem    = string(FormProblem)
	ErrorMessage    = string(FormMessage)
	ErrorErrors     = string(FormErrors)
	ErrorText       = string(FormText)
	ErrorHTML       = string(FormHTML)
)

// Shapes.Envelope: the key of an object around answers with a broker or a list.
const (
	EnvelopeNone     = "none"
	EnvelopeData     = "data"
	EnvelopeResult   = "result"
	EnvelopeValue    = "value"
	EnvelopeResponse = "response"
	EnvelopeItem     = "item"   // around one broker only
	EnvelopeBroker   = "broker" // around one broker only
)

// Shapes.Normalize: kinds of spelling that the API changes when it stores.
// None is expected.
const (
	NormalizeVAT    = "vat"    // upper case, with the country's prefix
	NormalizePhone  = "phone"  // digits only
	NormalizeDomain = "domain" // lower case, without a trailing dot
	NormalizeSpaces = "spaces" // trimmed, single
)

// Shapes.Display: kinds of spelling that the API changes when it shows a broker,
// and does not store. None is expected.
const (
	DisplayCase   = "case"   // e-mail addresses in upper case, the country in lower case
	DisplayPhone  = "phone"  // digits in pairs
	DisplayNumber = "number" // registration number with dashes
	DisplaySpaces = "spaces" // names with two blanks
)
