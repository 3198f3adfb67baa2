import { describe, expect, it } from 'vitest';
import { callsDuring, keyOf, keysIn, remainsOf, resourceIn, specsIn } from './harness/engine-state.ts';
import {
  behindAppserver,
  examples,
  retries,
  type Specs,
  yelb,
  yelbFiles,
  yelbGround,
  yelbNode,
  yelbRoute,
} from './harness/examples.ts';
import { type Manifest, MeshHarness } from './harness/harness.ts';
import { filesOfManifests, manifestsOf, missingManifests } from './harness/vectors.ts';

/** A change of each kind that App Mesh takes, and the calls it should cost. */
const changes: Readonly<Record<string, (spec: Specs) => Specs>> = {
  Mesh: (spec) => ({ ...spec, egressFilter: { type: 'ALLOW_ALL' } }),
  VirtualNode: (spec) => ({ ...spec, logging: { accessLog: { file: { path: '/dev/stdout' } } } }),
  VirtualGateway: (spec) => ({ ...spec, logging: { accessLog: { file: { path: '/dev/stdout' } } } }),
  VirtualService: ({ provider, ...spec }) => spec,
  VirtualRouter: ({ routes, ...spec }) => ({ ...spec, routes: withPriority(routes as readonly Specs[]) }),
  GatewayRoute: (spec) => ({ ...spec, priority: 7 }),
};

function withPriority(routes: readonly Specs[]): readonly Specs[] {
  return routes.map((route, index) => ({ ...route, priority: 900 + index }));
}

/** Kind and number of the resources that a change of a manifest touches. */
function touchedBy({ kind, spec }: Manifest): Readonly<Record<string, number>> {
  const routes = (spec?.routes ?? []) as readonly unknown[];
  return kind === 'VirtualRouter' ? { UpdateRoute: routes.length } : { [`Update${kind}`]: 1 };
}

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;

describe.skipIf(missingManifests !== undefined)(`manifests that people run${reason}`, () => {
  describe.each(examples.map((example) => [example.files.join(' and '), example] as const))(
    '%s',
    (_, { files, ground = [], expected }) => {
      const manifests = missingManifests === undefined ? [...ground, ...manifestsOf(...files)] : [];
      const applied = async () => {
        const harness = new MeshHarness();
        harness.apply(...manifests);
        await harness.settle();
        return harness;
      };

      it('a manifest makes in App Mesh what its text says, each with one call, and reports every object so', async () => {
        const harness = new MeshHarness();
        harness.apply(...manifests);
        const calls = await callsDuring(harness, () => harness.settle());
        expect(specsIn(harness.engine)).toEqual(expected);
        expect(Object.values(calls).reduce((sum, count) => sum + count)).toBe(Object.keys(expected).length);
        for (const { kind, metadata } of manifests.filter((manifest) => manifest.kind !== 'Namespace')) {
          expect(harness.activeOf(kind, metadata.name, metadata.namespace)).toMatchObject({
            is: 'True Applied',
          });
          expect(harness.statusOf(kind, metadata.name, metadata.namespace)).toMatchObject({
            observedGeneration: 1,
          });
        }
      });

      it('a manifest costs nothing when it is applied again', async () => {
        const harness = await applied();
        harness.apply(...manifests);
        const writes = harness.statusWrites;
        expect(await callsDuring(harness, () => harness.settle())).toEqual({});
        expect(harness.statusWrites).toBe(writes);
      });

      it('a manifest is updated in place, object by object', async () => {
        const harness = await applied();
        const arns = new Map(harness.engine.snapshot().map(({ arn, ...name }) => [keyOf(name), arn]));
        for (const manifest of manifests.filter(({ kind }) => kind in changes)) {
          const spec = changes[manifest.kind]?.(manifest.spec ?? {}) ?? {};
          harness.apply({ ...manifest, spec });
          const calls = await callsDuring(harness, () => harness.settle());
          expect(calls, manifest.metadata.name).toEqual(touchedBy(manifest));
        }
        for (const resource of harness.engine.snapshot()) {
          const key = keyOf(resource);
          expect(resource, key).toMatchObject({
            arn: arns.get(key),
            version: resource.kind === 'virtualRouter' ? 1 : 2,
          });
        }
        expect(keysIn(harness.engine)).toEqual(Object.keys(expected).sort());
      });

      it('a manifest is all gone when it is deleted', async () => {
        const harness = await applied();
        harness.delete(...manifests);
        await harness.settle();
        expect(remainsOf(harness)).toEqual([]);
      });
    },
  );

  it('eks-getting-started shifts from one version of the appserver to the other, by its three routers', async () => {
    const harness = new MeshHarness();
    harness.apply(...yelbGround, ...manifestsOf(...yelbFiles));
    await harness.settle();
    const step = (file: string) => {
      harness.apply(...manifestsOf(`eks-getting-started/${file}.yaml`));
      return callsDuring(harness, () => harness.settle());
    };
    expect(await step('appmesh-yelb-appserver-v2')).toEqual({ CreateVirtualNode: 1 });
    expect(await step('appmesh-virtual-router-appserver-v1-v2')).toEqual({ UpdateRoute: 1 });
    expect(resourceIn(harness.engine, yelbRoute).spec).toEqual(
      retries({ 'yelb-appserver-virtual-node': 1, 'yelb-appserver-virtual-node-v2': 1 }),
    );
    expect(await step('appmesh-virtual-router-appserver-v2')).toEqual({ UpdateRoute: 1 });
    expect(specsIn(harness.engine)).toEqual({
      ...yelb,
      'virtualNode/yelb/yelb-appserver-virtual-node-v2': yelbNode(
        'yelb-appserver-v2',
        4567,
        'http',
        behindAppserver,
      ),
      [yelbRoute]: retries({ 'yelb-appserver-virtual-node-v2': 1 }),
    });
  });

  it('every file is among these', () => {
    const named = new Set([
      ...examples.flatMap(({ files }) => files),
      ...['yelb-appserver-v2', 'virtual-router-appserver-v1-v2', 'virtual-router-appserver-v2'].map(
        (name) => `eks-getting-started/appmesh-${name}.yaml`,
      ),
    ]);
    expect([...named].sort()).toEqual(filesOfManifests());
  });
});
