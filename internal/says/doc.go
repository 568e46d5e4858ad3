// Package says is what the operator says beside status: the reasons and texts of events,
// and the keys of its log lines.
//
// It promises that both are closed sets, which a page of the documentation lists, and that
// none of them takes a value of a field or the API's own words: those stand in status only.
package says
