const pod = 'event "Pod Changed" of Pod shop/front-1 from cluster local';
const node = 'event "Cluster Object Changed" of VirtualNode shop/front from cluster local';
export const listing = 'event "Cluster Listed" from cluster local';
/** Path of the field in the event, the value it gets, who is named, what is said of the field. */
export type Fault = readonly [string, unknown, string, string];

export const podFaults: readonly Fault[] = [
  [
    'type',
    'Pod Vanished',
    'event "Pod Vanished" of Pod shop/front-1 from cluster local',
    "type: Invalid discriminator value. Expected 'Pod Changed' | 'Pod Resync Requested'",
  ],
  [
    'type',
    undefined,
    'event "without type" of Pod shop/front-1 from cluster local',
    'type: Invalid discriminator',
  ],
  ['version', 2, pod, 'version: Invalid input: expected 1'],
  ['group', '', pod, 'group: Too small: expected string to have >=1 characters'],
  ['group', 'x'.repeat(129), pod, 'group: Too big: expected string to have <=128 characters'],
  ['cluster', '', 'event "Pod Changed" of Pod shop/front-1 from cluster ', 'cluster: Too small'],
  [
    'cluster',
    7,
    'event "Pod Changed" of Pod shop/front-1 from cluster unknown',
    'cluster: Invalid input: expected string, received number',
  ],
  ['change', 'Modified', pod, 'change: Invalid option: expected one of "Applied"|"Deleted"'],
  [
    'pod',
    undefined,
    'event "Pod Changed" from cluster local',
    'pod: Invalid input: expected object, received undefined',
  ],
  [
    'pod.metadata',
    undefined,
    'event "Pod Changed" of Pod /? from cluster local',
    'pod.metadata: Invalid input: expected object',
  ],
  [
    'pod.metadata.namespace',
    undefined,
    'event "Pod Changed" of Pod /front-1 from cluster local',
    'pod.metadata.namespace: Invalid input: expected string',
  ],
  [
    'pod.metadata.namespace',
    'n'.repeat(64),
    `event "Pod Changed" of Pod ${'n'.repeat(64)}/front-1 from`,
    'pod.metadata.namespace: Too big: expected string to have <=63',
  ],
  [
    'pod.metadata.name',
    5,
    'event "Pod Changed" of Pod shop/? from cluster local',
    'pod.metadata.name: Invalid input: expected string, received number',
  ],
  [
    'pod.metadata.name',
    'x'.repeat(254),
    'event "Pod Changed" of Pod shop/x',
    'pod.metadata.name: Too big: expected string to have <=253',
  ],
  ['pod.metadata.uid', '', pod, 'pod.metadata.uid: Too small'],
  [
    'pod.metadata.resourceVersion',
    '0x1f',
    pod,
    'pod.metadata.resourceVersion: expected an integer in decimal, of at most 128 digits',
  ],
  ['pod.metadata.resourceVersion', '9'.repeat(129), pod, 'pod.metadata.resourceVersion: expected an integer'],
  [
    'pod.metadata.creationTimestamp',
    'yesterday',
    pod,
    'pod.metadata.creationTimestamp: Invalid ISO datetime',
  ],
  [
    'pod.metadata.deletionTimestamp',
    '21.11.2026',
    pod,
    'pod.metadata.deletionTimestamp: Invalid ISO datetime',
  ],
  [
    'pod.metadata.labels',
    { app: 1 },
    pod,
    'pod.metadata.labels.app: Invalid input: expected string, received number',
  ],
  [
    'pod.metadata.annotations',
    ['x'],
    pod,
    'pod.metadata.annotations: Invalid input: expected record, received array',
  ],
  ['pod.spec', null, pod, 'pod.spec: Invalid input: expected object, received null'],
  ['pod.spec.hostNetwork', 'yes', pod, 'pod.spec.hostNetwork: Invalid input: expected boolean'],
  [
    'pod.spec.readinessGates',
    [{}],
    pod,
    'pod.spec.readinessGates[0].conditionType: Invalid input: expected string',
  ],
  ['pod.status', undefined, pod, 'pod.status: Invalid input: expected object'],
  ['pod.status.phase', 1, pod, 'pod.status.phase: Invalid input: expected string, received number'],
  [
    'pod.status.podIPs',
    [{ ip: '10.0.0.1' }, { ip: '10.0.0.256' }],
    pod,
    'pod.status.podIPs[1].ip: expected an IPv4 or IPv6 address',
  ],
  [
    'pod.status.conditions',
    [{ type: 'Ready' }],
    pod,
    'pod.status.conditions[0].status: Invalid input: expected string',
  ],
  ['node', { name: 'n', resourceVersion: '1e9' }, pod, 'node.resourceVersion: expected an integer'],
  ['node', { zone: 'us-west-2a' }, pod, 'node.name: Invalid input: expected string'],
];
export const meshFaults: readonly Fault[] = [
  [
    'object',
    undefined,
    'event "Cluster Object Changed" from cluster local',
    'object: Invalid input: expected object',
  ],
  [
    'object.kind',
    'Gateway',
    'event "Cluster Object Changed" of Gateway shop/front from cluster local',
    'object.kind: Invalid option: expected one of "Mesh"|"VirtualNode"',
  ],
  [
    'object.kind',
    3,
    'event "Cluster Object Changed" of object shop/front from cluster local',
    'object.kind: Invalid option',
  ],
  ['object.apiVersion', undefined, node, 'object.apiVersion: Invalid input: expected string'],
  ['object.metadata.uid', undefined, node, 'object.metadata.uid: Invalid input: expected string'],
  ['object.metadata.generation', 1.5, node, 'object.metadata.generation: Invalid input: expected int'],
  ['object.spec', [], node, 'object.spec: Invalid input: expected record, received array'],
];
export const listedFaults: readonly Fault[] = [
  ['listing.id', '', listing, 'listing.id: Too small'],
  [
    'listing.kind',
    'Service',
    listing,
    'listing.kind: Invalid option: expected one of "Pod"|"Namespace"|"Mesh"',
  ],
  ['listing.resourceVersion', '', listing, 'listing.resourceVersion: expected an integer'],
  ['listing.clusterCreatedAt', 0, listing, 'listing.clusterCreatedAt: Invalid input: expected string'],
  ['listing.takenAt', 0, listing, 'listing.takenAt: Invalid input: expected string'],
  ['listing.part', 0, listing, 'listing.part: Too small: expected number to be >=1'],
  ['listing.parts', 1.5, listing, 'listing.parts: Invalid input: expected int'],
  ['listing.from', null, listing, 'listing.from: Invalid input: expected string, received null'],
  ['listing.to', undefined, listing, 'listing.to: Invalid input: expected string, received undefined'],
  ['listing.objects', [{ key: 'shop/a' }], listing, 'listing.objects[0].uid: Invalid input: expected string'],
];
export const resyncFaults: readonly Fault[] = [
  [
    'pod.name',
    undefined,
    'event "Pod Resync Requested" of Pod shop/? from cluster local',
    'pod.name: Invalid input: expected string',
  ],
  ['run', '', 'event "Pod Resync Requested" of Pod shop/front-1 from cluster local', 'run: Too small'],
  [
    'reason',
    undefined,
    'event "Pod Resync Requested" of Pod shop/front-1 from cluster local',
    'reason: Invalid input: expected string',
  ],
];
