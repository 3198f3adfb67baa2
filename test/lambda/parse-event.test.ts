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
import { type Fault, listedFaults, listing, meshFaults, podFaults, resyncFaults } from './event-faults.ts';

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

  it('an event that is as agreed may have fields that a newer relay adds', () => {
    expect(parseEvent(pods, JSON.stringify({ ...podEvent(), novelty: true }))).toEqual(podEvent());
  });
});

describe('a faulty event is refused, by object and field', () => {
  it.each(podFaults)('a faulty Pod Changed is refused by object and field: %s = %j', (...fault) =>
    refuses(pods, podEvent(), fault),
  );
  it.each(resyncFaults)('a faulty Pod Resync Requested is refused by object and field: %s = %j', (...fault) =>
    refuses(pods, resync, fault),
  );
  it.each(meshFaults)('a faulty Cluster Object Changed is refused by object and field: %s = %j', (...fault) =>
    refuses(mesh, virtualNode, fault),
  );
  it.each<readonly [string, ClusterListed]>([
    ['is of the core', absent({ kind: 'Pod' })],
    ['is of the core', absent({ kind: 'Namespace' })],
    ['has objects', absent({ objects: [{ key: '/shop', uid: 'uid-1' }] })],
  ])('a Cluster Listed is refused for an absent kind that %s', (_, event) => {
    expect(() => parseEvent(mesh, JSON.stringify(event))).toThrow(
      `${listing}: listing: expected a mesh kind without objects, as it is absent`,
    );
  });
  it.each(listedFaults)('a faulty Cluster Listed is refused by object and field: %s = %j', (...fault) =>
    refuses(mesh, listed, fault),
  );

  it('a faulty event of a cluster-scoped object is refused, too', () => {
    refuses(mesh, meshObject, [
      'object.metadata.uid',
      1,
      'of Mesh /front from cluster local',
      'object.metadata.uid: ',
    ]);
  });

  it('a refusal of an event says every fault, a line each', () => {
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
