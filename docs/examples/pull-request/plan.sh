#!/bin/sh
# Writes into a pull request what its manifests would do to brokers: one comment, which is
# written over with each push. It fails where that can't be known.
#
#   PR=<number> plan.sh -k overlays/prod …     whatever kubectl reseller diff takes
#
# It needs gh with GH_TOKEN (pull-requests: write), and what kubectl reseller diff needs.
set -eu

# A comment takes 65536 characters.
most=60000

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
code=0
kubectl-reseller diff "$@" -o markdown >"$folder/plan" || code=$?
case $code in
0 | 1) ;; # nothing, or something, would change
*) exit "$code" ;;
esac
{
	echo '### What this does to brokers'
	echo
	head -c "$most" "$folder/plan"
	if [ "$(wc -c <"$folder/plan")" -gt "$most" ]; then
		printf '\n\nIt goes on: see the log of the job.\n'
	fi
} >"$folder/comment"
cat "$folder/plan"
gh pr comment "$PR" --edit-last --create-if-none --body-file "$folder/comment"
