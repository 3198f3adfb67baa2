import { describe, expect, it } from 'vitest';
import { objectOf, parseEvent } from '../../../shared/lambda/parse-event.ts';
import { type EventDetail, relaySource } from '../../../shared/model/events/event.ts';
import { meshStatusRequested } from '../../../shared/model/events/mesh-status-requested.ts';
import { senderFault } from '../../../shared/model/events/relayed-event.ts';
import { resyncRequested } from '../../../shared/model/events/resync-requested.ts';
import { podChanged } from '../../../shared/model/events/schema.ts';
import { podGroup } from '../../../shared/model/identity.ts';
import { podEvent } from '../../fakes/objects.ts';

const fault = (source: string, event: object) => senderFault(source, { ...event });
const own = relaySource('local');
const key = { cluster: 'local', namespace: 'shop', name: 'front-1' };

describe('what a relay may send', () => {
  it('what a relay may send is the events of its own cluster', () => {
    expect(fault(own, podEvent())).toBeUndefined();
  });

  it.each([
    relaySource('production'),
    relaySource('local/shop'),
    relaySource('loc'),
    relaySource(''),
    'eks-mesh-sync-local',
    'eks-mesh-sync',
  ])('what a relay may send is nothing of a cluster that its source %s does not name', (source) => {
    expect(fault(source, podEvent())).toContain('expected the source eks-mesh-sync/local');
  });

  it.each([undefined, 7, null, ['local']])(
    'what a relay may send is nothing without a cluster: %j',
    (cluster) => {
      expect(fault(own, { ...podEvent(), cluster })).toContain(
        'a relay may send only events of its own cluster',
      );
    },
  );

  const requests: readonly EventDetail[] = [
    resyncRequested(key, 'run', 'reason'),
    meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0),
  ];
  it.each(requests)('what a relay may send is no request: $type', (request) => {
    expect(fault(own, request)).toContain('only functions may send other types');
  });

  it.each([
    { run: 'run-1' },
    { instancesToVerify: [] },
    { supersedes: { uid: 'u', resourceVersion: '1', deleted: true } },
  ])('what a relay may send has no field of a repair: %j', (repair) => {
    expect(fault(own, { ...podEvent(), ...repair })).toMatch(
      /^expected no field \w+: only functions may send it$/,
    );
  });

  it.each(['production', 'production/shop/front-1', 'local-2/shop/front-1', 'local-2', 'pro~0123', ''])(
    'what a relay may send holds up no message group of another cluster: %s',
    (group) => {
      expect(fault(own, { ...podEvent(), group })).toContain('expected a message group of cluster local');
    },
  );

  it('what a relay may send has a group that begins with its cluster, or is it', () => {
    for (const group of ['local', 'local/shop/front-1', 'local~0123', 'loc~0123'])
      expect(fault(own, { ...podEvent(), group })).toBeUndefined();
    for (const group of ['loca', 'cal~0123', 'local-2~0123', undefined])
      expect(fault(own, { ...podEvent(), group })).toMatch(
        /^expected a message group of cluster local, found/,
      );
    expect(fault(own, { ...podEvent(), type: 'x' })).toBe(
      'expected one of Pod Changed, Cluster Object Changed, Cluster Listed: only functions may send other types',
    );
  });

  it('what a relay may send has the groups of pods, however long their names are', () => {
    for (const length of [1, 40, 60, 67, 68, 90, 95, 96, 100]) {
      const cluster = 'c'.repeat(length);
      const group = podGroup({ cluster, namespace: 'n'.repeat(63), name: 'p'.repeat(200) });
      expect(fault(relaySource(cluster), { ...podEvent(), cluster, group })).toBeUndefined();
    }
  });
});

describe('a message', () => {
  const body = (source: unknown, detail: unknown = podEvent()) => JSON.stringify({ source, detail });

  it('a message of the bus is source and detail; of a function, the detail alone', () => {
    for (const text of [body(own), JSON.stringify(podEvent())])
      expect(parseEvent(podChanged, text)).toEqual(podEvent());
  });

  it('a message that is forged is refused, and says nothing about the object that it names', () => {
    const forged = body(relaySource('production'));
    expect(() => parseEvent(podChanged, forged)).toThrow(
      'event "Pod Changed" of Pod shop/front-1 from cluster local, sent as eks-mesh-sync/production: expected',
    );
    expect(objectOf(forged)).toBeUndefined();
    expect(objectOf(body(own))).toEqual({ kind: 'Pod', ...key });
  });

  it.each([
    body(7),
    body(own, null),
    body(own, 'text'),
    body(own, [podEvent()]),
    body(own, JSON.parse(body(own))),
  ])('a message that is neither is refused: %.60s', (text) => {
    expect(() => parseEvent(podChanged, text)).toThrow(/^event /);
  });
});
