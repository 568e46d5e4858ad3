package cloudmore

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// book serves pages of a list by request URI ("?page=2"); %HOST% is its base URL.
func book(t *testing.T, pages map[string]string, header http.Header) *Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		key := ""
		if r.URL.RawQuery != "" {
			key = "?" + r.URL.RawQuery
		}
		body, known := pages[key]
		if !known {
			says(http.StatusNotFound, nil, "")(w, r)
			return
		}
		says(http.StatusOK, header, strings.NewReplacer("%HOST%", "http://"+r.Host, "%PATH%", r.URL.Path, "%LAST%", path.Base(r.URL.Path)).Replace(body))(w, r)
	})
}

func TestListsAreReadWhole(t *testing.T) {
	rows := []struct {
		name   string
		pages  map[string]string
		header http.Header
		want   string
	}{
		{"a bare array", map[string]string{"": `[{"id":1},{"id":2}]`}, nil, "1 2"},
		{"an array of none", map[string]string{"": `[]`}, nil, ""},
		{"an object of none", map[string]string{"": `{"items":[],"total":0,"totalPages":0,"page":1}`}, nil, ""},
		{"a byte order mark is no content", map[string]string{"": "\ufeff[{\"id\":1}]"}, nil, "1"},
		{"keys in any case", map[string]string{"": `{"Items":[{"ID":1},{"BrokerId":"b"},{"resellerID":"c"}]}`}, nil, "1 b c"},
		{"a null id gives way to the next key", map[string]string{"": `[{"id":null,"brokerId":3}]`}, nil, "3"},
		{"a large integer keeps its digits", map[string]string{"": `[{"id":9007199254740993}]`}, nil, "9007199254740993"},
		{"pages by number", map[string]string{
			"": `{"items":[{"id":1}],"page":1,"totalPages":3}`, "?page=2": `{"items":[{"id":2}],"page":2,"totalPages":3}`,
			"?page=3": `{"items":[{"id":3}],"page":3,"totalPages":3}`,
		}, nil, "1 2 3"},
		{"pages by number from 0", map[string]string{
			"": `{"data":[{"id":1}],"pageIndex":0,"pageCount":2}`, "?pageIndex=1": `{"data":[{"id":2}],"pageIndex":1,"pageCount":2}`,
		}, nil, "1 2"},
		{"pages by total, with a size", map[string]string{
			"":                         `{"value":[{"id":1}],"pageNumber":1,"pageSize":1,"totalCount":2}`,
			"?pageNumber=2&pageSize=1": `{"value":[{"id":2}],"pageNumber":2,"pageSize":1,"totalCount":2}`,
		}, nil, "1 2"},
		{"pages by a flag", map[string]string{
			"": `{"items":[{"id":1}],"currentPage":1,"hasMore":true}`, "?page=2": `{"items":[{"id":2}],"currentPage":2,"hasMore":false}`,
		}, nil, "1 2"},
		{"pages whose count is of the page", map[string]string{
			"": `{"items":[{"id":1},{"id":2}],"page":1,"totalPages":2,"count":2}`, "?page=2": `{"items":[{"id":3}],"page":2,"totalPages":2,"count":1}`,
		}, nil, "1 2 3"},
		{"pages told in an inner object", map[string]string{
			"": `{"items":[{"id":1}],"pagination":{"page":1,"totalPages":2}}`, "?page=2": `{"items":[{"id":2}],"pagination":{"page":2,"totalPages":2}}`,
		}, nil, "1 2"},
		{"links on the same host", map[string]string{
			"": `{"items":[{"id":1}],"nextLink":"%HOST%%PATH%?after=1"}`, "?after=1": `{"items":[{"id":2}],"nextLink":null}`,
		}, nil, "1 2"},
		{"relative links", map[string]string{
			"": `{"value":[{"id":1}],"@odata.nextLink":"%LAST%?$skip=1","@odata.count":2}`, "?$skip=1": `{"value":[{"id":2}],"@odata.count":2}`,
		}, nil, "1 2"},
		{"links in an inner object", map[string]string{
			"": `{"items":[{"id":1}],"_links":{"next":{"href":"?p=2"}}}`, "?p=2": `{"items":[{"id":2}],"_links":{}}`,
		}, nil, "1 2"},
		{"a total that grows at the end", map[string]string{
			"": `{"items":[{"id":1}],"page":1,"total":2}`, "?page=2": `{"items":[{"id":2},{"id":3}],"page":2,"total":3}`,
		}, nil, "1 2 3"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for op, read := range readLists {
				ids, err := read(t, book(t, row.pages, row.header))
				if err != nil || strings.Join(ids, " ") != row.want {
					t.Errorf("%s gives %v, %v; want %s", op, ids, err, row.want)
				}
			}
		})
	}
}

