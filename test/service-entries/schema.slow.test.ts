import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../packages/embedded-kubernetes/src/index.ts';
import { send, startQuickCluster } from '../../packages/embedded-kubernetes/test/harness.ts';
import { definitionsOf } from '../../playground/definitions/definitions.ts';
import { KubernetesObjectsAdapter } from '../../shared/adapters/kubernetes/kubernetes-objects.ts';
import type { KubernetesObjects } from '../../shared/ports/kubernetes-objects.ts';
import type { EntryPlan } from '../../shared/service-entries/plan/entry-plan.ts';
import { instances, options } from './plan/arbitraries.ts';
import { listingOf, planOf, serviceOf } from './plan/fixtures.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 15);
const type = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' };

let cluster: Cluster;
let objects: KubernetesObjects;

beforeAll(async () => {
  const definitions = definitionsOf('istio').filter((each) =>
    JSON.stringify(each).includes('"serviceentries"'),
  );
  cluster = await startQuickCluster({ definitions });
  objects = new KubernetesObjectsAdapter(async () => ({ server: cluster.url }));
});
afterAll(() => cluster.stop());

async function carryOut({ delete: deletions, apply }: EntryPlan): Promise<void> {
  for (const { entry } of deletions)
    await objects.delete({ id: { ...type, ...nameOf(entry.metadata) }, uid: entry.metadata.uid });
  for (const { action, entry } of apply) {
    const { namespace, name, labels, annotations, spec } = entry;
    const manifest = { ...type, metadata: { namespace, name, labels, annotations }, spec: { ...spec } };
    if (action === 'create') await objects.create(manifest);
    else await objects.apply(manifest, { force: true });
  }
}

function nameOf({
  namespace = '',
  name,
}: {
  readonly namespace?: string | undefined;
  readonly name: string;
}) {
  return { namespace, name };
}

describe("Istio's definition of ServiceEntry in the API server", () => {
  it('the ServiceEntry definition of Istio accepts every planned write, which leaves nothing to do', async () => {
    const rounds = fc.array(fc.record({ instances, options }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(rounds, async (states) => {
        for (const { instances: found, options: config } of states) {
          const listing = listingOf([
            serviceOf('web', found),
            serviceOf('my_service', found, { in: 'Prod/eu' }),
          ]);
          const input = { listing, options: { ...config, namespace: 'default' } };
          await carryOut(planOf({ ...input, entries: await objects.list(type) }));
          const again = planOf({ ...input, entries: await objects.list(type) });
          expect([again.apply, again.delete]).toEqual([[], []]);
        }
      }),
      { numRuns },
    );
  });

  it('the ServiceEntry definition of Istio refuses two ports of one name, which the plan never writes', async () => {
    const ports = [80, 81].map((number) => ({ name: 'tcp', number, protocol: 'TCP' }));
    const entry = {
      ...type,
      metadata: { name: 'x', namespace: 'default' },
      spec: { hosts: ['x.local'], ports },
    };
    const { status } = await send(
      cluster,
      'POST',
      '/apis/networking.istio.io/v1/namespaces/default/serviceentries',
      entry,
    );
    expect(status).toBe(422);
  });
});
