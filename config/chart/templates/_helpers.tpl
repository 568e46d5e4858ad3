{{- define "reseller-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "reseller-operator.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
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
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ include "reseller-operator.tag" . }}{{ end }}
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

{{- define "reseller-operator.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What no schema can say. */}}
{{- define "reseller-operator.check" -}}
{{- $names := list }}
{{- range .Values.extraEnv }}
{{- if has .name $names }}{{ fail (printf "extraEnv: %s is there twice; keep one of them" .name) }}{{ end }}
{{- $names = append $names .name }}
{{- end }}
{{- if and .Values.demo.enabled (gt (int .Values.replicas) 1) }}
{{- fail "demo.enabled: each Pod would have a fake seller API of its own; set replicas to 1" }}
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
