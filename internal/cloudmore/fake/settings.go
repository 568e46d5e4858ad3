package fake

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Setting is one field of Shapes as data: for flags, files, help and docs.
type Setting struct {
	Group   string   // the heading under which it is explained
	Name    string   // its key in JSON and YAML
	Help    string   // one sentence
	Choices []string // the values it can have, the expected one first; empty: any
	Value   any      // pointer to the field: *string, *bool, *int, *float64, *[]string or *time.Duration
}

// summaryFields are shown by a list of summaries unless ListFields says else.
var summaryFields = []string{"name", "registrationNumber", "domain"}

// Settings lists every field of s, in the order of the docs page.
func Settings(s *Shapes) []Setting {
	return slices.Concat(modelSettings(s), listSettings(s), writeSettings(s), accessSettings(s), paceSettings(s))
}

func modelSettings(s *Shapes) []Setting {
	const group = "Ids and fields"
	return []Setting{
		{group, "ids", "The JSON type of a broker's id.", []string{IDGUID, IDInteger}, &s.IDs},
		{group, "idKey", "The key under which a broker's id is shown.", []string{KeyID, KeyBrokerID, KeyResellerID}, &s.IDKey},
		{group, "createAnswer", "What the 201 of a create says about the new broker.", []string{CreateBroker, CreateIDObject, CreateBareID, CreateLocation, CreateNothing}, &s.CreateAnswer},
		{group, "propertyIds", "The JSON type of a custom property's id; the other one is refused.", []string{PropertyString, PropertyInteger}, &s.PropertyIDs},
		{group, "definedProperties", "Ids of the custom properties that exist, others are refused; none given: every id is taken.", nil, &s.DefinedProperties},
		{group, "empty", "How a detail writes an empty field.", []string{EmptyNull, EmptyString, EmptyOmitted}, &s.Empty},
		{group, "extraFields", "Let details carry fields that nobody documented.", nil, &s.ExtraFields},
		{group, "envelope", "The key of an object around answers with a broker or a list; item and broker are around one broker only.", []string{EnvelopeNone, EnvelopeData, EnvelopeResult, EnvelopeValue, EnvelopeResponse, EnvelopeItem, EnvelopeBroker}, &s.Envelope},
		{group, "nullGroups", "Let contact, address and invoiceContact without any value be null, and refuse them with 400 when they are sent as an object.", nil, &s.NullGroups},
		{group, "readOnlyMembers", "Members that details carry and that are refused with 400 when they are sent back, such as createdDate.", nil, &s.ReadOnlyMembers},
		{group, "requiredMembers", "Members that an update must carry, such as id; without them it is refused with 400.", nil, &s.RequiredMembers},
	}
}

func listSettings(s *Shapes) []Setting {
	const group = "Lists"
	return []Setting{
		{group, "list", "The form of a list: a bare array, or an object that holds it under this key.", []string{ListArray, ListItems, ListData, ListValue, ListResults}, &s.List},
		{group, "listContent", "Whether an entry of the list is a summary or shows every field.", []string{ListSummary, ListDetail}, &s.ListContent},
		{group, "listFields", "Fields that a summary shows besides the id.", nil, &s.ListFields},
		{group, "pageSize", "Entries in one page of a list; 0 means that lists are not paged.", nil, &s.PageSize},
		{group, "paging", "How a page tells that there is another one.", []string{PagingNumbers, PagingNextLink, PagingHeader, PagingSilent}, &s.Paging},
		{group, "listLag", "How old the list is: a change shows in it after this time.", nil, &s.ListLag},
		{group, "getLag", "Let a GET of one broker be as old as the list.", nil, &s.GetLag},
		{group, "listUpperCaseIds", "Let the list write GUIDs in upper case.", nil, &s.ListUpperCaseIDs},
		{group, "listedAfterDelete", "How long a deleted broker stays in the list.", nil, &s.ListedAfterDelete},
		{group, "announcedMore", "How many entries more than it has a list announces (X-Total-Count), as a total does that counts inactive brokers.", nil, &s.AnnouncedMore},
		{group, "serviceRows", "How many rows a reseller with activated services has in the list of those, one for each service with an id of its own; 0: one that is the reseller.", nil, &s.ServiceRows},
	}
}

