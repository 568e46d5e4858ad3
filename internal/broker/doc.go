// Package broker says what a broker of a Cloudmore seller is: its fields, its
// identity, how two of them differ, and what a refused call about one means.
//
// It holds values only. The field table (Fields) is its centre: reading and
// writing the wire, comparing, merging for an update, the paths shown to people
// and the mapping of the API's error keys all come from its rows. Here a new
// field is a member of Broker and a row; docs/architecture.md lists the rest.
//
// The package promises that nothing an answer lacked is ever taken for an
// empty value, and that merging keeps what the Reseller does not name. It
// never does I/O and knows neither Kubernetes nor HTTP.
package broker