// readLists are the two lists of the API.
var readLists = map[Op]func(*testing.T, *Client) ([]string, error){
	OpList: func(t *testing.T, c *Client) (ids []string, err error) {
		all, err := c.List(t.Context())
		for _, b := range all.Brokers {
			ids = append(ids, string(b.ID))
		}
		return ids, err
	},
	OpActiveResellers: func(t *testing.T, c *Client) (ids []string, err error) {
		all, err := c.ActiveResellers(t.Context())
		for _, id := range all.IDs {
			ids = append(ids, string(id))
		}
		return ids, err
	},
}

func TestListsThatMayBeShortAreErrors(t *testing.T) {
	rows := []struct {
		name   string
		pages  map[string]string
		header http.Header
		reason string
	}{
		{"no JSON", map[string]string{"": page}, nil, reasonNotJSON},
		{"two values", map[string]string{"": `[] []`}, nil, reasonNotJSON},
		{"half an array", map[string]string{"": `[{"id":1}`}, nil, reasonNotJSON},
		{"nothing", map[string]string{"": ""}, nil, reasonNotJSON},
		{"null", map[string]string{"": "null"}, nil, reasonNoList},
		{"an object without an array", map[string]string{"": `{"message":"hello"}`}, nil, reasonNoList},
		{"an object with null for the array", map[string]string{"": `{"items":null}`}, nil, reasonNoList},
		{"an object with two arrays", map[string]string{"": `{"items":[],"data":[{"id":1}]}`}, nil, reasonNoList},
		{"a total that is not reached", map[string]string{"": `{"items":[{"id":1}],"total":2}`}, nil, reasonMore + ": total says 2, and 1 came"},
		{"a count that is not reached", map[string]string{"": `{"items":[{"id":1}],"count":2}`}, nil, reasonMore + ": count says 2, and 1 came"},
		{"a flag without a way", map[string]string{"": `{"items":[{"id":1}],"hasNextPage":true}`}, nil, reasonMore + ": hasNextPage says that it goes on"},
		{"a last flag that says no", map[string]string{"": `{"items":[{"id":1}],"last":false}`}, nil, reasonMore + ": last says that it goes on"},
		{"a token without a parameter", map[string]string{"": `{"items":[{"id":1}],"continuationToken":"abc"}`}, nil, reasonMore + ": continuationToken says where it goes on"},
		{"an offset", map[string]string{"": `{"items":[{"id":1}],"offset":0,"limit":1,"total":2}`}, nil, reasonMore + ": total says 2, and 1 came"},
		{"a total in the header that is not reached", map[string]string{"": `[{"id":1}]`}, http.Header{"X-Total-Count": {"2"}}, reasonMore + ": X-Total-Count says 2, and 1 came"},
		{"pages in the header that are not reached", map[string]string{"": `[{"id":1}]`}, http.Header{"X-Pagination": {`{"TotalCount":2}`}}, reasonMore + ": X-Pagination.TotalCount says 2, and 1 came"},
		{"an empty page before the last", map[string]string{
			"": `{"items":[{"id":1}],"page":1,"totalPages":3}`, "?page=2": `{"items":[],"page":2,"totalPages":3}`,
		}, nil, reasonMore + ": totalPages says 3, and of them came 2"},
		{"a server that ignores the number", map[string]string{
			"": `{"items":[{"id":1}],"page":1,"totalPages":2}`, "?page=2": `{"items":[{"id":2}],"page":1,"totalPages":2}`,
		}, nil, reasonMore + ": page 2 was asked for, and did not come"},
		{"a total that shrinks", map[string]string{
			"": `{"items":[{"id":1}],"page":1,"total":3}`, "?page=2": `{"items":[{"id":2}],"page":2,"total":2}`,
		}, nil, reasonChanged},
		{"a next page that is not there", map[string]string{"": `{"items":[{"id":1}],"page":1,"totalPages":2}`}, nil, "HTTP 404 Not Found"},
		{"a link to another host", map[string]string{"": `{"items":[{"id":1}],"nextLink":"http://127.0.0.2/more"}`}, nil, reasonElsewhere},
		{"a link to another scheme", map[string]string{"": `{"items":[{"id":1}],"nextLink":"https:more"}`}, nil, reasonElsewhere},
		{"a link with a user", map[string]string{"": `{"items":[{"id":1}],"nextLink":"//u@%HOST%/"}`}, nil, reasonElsewhere},
		{"a link in a circle", map[string]string{"": `{"items":[],"next":"?p=1"}`, "?p=1": `{"items":[],"next":"?p=1"}`}, nil, reasonEndless},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for op, read := range readLists {
				ids, err := read(t, book(t, row.pages, row.header))
				if f := failed(t, err); f.Reason != row.reason || ids != nil {
					t.Errorf("%s gives %v, %q; want %q", op, ids, f.Reason, row.reason)
				}
				if f := failed(t, err); f.Class != broker.Unavailable && f.Class != broker.NotFound {
					t.Errorf("%s gives class %q", op, f.Class)
				}
			}
		})
	}
}

