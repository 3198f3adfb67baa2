import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../../../shared/mesh/targets/envoy/check/faults.ts';
import { missingEnvoy } from '../find.ts';
import { type Keys, someKeys } from '../validate/keys.ts';
import { envoysOf, randomMeshes } from '../validate/meshes.ts';
import { proxyOfFiles } from '../validate/proxy-of-files.ts';
import { disagreements, visible } from './agreement.ts';
import { mutantsOf } from './mutants.ts';
import { sample } from './sample.ts';

const count = Number(process.env.ENVOY_RUNS ?? 100);

const reason = missingEnvoy === undefined ? '' : ` (${missingEnvoy})`;
describe.skipIf(missingEnvoy !== undefined)(`the check against a real Envoy${reason}`, () => {
  let keys: Keys;
  beforeAll(() => {
    keys = someKeys();
  });
  afterAll(() => keys[Symbol.dispose]());

  it('agrees on a proxy with every field, and on those that differ from it in one place', async () => {
    const all = visible(mutantsOf(sample));
    const some = fc.sample(fc.shuffledSubarray([...all], { minLength: count, maxLength: count }), {
      numRuns: 1,
    });
    const chosen = [{ change: 'the sample', value: sample }, ...(some[0] ?? [])];
    expect(await disagreements(chosen, keys)).toEqual([]);
    const refused = chosen.filter(({ value }) => faultsOf(value).length > 0).length;
    expect(refused).toBeGreaterThan(count / 4);
    expect(refused).toBeLessThan((count * 3) / 4);
  }, 300_000);

  it('agrees on proxies of meshes at random with one change', async () => {
    const proxies = fc
      .sample(randomMeshes, { numRuns: Math.ceil(count / 5) })
      .flatMap((manifests) => envoysOf(manifests).proxies)
      .map(({ files }) => proxyOfFiles(files));
    const arbitrary = fc
      .constantFrom(...proxies)
      .chain((proxy) => fc.constantFrom(...visible(mutantsOf(proxy))));
    const chosen = fc.sample(arbitrary, { numRuns: count });
    expect(await disagreements(chosen, keys)).toEqual([]);
  }, 300_000);
});
