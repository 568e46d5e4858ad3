package cloudmore

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// The wire models are read by the field table, key by key and without regard
// to case: a missing key stays missing, which structs would not tell.

// fieldsByPath are the rows of the field table by API path in lower case,
// groups the nested objects ("invoicecontact" → "invoiceContact").
var fieldsByPath, groups = index(broker.Fields)

func index(fields []broker.Field) (byPath map[string]*broker.Field, nested map[string]string) {
	byPath, nested = map[string]*broker.Field{}, map[string]string{}
	for i := range fields {
		f := &fields[i]
		byPath[strings.ToLower(f.API)] = f
		if group, _, inside := strings.Cut(f.API, "."); inside {
			nested[strings.ToLower(group)] = group
		}
	}
	return byPath, nested
}

const propertiesKey = "customProperties"

// wholeKey stands before a key of the broker that reads like a path into a group
// ("contact.fax"), so that it is told from one.
const wholeKey = "/"

// detail reads SellerBrokerDetailViewModel: every field, and one that is
// missing is empty. What has a form without a meaning here is kept as read (Odd).
func (c *Client) detail(a *answer) (broker.Broker, string) {
	if !a.json() {
		return broker.Broker{}, reasonNotJSON
	}
	d, isObject := c.decode(a.body)
	switch {
	case !isObject || d.b.ID == "":
		return broker.Broker{}, reasonNoBroker
	case d.twice != "":
		return broker.Broker{}, reasonMember + ": " + d.twice // an update could not send both
	case !d.documented:
		return broker.Broker{}, reasonNoFields // they are not empty, but in a form without a meaning here
	}
	d.b.Detail = true
	return d.b, ""
}

// summary reads an entry of a list, SellerBrokerViewModel. A field of a wrong
// type is one that the entry does not show. Where it can't be told apart as a broker
// the problem says why.
func (c *Client) summary(entry []byte) (broker.Broker, string) {
	d, isObject := c.decode(entry)
	problem := ""
	switch {
	case !isObject:
		return broker.Broker{}, "it is no object"
	case d.twice != "":
		problem = "it has the member " + d.twice + " twice"
	case d.b.ID == "":
		problem = "it has no id of use"
	}
	for _, path := range d.b.Odd {
		if d.b.Forget(path); strings.HasPrefix(path, propertiesKey) {
			d.b.CustomProperties = nil // those it shows would pass for all
		}
	}
	d.b.Detail, d.b.Extra = d.whole(), nil
	for i := range d.b.CustomProperties {
		d.b.CustomProperties[i].Raw = nil
	}
	return d.b, problem
}

// created reads the answer to a create: the broker, an object with its id, the
// bare GUID, any of them in an envelope, or nothing but a Location header. A word or a
// number says no more than the status does: it may be "Created", or how many were made.
func (c *Client) created(a *answer) (broker.Broker, string) {
	if problem := readable(a); problem != "" {
		return broker.Broker{}, problem
	}
	d, isObject := c.decode(a.body)
	d.b.Detail = d.whole()
	if !isObject || d.twice != "" {
		d.b = broker.Broker{}
	}
	if d.b.ID == "" && d.twice == "" {
		d.b.ID = bareID(a.body)
	}
	if d.b.ID == "" {
		d.b.ID = located(a.header.Get("Location"))
	}
	return d.b, ""
}

// updated reads the answer to an update: the broker, or nothing of use, such as a word.
func (c *Client) updated(a *answer, id broker.ID) (broker.Broker, string) {
	if problem := readable(a); problem != "" && !a.word() {
		return broker.Broker{}, problem
	}
	d, _ := c.decode(a.body)
	if d.b.Detail = d.whole(); d.twice != "" {
		d.b = broker.Broker{}
	}
	if d.b.ID == "" {
		d.b.ID = id
	}
	return d.b, ""
}

// located is the id at the end of a Location ("/api/sellers/S/brokers/ID"),
// whatever its host: behind a gateway it may be an inner one. "" for another path.
func located(location string) broker.ID {
	target, err := url.Parse(location)
	if err != nil {
		return ""
	}
	steps := strings.Split(strings.TrimRight(target.Path, "/"), "/")
	if len(steps) < 2 || !strings.EqualFold(steps[len(steps)-2], "brokers") || !usable(steps[len(steps)-1]) {
		return ""
	}
	return broker.ID(steps[len(steps)-1])
}

// decoding is a broker while its answer is read.
type decoding struct {
	b     broker.Broker
	types *propertyTypes
	twice string // a member that is there twice
	// documented says that a field of a broker is there, whatever its form.
	documented bool
}

// odd notes what has a form that has no meaning here.
func (d *decoding) odd(path string) { d.b.Odd = append(d.b.Odd, path) }

