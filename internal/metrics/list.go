package metrics

// Metric describes one metric.
type Metric struct {
	// Name is its full name, Type counter, gauge or histogram.
	Name, Type string
	Labels     []string
	Help       string
	// Watch says when somebody should look; "" for never.
	Watch string
}

// ofSeller are the labels of what is about a Seller; seller_namespace is empty for a
// ClusterSeller.
func ofSeller(more ...string) []string {
	return append([]string{"kind", "seller_namespace", "seller"}, more...)
}

const prefix = "reseller_operator_"

var (
	sellerReady     = Metric{prefix + "seller_ready", "gauge", ofSeller("reason"), "1 while a Seller is Ready, else 0; reason is that of Ready.", "it stays 0"}
	resellers       = Metric{prefix + "resellers", "gauge", ofSeller("reason"), "Resellers that name a Seller, by the reason of Ready.", "reasons that are your turn (reasons.md)"}
	lastSync        = Metric{prefix + "last_sync_timestamp_seconds", "gauge", ofSeller(), "When the latest sync of the account of a Seller that was believed began, in Unix time.", "it is older than several observeIntervals"}
	observeInterval = Metric{prefix + "observe_interval_seconds", "gauge", ofSeller(), "How often the account of a Seller is read.", ""}
	brokers         = Metric{prefix + "brokers", "gauge", ofSeller("state"), "Brokers of the account of a Seller: managed by a Reseller, unmanaged, foreign (of another seller), or drifted (managed, and changed elsewhere). Two Sellers of one account show the same; where lists are summaries, foreign ones count as unmanaged.", "drifted stays above 0"}
	halted          = Metric{prefix + "account_halted", "gauge", ofSeller(), "1 while all writing to the account of a Seller is halted until a user resumes it, else 0.", "it is 1"}
	paused          = Metric{prefix + "account_paused", "gauge", ofSeller("what"), "1 while calls to the account of a Seller, or only its writes (401), fail, so that one at a time is tried; else 0. The Seller says what Cloudmore answers.", "it stays 1"}
	pausedUntil     = Metric{prefix + "account_paused_until_timestamp_seconds", "gauge", ofSeller(), "Until when nothing is called in the account of a Seller, in Unix time; 0 while it is not paused.", ""}
	waiting         = Metric{prefix + "waiting_calls", "gauge", ofSeller("lane"), "Calls and Resellers that wait for their turn in the account of a Seller, by the kind of work.", "it grows for hours: the rate limit is too low"}
	brakeUsed       = Metric{prefix + "brake_used", "gauge", ofSeller(), "Brokers that were, or are about to be, changed or deleted within the window of the brake.", "it comes close to brake_limit"}
	brakeLimit      = Metric{prefix + "brake_limit", "gauge", ofSeller(), "How many brokers the brake permits within its window; 0 where it is off.", ""}
	buildInfo       = Metric{prefix + "build_info", "gauge", []string{"version", "go_version"}, "Always 1; its labels name the version.", ""}
	leader          = Metric{prefix + "leader", "gauge", nil, "1 in the process that works, 0 in one that stands by.", "no process has 1"}
	oldestPass      = Metric{prefix + "oldest_pass_seconds", "gauge", nil, "How long the longest pass under way has been at work; 0 while there is none.", "it is above 300: a worker hangs"}

	brokersCreated   = Metric{prefix + "brokers_created_total", "counter", nil, "Brokers that were created.", ""}
	brokersDeleted   = Metric{prefix + "brokers_deleted_total", "counter", nil, "Brokers whose deletion was confirmed.", ""}
	duplicates       = Metric{prefix + "duplicates_suspected_total", "counter", nil, "Times that another broker with the identity or mark of a Reseller was found.", "it grows at all"}
	stepsExhausted   = Metric{prefix + "steps_exhausted_total", "counter", nil, "Passes that took too many steps; a mistake in the operator.", "it grows at all; please report it"}
	unmanagedChanges = Metric{prefix + "unmanaged_changes_total", "counter", ofSeller("field"), "Fields of brokers that an update changed although no spec names them, by Seller and field; all custom properties are one.", "it grows at all"}
	driftFound       = Metric{prefix + "drift_found_total", "counter", ofSeller(), "Fields that were found to be changed elsewhere.", ""}
	driftCorrected   = Metric{prefix + "drift_corrected_total", "counter", ofSeller(), "Fields that were changed elsewhere and corrected.", "it grows without end: somebody works against the operator"}
	loginsTotal      = Metric{prefix + "logins_total", "counter", ofSeller("result"), "Logins: granted, refused, or undecided (no verdict on the credentials).", "refused grows"}
	apiRequests      = Metric{prefix + "api_requests_total", "counter", ofSeller("operation", "status"), "Calls to the seller API, by operation and HTTP status (0: no answer).", "the share of 5xx, 429 or 0"}
	apiSeconds       = Metric{prefix + "api_request_seconds", "histogram", ofSeller("operation"), "Time that calls to the seller API took, by operation.", ""}
	apiWait          = Metric{prefix + "api_wait_seconds", "histogram", ofSeller("lane"), "Time that calls to the seller API waited for their turn, by the kind of work.", ""}
)

// All are the operator's own metrics.
func All() []Metric {
	return []Metric{
		sellerReady, resellers, lastSync, observeInterval, brokers, halted, paused, pausedUntil, waiting, brakeUsed, brakeLimit, apiRequests, apiSeconds, apiWait,
		loginsTotal, driftFound, driftCorrected, unmanagedChanges, brokersCreated, brokersDeleted, duplicates, stepsExhausted, oldestPass, leader, buildInfo,
	}
}
