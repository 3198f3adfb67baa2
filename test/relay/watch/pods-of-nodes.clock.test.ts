import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { NodeTopologyRefresher } from '../../../relay/watch/node-topology-refresher.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import { useFixedClock } from '../fixed-clock.ts';

useFixedClock();

const podOn = (nodeName: string, name: string) => ({ metadata: { name }, spec: { nodeName } });
type Answer = readonly ReturnType<typeof podOn>[] | Error;

/** A refresher of two namespaces, whose listings get these answers and are then empty; what it asks and reevaluates. */
function refreshing(...answers: readonly Answer[]) {
  const left = [...answers];
  const [asked, reevaluated, logs]: [unknown[], string[], Record<string, unknown>[]] = [[], [], []];
  const client = {
    async list(resource: { kind: string }, { namespace, fieldSelector }: Record<string, string>) {
      asked.push(`${Date.now()} ${resource.kind} ${namespace ?? 'all'} ${fieldSelector}`);
      const answer = left.shift() ?? [];
      if (answer instanceof Error) throw answer;
      return { items: answer };
    },
  };
  const observer = (namespace: string) => ({
    reevaluate: async ({ metadata }: { metadata: { name: string } }) => {
      reevaluated.push(`${namespace} ${metadata.name}`);
    },
  });
  const stop = new AbortController();
  const refresher = new NodeTopologyRefresher({
    client: client as never,
    observers: new Map([
      ['shop', observer('shop')],
      [undefined, observer('all')],
    ]) as never,
    backoff: { baseMs: 100, maxMs: 1_000 },
    logger: createLogger('debug', (line) => {
      const { time: _, ...entry } = JSON.parse(line);
      logs.push(entry);
    }),
  });
  const ended = refresher.run(stop.signal).then(
    () => 'ended',
    (error: unknown) => error,
  );
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { refresher, asked, reevaluated, logs, stop, ended, pass };
}

describe('the pods of a node whose topology became known', () => {
  it('are listed in each watched namespace, and reevaluated if they are on it', async () => {
    const { refresher, asked, reevaluated, pass } = refreshing(
      [podOn('node-1', 'a'), podOn('node-2', 'b')],
      [podOn('node-1', 'c')],
    );
    await pass(10);
    expect(asked).toEqual([]);
    refresher.add('node-1');
    refresher.add('node-1');
    await pass(1_000);
    expect(asked).toEqual(['10 Pod shop spec.nodeName=node-1', '10 Pod all spec.nodeName=node-1']);
    expect(reevaluated).toEqual(['shop a', 'all c']);
    refresher.add('node-2');
    await pass(1_000);
    expect(asked.slice(2)).toEqual([
      '1010 Pod shop spec.nodeName=node-2',
      '1010 Pod all spec.nodeName=node-2',
    ]);
  });

  it('are listed again after a failure, later each time until one listing succeeds', async () => {
    const down = new RetryableError('down');
    const { refresher, asked, logs, pass } = refreshing(down, down, [], [], down);
    refresher.add('node-1');
    await pass(1_000);
    refresher.add('node-2');
    await pass(1_000);
    const at = asked.map((text) => String(text).replace(' spec.nodeName=', ' '));
    expect(at).toEqual([
      ...['0 Pod shop node-1', '50 Pod shop node-1', '150 Pod shop node-1', '150 Pod all node-1'],
      ...['1000 Pod shop node-2', '1050 Pod shop node-2', '1050 Pod all node-2'],
    ]);
    expect(logs[0]).toEqual({
      ...{ level: 'warn', message: 'failed to list the pods of a node; will retry' },
      ...{ node: 'node-1', error: 'RetryableError: down' },
    });
    expect(logs).toHaveLength(3);
  });

  it('end the relay where a mistake was made', async () => {
    const mistake = new TypeError('a mistake');
    const { refresher, ended, pass } = refreshing(mistake);
    refresher.add('node-1');
    await pass(10);
    expect(await ended).toBe(mistake);
  });
});

describe('a refresher that is stopped', () => {
  it('ends while it waits for nodes', async () => {
    const { stop, ended, asked, pass } = refreshing();
    stop.abort();
    await pass(10);
    expect(await ended).toBe('ended');
    expect(asked).toEqual([]);
  });

  it('ends without the nodes that are left, and without a report of the failure', async () => {
    const failing = refreshing(new RetryableError('down'));
    failing.refresher.add('node-1');
    failing.refresher.add('node-2');
    failing.stop.abort();
    await failing.pass(1_000);
    expect(await failing.ended).toBe('ended');
    expect(failing.logs).toEqual([]);
    expect(failing.asked).toEqual([]);
  });
});