func writeSettings(s *Shapes) []Setting {
	const group = "Writes"
	return []Setting{
		{group, "updateStatus", "The answer to an update: 200 with the broker, or 204.", []string{"200", "204"}, &s.UpdateStatus},
		{group, "updateMerges", "Let a PUT keep the fields that it does not name; otherwise they are emptied.", nil, &s.UpdateMerges},
		{group, "updateLax", "Let a PUT without the required fields empty them; otherwise it is refused.", nil, &s.UpdateLax},
		{group, "ignoredFields", "Top-level fields that a PUT takes and does not store.", nil, &s.IgnoredFields},
		{group, "normalize", "Spellings that are changed when a broker is stored: any of vat (upper case, country prefix), phone (digits only), domain (lower case, no trailing dot), spaces (trimmed, single).", nil, &s.Normalize},
		{group, "display", "Spellings that are changed when a broker is shown, and not stored: any of case (e-mail addresses in upper case, the country in lower case), phone (digits in pairs), number (registration number with dashes), spaces (names with two blanks).", nil, &s.Display},
		{group, "spell", "Single fields that are written in the API's own way: a place (store, update, show, detail, list), a field and a kind (trim, upper, lower, nfc, nfd, ascii, entities, escape, zeros, prefix=EE, glue=+372, short, cut=12, mask, iso3, unicode, digits, pairs, ignore, unclear), such as \"show contact.email mask\".", nil, &s.Spell},
		{group, "updateAnswer", "What a 200 to an update shows: the broker, what was sent, the broker as it was, or nothing.", []string{UpdateDetail, UpdateEcho, UpdateOld, UpdateNothing}, &s.UpdateAnswer},
		{group, "updateLag", "How long reads of one broker and lists go on to show it as it was before an update.", nil, &s.UpdateLag},
		{group, "unknownProperties", "Whether custom properties that do not exist are refused or dropped without a word.", []string{PropertiesRefused, PropertiesDropped}, &s.UnknownProperties},
		{group, "unique", "Refuse a second broker of one registration number and domain.", nil, &s.Unique},
		{group, "uniqueStatus", "The status of that refusal.", []string{"409", "422", "400"}, &s.UniqueStatus},
		{group, "deleteStatus", "The answer to a delete.", []string{"204", "200", "202"}, &s.DeleteStatus},
		{group, "deleteDelay", "How long a deleted broker stays readable and listed.", nil, &s.DeleteDelay},
		{group, "deleteSoft", "Let a deleted broker stay readable for good, as inactive.", nil, &s.DeleteSoft},
		{group, "inactiveListed", "Let an inactive broker stay in the list.", nil, &s.InactiveListed},
		{group, "deleteNeedsNoUsers", "Refuse the delete of a broker with activated services.", nil, &s.DeleteNeedsNoUsers},
		{group, "inUseStatus", "The status of that refusal.", []string{"400", "409", "422"}, &s.InUseStatus},
	}
}

// bodies are the forms of a refusal that is no fault.
var bodies = []string{ErrorDocumented, ErrorEmpty, ErrorProblem, ErrorMessage, ErrorErrors, ErrorText, ErrorHTML}

