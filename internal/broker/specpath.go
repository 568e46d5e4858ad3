package broker

import (
	"slices"
	"strings"
	"unicode"
)

// specPaths are the Reseller's paths by the API's, in the spelling of squeezed:
// each field by its whole path and in one word ("contact.phone",
// "contactphone"), and by its last step where no other field has that.
var specPaths = indexSpecPaths()

// specGroups are the Reseller's paths of what holds fields.
var specGroups = map[string]string{
	"contact": "spec.contact", "address": "spec.address", "invoicecontact": "spec.invoiceContact",
	"customproperties": "spec.customProperties", "customproperty": "spec.customProperties",
}

func indexSpecPaths() map[string]string {
	paths, leaves := map[string]string{}, map[string]int{}
	for i := range Fields {
		leaves[leafOf(&Fields[i])]++
	}
	for i := range Fields {
		f := &Fields[i]
		path := strings.ToLower(f.API)
		paths[path], paths[strings.ReplaceAll(path, ".", "")] = f.Spec(), f.Spec()
		if leaf := leafOf(f); leaves[leaf] == 1 && specGroups[leaf] == "" {
			paths[leaf] = f.Spec()
		}
	}
	return paths
}

// leafOf is the last step of a field's path.
func leafOf(f *Field) string {
	path := strings.ToLower(f.API)
	return path[strings.LastIndex(path, ".")+1:]
}

// SpecPath returns the Reseller's path of a field that the API names in an
// error, and whether there is one: in any case, as a path of .NET, JSON Path
// or JSON Pointer, behind whatever names the body ("Contact.Phone",
// "model.contact.phone", "/data/contact/phone" → "spec.contact.phone"). A path
// inside a list of custom properties leads to the list, one to an unknown
// field of a group to the group.
func SpecPath(api string) (string, bool) {
	steps := squeezed(api)
	for i, step := range steps {
		group := specGroups[step]
		switch {
		case group == "":
			continue
		case i+1 < len(steps) && specPaths[step+"."+steps[i+1]] != "":
			return specPaths[step+"."+steps[i+1]], true
		default:
			return group, true
		}
	}
	if len(steps) == 0 {
		return "", false
	}
	path, known := specPaths[steps[len(steps)-1]]
	return path, known
}

// NamesMember reports whether the API means a member of the body that the field
// table does not know, by a name or a path to it or into it ("CreatedDate",
// "$.createdDate" and "createdDate.offset" mean "createdDate"; "Fax" means
// "contact.fax"). What leads to a documented field means none.
func NamesMember(api, member string) bool {
	steps, of := squeezed(api), squeezed(member)
	if len(steps) == 0 || len(of) == 0 {
		return false
	}
	if _, known := SpecPath(api); known && len(of) == 1 {
		return false
	}
	if len(steps) < len(of) {
		return slices.Equal(of[len(of)-len(steps):], steps)
	}
	for at := range len(steps) - len(of) + 1 {
		if slices.Equal(steps[at:at+len(of)], of) {
			return true
		}
	}
	return false
}

// squeezed are the steps of a path in lower case, each without what spellings
// put between words; numbers, which are places in lists, are left out.
func squeezed(path string) []string {
	var steps []string
	for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return strings.ContainsRune("./[]#$:", r) }) {
		step = strings.Map(func(r rune) rune {
			if r == '_' || r == '-' || r == '\'' || r == '"' || unicode.IsSpace(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, step)
		if strings.Trim(step, "0123456789") != "" {
			steps = append(steps, step)
		}
	}
	return steps
}
