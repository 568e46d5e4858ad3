SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null || echo v0.1.1-dev)
# As config/manager/kustomization.yaml names it.
REPOSITORY := ghcr.io/reseller-operator/reseller-operator
IMG ?= $(REPOSITORY):$(VERSION)
# Where make image writes.
IMAGES ?= dist
FAKE_IMG ?= ghcr.io/reseller-operator/fake-cloudmore:$(VERSION)
# The commit that is built, and its time in everything that would tell when it was made.
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
PLATFORMS ?= linux/amd64,linux/arm64
KUBECTL ?= kubectl

# Test binaries that run at the same time. Each may start an apiserver and an etcd.
TEST_PARALLEL ?= 2
# Processes that share the controllers' specs, each with a control plane of its own;
# the specs mostly wait.
SPEC_PROCS ?= 4
# How long the tests of a package may take: minutes, on a busy machine many.
TEST_TIMEOUT ?= 45m
GINKGO := go run github.com/onsi/ginkgo/v2/ginkgo run
# Soft memory limit of the linter, which otherwise takes what the machine has.
LINT_MEMORY ?= 3GiB

# One build cache for binaries, tools, tests and linter; only the race detector needs C.
export CGO_ENABLED := 0

BIN := $(CURDIR)/bin
TOOLS := $(BIN)/tools
GO_BUILD := go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
WITH_ASSETS := assets=$$(hack/envtest-assets.sh) || exit; export KUBEBUILDER_ASSETS="$$assets"
# Without kube-controller-manager, which takes a quarter of the time to build all.
WITH_API := assets=$$(hack/envtest-assets.sh api) || exit; export KUBEBUILDER_ASSETS="$$assets"

.DEFAULT_GOAL := help

##@ General

.PHONY: help
help: ## Show this help.
	@bold= cyan= off=; \
	if [ -t 1 ]; then bold=$$'\e[1m' cyan=$$'\e[36m' off=$$'\e[0m'; fi; \
	printf 'Usage: make %s<target>%s [VARIABLE=value]\n' "$$cyan" "$$off"; \
	while IFS= read -r line; do \
		if [[ $$line =~ ^'##@ '(.+) ]]; then \
			printf '\n%s%s%s\n' "$$bold" "$${BASH_REMATCH[1]}" "$$off"; \
		elif [[ $$line =~ ^([a-z0-9-]+):.*' ## '(.+) ]]; then \
			printf '  %s%-16s%s %s\n' "$$cyan" "$${BASH_REMATCH[1]}" "$$off" "$${BASH_REMATCH[2]}"; \
		fi; \
	done < Makefile

.PHONY: demo
demo: build ## Show the life of a reseller on a control plane of its own; KEEP=1 leaves it running.
	@$(GO_BUILD) -o $(BIN)/demo ./hack/demo
	@$(WITH_API); KEEP='$(KEEP)' $(BIN)/demo

.PHONY: run
run: ## Run the manager against the cluster of the current kubeconfig; ARGS are its flags.
	go run -ldflags '-X main.version=$(VERSION)' ./cmd/manager $(ARGS)

.PHONY: clean
clean: ## Remove everything that was built; the control plane shared by clones stays.
	rm -rf bin dist cover*.out

##@ Development

# Where generated files are written; verify has them written elsewhere.
OUT ?= .
GENERATED_FROM = $(foreach dir,$(wildcard api internal/controller),paths=./$(dir)/...)