func accessSettings(s *Shapes) []Setting {
	const group = "Access"
	return []Setting{
		{group, "foreignGet", "What a GET of somebody else's ServiceBroker answers.", []string{ForeignDetail, ForeignNotFound, ForeignForbidden}, &s.ForeignGet},
		{group, "foreignMark", "How answers mark a ServiceBroker: isServiceBroker with true, \"True\" or 1, or a type.", []string{ForeignTrue, ForeignText, ForeignNumber, ForeignKind}, &s.ForeignMark},
		{group, "foreignMarkedIn", "Which answers mark it; lists of summaries everywhere only by listFields.", []string{ForeignEverywhere, ForeignInLists, ForeignInDetails}, &s.ForeignMarkedIn},
		{group, "wrongSellerStatus", "The answer to a seller id that is not ours, lists included.", []string{"404", "403"}, &s.WrongSellerStatus},
		{group, "readOnly", "Refuse every write, as to a View Only account.", nil, &s.ReadOnly},
		{group, "readOnlyStatus", "The status of writes by who may only read.", []string{"403", "401", "404", "405"}, &s.ReadOnlyStatus},
		{group, "errorBody", "The form of 403, 404, 405, 409, 422, 429 and 5xx.", bodies, &s.ErrorBody},
		{group, "invalidBody", "The form of 400; documented is a list, or a model state about fields.", bodies, &s.InvalidBody},
		{group, "emptyAccount", "An outage that looks like an empty account: lists are empty, and every other call gets 404.", nil, &s.EmptyAccount},
		{group, "tokenLifetime", "How long a token is valid.", nil, &s.TokenLifetime},
		{group, "refusedLoginStatus", "The status of a refused login.", []string{"400", "401"}, &s.RefusedLoginStatus},
		{group, "lockAfter", "Wrong logins in a row after which a user is locked; 0 means never.", nil, &s.LockAfter},
	}
}

func paceSettings(s *Shapes) []Setting {
	const group = "Pace"
	return []Setting{
		{group, "latency", "How long every call takes.", nil, &s.Latency},
		{group, "rateLimit", "Calls a second, tokens included, above which 429 is answered; 0 means no limit.", nil, &s.RateLimit},
	}
}

// Complete is s with the expected answer in place of every zero value, or an
// error that names a setting and what it can be.
func (s Shapes) Complete() (Shapes, error) {
	if s.TokenLifetime == 0 {
		s.TokenLifetime = 24 * time.Hour
	}
	if s.ListFields == nil {
		s.ListFields = slices.Clone(summaryFields)
	}
	for _, setting := range Settings(&s) {
		if err := setting.complete(); err != nil {
			return s, err
		}
	}
	if s.PageSize > 0 && s.List == ListArray && (s.Paging == PagingNumbers || s.Paging == PagingNextLink) {
		return s, fmt.Errorf("setting paging: %s needs a list in an object, not an array", s.Paging)
	}
	if err := unknownKind("normalize", s.Normalize, NormalizeVAT, NormalizePhone, NormalizeDomain, NormalizeSpaces); err != nil {
		return s, err
	}
	if _, err := parseSpellings(s.Spell); err != nil {
		return s, err
	}
	return s, unknownKind("display", s.Display, DisplayCase, DisplayPhone, DisplayNumber, DisplaySpaces)
}

func (s Setting) complete() error {
	if len(s.Choices) == 0 {
		return nil
	}
	switch value := s.Value.(type) {
	case *string:
		if *value == "" {
			*value = s.Choices[0]
		}
	case *int:
		if *value == 0 {
			_, _ = fmt.Sscan(s.Choices[0], value)
		}
	}
	if chosen := s.text(); !slices.Contains(s.Choices, chosen) {
		return fmt.Errorf("setting %s: %q is none of %s", s.Name, chosen, strings.Join(s.Choices, ", "))
	}
	return nil
}

// unknownKind finds one of several values of a setting that it does not have.
func unknownKind(setting string, kinds []string, known ...string) error {
	for _, kind := range kinds {
		if !slices.Contains(known, kind) {
			return fmt.Errorf("setting %s: %q is none of %s", setting, kind, strings.Join(known, ", "))
		}
	}
	return nil
}

func (s Setting) text() string {
	switch value := s.Value.(type) {
	case *string:
		return *value
	case *int:
		return fmt.Sprint(*value)
	}
	return ""
}
