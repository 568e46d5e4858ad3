// Package manifest changes values in the text of manifests, and leaves every other byte as
// it is: comments, order, quotes, white space and the other documents of a file.
//
// It promises that what it returns says what the text said before but for the values that
// were to be changed; where it can't keep that, it changes nothing and says so.
package manifest
