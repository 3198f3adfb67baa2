{{- define "relay.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* Fails with what is missing or twice. The schema checks the form of what is set. */ -}}
{{- define "relay.checkValues" -}}
{{- $expected := dict
  "cluster" "the name of the EKS cluster, as in clusters.yml"
  "eventBus" "the stack's output EventBusName, eks-mesh-sync-<stage>, such as eks-mesh-sync-production"
  "region" "the Region of the event bus, such as us-west-2" -}}
{{- range $name, $what := $expected -}}
  {{- if not (get $.Values $name) -}}
    {{- fail (printf "%s is not set; expected %s" $name $what) -}}
  {{- end -}}
{{- end -}}
{{- if not .Values.image.repository -}}
  {{- fail "image.repository is not set; expected where the relay's image was pushed, without the tag" -}}
{{- end -}}
{{- $busRegion := regexReplaceAll "^arn:[^:]*:events:([^:]*):.*|.*" .Values.eventBus "${1}" -}}
{{- if and $busRegion (ne $busRegion .Values.region) -}}
  {{- fail (printf "eventBus is in %s, and region is %s; expected the same Region" $busRegion .Values.region) -}}
{{- end -}}
{{- $values := dict
  "CLUSTER_NAME" "cluster" "EVENT_BUS_NAME" "eventBus" "AWS_REGION" "region" "WATCH_NAMESPACES" "namespaces" "WATCH_KINDS" "kinds"
  "PAGE_SIZE" "pageSize" "CONFIRM_SECONDS" "confirmSeconds" "LEASE" "lease.name" "LEASE_SECONDS" "lease.durationSeconds"
  "LOG_LEVEL" "logLevel" "HTTP_PROXY" "proxy.httpProxy" "HTTPS_PROXY" "proxy.httpsProxy" "NO_PROXY" "proxy.noProxy"
  "NODE_EXTRA_CA_CERTS" "extraCa" -}}
{{- $seen := dict -}}
{{- range .Values.extraEnv -}}
  {{- $value := get $values (upper .name) -}}
  {{- if $value -}}
    {{- fail (printf "extraEnv has %s; use the value %s instead" .name $value) -}}
  {{- end -}}
  {{- if eq .name "HTTP_PORT" -}}
    {{- fail "extraEnv has HTTP_PORT, and the probes, the NetworkPolicy and the PodMonitor use port 8080; leave it out" -}}
  {{- end -}}
  {{- if hasKey $seen .name -}}
    {{- fail (printf "extraEnv has %s twice" .name) -}}
  {{- end -}}
  {{- $_ := set $seen .name true -}}
{{- end -}}
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
