/** How a list or a map merges, in schema extensions. */
export interface ListRule {
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
}

/** A list that every patch and apply replaces as a whole. */
const atomic: ListRule = { 'x-kubernetes-list-type': 'atomic' };
/** A map or struct with one owner. */
const atomicMap: ListRule = { 'x-kubernetes-map-type': 'atomic' };

/** Merged by strategic patches under `patchKey`, and by server-side apply under `keys`. */
function merged(patchKey: string, keys: readonly string[] = [patchKey], strategy = 'merge'): ListRule {
  return {
    'x-kubernetes-patch-strategy': strategy,
    'x-kubernetes-patch-merge-key': patchKey,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [...keys],
  };
}

/** Merged by server-side apply only. */
function mapOf(...keys: string[]): ListRule {
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys };
}

const mergedSet: ListRule = {
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-list-type': 'set',
};

const container: Record<string, ListRule> = {
  ports: merged('containerPort', ['containerPort', 'protocol']),
  env: merged('name'),
  volumeMounts: merged('mountPath'),
  volumeDevices: merged('devicePath'),
};

/** A set that strategic patches replace. */
const setOf: ListRule = { 'x-kubernetes-list-type': 'set' };
const granularMap: ListRule = { 'x-kubernetes-map-type': 'granular' };

/** Types whose conditions merge by their type. */
const withConditions = [
  'V1APIServiceStatus',
  'V1DaemonSetStatus',
  'V1DeploymentStatus',
  'V1FlowSchemaStatus',
  'V1NamespaceStatus',
  'V1NodeStatus',
  'V1PersistentVolumeClaimStatus',
  'V1PodDisruptionBudgetStatus',
  'V1PodStatus',
  'V1PriorityLevelConfigurationStatus',
  'V1ReplicaSetStatus',
  'V1ReplicationControllerStatus',
  'V1ServiceCIDRStatus',
  'V1ServiceStatus',
  'V1StatefulSetStatus',
  'V2HorizontalPodAutoscalerStatus',
];
/** The same, but strategic patches replace the list. */
const withPlainConditions = [
  'V1AllocatedDeviceStatus',
  'V1CertificateSigningRequestStatus',
  'V1CustomResourceDefinitionStatus',
  'V1ValidatingAdmissionPolicyStatus',
];

/** Structs with one owner. */
const atomicTypes = [
  'CoreV1EndpointPort',
  'DiscoveryV1EndpointPort',
  'RbacV1Subject',
  'V1ConfigMapKeySelector',
  'V1CrossVersionObjectReference',
  'V1EndpointAddress',
  'V1FileKeySelector',
  'V1LabelSelector',
  'V1LocalObjectReference',
  'V1MatchResources',
  'V1NamedRuleWithOperations',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1ObjectFieldSelector',
  'V1ObjectReference',
  'V1OwnerReference',
  'V1ParamKind',
  'V1ParamRef',
  'V1ResourceFieldSelector',
  'V1RoleRef',
  'V1ScopeSelector',
  'V1SecretKeySelector',
  'V1SecretReference',
  'V1ServiceBackendPort',
  'V1TopologySelectorTerm',
  'V1TypedLocalObjectReference',
  'V1Variable',
];

const webhook = { matchConditions: merged('name') };

function fieldsOf(type: string, fields: Record<string, ListRule>): Record<string, ListRule> {
  return Object.fromEntries(Object.entries(fields).map(([field, rule]) => [`${type}.${field}`, rule]));
}

/**
 * The merge rules of lists and maps of the built-in kinds, as `Type.field`, and the atomic types, as `Type`. They are
 * the patchStrategy, patchMergeKey, listType, listMapKey and mapType markers of the API's Go types. As without markers,
 * other lists are atomic, other maps and structs granular.
 */
