import { describe, expect, it } from 'vitest';
import type { ObjectContent, ObjectDesired } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import {
  idOfResource,
  isOurs,
  madeFrom,
  manifestOf,
  markedManifestOf,
} from '../../../shared/mesh/objects-target/plan/object-manifest.ts';
import type { LiveObject } from '../../../shared/model/kubernetes-object.ts';

const resource = { group: 'networking.istio.io', kind: 'ServiceEntry', namespace: 'apps', name: 'blue' };
const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;
const desired = (spec: ObjectContent, at: Partial<typeof resource> = {}): ObjectDesired =>
  ({ resource: { ...resource, ...at }, spec, sourceObject }) as unknown as ObjectDesired;

describe('the manifest of an object', () => {
  it('has what is desired, and nothing that is not', () => {
    expect(manifestOf(desired({ spec: { hosts: ['blue'] } }), 'v1')).toStrictEqual({
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
      metadata: { name: 'blue', namespace: 'apps' },
      spec: { hosts: ['blue'] },
    });
    const [labels, annotations, data] = [{ app: 'blue' }, { note: 'a' }, { 'lds.json': '{}' }];
    const configMap = desired({ labels, annotations, data }, { group: '', kind: 'ConfigMap' });
    expect(manifestOf(configMap, 'v1')).toStrictEqual({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data },
      metadata: { name: 'blue', namespace: 'apps', labels, annotations },
    });
  });

  it('of an object without a namespace names none', () => {
    expect(manifestOf(desired({}, { namespace: '' }), 'v1').metadata).toStrictEqual({ name: 'blue' });
  });

  it('has the marks of ownership beside its own labels', () => {
    expect(markedManifestOf(desired({ labels: { app: 'blue' } }), 'v1', 'local').metadata).toEqual({
      ...{ name: 'blue', namespace: 'apps' },
      labels: {
        app: 'blue',
        'app.kubernetes.io/managed-by': 'eks-mesh-sync',
        'eks-mesh-sync/source': 'mesh-objects',
      },
      annotations: {
        'eks-mesh-sync/cluster': 'local',
        'eks-mesh-sync/source-object': 'VirtualNode apps/blue',
      },
    });
  });

  it('is found by version, kind, namespace and name', () => {
    const id = { kind: 'ServiceEntry', namespace: 'apps', name: 'blue' };
    expect(idOfResource(resource, 'v1beta1')).toEqual({ ...id, apiVersion: 'networking.istio.io/v1beta1' });
    expect(idOfResource({ ...resource, group: '' }, 'v1').apiVersion).toBe('v1');
  });
});

describe('whether an object is ours', () => {
  const live = (uid: string, source: string, cluster = 'local') => {
    const { metadata, ...rest } = markedManifestOf(desired({}), 'v1', cluster);
    const annotations = { ...metadata.annotations, 'eks-mesh-sync/source-object': source };
    return { ...rest, metadata: { ...metadata, uid, annotations } } as unknown as LiveObject;
  };
  const own = 'VirtualNode apps/blue';
  const former = 'VirtualNode apps/green';

  it.each([
    ['made from the object that wants it', { id: undefined }, live('u1', own), true],
    ['made from another object', { id: undefined }, live('u1', former), false],
    ['made from an object that wanted it', { sources: [former, own] }, live('u1', former), true],
    ['that was claimed, whatever its mark says', { id: 'u1' }, live('u1', former), true],
    ['with the name of the one that was claimed', { id: 'u0' }, live('u1', former), false],
    ['of another cluster', { id: 'u1' }, live('u1', own, 'other'), false],
  ] as const)('one %s', (_, claim, object, expected) => {
    expect(isOurs(object, 'local', { sourceObject, ...claim })).toBe(expected);
  });

  it('an object without a uid is not the claimed one', () => {
    const object = { metadata: { name: 'blue' } } as unknown as LiveObject;
    expect(madeFrom({ sourceObject, id: undefined })(object, former)).toBe(false);
  });
});
