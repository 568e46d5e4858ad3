{{- define "reseller-operator.name" -}}
{{ .Values.nameOverride | default .Chart.Name }}
{{- end }}

{{- define "reseller-operator.fullname" -}}
{{- $name := include "reseller-operator.name" . }}
{{- if not (contains $name .Release.Name) }}{{ $name = printf "%s-%s" .Release.Name $name }}{{ else }}{{ $name = .Release.Name }}{{ end }}
{{- .Values.fullnameOverride | default $name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* The role of the manager. In a watched namespace each release calls it alike, so that
     only one has it: two managers must not work on the same Resellers. */}}
{{- define "reseller-operator.manager" -}}
{{ .Values.watchNamespaces | empty | ternary (include "reseller-operator.fullname" .) .Chart.Name }}-manager
{{- end }}

{{- define "reseller-operator.selector" -}}
app.kubernetes.io/name: {{ include "reseller-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What the chart says of itself wins over commonLabels. */}}
{{- define "reseller-operator.labels" -}}
{{- $own := include "reseller-operator.selector" . | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") }}
{{- merge $own .Values.commonLabels | toYaml }}
{{- end }}

{{- define "reseller-operator.podLabels" -}}
{{- merge (include "reseller-operator.labels" . | fromYaml) .Values.podLabels | toYaml }}
{{- end }}

{{- define "reseller-operator.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "reseller-operator.fullname" .) }}
{{- end }}

{{- define "reseller-operator.image" -}}
{{ include "reseller-operator.repository" (list . .Values.image.repository) }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ include "reseller-operator.tag" . }}{{ end }}
{{- end }}

{{/* A repository, given with the root, at the registry of global.imageRegistry if there
     is one. */}}
{{- define "reseller-operator.repository" -}}
{{- $root := index . 0 }}
{{- $repository := index . 1 }}
{{- $parts := splitList "/" $repository }}
{{- $host := first $parts }}
{{- $named := or (contains "." $host) (contains ":" $host) (eq $host "localhost") }}
{{- with $root.Values.global.imageRegistry }}
{{- trimSuffix "/" . }}/{{ ternary (rest $parts | join "/") $repository (and $named (gt (len $parts) 1)) }}
{{- else }}
{{- $repository }}
{{- end }}
{{- end }}

{{/* Names of Secrets, as charts with global values have them, beside objects with names. */}}
{{- define "reseller-operator.imagePullSecrets" -}}
{{- $secrets := list }}
{{- range concat .Values.imagePullSecrets .Values.global.imagePullSecrets }}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- with $secrets | uniq }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{- define "reseller-operator.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The account that a role is bound to. */}}
{{- define "reseller-operator.subjects" -}}
subjects:
- kind: ServiceAccount
  name: {{ include "reseller-operator.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* The environment of the manager. */}}
{{- define "reseller-operator.env" -}}
{{- with .Values.traces }}
{{- if .endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ quote .endpoint }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .protocol }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ quote .ratio }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Whether the values of the root have one at a path. */}}
{{- define "reseller-operator.has" -}}
{{- $parts := splitList "." (index . 1) }}
{{- $parent := (index . 0).Values }}
{{- range initial $parts }}{{ $parent = get $parent . | default dict }}{{ end }}
{{- hasKey $parent (last $parts) }}
{{- end }}

{{/* What no schema can say. */}}
{{- define "reseller-operator.check" -}}
{{- $known := .Files.Get "files/names.yaml" | fromYaml }}
{{- range $path, $instead := $known.elsewhere }}
{{- if eq "true" (include "reseller-operator.has" (list $ $path)) }}
{{- fail (printf "%s is no value of this chart: use %s" $path $instead) }}
{{- end }}
{{- end }}
{{- range $path := $known.own }}
{{- if ne "true" (include "reseller-operator.has" (list $ $path)) }}
{{- fail (printf "%s is missing: upgrade with --reset-then-reuse-values in place of --reuse-values, and set no value to null" $path) }}
{{- end }}
{{- end }}
{{- if and (eq (toString .Values.serviceAccount.create) "false") (not .Values.serviceAccount.name) }}
{{- fail "serviceAccount.create: with false, name the account that exists in serviceAccount.name" }}
{{- end }}
{{- $budget := .Values.podDisruptionBudget }}
{{- $stay := ternary $budget.minAvailable 0 (and (kindIs "invalid" $budget.maxUnavailable) (not (kindIs "string" $budget.minAvailable))) }}
{{- if and $budget.enabled (gt (int .Values.replicas) 1) (ge (int $stay) (int .Values.replicas)) }}
{{- fail (printf "podDisruptionBudget.minAvailable: %d of %d Pods would never let one be evicted; set less" (int $stay) (int .Values.replicas)) }}
{{- end }}
{{- $names := list }}
{{- if .Values.traces.endpoint }}{{ $names = list "OTEL_EXPORTER_OTLP_ENDPOINT" "OTEL_EXPORTER_OTLP_PROTOCOL" "OTEL_TRACES_SAMPLER" "OTEL_TRACES_SAMPLER_ARG" }}{{ end }}
{{- range .Values.extraEnv }}
{{- if has .name $names }}{{ fail (printf "extraEnv: %s is there twice; keep one of them" .name) }}{{ end }}
{{- $names = append $names .name }}
{{- end }}
{{- if and .Values.demo.enabled (gt (int .Values.replicas) 1) }}
{{- fail "demo.enabled: each Pod would have a fake seller API of its own; set replicas to 1" }}
{{- end }}
{{- range $namespace := ternary .Values.watchNamespaces list .Values.rbac.create }}
{{- $role := lookup "rbac.authorization.k8s.io/v1" "Role" $namespace (include "reseller-operator.manager" $) }}
{{- $of := dig "metadata" "annotations" dict $role }}
{{- $name := get $of "meta.helm.sh/release-name" }}
{{- $in := get $of "meta.helm.sh/release-namespace" }}
{{- if and $name (or (ne $name $.Release.Name) (ne $in $.Release.Namespace)) }}
{{- fail (printf "watchNamespaces: release %s of namespace %s watches %s already, and two managers must not work on the same Resellers; take it from one of them" $name $in $namespace) }}
{{- end }}
{{- end }}
{{- /* Who installs for the whole cluster may list its roles. */}}
{{- range $kind := ternary (list "ClusterRole" "Role") list (and .Values.rbac.create (empty .Values.watchNamespaces)) }}
{{- range $role := (lookup "rbac.authorization.k8s.io/v1" $kind "" "").items }}
{{- $of := dig "metadata" "annotations" dict $role }}
{{- $name := get $of "meta.helm.sh/release-name" }}
{{- $in := get $of "meta.helm.sh/release-namespace" }}
{{- $manages := and (hasSuffix "-manager" $role.metadata.name) (hasPrefix (printf "%s-" $.Chart.Name) (dig "metadata" "labels" "helm.sh/chart" "" $role)) }}
{{- if and $manages $name (or (ne $name $.Release.Name) (ne $in $.Release.Namespace)) }}
{{- fail (printf "watchNamespaces: release %s of namespace %s watches %s already, and two managers must not work on the same Resellers; uninstall it, or set watchNamespaces of both" $name $in ($role.metadata.namespace | default "all namespaces")) }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.sellers }}
{{- $namespace := .namespace | default $.Release.Namespace }}
{{- if and $.Values.watchNamespaces (eq (.kind | default "Seller") "ClusterSeller") }}
{{- fail (printf "sellers: with watchNamespaces no ClusterSeller is read; make %s a Seller of a namespace" .name) }}
{{- end }}
{{- if and $.Values.watchNamespaces (not (has $namespace $.Values.watchNamespaces)) }}
{{- fail (printf "sellers: %s is in namespace %s, which watchNamespaces lacks" .name $namespace) }}
{{- end }}
{{- end }}
{{- end }}
