{{- define "relay.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "relay.serviceAccount" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "relay.name" . -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "relay.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "relay.labels" -}}
{{ include "relay.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- /* Resource names of the watched kinds: cluster-scoped and namespaced ones, by API group. */ -}}
{{- define "relay.resources" -}}
{{- $meshKinds := list "Mesh" "VirtualNode" "VirtualService" "VirtualRouter" "VirtualGateway" "GatewayRoute" "BackendGroup" -}}
{{- $kinds := .Values.kinds | default (concat (list "Pod" "Namespace") $meshKinds) -}}
{{- $cluster := list -}}
{{- $clusterMesh := list -}}
{{- $namespaced := list -}}
{{- $namespacedMesh := list -}}
{{- range $kinds -}}
  {{- if eq . "Pod" -}}
    {{- $cluster = append $cluster "nodes" -}}
    {{- $namespaced = append $namespaced "pods" -}}
  {{- else if eq . "Namespace" -}}
    {{- $cluster = append $cluster "namespaces" -}}
  {{- else if eq . "Mesh" -}}
    {{- $clusterMesh = append $clusterMesh "meshes" -}}
  {{- else -}}
    {{- $namespacedMesh = append $namespacedMesh (printf "%ss" (lower .)) -}}
  {{- end -}}
{{- end -}}
{{- dict "cluster" (dict "core" $cluster "mesh" $clusterMesh) "namespaced" (dict "core" $namespaced "mesh" $namespacedMesh) | toJson -}}
{{- end -}}

{{- define "relay.rules" -}}
{{- if .core }}
- apiGroups: ['']
  resources: {{ .core | toJson }}
  verbs: [list, watch]
{{- end }}
{{- if .mesh }}
- apiGroups: [appmesh.k8s.aws]
  resources: {{ .mesh | toJson }}
  verbs: [list, watch]
{{- end }}
{{- end -}}

{{- define "relay.lease" -}}
{{- .Values.lease.name | default (include "relay.name" .) -}}
{{- end -}}

{{- define "relay.sharesLease" -}}
{{- if gt (int .Values.replicas) 1 }}true{{ end -}}
{{- end -}}

{{- /* The ports of the proxies, each once, by their URLs. */ -}}
{{- define "relay.proxyPorts" -}}
{{- $ports := list -}}
{{- range compact (list .Values.proxy.httpProxy .Values.proxy.httpsProxy) -}}
  {{- $url := urlParse . -}}
  {{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) -}}
  {{- $ports = append $ports (int $port) -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}
