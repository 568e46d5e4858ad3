package fake

import "time"

// Shapes are the answers to what the documentation leaves open. The zero
// value of each field represents the expected answer.
type Shapes struct {
	IDs          string // IDGUID or IDInteger
	IDKey        string // KeyID, KeyBrokerID or KeyResellerID
	CreateAnswer string // CreateBroker … CreateNothing
	PropertyIDs  string // PropertyString or PropertyInteger
	// DefinedProperties are the ids of the custom properties that the seller
	// has defined; others are refused. Empty: every id is taken.
	DefinedProperties []string
	Empty             string // EmptyNull, EmptyString or EmptyOmitted
	ExtraFields       bool   // details carry fields that nobody documented
	Envelope          string // EnvelopeNone … EnvelopeBroker
	NullGroups        bool   // a group without values is null, and refused with 400 when it is not
	// ReadOnlyMembers are carried by details and refused with 400 when they are
	// sent back, RequiredMembers are refused with 400 when an update lacks them.
	ReadOnlyMembers, RequiredMembers []string

	List              string        // ListArray … ListResults
	ListContent       string        // ListSummary or ListDetail
	ListFields        []string      // top-level fields of a summary besides the id
	PageSize          int           // entries in one page; 0: no paging
	Paging            string        // PagingNumbers … PagingSilent
	ListLag           time.Duration // how old the list is
	GetLag            bool          // a GET of one broker is as old as the list
	ListUpperCaseIDs  bool          // the list writes GUIDs in upper case
	ListedAfterDelete time.Duration // how long a deleted broker stays listed
	AnnouncedMore     int           // how many entries more than it has a list announces
	ServiceRows       int           // rows of a reseller among those with activated services, one for each

	UpdateStatus  int      // 200 with the broker, or 204
	UpdateMerges  bool     // a PUT keeps what it does not name
	UpdateLax     bool     // a PUT without the required fields empties them
	IgnoredFields []string // top-level fields that a PUT takes and does not store
	Normalize     []string // NormalizeVAT …
	Display       []string // DisplayCase …
	// Spell are single fields that the API writes in its own way: "show
	// contact.email mask", a place, a field and a kind (SpellStore …, SpellTrim …).
	Spell             []string
	UpdateAnswer      string        // UpdateDetail … UpdateNothing
	UpdateLag         time.Duration // reads show an update after this time
	UnknownProperties string        // PropertiesRefused or PropertiesDropped
	Unique            bool          // a second broker of one identity is refused with UniqueStatus
	UniqueStatus      int           // 409, 422 or 400

	DeleteStatus       int           // 204, 200 or 202
	DeleteDelay        time.Duration // how long a deleted broker stays readable
	DeleteSoft         bool          // a deleted broker stays readable as inactive
	InactiveListed     bool          // an inactive broker stays in the list
	DeleteNeedsNoUsers bool          // a broker with activated services is refused with InUseStatus
	InUseStatus        int           // 400, 409 or 422

	ForeignGet        string // ForeignDetail, ForeignNotFound or ForeignForbidden
	ForeignMark       string // ForeignTrue, ForeignText, ForeignNumber or ForeignKind
	ForeignMarkedIn   string // ForeignEverywhere, ForeignInLists or ForeignInDetails
	WrongSellerStatus int    // 404 or 403 for a seller id that is not ours
	ReadOnly          bool   // every write is refused with ReadOnlyStatus
	ReadOnlyStatus    int    // 403, 401, 404 or 405 for who may only read
	ErrorBody         string // ErrorDocumented … ErrorHTML
	InvalidBody       string // ErrorDocumented … ErrorHTML
	EmptyAccount      bool   // an outage: lists are empty, and all else is 404

	TokenLifetime      time.Duration // 24h
	RefusedLoginStatus int           // 400 or 401
	LockAfter          int           // wrong logins in a row that lock a user; 0: never

	Latency   time.Duration // how long every call takes
	RateLimit float64       // calls a second before 429; 0: no limit
}
