package broker

// FieldSet is a set of rows of the field table.
type FieldSet uint64

// ShownBy are the fields of which a broker, as the API shows it, has a value.
func ShownBy(b *Broker) FieldSet {
	var set FieldSet
	for i := range Fields {
		if value, shown := Fields[i].Get(b); shown && value != "" {
			set |= 1 << i
		}
	}
	return set
}

// Has reports whether a field is in the set, by its path in the Reseller.
func (s FieldSet) Has(path string) bool {
	i := rowOf(path)
	return i >= 0 && s&(1<<i) != 0
}

// ValueOf is the value of a field, or of a custom property, by its path in the Reseller,
// and whether the broker has one.
func ValueOf(b *Broker, path string) (string, bool) {
	if i := rowOf(path); i >= 0 {
		return Fields[i].Get(b)
	}
	for i := range b.CustomProperties {
		if p := &b.CustomProperties[i]; path == PropertyPath(p.ID) {
			return p.Value, true
		}
	}
	return "", false
}
