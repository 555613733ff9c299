{{- /* Names are looked up in the cluster, or at the node's own cache. */ -}}
{{- define "daisy-lab.egress.names" -}}
- to:
    - namespaceSelector: {}
    - ipBlock:
        cidr: 169.254.20.10/32
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end }}

{{- /* Takes a dict of root, component and port. */ -}}
{{- define "daisy-lab.egress.part" -}}
- to:
    - podSelector:
        matchLabels: {{- include "daisy-lab.selector" . | nindent 10 }}
  ports:
    - { protocol: TCP, port: {{ .port }} }
{{- end }}

{{- define "daisy-lab.ports" -}}
{{- with . }}
ports:
  {{- range . }}
  - { protocol: TCP, port: {{ int . }} }
  {{- end }}
{{- end }}
{{- end }}

{{- /* Addresses of the outside, never those of cloud metadata. */ -}}
{{- define "daisy-lab.everywhere" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [169.254.0.0/16]
- ipBlock:
    cidr: "::/0"
    except: ["fd00:ec2::254/128", "fe80::/10"]
{{- end }}

{{- define "daisy-lab.public" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
- ipBlock:
    cidr: "::/0"
    except: ["::1/128", "fc00::/7", "fe80::/10"]
{{- end }}

{{- define "daisy-lab.private" -}}
- ipBlock: { cidr: 10.0.0.0/8 }
- ipBlock: { cidr: 100.64.0.0/10 }
- ipBlock: { cidr: 172.16.0.0/12 }
- ipBlock: { cidr: 192.168.0.0/16 }
- ipBlock: { cidr: "fc00::/7", except: ["fd00:ec2::254/128"] }
{{- end }}
