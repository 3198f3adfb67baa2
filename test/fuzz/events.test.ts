import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseEvent } from '../../shared/lambda/parse-event.ts';
import { SyncError } from '../../shared/model/errors.ts';
import { detailTypes, type EventDetail } from '../../shared/model/events/event.ts';
import {
  clusterListed,
  clusterObjectChanged,
  podChanged,
  podResyncRequested,
} from '../../shared/model/events/schema.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observeListing } from '../../shared/objects/observe-listing.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import { Random } from '../property/random.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';
import { mutate } from './mutate.ts';

/** `FUZZ_RUNS=100000` for a long run. */
const runs = Number(process.env.FUZZ_RUNS ?? 3_000);
const seed = Number(process.env.FUZZ_SEED ?? 20261121);

const anyEvent = z.discriminatedUnion('type', [
  podChanged,
  podResyncRequested,
  clusterObjectChanged,
  clusterListed,
]);

function samples(): EventDetail[] {
  const cluster = new ScenarioCluster('local', () => Date.UTC(2026, 10, 21, 10));
  const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'front', port: '8080' };
  return [
    cluster.apply('namespace/shop', { labels: { mesh: 'shop' } }),
    cluster.apply('mesh/shop', { spec: { namespaceSelector: { matchLabels: { mesh: 'shop' } } } }),
    cluster.apply('virtualnode/front', { port: 8080, attributes: { color: 'blue' } }),
    cluster.apply('pod/front-1', { ip: ['10.0.0.1', 'fd00::1'], gates: { 'example.com/gate': 'True' } }),
    cluster.apply('pod/front-2', { ip: '10.0.0.2', annotations }),
    ...cluster.relist('pod', ['shop/front-2']),
    cluster.delete('pod/front-1'),
    {
      ...{ type: detailTypes.podResyncRequested, version: 1, group: 'local/shop/front-2', cluster: 'local' },
      ...{ pod: { namespace: 'shop', name: 'front-2' }, run: 'run-1', reason: 'fuzzing' },
      instancesToVerify: [{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.2' }],
    },
  ];
}

async function handle({ deps }: ScenarioHarness, body: string): Promise<void> {
  const event = parseEvent(anyEvent, body);
  if (event.type === detailTypes.clusterListed) return observeListing(deps, event);
  if (event.type === detailTypes.clusterObjectChanged) return observeClusterObject(deps, event);
  return observePod(deps, event);
}

describe('mutated events', () => {
  it(`mutated events are applied or refused with a reason, and never crash (${runs} of seed ${seed})`, async () => {
    const random = new Random(seed);
    const originals = samples();
    let harness = new ScenarioHarness([
      { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
    ]);
    const outcomes = { applied: 0, refused: 0 };
    for (let run = 0; run < runs; run++) {
      if (run % 500 === 0)
        harness = new ScenarioHarness([
          { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
        ]);
      const body = mutate(random, originals[random.below(originals.length)]);
      try {
        await handle(harness, body);
        outcomes.applied += 1;
      } catch (error) {
        if (!(error instanceof SyncError))
          throw new Error(`crashed on ${body.slice(0, 2_000)}`, { cause: error });
        expect(error.message.length).toBeGreaterThan(10);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.applied + outcomes.refused).toBe(runs);
    expect(outcomes.applied).toBeGreaterThan(runs / 20);
    expect(outcomes.refused).toBeGreaterThan(runs / 20);
  }, 3_600_000);
});
