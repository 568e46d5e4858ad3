// Package account reads one seller account once for everybody, and holds what
// all of its users share: the latest reading, the limits, and the pauses that
// the server or its failures ask for.
//
// An account is an endpoint and a seller id. A session is a token fetched with
// one set of credentials; several sessions may lead to one account. Readings
// and limits belong to the account, tokens and writes to the session. A session
// whose credentials have yet to get the list is on trial: it passes a gate of its
// own, beside the account's, so that who merely names an account can do it no harm.
//
// It promises that own writes show at once and are not overruled by a reading
// that started before them; that a list which lost many brokers at once is not
// believed; and that whoever waits for a reading is woken, never blocked. It
// never decides anything about a Reseller and knows nothing of Kubernetes.
package account
