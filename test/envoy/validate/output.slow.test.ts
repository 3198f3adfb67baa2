import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../../../shared/mesh/targets/envoy/check/faults.ts';
import { missingManifests } from '../../mesh/harness/vectors.ts';
import { inPairs } from '../check/agreement.ts';
import { envoy, missingEnvoy } from '../find.ts';
import { inlined, unused } from './inline.ts';
import { type Keys, someKeys } from './keys.ts';
import { envoysOf, exampleMeshes, publicMeshes, randomMeshes } from './meshes.ts';
import { proxyOfFiles } from './proxy-of-files.ts';
import { validated } from './validate.ts';

const count = Number(process.env.ENVOY_RUNS ?? 100) / 5;
type Meshes = Readonly<Record<string, Parameters<typeof envoysOf>[0]>>;

const reason = missingEnvoy === undefined ? '' : ` (${missingEnvoy})`;
describe.skipIf(missingEnvoy !== undefined)(`a real Envoy takes what is written for it${reason}`, () => {
  let keys: Keys;
  beforeAll(() => {
    keys = someKeys();
  });
  afterAll(() => keys[Symbol.dispose]());

  /** All that the check or Envoy says of the proxies, warnings of deprecated fields included; and how many proxies there are. */
  async function complaints(
    meshes: Meshes,
  ): Promise<{ readonly found: readonly string[]; readonly proxies: number }> {
    const all = Object.entries(meshes).flatMap(([mesh, manifests]) =>
      envoysOf(manifests).proxies.map(({ name, files }) => ({
        name: `${mesh} ${name}`,
        proxy: proxyOfFiles(files),
      })),
    );
    const found = await inPairs(all, async ({ name, proxy }) => {
      const { error, warnings } = await validated(envoy, keys.folder, inlined(proxy, keys));
      const faults = faultsOf(proxy).map((fault) => JSON.stringify(fault));
      const left = unused(proxy).map((each) => `${each} is not used`);
      return [...faults, ...left, ...(error === undefined ? [] : [error]), ...warnings].map(
        (each) => `${name}: ${each}`,
      );
    });
    return { found: found.flat(), proxies: all.length };
  }

  it('for each example', async () => {
    const { found, proxies } = await complaints(exampleMeshes());
    expect(found).toEqual([]);
    expect(proxies).toBeGreaterThan(3);
  }, 120_000);

  it.skipIf(missingManifests !== undefined)(
    `for public manifests of App Mesh ${missingManifests ?? ''}`,
    async () => {
      const { found, proxies } = await complaints(publicMeshes());
      expect(found).toEqual([]);
      expect(proxies).toBeGreaterThan(30);
    },
    120_000,
  );

  it('for meshes at random', async () => {
    const meshes = fc.sample(randomMeshes, { numRuns: count });
    const { found, proxies } = await complaints(Object.fromEntries(meshes.entries()));
    expect(found).toEqual([]);
    expect(proxies).toBeGreaterThan(count);
  }, 300_000);

  it('and finds in meshes at random nothing that the reports on their objects have not named', () => {
    const meshes = fc.sample(randomMeshes, { numRuns: count * 4 });
    const problems = meshes.flatMap((manifests) => envoysOf(manifests).problems);
    expect(problems.filter((each) => each.includes('Envoy would refuse what'))).toEqual([]);
  });
});
