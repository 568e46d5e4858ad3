package broker

import "slices"

// Difference is one managed field that the API shows otherwise than wanted.
type Difference struct {
	// Field is the path in the Reseller ("spec.contact.phone").
	Field             string
	Desired, Observed string
	// Shown is false where the answer lacked the field.
	Shown bool
}

// Diff lists the fields that want names and have shows otherwise, in the order
// of the field table. Fields that want leaves out are not managed; a field that
// have lacks differs only where have shows everything (Detail). An accepted
// spelling is no difference. In sync, it allocates nothing.
func Diff(want, have *Broker, accepted []Spelling) []Difference {
	var found []Difference
	for i := range Fields {
		f := &Fields[i]
		desired, managed := f.Get(want)
		if !managed {
			continue
		}
		observed, shown := f.Get(have)
		if f.Same(desired, observed) || (!shown && !have.Detail) {
			continue
		}
		found = add(found, Difference{f.Spec(), desired, observed, shown}, accepted)
	}
	if !have.Detail && have.CustomProperties == nil {
		return found
	}
	for i := range want.CustomProperties {
		p := &want.CustomProperties[i]
		observed, shown := have.Property(p.ID)
		if !SameProperty(p.Value, observed) {
			shown = shown || have.CustomProperties != nil // an answer with properties shows them all
			found = add(found, Difference{PropertyPath(p.ID), p.Value, observed, shown}, accepted)
		}
	}
	return found
}

// add appends d unless its spelling was accepted.
func add(found []Difference, d Difference, accepted []Spelling) []Difference {
	if slices.Contains(accepted, Spelling{d.Field, d.Desired, d.Observed}) {
		return found
	}
	return append(found, d)
}

// Merge lays want over have: the body of an update, which must name every
// field, also those that somebody else manages. An empty value where have shows
// none changes nothing: what an answer lacked is not sent. It shares no memory
// that it changes with its arguments.
func Merge(want, have *Broker) Broker {
	merged := *have
	for i := range Fields {
		f := &Fields[i]
		value, managed := f.Get(want)
		if _, shown := f.Get(have); managed && (shown || value != "") {
			f.Set(&merged, value)
		}
	}
	merged.CustomProperties = slices.Clone(have.CustomProperties)
	for _, p := range want.CustomProperties {
		at := slices.IndexFunc(merged.CustomProperties, func(q Property) bool { return q.ID == p.ID })
		switch {
		case at >= 0:
			merged.CustomProperties[at].Value = p.Value
		case p.Value != "":
			merged.CustomProperties = append(merged.CustomProperties, p)
		}
	}
	return merged
}

// Only returns want with nothing but the fields of some paths.
func Only(want *Broker, named func(path string) bool) Broker {
	some := *want
	for i := range Fields {
		if f := &Fields[i]; !named(f.Spec()) {
			f.leaveOut(&some)
		}
	}
	some.CustomProperties = slices.DeleteFunc(slices.Clone(want.CustomProperties), func(p Property) bool {
		return !named(PropertyPath(p.ID))
	})
	return some
}
