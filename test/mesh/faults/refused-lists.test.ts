import { expect, it } from 'vitest';
import type { AppMesh } from '../../../shared/mesh/targets/app-mesh/api.ts';
import { PermanentError } from '../../../shared/model/errors.ts';
import { byHand, failure, keysIn } from '../harness/kit.ts';
import { aMesh, aNamespace, aNode } from '../harness/manifests.ts';
import { ground, nodeKey } from '../harness/settled.ts';
import { MeshStage } from '../harness/stage.ts';

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
async function stageWhere(isRefused: (...args: Parameters<AppMesh['list']>) => boolean) {
  let isOn = false;
  const stage = new MeshStage({
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
  stage.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'theirs' });
  stage.apply(...wanted);
  await stage.settleInOneRun();
  isOn = true;
  byHand(stage.engine, 'Delete', node);
  return stage;
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}

it('a mesh that is not shared any more keeps no other from being verified', async () => {
  const stage = await stageWhere((kind, scope) => kind !== 'mesh' && scope.meshOwner === meshOwner);
  await stage.reconcile({ verify: true });
  expect(keysIn(stage.engine)).toContain(nodeKey('blue'));
  expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBe(stage.clock.now());
  expect(stage.notes).toEqual([
    'cluster local: resources could not be listed and were not verified: appmesh:List is not allowed',
  ]);
});

it('where all lists are refused, nothing was verified, and the message says so', async () => {
  const stage = await stageWhere(() => true);
  expect(await failure(() => stage.reconcile({ verify: true }))).toBe('appmesh:List is not allowed');
  expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBeUndefined();
});
