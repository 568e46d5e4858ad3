// Package account syncs one seller account once for everybody, and holds what all of its
// users share: the latest sync, the sessions, the brake, and the limiter.
//
// An account is an endpoint and a seller id. A session is a token fetched with
// one set of credentials; several sessions may lead to one account. Syncs
// and limits belong to the account, tokens and writes to the session. A session
// whose credentials have yet to get the list is on trial: it passes a limiter of its
// own, beside the account's, so that who merely names an account can do it no harm.
//
// What is known of brokers is kept by package inventory, whose turn it is to call by
// package limiter. It promises that whoever waits for a sync is woken, never blocked. It
// never decides anything about a Reseller and knows nothing of Kubernetes.
package account
