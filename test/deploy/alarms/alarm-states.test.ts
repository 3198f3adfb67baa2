import { describe, expect, it } from 'vitest';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { alarmMinutes, type Sample } from './evaluate.ts';

const prefix = 'eks-mesh-sync-dev';
const alarms = alarmsOf(clustersFile.parse({ clusters: [{ name: 'a' }, { name: 'b' }] }), prefix);
const hours = 3;
const range = { fromMs: 86_400_000, toMs: 86_400_000 + hours * 3_600_000 };
const minutesIn = (minute: number) => range.fromMs + minute * 60_000;
const service = { service: prefix };

function alarm(id: string, of?: string) {
  const found = alarms.find((one) => one.id === id && one.of === of);
  if (found === undefined) throw new RangeError(`no alarm ${id}`);
  return found;
}

const minutesOf = (id: string, samples: readonly Sample[], of?: string) =>
  alarmMinutes(alarm(id, of), samples, range);

/** Samples at each of these minutes, counted from the start of the range. */
const at = (
  minutes: readonly number[],
  metric: string,
  value: number,
  dimensions: Readonly<Record<string, string>> = service,
): Sample[] => minutes.map((minute) => ({ metric, dimensions, value, atMs: minutesIn(minute) }));

const every = (interval: number, from = -120, to = hours * 60) =>
  Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, index) => from + index * interval);

const heartbeats = (cluster: string, minutes: readonly number[]) =>
  at(minutes, 'RelayHeartbeat', 1, { ...service, cluster });

/** A relay confirms at the first bookmark, one a minute, after ten minutes: so each 10 to 11 minutes, a little late. */
const confirmations = (until = hours * 60) => every(11.2, -120, until);

describe('the alarm relay-silent', () => {
  it('starts 30 to 40 minutes after the last confirmation of a relay, for its cluster only', () => {
    const samples = [...heartbeats('a', confirmations(60)), ...heartbeats('b', confirmations())];
    const last = Math.max(...confirmations(60));
    const [first = 0] = minutesOf('relay-silent', samples, 'a');
    expect(first - last).toBeGreaterThanOrEqual(30);
    expect(first - last).toBeLessThanOrEqual(40);
    expect(minutesOf('relay-silent', samples, 'b')).toEqual([]);
  });

  it('does not start in a cluster without changes, nor while a relay is updated', () => {
    const updated = confirmations().filter((minute) => minute < 50 || minute > 62);
    expect(minutesOf('relay-silent', heartbeats('a', confirmations()), 'a')).toEqual([]);
    expect(minutesOf('relay-silent', heartbeats('a', updated), 'a')).toEqual([]);
  });

  it('ends within ten minutes after the relay is back', () => {
    const beats = confirmations().filter((minute) => minute < 20 || minute > 120);
    const back = Math.min(...beats.filter((minute) => minute > 120));
    const last = minutesOf('relay-silent', heartbeats('a', beats), 'a').at(-1) ?? 0;
    expect(last).toBeGreaterThan(100);
    expect(last - back).toBeLessThan(10);
  });
});

describe('the alarm registration-lag', () => {
  const lags = (minutes: readonly number[], value: number) => at(minutes, 'RegistrationLag', value);

  it('starts after a quarter of an hour of late registrations', () => {
    const [first = 0] = minutesOf('registration-lag', lags(every(1, 30), 90_000));
    expect(first - 30).toBeGreaterThanOrEqual(11);
    expect(first - 30).toBeLessThanOrEqual(20);
  });

  it('does not start in quiet times, in a rollout of some seconds, or for one late burst', () => {
    expect(minutesOf('registration-lag', [])).toEqual([]);
    expect(minutesOf('registration-lag', lags(every(0.1, 0, 60), 20_000))).toEqual([]);
    expect(minutesOf('registration-lag', lags(every(0.1, 30, 34), 600_000))).toEqual([]);
    const mostlyFast = [...lags(every(0.1, 0), 3_000), ...lags(every(5, 0), 120_000)];
    expect(minutesOf('registration-lag', mostlyFast)).toEqual([]);
  });
});

describe('the alarm drift-not-shrinking', () => {
  it('starts if the same findings come back for an hour, not if each sweep repairs others', () => {
    expect(minutesOf('drift-not-shrinking', at(every(5), 'SweepRepairs', 4))).toEqual([]);
    expect(minutesOf('drift-not-shrinking', at([40, 45], 'DriftPersisting', 1))).toEqual([]);
    const [first = 0] = minutesOf('drift-not-shrinking', at(every(5, 30), 'DriftPersisting', 1));
    expect(first - 30).toBeLessThanOrEqual(60);
    expect(first).toBeGreaterThan(30);
  });
});