.PHONY: generate
generate: $(TOOLS)/controller-gen ## Generate the DeepCopy methods and the apply configurations of the API types.
	@mkdir -p $(OUT)/api/v1alpha1
	@# The second generator writes next to the types only.
	@[ '$(OUT)' = . ] || { cp go.mod go.sum '$(OUT)' && cp $(filter-out %_test.go,$(wildcard api/v1alpha1/*.go)) '$(OUT)/api/v1alpha1'; }
	@rm -rf '$(OUT)/api/v1alpha1/applyconfiguration'
	cd '$(OUT)' && $(TOOLS)/controller-gen applyconfiguration:headerFile=$(CURDIR)/hack/boilerplate.go.txt,omitToolVersion=true paths=./api/v1alpha1
	$(TOOLS)/controller-gen object:headerFile=hack/boilerplate.go.txt paths=./api/... \
		output:object:dir=$(OUT)/api/v1alpha1

.PHONY: manifests
manifests: $(TOOLS)/controller-gen ## Generate the CRDs and the manager's ClusterRole, and copy what the chart shares.
	$(TOOLS)/controller-gen crd rbac:roleName=manager-role $(GENERATED_FROM) \
		output:crd:artifacts:config=$(OUT)/config/crd/bases \
		output:rbac:artifacts:config=$(OUT)/config/rbac
	@mkdir -p $(addprefix $(OUT)/config/chart/files/,crds admission-policies user-roles dashboards)
	@cp $(OUT)/config/crd/bases/*.yaml $(OUT)/config/chart/files/crds/
	@cd config/components/admission-policies && cp secrets.yaml status.yaml origin.yaml activated.yaml protected.yaml '$(abspath $(OUT))/config/chart/files/admission-policies/'
	@cp config/components/prometheus/rules.yaml $(OUT)/config/chart/files/prometheus-rules.yaml
	@cp config/grafana/*.json $(OUT)/config/chart/files/dashboards/
	@cp config/rbac/*seller_{editor,viewer,admin}_role.yaml $(OUT)/config/chart/files/user-roles/
	@sed -n '/^rules:/,$$p' $(OUT)/config/rbac/role.yaml > $(OUT)/config/chart/files/rules.yaml

.PHONY: docs
docs: $(TOOLS)/crd-ref-docs ## Generate the pages of docs that code says, and the values of the chart.
	@mkdir -p $(OUT)/docs
	$(TOOLS)/crd-ref-docs --log-level=ERROR --renderer=markdown --config=hack/crd-ref-docs.yaml \
		--source-path=api --output-path=$(OUT)/docs/reference.md
	@go build -o $(BIN)/pages ./hack/pages
	$(BIN)/pages reasons > $(OUT)/docs/reasons.md
	$(BIN)/pages events > $(OUT)/docs/events.md
	$(BIN)/pages metrics > $(OUT)/docs/metrics.md
	$(BIN)/pages annotations > $(OUT)/docs/annotations.md
	go run ./cmd/manager --help 2>&1 | $(BIN)/pages flags > $(OUT)/docs/flags.md
	$(BIN)/pages commands > $(OUT)/docs/kubectl.md
	@mkdir -p $(OUT)/config/chart/files
	go run ./hack/values config/chart $(OUT)/config/chart

.PHONY: verify
verify: ## Check that the generated files are current.
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT; \
	$(MAKE) --no-print-directory generate manifests docs OUT="$$fresh" >/dev/null; \
	for path in api/v1alpha1/zz_generated.deepcopy.go api/v1alpha1/applyconfiguration config/crd/bases config/rbac/role.yaml config/chart/files config/chart/values.yaml config/chart/README.md docs/reference.md docs/reasons.md docs/events.md docs/metrics.md docs/annotations.md docs/flags.md docs/kubectl.md; do \
		[ -e "$$path" ] || [ -e "$$fresh/$$path" ] || continue; \
		git --no-pager diff --no-index -- "$$path" "$$fresh/$$path" || stale=1; \
	done; \
	go mod tidy -diff || stale=1; \
	if [ -n "$${stale:-}" ]; then \
		echo 'verify: generated files are not current: run "make generate manifests docs" and "go mod tidy"' >&2; exit 1; \
	fi; \
	echo 'verify: generated files are current'

.PHONY: fmt
fmt: $(TOOLS)/golangci-lint ## Format the code.
	$(TOOLS)/golangci-lint fmt

.PHONY: vet
vet: ## Run go vet.
	go vet ./...

.PHONY: lint
lint: $(TOOLS)/golangci-lint verify compat actionlint ## Check code, API types, linter settings and generated files.
	$(TOOLS)/golangci-lint config verify
	GOMEMLIMIT=$(LINT_MEMORY) $(TOOLS)/golangci-lint run
	for module in alerts release image; do \
		( cd hack/$$module && GOMEMLIMIT=$(LINT_MEMORY) $(TOOLS)/golangci-lint run --config ../../.golangci.yml ); \
	done
	@! git --no-pager grep -nE --no-index --exclude-standard '//\s*nolint|#nosec' -- '*.go' || { echo 'lint: change the code, not the linter' >&2; exit 1; }

.PHONY: lint-fix
lint-fix: $(TOOLS)/golangci-lint ## Correct what the linters can correct automatically.
	GOMEMLIMIT=$(LINT_MEMORY) $(TOOLS)/golangci-lint run --fix

.PHONY: vuln
vuln: $(TOOLS)/govulncheck ## Look for known vulnerabilities in what the code calls; without the network it says so, with STRICT=1 it fails.
	@out=$$($(TOOLS)/govulncheck ./... 2>&1) && status=0 || status=$$?; \
	echo "$$out"; \
	if [[ $$status != 0 && $$out == *'dial tcp'* && -z '$(STRICT)' ]]; then \
		echo 'vuln: NOT CHECKED, the database of vulnerabilities is out of reach' >&2; exit 0; \
	fi; \
	exit $$status

# What may be linked into binaries under Apache-2.0.
LICENCES := Apache-2.0,MIT,BSD-2-Clause,BSD-3-Clause,ISC

.PHONY: licences
licences: $(TOOLS)/go-licenses ## Check the licences of everything that the binaries contain.
	@# Built with -trimpath it has no GOROOT of its own, and takes everything for the standard library.
	@out=$$(GOROOT="$$(go env GOROOT)" $(TOOLS)/go-licenses check ./cmd/... --ignore github.com/reseller-operator/reseller-operator \
		--allowed_licenses=$(LICENCES) 2>&1) || { grep 'icense' <<<"$$out" >&2; exit 1; }
	@echo 'licences: all of $(LICENCES)'

.PHONY: security
security: vuln licences $(TOOLS)/golangci-lint $(TOOLS)/kustomize $(TOOLS)/helm ## Vulnerabilities, licences, gosec, and the Pods against the restricted profile.
	GOMEMLIMIT=$(LINT_MEMORY) $(TOOLS)/golangci-lint run --enable-only gosec
	@$(WITH_ASSETS); go test ./config -count=1 -ginkgo.focus 'takes what the chart makes|takes all that Kustomize'

##@ Tests

.PHONY: test
test: $(TOOLS)/kustomize $(TOOLS)/helm ## Run all tests on a real apiserver, with the race detector where a C compiler is found.
	@$(if $(RACE),,echo 'test: no C compiler found: without the race detector' >&2)
	@$(WITH_ASSETS); \
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-packages test-specs
	@tail -n +2 cover-controller.out >> cover.out; \
	total=$$(go tool cover -func=cover.out | tail -n 1); \
	echo "coverage of internal/: $${total##*[[:space:]]}"

# The parts of test. The ways to install mostly wait: what computes runs beside them. What
# is compared with what a manager told at its own speed runs without the race detector.
RACE = $(if $(shell command -v "$$(go env CC)"),-race)
COVER := -covermode=atomic -coverpkg=./internal/...

.PHONY: test-packages
test-packages:
	@export CGO_ENABLED=$(if $(RACE),1,0); \
	go test $(RACE) -p $(TEST_PARALLEL) -timeout $(TEST_TIMEOUT) $(COVER) -coverprofile=cover.out $$(go list ./... | grep -vE '/(internal/controller|internal/simulation|hack/night)$$') \
		| while IFS= read -r line; do \
			[[ $$line == *'coverage: 0.0% of statements'* && $$line != ok* ]] || echo "$${line%%coverage: *}"; \
		done

.PHONY: test-apart
test-apart:
	@go test -timeout $(TEST_TIMEOUT) ./internal/simulation
	@go test -timeout $(TEST_TIMEOUT) -count 1 ./hack/night
	@$(RELEASE) test -count 1 ./...
	@go -C hack/image test ./...
	@go -C hack/alerts test -count 1 ./...

.PHONY: test-specs
test-specs: test-apart
	@export CGO_ENABLED=$(if $(RACE),1,0); \
	$(GINKGO) $(RACE) --procs=$(SPEC_PROCS) --timeout=$(TEST_TIMEOUT) --label-filter='!quirk || core' $(subst -cover,--cover,$(COVER)) --coverprofile=cover-controller.out ./internal/controller

.PHONY: test-install
test-install: $(TOOLS)/kustomize $(TOOLS)/helm ## Run the tests of every way to install; a part of test.
	@$(WITH_ASSETS); go test ./config -count 1 -v -timeout $(TEST_TIMEOUT)
	CGO_ENABLED=0 $(RELEASE) test -count 1 ./...
	CGO_ENABLED=0 go -C hack/image test -count 1 ./...

.PHONY: test-tenants
test-tenants: ## Show what one team can do to another, and run the specs that stop it; a part of test.
	@sed -n '/^|/p' docs/tenants.md
	@go test -count 1 -run TestEveryTenantIsStopped ./docs
	@go test -count 1 -run 'Stranger|TestNamespacesTakeTurns' ./internal/account/...
	@$(WITH_ASSETS); $(GINKGO) --procs=$(SPEC_PROCS) --timeout=$(TEST_TIMEOUT) --label-filter='!quirk' \
		--focus-file='(tenants|strangers|adoption|names|marks|halt)_test.go' ./internal/controller

.PHONY: test-fast
test-fast: ## Run the tests that need no apiserver.
	go test -short -p $(TEST_PARALLEL) ./...

.PHONY: mutants
mutants: ## Break the code by each patch of hack/mutants: a test must notice; ONLY='name …' for some.
	@go build -o $(BIN)/mutants ./hack/mutants
	@$(BIN)/mutants $(ONLY)

.PHONY: quirks
quirks: ## Try the operator on an API that behaves in all ways seen elsewhere; QUIRKS_UPDATE=1 rewrites the rows.
	@$(WITH_ASSETS); $(GINKGO) --procs=$(SPEC_PROCS) --timeout=$(TEST_TIMEOUT) --label-filter=quirk ./internal/controller

.PHONY: night
night: ## Live through twelve nights with the real manager, as the one on call; NIGHT_UPDATE=1 writes again what is told.
	@$(WITH_API); go test ./hack/night -count 1 -timeout $(TEST_TIMEOUT)
	go -C hack/alerts test -count 1 -run TestNights .

.PHONY: walk
walk: ## Walk STEPS random steps beside a model on a real apiserver, 1000 if not said; SEED walks them again.
	@$(WITH_ASSETS); WALK_STEPS='$(or $(STEPS),1000)' WALK_SEED='$(SEED)' $(GINKGO) --timeout=$(TEST_TIMEOUT) --focus='A random walk' ./internal/controller

.PHONY: simulate
simulate: ## Live through N random schedules and every fault at every point, or replay the one of SEED.
	@$(WITH_ASSETS); SIMULATE_SEED='$(SEED)' SIMULATE_N='$(or $(N),10000)' SIMULATE_FULL=1 \
		go test ./internal/simulation -count 1 -timeout 2h -v $(if $(SEED),-run TestReplay,-run 'TestEveryPoint|TestRandom|Counter|Conformance') \
		| grep -v '^=== '

.PHONY: e2e
e2e: ## Install, upgrade and roll back the chart on a real node; root on Debian. KEEP=1 leaves it running.
	@$(GO_BUILD) -o $(BIN)/e2e ./hack/e2e
	@$(BIN)/e2e --check
	@platform=linux/$$(go env GOARCH); images=$(BIN)/images; rm -rf "$$images"; \
	$(MAKE) --no-print-directory $(TOOLS)/helm image PLATFORMS="$$platform" IMAGES="$$images"; \
	$(GO_BUILD) -o "$(BIN)/$$platform/pause" ./hack/e2e/pause; \
	$(WRITE_IMAGES) --platforms "$$platform" --out "$$images" pause=localhost/pause:e2e
	@$(WITH_ASSETS); node=$$(hack/envtest-assets.sh node); \
	$(BIN)/e2e --node "$$node" --images $(BIN)/images --image $(IMG) --fake-image $(FAKE_IMG) $(if $(KEEP),--keep)

.PHONY: chaos
chaos: build ## Kill managers 200 times while Resellers live, and count what is left (20 minutes).
	@$(GO_BUILD) -o $(BIN)/chaos ./hack/chaos
	@$(WITH_API); $(BIN)/chaos --kills $(or $(KILLS),200)

.PHONY: bench
bench: build ## Measure calls, writes, memory and times; ARGS='--resellers 100,1000' for less.
	@$(GO_BUILD) -o $(BIN)/bench ./hack/bench
	@$(WITH_API); $(BIN)/bench $(ARGS)

.PHONY: envtest-assets
envtest-assets: ## Find, fetch or build the control plane for tests and demo.
	@hack/envtest-assets.sh

##@ Build

.PHONY: build
build: ## Build the static binaries bin/manager, bin/fake-cloudmore and bin/kubectl-reseller.
	$(GO_BUILD) -o $(BIN)/manager ./cmd/manager
	$(GO_BUILD) -o $(BIN)/fake-cloudmore ./cmd/fake-cloudmore
	$(GO_BUILD) -o $(BIN)/kubectl-reseller ./cmd/kubectl-reseller

.PHONY: build-installer
build-installer: $(TOOLS)/kustomize ## Write dist/install.yaml: CRDs and Deployment in one file.
	@mkdir -p dist
	@$(RENDER) > dist/install.yaml
	@echo 'wrote dist/install.yaml'

.PHONY: chart
chart: $(TOOLS)/helm ## Package the Helm chart into dist/.
	$(TOOLS)/helm package config/chart --destination dist --version $(VERSION:v%=%) --app-version $(VERSION)

.PHONY: image
image: ## Write the images of manager and fake for PLATFORMS into dist/, without Docker; PUSH=1 pushes them.
	@go -C hack/image build -o $(BIN)/image .
	@platforms='$(PLATFORMS)'; for platform in $${platforms//,/ }; do \
		for program in manager fake-cloudmore; do \
			GOOS=$${platform%/*} GOARCH=$${platform#*/} $(GO_BUILD) -o "$(BIN)/$$platform/$$program" "./cmd/$$program"; \
		done; \
	done
	@$(WRITE_IMAGES) $(if $(PUSH),--push) --platforms $(PLATFORMS) --out $(IMAGES) manager=$(IMG) fake-cloudmore=$(FAKE_IMG)

WRITE_IMAGES = $(BIN)/image --binaries $(BIN) --version $(VERSION) --revision $(REVISION) --created $(SOURCE_DATE_EPOCH)

##@ Release

# Programs about releases, and their tests, have a module of their own: nothing of what
# they need may end up in the operator's. Go doesn't notice changes outside a module, so
# no result of its tests may come from the cache.
RELEASE := go -C hack/release

.PHONY: compat
compat: ## Hold the CRDs against those of every release: objects stored by these must live on.
	@$(RELEASE) build -o $(BIN)/compat ./compat
	@$(BIN)/compat $(TAG)

.PHONY: release-crds
release-crds: ## Keep the CRDs as those of VERSION, before its tag is set.
	@[[ '$(VERSION)' =~ ^v[0-9]+\.[0-9]+\.[0-9]+$$ ]] || { echo 'release-crds: say VERSION=v1.2.3' >&2; exit 1; }
	@mkdir -p config/released/$(VERSION)/crds
	@cp config/crd/bases/*.yaml config/released/$(VERSION)/crds/
	@cp --no-clobber "$$(printf '%s\n' config/released/v*/objects.yaml | sort -V | tail -n 1)" config/released/$(VERSION)/

.PHONY: schemas
schemas: ## Write the JSON schemas of the kinds, for editors and kubeconform, and pack them.
	@rm -rf dist/schemas
	@$(RELEASE) run ./schemas ../../config/crd/bases ../../dist/schemas
	@tar --sort=name --owner=0 --group=0 --numeric-owner --mtime='@$(SOURCE_DATE_EPOCH)' --create \
		--directory dist schemas | gzip --no-name > dist/reseller-operator-schemas.tar.gz
	@echo 'wrote dist/reseller-operator-schemas.tar.gz'

.PHONY: bundle
bundle: $(TOOLS)/kustomize manifests ## Write dist/bundle for the Operator Lifecycle Manager, and pack it.
	@$(RELEASE) build -o $(BIN)/bundle ./bundle
	@rm -rf bin/bundle-overlay && mkdir -p bin/bundle-overlay dist && cd bin/bundle-overlay && \
	$(TOOLS)/kustomize create --resources ../../config/manifests && \
	$(TOOLS)/kustomize edit set image $(REPOSITORY)=$(IMG) && \
	$(TOOLS)/kustomize build . | $(BIN)/bundle --version $(VERSION) --created "$$(git log -1 --format=%cI)" \
		--icon ../../config/manifests/icon.svg --out ../../dist/bundle
	@chmod -R a+rX dist/bundle
	@tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$$(git log -1 --format=%ct)" \
		--directory dist bundle | gzip --no-name > dist/reseller-operator-bundle.tar.gz
	@echo 'wrote dist/bundle'

.PHONY: actionlint
actionlint: $(TOOLS)/actionlint ## Check the workflows of GitHub Actions.
	@$(TOOLS)/actionlint && echo 'actionlint: the workflows are right'

.PHONY: release-check
release-check: $(TOOLS)/goreleaser ## Make everything that a release has, and publish nothing (minutes).
	$(TOOLS)/goreleaser check
	$(TOOLS)/goreleaser release --snapshot --clean --skip=publish,sign,sbom
	$(MAKE) --no-print-directory image

.PHONY: release
release: $(TOOLS)/goreleaser ## Release the tag that is checked out; only the workflow has the rights.
	$(TOOLS)/goreleaser release --clean

##@ Deployment

# An overlay outside the tracked files sets the image.
RENDER = ( rm -rf bin/overlay && mkdir -p bin/overlay && cd bin/overlay && \
	$(TOOLS)/kustomize create --resources ../../config/default && \
	$(TOOLS)/kustomize edit set image $(REPOSITORY)=$(IMG) && \
	$(TOOLS)/kustomize build . )
APPLY = $(KUBECTL) apply --server-side -f -
DELETE = $(KUBECTL) delete --ignore-not-found -f -

.PHONY: install
install: $(TOOLS)/kustomize manifests ## Install the CRDs into the cluster of the current kubeconfig.
	$(TOOLS)/kustomize build config/crd | $(APPLY)

.PHONY: uninstall
uninstall: $(TOOLS)/kustomize ## Remove the CRDs, and with them every Reseller.
	$(TOOLS)/kustomize build config/crd | $(DELETE)

.PHONY: deploy
deploy: $(TOOLS)/kustomize manifests ## Deploy CRDs and manager with the image IMG.
	@$(RENDER) | $(APPLY)

.PHONY: undeploy
undeploy: $(TOOLS)/kustomize ## Remove the manager and the CRDs, and with them every Reseller.
	@$(RENDER) | $(DELETE)

# Tools, built once from the versions in hack/tools/go.mod.
package/actionlint := github.com/rhysd/actionlint/cmd/actionlint
package/controller-gen := sigs.k8s.io/controller-tools/cmd/controller-gen
package/crd-ref-docs := github.com/elastic/crd-ref-docs
package/go-licenses := github.com/google/go-licenses/v2
package/goreleaser := github.com/goreleaser/goreleaser/v2
package/govulncheck := golang.org/x/vuln/cmd/govulncheck
package/helm := helm.sh/helm/v4/cmd/helm
package/kustomize := sigs.k8s.io/kustomize/kustomize/v5
package/setup-envtest := sigs.k8s.io/controller-runtime/tools/setup-envtest
# golangci-lint with kube-api-linter built in: one binary for both.
package/golangci-lint := sigs.k8s.io/kube-api-linter/cmd/golangci-lint-kube-api-linter

# These two do not agree with the others on the versions of what they need.
$(TOOLS)/actionlint: MODULE := hack/release
$(TOOLS)/actionlint: hack/release/go.mod
$(TOOLS)/goreleaser: MODULE := hack/goreleaser
$(TOOLS)/goreleaser: hack/goreleaser/go.mod

$(TOOLS)/%: hack/tools/go.mod hack/tools/go.sum
	@echo 'building $* (once)' >&2
	@go -C $(or $(MODULE),hack/tools) build -trimpath -ldflags '-s -w' -o $@ $(package/$*)
	@touch $@
