# syntax=docker/dockerfile:1
# Two images: --target manager, the default, and --target fake-cloudmore. `make
# image` makes both without Docker; a test of hack/image holds its settings
# against these.
FROM --platform=$BUILDPLATFORM golang:1.26 AS source
WORKDIR /src
# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=v0.1.1-dev
ENV CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH

FROM source AS built-manager
RUN go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/manager ./cmd/manager

FROM source AS built-fake-cloudmore
RUN go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/fake-cloudmore ./cmd/fake-cloudmore

# Dependabot (ecosystem docker) moves the digest of the index with all platforms.
FROM gcr.io/distroless/static-debian13:nonroot@sha256:e2e927ec666bae08560abb3c55d0659eceabb657f56b6782ab500a9fc7f555e3 AS base
ARG VERSION=v0.1.1-dev
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.source="https://github.com/reseller-operator/reseller-operator" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY LICENSE /licenses/LICENSE
USER 65532:65532

FROM base AS fake-cloudmore
LABEL org.opencontainers.image.title="fake-cloudmore" \
      org.opencontainers.image.description="Serves the seller API of Cloudmore from memory, for tests and demos"
COPY --from=built-fake-cloudmore /out/fake-cloudmore /fake-cloudmore
ENTRYPOINT ["/fake-cloudmore"]

FROM base AS manager
LABEL org.opencontainers.image.title="reseller-operator" \
      org.opencontainers.image.description="Keeps the resellers of a Cloudmore seller as Kubernetes objects"
COPY --from=built-manager /out/manager /manager
ENTRYPOINT ["/manager"]
