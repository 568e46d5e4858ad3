package fake_test

import (
	"net/http"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// oddlyListed are the ids of a list whose entries need not be brokers.
func oddlyListed(c *caller) []string {
	return ids(c.sendSpoilt(http.MethodGet, brokersPath, nil).array(c))
}

func TestEntriesThatCannotBeToldApart(t *testing.T) {
	for as, shown := range map[fake.Entry]string{fake.EntryNoID: "0", fake.EntryBlank: "<nil>", fake.EntryTwice: "first"} {
		onBoth(t, "for good: "+string(as), func(c *caller) {
			first, second := c.created(), c.created()
			c.Expect(c.server.SetEntry(second, as)).To(Succeed())
			if shown == "first" {
				shown = first
			}
			for range 2 {
				c.Expect(oddlyListed(c)).To(Equal([]string{first, shown}))
				c.Expect(met(c)).To(Equal([]string{fake.ShapedEntry + string(as)}))
			}
			c.Expect(c.get(second).object(c)).To(HaveKeyWithValue("id", second))
			record, _ := c.server.Broker(second)
			c.Expect(record.Entry).To(Equal(as))
			c.Expect(c.server.SetEntry(second, "")).To(Succeed())
			c.Expect(c.listed()).To(Equal([]string{first, second}))
			shown = map[bool]string{true: "first", false: shown}[as == fake.EntryTwice]
		})
	}
	onBoth(t, "from a broker's creation on", func(c *caller) {
		first := c.created()
		c.inject(fake.Fault{Op: fake.OpCreate, Entry: fake.EntryNoID, Times: 1})
		c.created()
		c.Expect(oddlyListed(c)).To(Equal([]string{first, "0"}))
	})
	t.Run("of which the first one has no entry before it", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.Expect(c.server.SetEntry(id, fake.EntryTwice)).To(Succeed())
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.Expect(met(c)).To(BeEmpty())
	})
	t.Run("after a restart, too", func(t *testing.T) {
		options := fake.Options{StateFile: filepath.Join(t.TempDir(), "state.json")}
		c := call(t, options)
		c.server.Seed(fake.Record{Entry: fake.EntryBlank})
		c.Expect(oddlyListed(call(t, options))).To(Equal([]string{"<nil>"}))
	})
	t.Run("by the endpoints of the administrator", func(t *testing.T) {
		c := call(t, fake.Options{Admin: true})
		id := c.created()
		c.Expect(c.sendSpoilt(http.MethodPut, "/_fake/entry/"+id+"?as=odd", nil).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.sendSpoilt(http.MethodPut, "/_fake/entry/"+id+"?as=no-id", nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(oddlyListed(c)).To(Equal([]string{"0"}))
		c.Expect(c.sendSpoilt(http.MethodDelete, "/_fake/entry/"+id, nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.listed()).To(Equal([]string{id}))
	})
}

func TestShortListsThatSaySo(t *testing.T) {
	for by, header := range map[fake.Announcement][2]string{
		fake.AnnounceHeader: {"X-Total-Count", "5"}, fake.AnnounceRange: {"Content-Range", "items 0-2/5"}, fake.AnnounceFlag: {"X-Has-More", "true"},
		fake.AnnounceToken: {"X-Continuation-Token", "bmV4dA=="}, fake.AnnounceLink: {"Link", `</api/more?after=3>; rel="next"`}, fake.AnnouncePages: {"X-Total-Pages", "2"},
	} {
		onBoth(t, "by "+string(by), func(c *caller) {
			fiveBrokers(c)
			c.inject(fake.Fault{Op: fake.OpList, List: fake.ListShort, Missing: 2, Announce: by, Times: 1})
			answer := c.sendSpoilt(http.MethodGet, brokersPath, nil)
			c.Expect(answer.array(c)).To(HaveLen(3))
			c.Expect(answer.Header.Get(header[0])).To(Equal(header[1]))
			c.Expect(met(c)).To(Equal([]string{fake.ShapedAnnounced + string(by)}))
		})
	}
	t.Run("beside a total that counts more", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{AnnouncedMore: 2}})
		fiveBrokers(c)
		c.inject(fake.Fault{Op: fake.OpList, List: fake.ListShort, Announce: fake.AnnounceHeader, Times: 1})
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil).Header.Get("X-Total-Count")).To(Equal("7"))
		c.Expect(met(c)).To(ContainElement(fake.ShapedMore))
	})
}
