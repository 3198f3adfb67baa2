import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExpiredError } from '../../../shared/adapters/kubernetes/errors.ts';
import { NotFoundError, PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import { object, reflecting, type Step } from './reflecting.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const bookmark = (version: string): Step => ({ type: 'BOOKMARK', object: object('', version) });
const added = (name: string, version: string): Step => ({ type: 'ADDED', object: object(name, version) });
const empty = (resourceVersion: string) => [{ resourceVersion, items: [] }];
const broken = new RetryableError('the connection broke');
const restarted = { level: 'debug', message: 'watch restarted', kind: 'Pod' };
const listedLog = { level: 'info', message: 'kind listed; watching it', kind: 'Pod' };
/** The requests without their options: `<time> <kind> <from>`. */
const times = (requests: readonly unknown[]) =>
  requests.map((request) => {
    const [at, kind, { resourceVersion = '' } = {}] = request as [
      number,
      string,
      { resourceVersion?: string }?,
    ];
    return `${at} ${kind} ${resourceVersion}`.trim();
  });

describe('a reflector', () => {
  it('lists all pages, and watches from there', async () => {
    const pages = [
      { resourceVersion: '10', items: [object('a', '1'), object('b', '2')] },
      { resourceVersion: '10', items: [object('c', '3')] },
    ];
    const changes: Step[] = [
      added('d', '11'),
      { type: 'MODIFIED', object: object('a', '12') },
      bookmark('13'),
      { type: 'DELETED', object: object('b', '14') },
      5_000,
    ];
    const all = await reflecting({ lists: [pages], watches: [changes, []], namespace: 'shop' });
    const options = { namespace: 'shop', timeoutSeconds: 250, idleTimeoutMs: 5_000 };
    expect(all.requests).toEqual([
      [0, 'list', { namespace: 'shop', limit: 2 }],
      [0, 'watch', { ...options, resourceVersion: '10' }],
      [5_000, 'watch', { ...options, resourceVersion: '14' }],
    ]);
    expect(all.seen).toEqual([
      ...['listing', 'applied a by listing', 'applied b by listing', 'applied c by listing', 'listed 10'],
      ...['applied d by watch', 'applied a by watch', 'deleted b'],
    ]);
    expect(all.objects, 'a bookmark is none').toBe(6);
    expect(all.metrics.lists.get({ kind: 'Pod' })).toBe(1);
    expect(all.metrics.watches.get({ kind: 'Pod', reason: 'ended' })).toBe(1);
    expect([all.state, all.isSettled, all.error]).toEqual(['listed', true, undefined]);
    expect(all.logs).toEqual([
      { ...listedLog, namespace: 'shop' },
      { ...restarted, reason: 'ended' },
      { ...restarted, reason: 'failed', error: 'RetryableError: the watch ended after less than 1000 ms' },
    ]);
    expect([all.text.before, all.reflector.text]).toEqual([
      'pods in namespace "shop"',
      'pods in namespace "shop"',
    ]);
  });

  it('asks for a watch of at least one second', async () => {
    const { requests } = await reflecting({
      lists: [empty('1')],
      watches: [[]],
      timing: { watchSeconds: 0 },
    });
    expect(requests.at(-1)).toMatchObject([0, 'watch', { timeoutSeconds: 1 }]);
  });

  it('ends where it is stopped, without the rest of a page or of a watch', async () => {
    const page = { resourceVersion: '1', items: [object('a', '1'), object('b', '1')] };
    const listing = await reflecting({ lists: [[page], [page]], stopAt: 'a' });
    expect(listing.seen).toEqual(['listing', 'applied a by listing']);
    expect([listing.error, listing.state, listing.isSettled]).toEqual([undefined, 'starting', false]);
    const watches = [[added('a', '2'), added('b', '3')], []];
    const watch = await reflecting({ lists: [empty('1')], watches, stopAt: 'a' });
    expect(watch.seen).toEqual(['listing', 'listed 1', 'applied a by watch']);
    expect([watch.error, watch.requests.length]).toEqual([undefined, 2]);
  });

  it('ends with an error that is no failure of the API server', async () => {
    const error = new TypeError('a mistake');
    expect((await reflecting({ lists: [[error]] })).error).toBe(error);
    expect((await reflecting({ lists: [empty('1')], watches: [[error]] })).error).toBe(error);
  });
});

describe('a watch that fails', () => {
  it('is resumed with growing pauses, which start again after an event', async () => {
    const watches = [[broken], [], [bookmark('5'), broken], [broken], []];
    const { requests, metrics, logs } = await reflecting({ lists: [empty('1')], watches });
    expect(times(requests)).toEqual([
      ...['0 list', '0 watch 1', '50 watch 1', '150 watch 1', '200 watch 5', '300 watch 5'],
    ]);
    expect(metrics.watches.get({ kind: 'Pod', reason: 'failed' })).toBe(5);
    expect(logs[1]).toEqual({
      ...restarted,
      reason: 'failed',
      error: 'RetryableError: the connection broke',
    });
  });

  it('is resumed at once where the server ended it after a second', async () => {
    const watches = [[999], [1_000], [1_000], []];
    const { requests } = await reflecting({ lists: [empty('1')], watches });
    expect(times(requests)).toEqual(['0 list', '0 watch 1', '1049 watch 1', '2049 watch 1', '3049 watch 1']);
  });

  it('waits as long as the API server says', async () => {
    const busy = new RetryableError('busy', { retryAfterMs: 7_000 });
    const soon = new RetryableError('busy', { retryAfterMs: 1 });
    const { requests } = await reflecting({ lists: [empty('1')], watches: [[busy], [soon]] });
    expect(times(requests)).toEqual(['0 list', '0 watch 1', '7000 watch 1']);
  });

  it('is followed by a listing after six failures in a row', async () => {
    const six = Array.from({ length: 6 }, () => [broken]);
    const script = { lists: [empty('1'), empty('9')], watches: [...six, [bookmark('10')]] };
    const { requests, logs, state } = await reflecting(script);
    expect(times(requests)).toEqual([
      ...['0 list', '0 watch 1', '50 watch 1', '150 watch 1', '350 watch 1', '750 watch 1', '1250 watch 1'],
      ...['1750 list', '1750 watch 9'],
    ]);
    expect(logs.filter(({ level }) => level !== 'debug')).toEqual([
      listedLog,
      {
        ...{ level: 'warn', message: 'failed to list a kind; will retry', kind: 'Pod' },
        fault: 'RetryableError: the connection broke',
      },
      listedLog,
    ]);
    expect(state).toBe('listed');
  });

  it('is not followed by a listing where an ended watch or an event is between the failures', async () => {
    const five = Array.from({ length: 5 }, () => [broken]);
    const watches = [...five, [1_000], ...five, [bookmark('2'), 1_000], ...five];
    const { requests } = await reflecting({ lists: [empty('1'), empty('9')], watches });
    expect(times(requests).filter((text) => text.includes('list'))).toEqual(['0 list']);
  });

  it.each<[string, Error]>([
    ['expired', new ExpiredError('too old')],
    ['refused', new PermanentError('not allowed')],
  ])('is followed by a listing at once where it is %s', async (_, error) => {
    const all = await reflecting({ lists: [empty('1'), empty('9')], watches: [[error], []] });
    expect(times(all.requests)).toEqual(['0 list', '0 watch 1', '50 list', '50 watch 9']);
  });

  it('leaves the kind listed where it is too far back', async () => {
    const watches = [[new ExpiredError('too old')], []];
    const { logs, metrics, state } = await reflecting({ lists: [empty('1'), empty('9')], watches });
    expect(logs.slice(0, 2)).toEqual([
      listedLog,
      { ...restarted, reason: 'expired', error: 'ExpiredError: too old' },
    ]);
    expect(logs.filter(({ level }) => level !== 'debug')).toEqual([listedLog]);
    expect(metrics.watches.get({ kind: 'Pod', reason: 'expired' })).toBe(1);
    expect(state).toBe('listed');
  });
});

describe('a kind that cannot be listed', () => {
  it.each<[string, Error, string, boolean]>([
    ['refused', new PermanentError('no'), 'the API server refused to list a kind; will retry', true],
    ['failing', new RetryableError('no'), 'failed to list a kind; will retry', false],
  ])('is %s', async (state, error, message, isSettled) => {
    const all = await reflecting({ lists: [[error], [error]] });
    const fault = `${error.name}: no`;
    expect(all.logs, 'said once').toEqual([{ level: 'warn', message, kind: 'Pod', fault }]);
    expect(times(all.requests)).toEqual(['0 list', '50 list']);
    expect(all.seen, 'each listing starts from the beginning').toEqual(['listing', 'listing', 'listing']);
    expect([all.state, all.isSettled, all.reflector.text]).toEqual([state, isSettled, `pods: ${fault}`]);
  });
});

describe('a kind that the cluster does not have', () => {
  const missing = new NotFoundError('object', 'not found');
  const lists = (count: number) => Array.from({ length: count }, () => [missing]);
  const absence = (seen: readonly string[]) => seen.filter((text) => text.startsWith('absent'));
  const fault = 'not found in the cluster; install its CRD if it is needed';
  const log = {
    level: 'info',
    message: 'kind not found in the cluster; will check again',
    kind: 'Pod',
    fault,
  };

  it('is reported at once and at intervals, and checked again', async () => {
    const all = await reflecting({ lists: lists(4), timing: { confirmMs: 2_200 } });
    expect(times(all.requests)).toEqual([
      ...['0 list', '0 discovery', '1100 list', '2200 list', '2200 discovery', '3300 list'],
    ]);
    expect(absence(all.seen)).toEqual(['absent at 0', 'absent at 2200']);
    expect(all.logs).toEqual([log]);
    expect([all.state, all.isSettled, all.reflector.text]).toEqual(['absent', true, `pods: ${fault}`]);
  });

  it('is reported at once again after it was there', async () => {
    const { seen } = await reflecting({ lists: [[missing], empty('1'), [missing]], watches: [[missing]] });
    expect(absence(seen)).toEqual(['absent at 0', 'absent at 1100']);
  });

  it('is not reported as long as the API server serves it', async () => {
    const { seen, state } = await reflecting({ lists: lists(2), served: [true, false] });
    expect(absence(seen)).toEqual(['absent at 1100']);
    expect(state).toBe('absent');
  });

  it('is not reported where nobody knows', async () => {
    const { seen, logs } = await reflecting({ lists: lists(2), served: [broken, false] });
    expect(absence(seen)).toEqual(['absent at 1100']);
    const message = 'cannot find out whether the API server serves a kind; will retry';
    expect(logs).toEqual([
      { level: 'debug', message, kind: 'Pod', error: 'RetryableError: the connection broke' },
      log,
    ]);
    const error = new TypeError('a mistake');
    expect((await reflecting({ lists: lists(1), served: [error] })).error).toBe(error);
  });
});

describe('what was listed', () => {
  it('is confirmed by the first event after the interval, and then after another one', async () => {
    const watches = [[999, bookmark('2'), 1, bookmark('3'), 500, bookmark('4'), 500, bookmark('5')]];
    const { seen } = await reflecting({ lists: [empty('1')], watches, timing: { confirmMs: 1_000 } });
    expect(seen).toEqual(['listing', 'listed 1', 'confirmed 3 at 1000', 'confirmed 5 at 2000']);
  });
});