export const listRules: Record<string, ListRule> = {
  ...fieldsOf('V1ObjectMeta', {
    ownerReferences: merged('uid'),
    finalizers: mergedSet,
    managedFields: atomic,
  }),
  ...fieldsOf('V1PodSpec', {
    containers: merged('name'),
    initContainers: merged('name'),
    ephemeralContainers: merged('name'),
    volumes: merged('name', ['name'], 'merge,retainKeys'),
    imagePullSecrets: merged('name'),
    hostAliases: merged('ip'),
    topologySpreadConstraints: merged('topologyKey', ['topologyKey', 'whenUnsatisfiable']),
    resourceClaims: merged('name', ['name'], 'merge,retainKeys'),
    schedulingGates: merged('name'),
    nodeSelector: atomicMap,
  }),
  ...fieldsOf('V1Container', container),
  ...fieldsOf('V1EphemeralContainer', container),
  ...fieldsOf('V1ResourceRequirements', { claims: mapOf('name') }),
  ...fieldsOf('V1PodStatus', {
    podIPs: merged('ip'),
    hostIPs: { ...merged('ip'), ...atomic, 'x-kubernetes-list-map-keys': [] },
    resourceClaimStatuses: merged('name', ['name'], 'merge,retainKeys'),
  }),
  ...fieldsOf('V1ContainerStatus', {
    volumeMounts: merged('mountPath'),
    allocatedResourcesStatus: merged('name'),
  }),
  ...fieldsOf('V1ResourceStatus', { resources: mapOf('resourceID') }),
  ...fieldsOf('V1DeploymentSpec', { strategy: { 'x-kubernetes-patch-strategy': 'retainKeys' } }),
  ...fieldsOf('V1ServiceSpec', { ports: merged('port', ['port', 'protocol']), selector: atomicMap }),
  ...fieldsOf('V1NodeSpec', { podCIDRs: mergedSet }),
  ...fieldsOf('V1NodeStatus', { addresses: merged('type') }),
  ...fieldsOf('V1ServiceAccount', { secrets: merged('name') }),
  ...fieldsOf('V1JobStatus', {
    conditions: { ...merged('type'), ...atomic, 'x-kubernetes-list-map-keys': [] },
  }),
  ...fieldsOf('V1PodFailurePolicyOnExitCodesRequirement', { values: setOf }),
  ...fieldsOf('V1UncountedTerminatedPods', { failed: setOf, succeeded: setOf }),
  ...fieldsOf('V1ContainerRestartRuleOnExitCodes', { values: setOf }),
  ...fieldsOf('V1NodeAllocatableResourceClaimStatus', { containers: setOf }),
  ...fieldsOf('V1PersistentVolumeClaimStatus', { allocatedResourceStatuses: granularMap }),
  ...fieldsOf('V1PersistentVolumeSpec', { claimRef: granularMap }),
  ...fieldsOf('V1ReplicationControllerSpec', { selector: atomicMap }),
  ...fieldsOf('V1PodDisruptionBudgetSpec', { selector: { 'x-kubernetes-patch-strategy': 'replace' } }),
  ...fieldsOf('V1Scheduling', { nodeSelector: atomicMap }),
  ...fieldsOf('V1Endpoint', { addresses: setOf }),
  ...fieldsOf('V1MutatingWebhookConfiguration', { webhooks: merged('name') }),
  ...fieldsOf('V1ValidatingWebhookConfiguration', { webhooks: merged('name') }),
  ...fieldsOf('V1MutatingWebhook', webhook),
  ...fieldsOf('V1ValidatingWebhook', webhook),
  ...fieldsOf('V1MutatingAdmissionPolicySpec', webhook),
  ...fieldsOf('V1ValidatingAdmissionPolicySpec', { ...webhook, variables: merged('name') }),
  ...fieldsOf('V1ValidatingAdmissionPolicyBindingSpec', { validationActions: setOf }),
  ...fieldsOf('V1NonResourcePolicyRule', { nonResourceURLs: setOf, verbs: setOf }),
  ...fieldsOf('V1ResourcePolicyRule', {
    apiGroups: setOf,
    namespaces: setOf,
    resources: setOf,
    verbs: setOf,
  }),
  ...fieldsOf('V1ResourceClaimStatus', {
    devices: mapOf('driver', 'device', 'pool', 'shareID'),
    reservedFor: merged('uid'),
  }),
  ...fieldsOf('V1CSIDriverSpec', { volumeLifecycleModes: setOf }),
  ...fieldsOf('V1CSINodeSpec', { drivers: merged('name') }),
  ...fieldsOf('V1JSONSchemaProps', { 'x-kubernetes-validations': merged('rule') }),
  ...Object.fromEntries(withConditions.map((type) => [`${type}.conditions`, merged('type')])),
  ...Object.fromEntries(withPlainConditions.map((type) => [`${type}.conditions`, mapOf('type')])),
  ...Object.fromEntries(atomicTypes.map((type) => [type, atomicMap])),
};

/** The default of a list key that an item omits: the protocol of a port is TCP. */
export const keyDefaults: Record<string, unknown> = { protocol: 'TCP' };
