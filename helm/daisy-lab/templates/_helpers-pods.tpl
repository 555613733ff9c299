{{- /* What holds for every pod of the chart: the standard `restricted`, and a root that cannot be written. */ -}}
{{- define "daisy-lab.pod-security" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "daisy-lab.container-security" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- /* Takes a dict of root and image; daisy_lab.hub._values.Image.reference says the same in Python. */ -}}
{{- define "daisy-lab.image" -}}
{{- $registry := .root.Values.global.imageRegistry | trimSuffix "/" -}}
{{- $tag := .image.tag | default (ternary "" .root.Chart.AppVersion (not (empty .image.digest))) -}}
{{ with $registry }}{{ . }}/{{ end }}{{ .image.name }}{{ with $tag }}:{{ . }}{{ end }}{{ with .image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /* The hub's image, unless one of its own is named. */ -}}
{{- define "daisy-lab.image.proxy" -}}
{{- $image := ternary .Values.proxy.image .Values.hub.image (not (empty .Values.proxy.image.name)) -}}
{{ include "daisy-lab.image" (dict "root" . "image" $image) }}
{{- end }}

{{- define "daisy-lab.pull-secrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Where hub and proxy come to. Takes a dict of root and part (the values of the pod). */ -}}
{{- define "daisy-lab.placement" -}}
{{- if .root.Values.scheduling.podPriority.enabled }}
priorityClassName: {{ include "daisy-lab.priority.hub" .root }}
{{- end }}
{{- with .part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.scheduling.spreadHub }}
affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        preference:
          matchExpressions:
            - key: daisy-lab/purpose
              operator: In
              values: [core]
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 50
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- include "daisy-lab.selector" (dict "root" .root "component" "singleuser") | nindent 14 }}
{{- end }}
{{- end }}