describe('the alarm deletions-refused', () => {
  it('starts if sweeps refuse deletions for an hour, not if one does', () => {
    expect(minutesOf('deletions-refused', at([40, 45], 'SweepDeletionsRefused', 300))).toEqual([]);
    for (const metric of ['SweepDeletionsRefused', 'EntryDeletionsRefused']) {
      const [first = 0] = minutesOf('deletions-refused', at(every(5, 30), metric, 3));
      expect(first - 30).toBeLessThanOrEqual(60);
      expect(first).toBeGreaterThan(30);
    }
  });
});

describe('the alarm sweep-not-running', () => {
  const runs = (minutes: readonly number[], metric = 'Invocations') =>
    at(minutes, metric, 1, { FunctionName: `${prefix}-sweep` });

  it('does not start while sweeps run, or while one of them fails', () => {
    expect(minutesOf('sweep-not-running', runs(every(5)))).toEqual([]);
    expect(minutesOf('sweep-not-running', [...runs(every(5)), ...runs([50], 'Errors')])).toEqual([]);
  });

  it('starts if they stop, or if all fail', () => {
    const [stopped = 0] = minutesOf('sweep-not-running', runs(every(5, -120, 60)));
    expect(stopped - 60).toBeLessThanOrEqual(25);
    expect(
      minutesOf('sweep-not-running', [...runs(every(5)), ...runs(every(5, 60), 'Errors')])[0],
    ).toBeLessThan(85);
  });
});

describe('the other alarms', () => {
  const queue = (name: string) => ({ QueueName: `${prefix}-${name}` });
  it.each([
    ['dead-letters', at([60], 'ApproximateNumberOfMessagesVisible', 1, queue('pods-dead-letters.fifo'))],
    ['dead-letters', at([60], 'ApproximateNumberOfMessagesVisible', 1, queue('undelivered-events'))],
    ['forged-events', at([60], 'ForgedEvents', 1)],
    ['service-nearly-full', at([60], 'FullestServiceInstances', 900)],
    ['throttling', at(every(1, 30, 60), 'CloudMapThrottles', 20)],
    ['queue-age', at(every(1, 30, 60), 'ApproximateAgeOfOldestMessage', 1000, queue('pods.fifo'))],
    ['function-errors', at([61, 66], 'Errors', 1, { FunctionName: `${prefix}-sync-pods` })],
  ])('%s starts when there is something, and ends after it', (id, samples) => {
    const minutes = minutesOf(id, samples);
    expect(minutes.length).toBeGreaterThan(0);
    expect(minutes.at(-1)).toBeLessThan(100);
  });

  it('function-errors stays on while a sweep fails every five minutes, more or less', () => {
    const offsets = [0, 0.4, -0.3, 0.2, -0.4, 0.1, 0.3];
    const times = every(5, 30, 90).map((minute, index) => minute + (offsets[index % offsets.length] ?? 0));
    const minutes = minutesOf('function-errors', at(times, 'Errors', 1, { FunctionName: `${prefix}-sweep` }));
    const [first = 0, last = 0] = [minutes[0], minutes.at(-1)];
    expect(first).toBeLessThan(50);
    expect(last).toBeGreaterThanOrEqual(85);
    expect(minutes).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index));
  });

  it('are all quiet whatever only the authors of pods and objects can correct', () => {
    const reasons = ['NotAllowed', 'OwnedByAnother', 'InstanceTaken', 'RejectedByCloudMap'];
    const samples = [
      ...reasons.flatMap((reason) => at(every(1), 'Refusals', 50, { ...service, reason })),
      ...at(every(5), 'SweepFindings', 50, { ...service, kind: 'Refused' }),
      ...['OversizedObjects', 'SweepFindings'].flatMap((metric) => at(every(5), metric, 50)),
      ...['a', 'b'].flatMap((cluster) => heartbeats(cluster, confirmations())),
      ...at(every(5), 'Invocations', 2, { FunctionName: `${prefix}-sweep` }),
    ];
    for (const { id, of } of alarms) expect([id, minutesOf(id, samples, of)]).toEqual([id, []]);
  });

  it('are all quiet in a system with nothing to do, and in one that works', () => {
    const alive = [
      ...['a', 'b'].flatMap((cluster) => heartbeats(cluster, confirmations())),
      ...at(every(5), 'Invocations', 2, { FunctionName: `${prefix}-sweep` }),
    ];
    const working = [
      ...alive,
      ...at(every(0.5, 0), 'RegistrationLag', 2_500),
      ...at(every(5), 'FullestServiceInstances', 850),
      ...at(every(5), 'SweepRepairs', 3),
      ...at(every(10), 'CloudMapThrottles', 5),
      ...at(every(1), 'ApproximateAgeOfOldestMessage', 130, queue('pods.fifo')),
      ...at(every(1), 'ApproximateNumberOfMessagesVisible', 0, queue('pods-dead-letters.fifo')),
    ];
    for (const samples of [alive, working])
      for (const { id, of } of alarms) expect([id, minutesOf(id, samples, of)]).toEqual([id, []]);
  });
});
