import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../../shared/mesh/targets/envoy/check/faults.ts';
import { nextFiles } from '../../../../../shared/mesh/targets/envoy/stages/next-files.ts';
import { envoysOf, randomMeshes } from '../../../../envoy/validate/meshes.ts';
import { proxyOfFiles } from '../../../../envoy/validate/proxy-of-files.ts';

type Files = Readonly<Record<string, string>>;

/** The files of each stage from one state to another, without the last. */
function stagesBetween(live: Files, desired: Files): readonly Files[] {
  const all: Files[] = [];
  const [pending, retired] = [new Set<string>(), new Set<string>()];
  for (let files = live; all.length < 10; ) {
    const stage = nextFiles(files, desired, {
      has: (key) => !pending.has(key),
      isRetired: (key) => retired.has(key),
      mayRemove: (key) => retired.has(key) && !pending.has(key),
    });
    if (stage.isDone) return all;
    pending.clear();
    for (const key of [...stage.added, ...stage.retired]) pending.add(key);
    for (const key of stage.retired) retired.add(key);
    all.push(stage.files);
    files = stage.files;
  }
  throw new Error('expected less than ten stages');
}

describe('on the way from one mesh to another', () => {
  it('no stage has what Envoy would refuse', () => {
    let stages = 0;
    const pair = fc
      .tuple(randomMeshes, randomMeshes)
      .map((meshes) => meshes.map((each) => envoysOf(each).proxies));
    fc.assert(
      fc.property(pair, ([before = [], after = []]) => {
        for (const { name, files } of after) {
          const live = before.find((each) => each.name === name)?.files;
          for (const stage of live ? stagesBetween(live, files) : []) {
            expect(faultsOf(proxyOfFiles(stage))).toEqual([]);
            stages++;
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(stages).toBeGreaterThan(20);
  }, 60_000);
});
