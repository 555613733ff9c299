{{- /* Labels by which objects find each other; they never change, since a Deployment's selector cannot. */ -}}
{{- define "daisy-lab.release" -}}
app.kubernetes.io/name: {{ include "daisy-lab.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Takes a dict of root and component. */ -}}
{{- define "daisy-lab.selector" -}}
{{ include "daisy-lab.release" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "daisy-lab.labels" -}}
{{ include "daisy-lab.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}
