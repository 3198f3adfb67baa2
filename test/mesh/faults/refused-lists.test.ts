import { expect, it } from 'vitest';
import type { AppMesh } from '../../../shared/mesh/targets/app-mesh/api.ts';
import { PermanentError } from '../../../shared/model/errors.ts';
import { byHand, failure, keysIn } from '../harness/engine-state.ts';
import { MeshHarness } from '../harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../harness/manifests.ts';
import { ground, nodeKey } from '../harness/settled.ts';

const meshOwner = '111122223333';
const node = { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' } as const;
const wanted = [
  ...ground,
  aNode('blue'),
  aNamespace('b', { mesh: 'theirs' }),
  aMesh({ meshOwner, namespaceSelector: { matchLabels: { mesh: 'theirs' } } }, 'theirs'),
  aNode('x', {}, 'b'),
];

/** Lists are refused where `isRefused` says so. */
async function harnessWhere(isRefused: (...args: Parameters<AppMesh['list']>) => boolean) {
  let isOn = false;
  const harness = new MeshHarness({
    wrap: (deps) => ({
      ...deps,
      appMesh: (cluster) => {
        const api = deps.appMesh(cluster);
        if (api === undefined) return undefined;
        const list: AppMesh['list'] = (kind, scope) => {
          if (isOn && isRefused(kind, scope)) throw new PermanentError('appmesh:List is not allowed');
          return api?.list(kind, scope) ?? [][Symbol.iterator]();
        };
        return (
          api && new Proxy(api, { get: (target, name) => (name === 'list' ? list : bound(target, name)) })
        );
      },
    }),
  });
  harness.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'theirs' });
  harness.apply(...wanted);
  await harness.settleInOneRun();
  isOn = true;
  byHand(harness.engine, 'Delete', node);
  return harness;
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}

it('a mesh that is not shared any more keeps no other from being verified', async () => {
  const harness = await harnessWhere((kind, scope) => kind !== 'mesh' && scope.meshOwner === meshOwner);
  await harness.reconcile({ verify: true });
  expect(keysIn(harness.engine)).toContain(nodeKey('blue'));
  expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs?.['app-mesh']).toBe(harness.clock.now());
  expect(harness.notes).toEqual([
    'cluster local: resources could not be listed and were not verified: appmesh:List is not allowed',
  ]);
});

it('a run whose lists are all refused has verified nothing, and its message says so', async () => {
  const harness = await harnessWhere(() => true);
  expect(await failure(() => harness.reconcile({ verify: true }))).toBe('appmesh:List is not allowed');
  expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs?.['app-mesh']).toBeUndefined();
});