// decode reads an object, or the one in its envelopes; false for any other value.
func (c *Client) decode(raw []byte) (*decoding, bool) {
	d := &decoding{types: &c.types}
	all, isObject := membersOf(raw)
	if isObject {
		id, shown := all.id()
		if !shown {
			all, _ = membersOf(unwrapped(raw))
			id, _ = all.id()
		}
		d.b.ID = id
		for _, key := range idKeys {
			if _, usable := scalarID(all.value(key)); usable {
				c.ids.learn(all.value(key))
			}
		}
		d.twice, d.documented = all.twice(), all.broker()
		d.object("", all)
		d.b.Foreign, d.b.Active = all.foreign(), all.active()
	}
	return d, isObject
}

// whole reports whether every required field is shown, and can be read.
func (d *decoding) whole() bool {
	return d.twice == "" && len(d.b.Odd) == 0 && !slices.ContainsFunc(broker.Fields, func(f broker.Field) bool {
		_, shown := f.Get(&d.b)
		return f.Required && !shown
	})
}

// object reads the members of the broker (no prefix) or of a group of it.
func (d *decoding) object(prefix string, all members) {
	for _, m := range all {
		name := strings.ToLower(m.key)
		field, group := fieldsByPath[strings.ToLower(prefix)+name], groups[name]
		switch {
		case ambiguous(prefix, name):
			d.keep(wholeKey+m.key, m.value)
		case strings.Contains(name, "."):
			d.keep(prefix+m.key, m.value)
		case field != nil:
			d.field(field, m.value)
		case prefix != "":
			d.keep(prefix+m.key, m.value)
		case slices.ContainsFunc(idKeys, func(key string) bool { return strings.EqualFold(key, name) }):
		case group != "":
			d.group(group, m.value)
		case strings.EqualFold(name, propertiesKey):
			d.properties(m.value)
		default:
			d.keep(m.key, m.value)
		}
	}
}

// ambiguous reports a key of the broker that reads like the path of a field in
// a group, or like one so marked.
func ambiguous(prefix, name string) bool {
	group, _, dotted := strings.Cut(name, ".")
	return prefix == "" && (dotted && groups[group] != "" || strings.HasPrefix(name, wholeKey))
}

// keep puts a value aside, to be sent back as read.
func (d *decoding) keep(path string, raw json.RawMessage) {
	if d.b.Extra == nil {
		d.b.Extra = map[string]json.RawMessage{}
	}
	d.b.Extra[path] = raw
}

// field reads one field. A value whose JSON type is not the documented one is
// also put aside, so that an update gives back the type that was read; an object or
// array is shown as it is written.
func (d *decoding) field(f *broker.Field, raw json.RawMessage) {
	if f.Boolean() {
		d.truth(f, raw)
		return
	}
	text, scalar := textOf(raw)
	if !scalar {
		text = canonical(raw)
		d.odd(f.API)
	}
	f.Set(&d.b, text)
	if raw[0] != '"' || strings.ContainsRune(text, utf8.RuneError) {
		d.keep(f.API, raw)
	}
}

func (d *decoding) truth(f *broker.Field, raw json.RawMessage) {
	truth, ok := truthOf(raw)
	switch {
	case ok:
		f.Set(&d.b, strconv.FormatBool(truth))
	case !isNull(raw):
		d.odd(f.API)
	}
	if raw[0] != 't' && raw[0] != 'f' {
		d.keep(f.API, raw)
	}
}

// group reads a nested object; null shows all its fields, empty.
func (d *decoding) group(name string, raw json.RawMessage) {
	all, isObject := membersOf(raw)
	if again := all.twice(); again != "" {
		d.twice = again + " of " + name
	}
	if len(all) > 0 {
		if d.object(name+".", all); !slices.ContainsFunc(all, func(m member) bool { return fieldsByPath[strings.ToLower(name+"."+m.key)] != nil }) {
			d.odd(name) // perhaps an envelope
		}
		return
	}
	if d.keep(name, raw); !isNull(raw) {
		if !isObject {
			d.odd(name)
		}
		return
	}
	for path, f := range fieldsByPath {
		if strings.HasPrefix(path, strings.ToLower(name)+".") {
			f.Set(&d.b, "")
		}
	}
}

// properties reads the custom properties. Of two with one id the first counts; the other,
// and what has no id, is sent back as it is, at its place.
func (d *decoding) properties(raw json.RawMessage) {
	list, isList := elements(raw)
	if !isList {
		d.keep(propertiesKey, raw)
		if !isNull(raw) {
			d.odd(propertiesKey)
			return
		}
	}
	d.b.CustomProperties = make([]broker.Property, 0, len(list))
	for i, entry := range list {
		all, _ := membersOf(entry)
		id := propertyID(entry)
		if _, again := d.b.Property(id); id == "" || again || all.twice() != "" {
			d.odd(fmt.Sprintf("%s[%d]", propertiesKey, i))
			d.keep(propertiesKey, raw)
			continue
		}
		d.types.learn(all.value("id"))
		value, scalar := textOf(all.value("value"))
		if !scalar {
			value = canonical(all.value("value"))
		}
		d.b.CustomProperties = append(d.b.CustomProperties, broker.Property{ID: id, Value: value, Raw: entry})
	}
}
