/** Values of the chart, as `helm --set` and files of values give them. */
export type Values = Readonly<Record<string, unknown>>;

/** What everybody has to set. */
export const required: Values = {
  cluster: 'production',
  eventBus: 'eks-mesh-sync-production',
  region: 'us-west-2',
  image: { repository: 'registry.example/eks-mesh-sync-relay' },
};

const peer = { podSelector: { matchLabels: { app: 'prometheus' } } };

/** Each value at least once away from its default, and combinations that share templates. */
export const matrix: Readonly<Record<string, Values>> = {
  'the defaults': {},
  'two replicas': { replicas: 2 },
  'two replicas with everything': {
    ...{ replicas: 2, lease: { name: 'relay-lease', durationSeconds: 30 } },
    podDisruptionBudget: { maxUnavailable: '50%' },
    networkPolicy: {
      ...{
        enabled: true,
        apiServerCidrs: ['10.0.0.0/16'],
        awsCidrs: ['10.1.0.0/16', 'fd00::/8'],
        dns: [peer],
      },
      metricsFrom: [{ namespaceSelector: {}, ...peer }],
      extraEgress: [{ to: [peer], ports: [{ protocol: 'TCP', port: 4317 }] }],
    },
    podMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } },
    extraEnv: [
      { name: 'AWS_ENDPOINT_URL', value: 'https://events.example' },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ],
    proxy: {
      httpProxy: 'http://proxy.example:3128',
      httpsProxy: 'https://proxy.example',
      noProxy: '.internal',
    },
    extraCa: { configMap: 'company-ca', key: 'bundle.pem' },
    serviceAccount: {
      ...{ name: 'relay', roleArn: 'arn:aws:iam::123456789012:role/relay-production' },
      annotations: { 'eks.amazonaws.com/sts-regional-endpoints': 'true' },
    },
    ...{ namespaces: ['shop', 'apps'], pageSize: 100, confirmSeconds: 60, logLevel: 'debug' },
    podAnnotations: { 'prometheus.io/scrape': 'true' },
    podLabels: { team: 'platform' },
    nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    tolerations: [{ key: 'system', operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] },
          ],
        },
      },
    },
    priorityClassName: 'system-cluster-critical',
  },
  'a NetworkPolicy with its defaults': { networkPolicy: { enabled: true } },
  'a NetworkPolicy with empty lists': { networkPolicy: { enabled: true, dns: [], metricsFrom: [] } },
  'a CA of a Secret': { extraCa: { secret: 'company-ca' } },
  'no PodDisruptionBudget': { replicas: 2, podDisruptionBudget: { enabled: false } },
  'a spread of its own': {
    replicas: 2,
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
    ],
  },
  "somebody else's service account": { serviceAccount: { create: false, name: 'relay' } },
  'the default service account': { serviceAccount: { create: false } },
  'pods only': { kinds: ['Pod'] },
  'mesh objects of one namespace': { kinds: ['VirtualNode', 'Mesh'], namespaces: ['shop'] },
  'all that the functions may be granted': {
    mesh: { istio: true, gatewayApi: true, envoy: true, envoyRefreshPods: true },
    serviceEntries: true,
  },
  'a registry with a secret': {
    image: {
      repository: 'registry.example/relay',
      tag: '1.2.3',
      pullPolicy: 'Always',
      pullSecrets: [{ name: 'r' }],
    },
  },
};
