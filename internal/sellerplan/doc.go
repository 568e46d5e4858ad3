// Package sellerplan decides about Sellers and ClusterSellers: everything that is
// known about one of them is a State, and Next answers the one step that follows.
// Credentials, verification, halt, suspicion and deletion are decided here and
// nowhere else; there is no I/O, clock, client or log in it.
//
// A pass is a loop, as for Resellers: State → Next → perform → State', until the
// step is Show, or Leave where nothing is left to show:
//
//	KeepHalt          a halt of the account is stored before all else
//	Protect           what its Resellers need is kept …
//	AskUsers, LetGo   … until a live list shows that nobody does
//	ReadCredentials   the Secret and the CA bundle
//	Enter, Stay       the credentials are put to work, or stay there
//	Heed              what annotations ask of the account
//	Count             the brokers of the account
//	Show              status, and whether to log in once more
//
// What a pass comes to know is noted in State.Status, as facts in fields of their
// own. It promises that a refused login is not repeated until the Secret changes, a
// person asks, or the Secret is touched (once in 15 minutes, three times a day); that a
// halt ends by a user's word only; that nothing is let go of before a live list
// shows no user; and that Ready is always shown. It never reads what a message says.
package sellerplan
