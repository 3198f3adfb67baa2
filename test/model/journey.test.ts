import { describe, expect, it } from 'vitest';
import { clusterListed, podChanged } from '../../shared/model/events/schema.ts';
import {
  causeOf,
  causeOfRetry,
  changeOf,
  journeyOf,
  journeySteps,
  lagMs,
  parseJourney,
  startOf,
} from '../../shared/model/journey.ts';

const pod = {
  type: 'Pod Changed',
  version: 1,
  cluster: 'local',
  group: 'local/shop/front',
  change: 'Applied',
  pod: {
    metadata: {
      namespace: 'shop',
      name: 'front',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: '2026-11-21T09:44:00Z',
    },
    spec: {},
    status: {},
  },
};
/** When the function received the event. */
const receivedAtMs = Date.parse('2026-11-21T09:44:06Z');
const caused = {
  correlationId: '5d3a',
  observedAt: '2026-11-21T09:44:05.250Z',
  readinessChangedAt: '2026-11-21T09:44:05Z',
};

describe('the cause of an event', () => {
  it('is read from the event', () => {
    expect(changeOf(podChanged.parse({ ...pod, ...caused }), 'digest', receivedAtMs)).toEqual({
      correlationId: '5d3a',
      readyAtMs: Date.parse('2026-11-21T09:44:05Z'),
      observedAtMs: Date.parse('2026-11-21T09:44:05.250Z'),
      receivedAtMs,
    });
  });

  it.each(['1970-01-01T00:00:00Z', '2026-11-20T09:44:05Z', '2026-11-21T09:50:00Z', '2999-01-01T00:00:00Z'])(
    'has no time that cannot be, such as %s',
    (time) => {
      const event = podChanged.parse({ ...pod, ...caused, observedAt: time, readinessChangedAt: time });
      const change = changeOf(event, 'digest', receivedAtMs);
      expect(change).toEqual({ correlationId: '5d3a', observedAtMs: receivedAtMs, receivedAtMs });
    },
  );

  it('has the given id and the time of reception where a relay of an earlier version sent none', () => {
    const change = changeOf(podChanged.parse(pod), 'digest', 9);
    expect(change).toEqual({ correlationId: 'digest', observedAtMs: 9, receivedAtMs: 9 });
  });

  it('of a listing is the listing', () => {
    const listing = { id: 'l1', kind: 'Pod', resourceVersion: '9', part: 1, parts: 1, from: '', to: null };
    const event = { ...pod, type: 'Cluster Listed', listing: { ...listing, objects: [] } };
    expect(changeOf(clusterListed.parse(event), 'digest', 9).correlationId).toBe('l1');
  });

  it.each([
    ['too long', 'a'.repeat(65)],
    ['empty', ''],
    ['with a control character', 'a\u001b[2J'],
    ['with a line break', 'a\n'],
    ['with markup', '<script>'],
    ['a number', 7],
    ['an object', { id: 'a' }],
  ])('without its id if that is %s, and the event is accepted', (_, correlationId) => {
    const parsed = podChanged.parse({
      ...pod,
      correlationId,
      observedAt: 'yesterday',
      readinessChangedAt: 1,
    });
    expect(parsed.pod.metadata.name).toBe('front');
    expect(changeOf(parsed, 'digest', 9)).toEqual({
      correlationId: 'digest',
      observedAtMs: 9,
      receivedAtMs: 9,
    });
  });

  it('has the run that found it, and no field of which nothing is known', () => {
    const event = podChanged.parse({ ...pod, correlationId: '5d3a' });
    const known = { correlationId: '5d3a', observedAtMs: receivedAtMs, receivedAtMs };
    expect(changeOf(event, 'digest', receivedAtMs)).toStrictEqual(known);
    expect(changeOf({ ...event, run: 'r1' } as typeof event, 'digest', receivedAtMs)).toStrictEqual({
      ...known,
      run: 'r1',
    });
    const { correlationId: _, ...without } = event;
    const odd = { ...without, listing: { id: 'l1' } } as unknown as typeof event;
    expect(changeOf(odd, 'digest', receivedAtMs).correlationId).toBe('digest');
    expect(causeOfRetry(known)).toStrictEqual({
      correlationId: '5d3a',
      observedAt: '2026-11-21T09:44:06.000Z',
    });
  });

  it('has times of up to a day before the reception and five minutes after it', () => {
    const observed = (ms: number) => {
      const observedAt = new Date(receivedAtMs + ms).toISOString();
      return changeOf(podChanged.parse({ ...pod, observedAt }), 'digest', receivedAtMs).observedAtMs;
    };
    const day = 86_400_000;
    expect(observed(1 - day)).toBe(receivedAtMs + 1 - day);
    expect(observed(-day)).toBe(receivedAtMs);
    expect(observed(299_999)).toBe(receivedAtMs + 299_999);
    expect(observed(300_000)).toBe(receivedAtMs);
  });

  it('of a release is its id and when it was observed', () => {
    const change = changeOf(podChanged.parse({ ...pod, ...caused }), 'digest', receivedAtMs);
    expect(startOf(change)).toStrictEqual({
      correlationId: '5d3a',
      observedAtMs: Date.parse('2026-11-21T09:44:05.250Z'),
    });
  });

  it('is the same after it was sent on', () => {
    const change = changeOf(podChanged.parse({ ...pod, ...caused }), 'digest', receivedAtMs);
    expect(causeOfRetry(change)).toEqual({ ...caused, readinessChangedAt: '2026-11-21T09:44:05.000Z' });
    expect(causeOf(change)).toEqual({ correlationId: '5d3a', observedAt: caused.observedAt });
  });
});

