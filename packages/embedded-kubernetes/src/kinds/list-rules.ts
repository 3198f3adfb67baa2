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
    conditions: merged('type'),
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
  ...fieldsOf('V1DeploymentStatus', { conditions: merged('type') }),
  ...fieldsOf('V1ReplicaSetStatus', { conditions: merged('type') }),
  ...fieldsOf('V1ServiceSpec', { ports: merged('port', ['port', 'protocol']), selector: atomicMap }),
  ...fieldsOf('V1ServiceStatus', { conditions: merged('type') }),
  ...fieldsOf('V1NodeSpec', { podCIDRs: mergedSet }),
  ...fieldsOf('V1NodeStatus', { conditions: merged('type'), addresses: merged('type') }),
  ...fieldsOf('V1NamespaceStatus', { conditions: merged('type') }),
  ...fieldsOf('V1ServiceAccount', { secrets: merged('name') }),
  ...fieldsOf('V1CustomResourceDefinitionStatus', { conditions: mapOf('type') }),
  V1LabelSelector: atomicMap,
  V1NodeSelector: atomicMap,
  V1NodeSelectorTerm: atomicMap,
  V1SecretKeySelector: atomicMap,
  V1ConfigMapKeySelector: atomicMap,
  V1LocalObjectReference: atomicMap,
  V1ObjectReference: atomicMap,
  V1SecretReference: atomicMap,
  V1TypedLocalObjectReference: atomicMap,
  V1ObjectFieldSelector: atomicMap,
  V1ResourceFieldSelector: atomicMap,
  V1OwnerReference: atomicMap,
};

/** The default of a list key that an item omits: the protocol of a port is TCP. */
export const keyDefaults: Record<string, unknown> = { protocol: 'TCP' };
