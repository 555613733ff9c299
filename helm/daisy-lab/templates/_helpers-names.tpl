{{- /* Every name of an object, once. The hub makes users' names from the same beginning (DAISY_LAB_RELEASE). */ -}}

{{- define "daisy-lab.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "daisy-lab.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "daisy-lab.name" .) .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "daisy-lab.name" .) | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "daisy-lab.hub" -}}{{ include "daisy-lab.fullname" . }}-hub{{- end }}
{{- define "daisy-lab.hub.values" -}}{{ include "daisy-lab.fullname" . }}-hub-values{{- end }}
{{- define "daisy-lab.hub.secret" -}}{{ .Values.hub.existingSecret | default (include "daisy-lab.hub" .) }}{{- end }}
{{- define "daisy-lab.hub.claim" -}}{{ .Values.hub.db.claim | default (printf "%s-hub-db" (include "daisy-lab.fullname" .)) }}{{- end }}
{{- define "daisy-lab.hub.account" -}}
{{- $made := ternary (include "daisy-lab.hub" .) "default" .Values.hub.serviceAccount.create -}}
{{ .Values.hub.serviceAccount.name | default $made }}
{{- end }}
{{- define "daisy-lab.proxy" -}}{{ include "daisy-lab.fullname" . }}-proxy{{- end }}
{{- define "daisy-lab.proxy.public" -}}{{ include "daisy-lab.fullname" . }}-proxy-public{{- end }}
{{- define "daisy-lab.proxy.api" -}}{{ include "daisy-lab.fullname" . }}-proxy-api{{- end }}
{{- define "daisy-lab.singleuser" -}}{{ include "daisy-lab.fullname" . }}-singleuser{{- end }}
{{- define "daisy-lab.prepuller" -}}{{ include "daisy-lab.fullname" . }}-prepuller{{- end }}
{{- define "daisy-lab.test" -}}{{ include "daisy-lab.fullname" . }}-test{{- end }}
{{- define "daisy-lab.deny" -}}{{ include "daisy-lab.fullname" . }}-deny{{- end }}
{{- define "daisy-lab.priority.hub" -}}{{ include "daisy-lab.fullname" . }}-hub{{- end }}
{{- define "daisy-lab.priority.users" -}}{{ include "daisy-lab.fullname" . }}-users{{- end }}
{{- /* Takes a dict of root and name. */ -}}
{{- define "daisy-lab.data" -}}{{ include "daisy-lab.fullname" .root }}-data-{{ .name }}{{- end }}
{{- /* PersistentVolumes belong to the whole cluster, so the namespace is part of the name. */ -}}
{{- define "daisy-lab.data.volume" -}}{{ .root.Release.Namespace }}-{{ include "daisy-lab.data" . }}{{- end }}
