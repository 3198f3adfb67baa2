import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseEvent } from '../../shared/lambda/parse-event.ts';
import { PermanentError } from '../../shared/model/errors.ts';
import {
  type ClusterListed,
  detailTypes,
  type EventDetail,
  eventVersion,
} from '../../shared/model/events/event.ts';
import { resyncRequested } from '../../shared/model/events/resync-requested.ts';
import {
  clusterListed,
  clusterObjectChanged,
  podChanged,
  podResyncRequested,
} from '../../shared/model/events/schema.ts';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';

const pods = z.discriminatedUnion('type', [podChanged, podResyncRequested]);
const mesh = z.discriminatedUnion('type', [clusterObjectChanged, clusterListed]);

const key = { cluster: 'local', namespace: 'shop', name: 'front-1' };
const resync = resyncRequested(key, 'run-1', 'somebody asked');
const listed: ClusterListed = {
  type: detailTypes.clusterListed,
  version: eventVersion,
  group: 'local',
  cluster: 'local',
  listing: {
    id: 'listing-1',
    kind: 'Pod',
    resourceVersion: '100',
    clusterCreatedAt: '2026-11-20T10:00:00Z',
    takenAt: '2026-11-21T10:00:00.123Z',
    part: 1,
    parts: 1,
    from: '',
    to: null,
    objects: [{ key: 'shop/front-1', uid: 'uid-1' }],
  },
};

function absent(listing: Partial<ClusterListed['listing']> = {}): ClusterListed {
  const empty = { kind: 'Mesh', absent: true, resourceVersion: '0', objects: [] } as const;
  return { ...listed, listing: { ...listed.listing, ...empty, ...listing } };
}

const virtualNode = objectEvent(anObject('VirtualNode', { podSelector: {} }));
const meshObject = objectEvent(anObject('Mesh', undefined));

describe('an event that is as agreed', () => {
  const valid: readonly (readonly [string, z.ZodMiniType, EventDetail])[] = [
    ['Pod Changed', pods, podEvent()],
    ['Pod Changed, deleted, as a tombstone', pods, podEvent({ change: 'Deleted', node: undefined })],
    ['Pod Resync Requested', pods, resync],
    ['Cluster Object Changed', mesh, virtualNode],
    ['Cluster Object Changed, cluster-scoped, without spec', mesh, meshObject],
    ['Cluster Object Changed, a namespace', mesh, objectEvent(anObject('Namespace', undefined))],
    ['Cluster Listed', mesh, listed],
    ['Cluster Listed, of a kind that the cluster does not have', mesh, absent()],
  ];
  it.each(valid)('%s is taken as it is', (_what, schema, event) => {
    expect(parseEvent(schema, JSON.stringify(event))).toEqual(JSON.parse(JSON.stringify(event)));
  });

  it('may have fields that a newer relay adds', () => {
    expect(parseEvent(pods, JSON.stringify({ ...podEvent(), novelty: true }))).toEqual(podEvent());
  });
});

describe('a faulty event is refused, by object and field', () => {
  const pod = 'event "Pod Changed" of Pod shop/front-1 from cluster local';
  const node = 'event "Cluster Object Changed" of VirtualNode shop/front from cluster local';
  const listing = 'event "Cluster Listed" from cluster local';
  /** Path of the field in the event, the value it gets, who is named, what is said of the field. */
  type Fault = readonly [string, unknown, string, string];

  const podFaults: readonly Fault[] = [
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
    [
      'pod.metadata.resourceVersion',
      '9'.repeat(129),
      pod,
      'pod.metadata.resourceVersion: expected an integer',
    ],
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
  const meshFaults: readonly Fault[] = [
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
  const listedFaults: readonly Fault[] = [
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
    [
      'listing.objects',
      [{ key: 'shop/a' }],
      listing,
      'listing.objects[0].uid: Invalid input: expected string',
    ],
  ];
  const resyncFaults: readonly Fault[] = [
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

  it.each(podFaults)('Pod Changed: %s = %j', (...fault) => refuses(pods, podEvent(), fault));
  it.each(resyncFaults)('Pod Resync Requested: %s = %j', (...fault) => refuses(pods, resync, fault));
  it.each(meshFaults)('Cluster Object Changed: %s = %j', (...fault) => refuses(mesh, virtualNode, fault));
  it.each<readonly [string, ClusterListed]>([
    ['is of the core', absent({ kind: 'Pod' })],
    ['is of the core', absent({ kind: 'Namespace' })],
    ['has objects', absent({ objects: [{ key: '/shop', uid: 'uid-1' }] })],
  ])('Cluster Listed: an absent kind that %s', (_, event) => {
    expect(() => parseEvent(mesh, JSON.stringify(event))).toThrow(
      `${listing}: listing: expected a mesh kind without objects, as it is absent`,
    );
  });
  it.each(listedFaults)('Cluster Listed: %s = %j', (...fault) => refuses(mesh, listed, fault));

  it('names a cluster-scoped object, too', () => {
    refuses(mesh, meshObject, [
      'object.metadata.uid',
      1,
      'of Mesh /front from cluster local',
      'object.metadata.uid: ',
    ]);
  });

  it('says every fault, a line each', () => {
    const message = refusal(pods, JSON.stringify({ ...podEvent(), version: 3, change: 'Gone' }));
    expect(message.split('\n')).toEqual([
      'event "Pod Changed" of Pod shop/front-1 from cluster local: version: Invalid input: expected 1',
      'change: Invalid option: expected one of "Applied"|"Deleted"',
    ]);
  });

  const unreadable = [
    ['{"type":', 'the message is not JSON: '],
    ['', 'the message is not JSON: '],
    [
      'null',
      'event "without type" from cluster unknown: (the whole): Invalid input: expected object, received null',
    ],
    ['7', 'event "without type" from cluster unknown: (the whole): Invalid input: expected object'],
    ['{}', 'event "without type" from cluster unknown: type: Invalid discriminator value'],
  ] as const;
  it.each(unreadable)('what is no event at all: %s', (body, expected) => {
    expect(refusal(pods, body)).toContain(expected);
  });

  function refuses(schema: z.ZodMiniType, event: EventDetail, [path, value, who, what]: Fault): void {
    const message = refusal(schema, JSON.stringify(withValue(event, path.split('.'), value)));
    expect(message).toContain(`${who}`);
    expect(message).toContain(`: ${what}`);
  }
});

function refusal(schema: z.ZodMiniType, body: string): string {
  try {
    parseEvent(schema, body);
  } catch (error) {
    expect(error).toBeInstanceOf(PermanentError);
    return (error as Error).message;
  }
  throw new Error(`${body} was taken`);
}

function withValue(target: unknown, [first = '', ...rest]: readonly string[], value: unknown): object {
  const current = target as Record<string, unknown>;
  return { ...current, [first]: rest.length === 0 ? value : withValue(current[first], rest, value) };
}