describe('a journey', () => {
  const change = { correlationId: 'c', run: 'r', readyAtMs: 1000, observedAtMs: 1200, receivedAtMs: 1300 };

  it('survives being stored', () => {
    const journey = journeyOf(change, 1350);
    expect(parseJourney(JSON.parse(JSON.stringify(journey)))).toEqual(journey);
  });

  it.each([undefined, null, 'text', {}, { correlationId: 'c' }, { ...change, calledAtMs: '7' }])(
    'is not read from %j',
    (value) => {
      expect(parseJourney(value)).toBeUndefined();
    },
  );

  it('has only times that can be', () => {
    const journey = { correlationId: 'c', observedAtMs: 0, receivedAtMs: 0, calledAtMs: 0 };
    expect(parseJourney({ ...journey, readyAtMs: 0 })).toStrictEqual({ ...journey, readyAtMs: 0 });
    for (const time of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null]) {
      expect(parseJourney({ ...journey, readyAtMs: time })).toStrictEqual(journey);
      for (const field of ['observedAtMs', 'receivedAtMs', 'calledAtMs'])
        expect(parseJourney({ ...journey, [field]: time })).toBeUndefined();
    }
    expect(parseJourney({ ...journey, correlationId: 7 })).toBeUndefined();
  });

  it('lasts from the readiness in the times of today, too', () => {
    const readyAtMs = Date.parse('2026-11-21T09:44:05Z');
    expect(lagMs({ ...change, readyAtMs, observedAtMs: readyAtMs + 200 }, readyAtMs + 500)).toBe(500);
  });

  it('lasts from the readiness, or from the observation if the pod was ready for long or nobody knows', () => {
    expect(lagMs(change, 1500)).toBe(500);
    expect(lagMs({ ...change, readyAtMs: undefined }, 1500)).toBe(300);
    expect(lagMs({ ...change, readyAtMs: 1, observedAtMs: 3_600_001 }, 3_600_101)).toBe(100);
    expect(lagMs(change, 900)).toBe(0);
  });

  const steps = { observedMs: 200, receivedMs: 100, calledMs: 50 };
  const journey = { ...change, calledAtMs: 1350 };

  it('has the time of each step after the one before', () => {
    expect(journeySteps(journey)).toStrictEqual(steps);
    expect(journeySteps(journey, 2350)).toStrictEqual({ ...steps, succeededMs: 1000 });
  });

  it('has no step before its beginning, though clocks differ', () => {
    const backward = { observedAtMs: 1000, receivedAtMs: 900, calledAtMs: 800 };
    expect(journeySteps(backward, 700)).toStrictEqual({ receivedMs: 0, calledMs: 0, succeededMs: 0 });
  });

  it.each([
    ['is not known', undefined, 1200],
    ['is when it was observed', 1200, 1200],
    ['is later than it was observed', 1201, 1200],
    ['is an hour before', 1200, 3_601_200],
  ])('has no time from the readiness if that %s', (_, readyAtMs, observedAtMs) => {
    const found = journeySteps({ ...journey, readyAtMs, observedAtMs });
    expect(Object.keys(found)).toEqual(['receivedMs', 'calledMs']);
  });

  it('has the time from a readiness that is less than an hour before', () => {
    expect(journeySteps({ ...journey, readyAtMs: 1201, observedAtMs: 3_601_200 }).observedMs).toBe(3_599_999);
  });
});
