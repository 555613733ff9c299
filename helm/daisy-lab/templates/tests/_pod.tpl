{{- /* A test pod. Takes a dict of root, name, component, script and arguments. */ -}}
{{- define "daisy-lab.test-pod" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "daisy-lab.test" .root }}-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "daisy-lab.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext: {{- include "daisy-lab.pod-security" .root | nindent 4 }}
  {{- include "daisy-lab.pull-secrets" .root | nindent 2 }}
  containers:
    - name: test
      image: {{ include "daisy-lab.image" (dict "root" .root "image" .root.Values.hub.image) }}
      imagePullPolicy: {{ .root.Values.hub.image.pullPolicy }}
      command: {{ concat (list "python3" "-c" (.root.Files.Get (printf "files/%s.py" .script))) .arguments | toJson }}
      resources: {{- toYaml .root.Values.tests.resources | nindent 8 }}
      securityContext: {{- include "daisy-lab.container-security" .root | nindent 8 }}
{{- end }}
