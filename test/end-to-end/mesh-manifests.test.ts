import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsDuring, keyOf, specsIn } from '../mesh/harness/engine-state.ts';
import { type Example, examples } from '../mesh/harness/examples.ts';
import { missingManifests, textOf } from '../mesh/harness/vectors.ts';
import { missingClients } from './harness/clients.ts';
import { asYaml, type MeshObject, type MeshPlace, startMeshPlace, timeout } from './harness/mesh.ts';

const absent = missingClients().map((name) => `${name} is not installed`);
const reasons = [...absent, ...(missingManifests === undefined ? [] : [missingManifests])];
const reason = reasons.length === 0 ? '' : ` (skipped: ${reasons.join(', ')})`;
const meshKinds = 'mesh,virtualnode,virtualservice,virtualrouter,virtualgateway,gatewayroute';

describe.skipIf(reasons.length > 0)(`manifests that people run, by kubectl${reason}`, () => {
  let place: MeshPlace;
  beforeAll(async () => {
    place = await startMeshPlace();
  });
  afterAll(() => place.playground.close({ keepLog: false }));

  const holds = (expected: object) =>
    expect.poll(() => specsIn(place.engine), { timeout, interval: 20 }).toEqual(expected);
  /** Of each mesh object there is, `VirtualNode/front False ReferenceMissing`, unless its condition is True. */
  const notActive = async () => {
    const text = await place.kubectl(['get', meshKinds, '-A', '-o', 'json']);
    const { items } = JSON.parse(text) as { readonly items: readonly MeshObject[] };
    return items.flatMap(({ kind, metadata, status }) => {
      const active = status?.conditions?.find(({ type }) => type === `${kind}Active`);
      return active?.status === 'True'
        ? []
        : [`${kind}/${metadata.name} ${active?.status} ${active?.reason}`];
    });
  };

  it.each(examples.filter(isWhole).map((example) => [example.files.join(' and '), example] as const))(
    '%s',
    async (_, { files, ground = [], expected }) => {
      const text = [...ground.map(asYaml), textOf(...files)].join('\n---\n');
      await place.apply(text);
      await holds(expected);
      await expect.poll(notActive, { timeout }).toEqual([]);
      const before = new Map(place.engine.snapshot().map((resource) => [keyOf(resource), resource]));

      const other = JSON.parse(withOtherPort(JSON.stringify(expected)));
      const calls = await callsDuring(place, async () => {
        await place.apply(withOtherPort(text));
        await holds(other);
      });
      expect(Object.keys(calls).filter((name) => !name.startsWith('Update'))).toEqual([]);
      for (const { arn, version, ...resource } of place.engine.snapshot()) {
        const key = keyOf(resource);
        const isChanged = JSON.stringify(other[key]) !== JSON.stringify(expected[key]);
        expect({ arn, version }, key).toEqual({ arn: before.get(key)?.arn, version: isChanged ? 2 : 1 });
      }
      await expect.poll(notActive, { timeout }).toEqual([]);

      await place.remove(text);
      await holds({});
    },
  );

  it('nothing has been dead-lettered', () => {
    expect(place.playground.deadLetters()).toBe(0);
  });
});

/** The gateway's file alone is part of three others. */
function isWhole({ files }: Example): boolean {
  return files.join() !== 'howto-k8s-http-ingress-v2.yaml';
}

/** The ports that the files' nodes and routers listen on. */
function withOtherPort(text: string): string {
  return text.replaceAll(/\b(8080|4567)\b/g, '8090');
}
