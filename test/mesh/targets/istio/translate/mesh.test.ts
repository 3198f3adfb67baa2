import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { meshOutcome } from '../../../../../shared/mesh/targets/istio/translate/mesh.ts';
import { aMesh } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

function outcomeOf(spec: object) {
  const [mesh] = directoryOf(aMesh({ ...spec })).entries;
  if (mesh === undefined || !isOfKind(mesh, 'Mesh')) throw new Error(JSON.stringify(mesh));
  return meshOutcome(mesh, 'istio-system');
}
const aws = {
  ...{ kind: 'ServiceEntry', namespace: 'istio-system', name: 'shop-amazonaws' },
  spec: expect.objectContaining({ hosts: ['*.amazonaws.com'] }),
};
const differs = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'differs', message, instead },
});

describe('the objects of a mesh', () => {
  it.each([
    [{}, [aws]],
    [{ egressFilter: null }, [aws]],
    [{ egressFilter: { type: 'DROP_ALL' } }, [aws]],
    [{ egressFilter: { type: 'ALLOW_ALL' } }, []],
  ])('with %j let requests to AWS through where nothing else does', (spec, wanted) => {
    expect(outcomeOf(spec)).toEqual({ wanted, differences: [] });
  });

  it.each([
    [
      { meshOwner: '111122223333' },
      differs('spec.meshOwner', 'Istio has no accounts', 'an Istio mesh of several clusters'),
    ],
    [
      { meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } },
      differs(
        'spec.meshServiceDiscovery.ipPreference',
        'Istio uses the IP families of the cluster',
        'the ipFamilies of the cluster',
      ),
    ],
  ])('with %j differ', (spec, difference) => {
    expect(outcomeOf(spec).differences).toEqual([difference]);
  });
});
