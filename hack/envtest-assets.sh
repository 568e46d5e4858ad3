#!/usr/bin/env bash
# Prints the folder with etcd, kube-apiserver, kubectl and kube-controller-manager,
# for tests and demo, as the last line of its output:
#
#   KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh)
#
# The first of these that holds them all is taken:
#   1. KUBEBUILDER_ASSETS, if set
#   2. bin/k8s/<version>-<os>-<arch>
#   3. the same folder in the user's cache, which all clones share
#   4. a download by setup-envtest (not with CI=true: there only what was built here is tested)
#   5. a build from hack/controlplane, which also names the versions
#
# With the argument "api" it may lack kube-controller-manager, which no demo and no
# measurement needs; whoever needs it later has only that built.
#
# With the argument "node" it is the folder <version>-<os>-<arch>-node with what
# makes a node of it: kubelet, kube-proxy, kube-scheduler; 2, 3 or 5.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1-} in
'') programs=(etcd kube-apiserver kubectl kube-controller-manager) suffix= ;;
api) programs=(etcd kube-apiserver kubectl) suffix= ;;
node) programs=(kubelet kube-proxy kube-scheduler) suffix=-node ;;
*) echo "envtest-assets: the argument is \"api\" or \"node\", not \"$1\"" >&2 && exit 2 ;;
esac

say() { echo "envtest-assets: $*" >&2; }

# holds FOLDER PROGRAM...: all of them are there.
holds() {
	local folder=$1 program
	shift
	for program; do
		[ -x "$folder/$program" ] || return 1
	done
}

kubernetes_version() {
	local module version
	while read -r module version _; do
		if [ "$module" = k8s.io/kubernetes ]; then
			echo "$version"
			return
		fi
	done <hack/controlplane/go.mod
	say 'hack/controlplane/go.mod requires no k8s.io/kubernetes'
	return 1
}

# answers HOST: it accepts connections; known within 3 seconds, before a tool is built to use it.
answers() {
	timeout 3 bash -c "exec 3<>/dev/tcp/$1/443" 2>/dev/null
}

# download FOLDER: the prebuilt programs; there is no prebuilt kube-controller-manager.
download() {
	local folder=$1 fetched
	if [ "${CI:-}" = true ] || [ -n "$suffix" ] || ! answers github.com; then
		return 1
	fi
	say "downloading etcd, kube-apiserver and kubectl $version (at most 120 seconds)"
	"${MAKE:-make}" --no-print-directory "$PWD/bin/tools/setup-envtest" >&2 || return 1
	if ! fetched=$(timeout 120 bin/tools/setup-envtest use "${version#v}" --bin-dir "$folder/download" -p path 2>&1); then
		say "not downloaded: ${fetched##*$'\n'}"
		return 1
	fi
	mv "$fetched"/* "$folder/"
	chmod -R u+w "$folder/download"
	rm -rf "$folder/download"
}

# build FOLDER PROGRAM: from the pinned sources. The link flags give the version that clients see.
build() {
	local folder=$1 program=$2 package=k8s.io/kubernetes/cmd/$2 minutes='1 to 2' flags='-s -w'
	local versions=k8s.io/component-base/version major minor
	IFS=. read -r major minor _ <<<"${version#v}"
	case $program in
	etcd) package=go.etcd.io/etcd/server/v3 ;;
	kube-apiserver) minutes='6 to 18' ;;
	kube-controller-manager | kubelet) minutes='2 to 6' ;;
	esac
	if [ "$program" != etcd ]; then
		flags+=" -X $versions.gitVersion=$version -X $versions.gitMajor=$major -X $versions.gitMinor=$minor"
	fi
	say "building $program (two cores: about $minutes minutes the first time, seconds from Go's build cache)"
	# In the background, so that a signal to this script alone ends the build, too.
	CGO_ENABLED=0 go -C hack/controlplane build -trimpath -ldflags "$flags" -o "$folder/$program" "$package" &
	builder=$!
	wait "$builder"
	builder=
}

# discard: ends what still writes into the temporary folder, and removes that.
discard() {
	if [ -n "$builder" ]; then
		kill -INT "$builder" 2>/dev/null || :
		wait "$builder" || :
	fi
	chmod -R u+w "$temporary" 2>/dev/null || :
	rm -rf "$temporary"
}

# provide FOLDER: fills it as a whole or not at all, whatever interrupts it.
provide() {
	local folder=$1 program began=$SECONDS
	# Without flock two runs do the same work twice, but each in a folder of its own.
	if command -v flock >/dev/null; then
		exec 9>"$folder.lock"
		flock --nonblock 9 || { say 'waiting for another run that builds the same' && flock 9; }
		if holds "$folder" "${programs[@]}"; then
			return
		fi
		rm -rf "$folder".new.*
	fi
	temporary=$(mktemp -d "$folder.new.XXXXXX")
	builder=
	trap discard EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	# What is there already is kept.
	for program in "${programs[@]}"; do
		! holds "$folder" "$program" || ln "$folder/$program" "$temporary/"
	done
	# Children do not get the lock: it ends with this script, however that ends.
	holds "$temporary" "${programs[@]:0:3}" || download "$temporary" 9>&- || say "no prebuilt programs: Kubernetes $version is built"
	for program in "${programs[@]}"; do
		holds "$temporary" "$program" || build "$temporary" "$program" 9>&-
	done
	chmod 755 "$temporary"
	if ! holds "$folder" "${programs[@]}"; then
		rm -rf "$folder"
		mv "$temporary" "$folder"
	fi
	say "ready after $((SECONDS - began)) seconds: $folder"
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -z "$suffix" ]; then
	if ! holds "$KUBEBUILDER_ASSETS" etcd kube-apiserver kubectl; then
		say "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks one of etcd, kube-apiserver, kubectl: correct or unset it"
		exit 1
	fi
	holds "$KUBEBUILDER_ASSETS" "${programs[@]}" ||
		say "KUBEBUILDER_ASSETS has no kube-controller-manager: what needs garbage collection cannot be tested"
	echo "$KUBEBUILDER_ASSETS"
	exit
fi

version=$(kubernetes_version)
name=$version-$(go env GOOS)-$(go env GOARCH)$suffix
local_folder=$PWD/bin/k8s/$name
if ! holds "$local_folder" "${programs[@]}"; then
	mkdir -p bin/k8s
	cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/reseller-operator/k8s
	if mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ]; then
		holds "$cache/$name" "${programs[@]}" || provide "$cache/$name"
		rm -rf "$local_folder"
		ln -sfn "$cache/$name" "$local_folder"
	else
		provide "$local_folder"
	fi
fi
echo "$local_folder"
