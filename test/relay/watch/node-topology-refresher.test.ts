import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import {
  NodeTopologyRefresher,
  type NodeTopologyRefresherOptions,
} from '../../../relay/watch/node-topology-refresher.ts';
import { eventually } from '../harness.ts';
import { pod } from '../objects.ts';

/** A refresher of all namespaces; `pods`: what the API server lists, whatever node it is asked for. */
function refresherOf(pods: readonly object[]) {
  const asked: string[] = [];
  const reevaluated: string[] = [];
  const client = {
    list: async (_: unknown, { fieldSelector }: { fieldSelector: string }) => {
      asked.push(fieldSelector);
      return { items: pods };
    },
  };
  const observer = {
    reevaluate: async ({ metadata }: { metadata: { name: string } }) => void reevaluated.push(metadata.name),
  };
  const options = {
    ...{ client, observers: new Map([[undefined, observer]]) },
    ...{ backoff: { baseMs: 1, maxMs: 1 }, logger: createLogger('error') },
  } as unknown as NodeTopologyRefresherOptions;
  return { refresher: new NodeTopologyRefresher(options), asked, reevaluated };
}

describe('the pods of a node whose topology changes', () => {
  it('only pods of the node are reevaluated, whatever the API server lists', async () => {
    const elsewhere = pod('shop', 'elsewhere', { spec: { nodeName: 'node-2' } });
    const { refresher, reevaluated } = refresherOf([pod('shop', 'first'), elsewhere]);
    const ended = new AbortController();
    const run = refresher.run(ended.signal);
    refresher.add('node-1');
    await eventually(() => expect(reevaluated).toEqual(['first']));
    ended.abort();
    await run;
    expect(reevaluated).toEqual(['first']);
  });

  it('a node is listed once for each of its changes, not again with those of other nodes', async () => {
    const { refresher, asked } = refresherOf([]);
    const ended = new AbortController();
    const run = refresher.run(ended.signal);
    for (const [index, name] of ['node-1', 'node-2', 'node-1'].entries()) {
      refresher.add(name);
      await eventually(() => expect(asked.length).toBeGreaterThan(index));
    }
    ended.abort();
    await run;
    expect(asked).toEqual(['node-1', 'node-2', 'node-1'].map((name) => `spec.nodeName=${name}`));
  });
});