// TestAServerThatRepeatsAPage holds that what the page should have shown is not taken for
// absent. A reseller may have rows on two pages.
func TestAServerThatRepeatsAPage(t *testing.T) {
	pages := map[string]string{"": `{"items":[{"id":1}],"page":1,"totalPages":2}`, "?page=2": `{"items":[{"id":1}],"page":2,"totalPages":2}`}
	_, err := book(t, pages, nil).List(t.Context())
	if f := failed(t, err); f.Reason != reasonTwice || f.Class != broker.Unavailable {
		t.Errorf("the list gives %+v", *f)
	}
	if active, err := book(t, pages, nil).ActiveResellers(t.Context()); err != nil || len(active.IDs) != 1 {
		t.Errorf("the resellers are %v, %v", active, err)
	}
}

// TestAnEmptyListFromElsewhere holds that a redirect, such as to a page for people, makes
// no account empty. A slash at the end is the same address.
func TestAnEmptyListFromElsewhere(t *testing.T) {
	for to, whole := range map[string]bool{"/login": false, "/api/sellers/other/brokers": false, "%PATH%/": true} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/brokers") && !strings.Contains(r.URL.Path, "other") {
				http.Redirect(w, r, strings.ReplaceAll(to, "%PATH%", r.URL.Path), http.StatusFound)
				return
			}
			says(http.StatusOK, nil, "[]")(w, r)
		})
		_, err := client.List(t.Context())
		if whole != (err == nil) || (!whole && failed(t, err).Reason != reasonMoved) {
			t.Errorf("%s gives %v", to, err)
		}
	}
}

func TestAListWithoutEndEnds(t *testing.T) {
	var pages atomic.Int64
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := pages.Add(1)
		says(http.StatusOK, nil, fmt.Sprintf(`{"items":[{"id":%d}],"next":"?p=%d"}`, n, n))(w, r)
	})
	_, err := client.List(t.Context())
	if f := failed(t, err); f.Reason != reasonEndless || f.Class != broker.Unavailable || pages.Load() != maxPages {
		t.Errorf("after %d pages: %+v", pages.Load(), f)
	}
}

func TestEntriesShowWhatTheyShow(t *testing.T) {
	client := serve(t, says(http.StatusOK, nil, `[
		{"id":"a","name":"A","vat":null,"extra":1,"customProperties":[{"id":5,"value":"x"}]},
		{"id":"b","name":{"odd":true},"contact":null},
		{"id":"c","name":"C","registrationNumber":12,"domain":"c.example","notificationEmail":"","supportEmail":null,"contact":null,"address":{"countryCode":"EE"}}]`))
	list, err := client.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := list.Brokers
	if a := all[0]; a.Detail || a.Domain != nil || a.VAT == nil || *a.VAT != "" || a.Extra != nil || len(a.CustomProperties) != 1 || a.CustomProperties[0].Raw != nil {
		t.Errorf("a summary is read as %+v", a)
	}
	if b := all[1]; b.Detail || b.Name != nil || b.Contact.Name == nil || *b.Contact.Name != "" {
		t.Errorf("an odd entry is read as %+v", b)
	}
	if c := all[2]; !c.Detail || *c.RegistrationNumber != "12" || c.VAT != nil {
		t.Errorf("an entry with every required field is read as %+v", c)
	}
	if !slices.IsSortedFunc(all, func(a, b broker.Broker) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
		t.Error("entries are not in the order of the answer")
	}
}

// TestPagesMayBeCountedFromOne holds that ranges from 1 are followed like those from 0, and
// that the total tells where one before is missing.
func TestPagesMayBeCountedFromOne(t *testing.T) {
	for total, whole := range map[int]bool{4: true, 5: false} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			header, entries := http.Header{"Link": {`<?page=2>; rel="next"`}}, `[{"id":1},{"id":2}]`
			from := 1
			if r.URL.Query().Get("page") == "2" {
				header, entries, from = http.Header{}, `[{"id":3},{"id":4}]`, 3
			}
			header.Set("Content-Range", fmt.Sprintf("items %d-%d/%d", from, from+1, total))
			says(http.StatusOK, header, entries)(w, r)
		})
		if list, err := client.List(t.Context()); whole != (err == nil) || whole && len(list.Brokers) != 4 {
			t.Errorf("of %d: %d brokers, %v", total, len(list.Brokers), err)
		}
	}
}
