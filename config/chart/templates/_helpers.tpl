{{- define "reseller-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "reseller-operator.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "reseller-operator.labels" -}}
{{ include "reseller-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "reseller-operator.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "reseller-operator.fullname" .) }}
{{- end }}

{{- define "reseller-operator.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The account that a role is bound to. */}}
{{- define "reseller-operator.subjects" -}}
subjects:
- kind: ServiceAccount
  name: {{ include "reseller-operator.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
