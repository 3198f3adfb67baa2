import { describe, expect, it } from 'vitest';
import { claimedBy, ensureObject, isApplied } from '../../../shared/mesh/objects-target/ensure-object.ts';
import type { ObjectsRun } from '../../../shared/mesh/objects-target/objects-run.ts';
import type { ObjectClaim, ObjectDesired } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import { ConflictError, NotFoundError, RefusedError, RetryableError } from '../../../shared/model/errors.ts';
import type { LiveObject, Manifest } from '../../../shared/model/kubernetes-object.ts';

const resource = { group: 'networking.istio.io', kind: 'ServiceEntry', namespace: 'apps', name: 'blue' };
const source = (name: string) => ({ kind: 'VirtualNode', namespace: 'apps', name }) as const;
const desired = {
  ...{ key: 'k', resource, sourceObject: source('blue'), fingerprint: 'f1' },
  ...{ dependsOn: ['b'], spec: { spec: { hosts: ['blue'] } } },
} as unknown as ObjectDesired;
const claim: ObjectClaim = {
  ...{ key: 'k', resource, sourceObject: source('blue'), dependsOn: ['a'], revision: 1 },
  ...{ phase: 'applied', fingerprint: 'f1', id: 'u1' },
};

describe('whether an object is applied', () => {
  it.each([
    ['with the spec and the source that are desired', {}, true],
    ['claimed, but perhaps not written', { phase: 'claimed' }, false],
    ['of which no id is known', { id: undefined }, false],
    ['written with another spec', { fingerprint: 'f0' }, false],
    ['written for another object', { sourceObject: source('green') }, false],
    ['written for one of another namespace', { sourceObject: { ...source('blue'), namespace: 'b' } }, false],
  ] as const)('one %s', (_, changed, expected) => {
    expect(isApplied({ ...claim, ...changed }, desired)).toBe(expected);
  });
});

describe('the claim before an object is written', () => {
  it('is of the desired object', () => {
    expect(claimedBy(desired, undefined)).toEqual({
      ...{
        key: 'k',
        resource,
        sourceObject: source('blue'),
        phase: 'claimed',
        dependsOn: ['b'],
        id: undefined,
      },
    });
  });

  it('keeps the id, the former dependencies and the former sources', () => {
    const before = { ...claim, dependsOn: ['a', 'b'], sourceObject: source('green') };
    expect(claimedBy(desired, before)).toEqual({
      ...{
        key: 'k',
        resource,
        sourceObject: source('blue'),
        phase: 'claimed',
        dependsOn: ['a', 'b'],
        id: 'u1',
      },
      sources: ['VirtualNode apps/green', 'VirtualNode apps/blue'],
    });
    const sources = ['VirtualNode apps/red', 'VirtualNode apps/green'];
    expect(claimedBy(desired, { ...before, sources }).sources).toEqual([...sources, 'VirtualNode apps/blue']);
  });

  it('names no sources if there is only one', () => {
    expect(claimedBy(desired, claim)).not.toHaveProperty('sources');
  });
});

interface Given {
  readonly claim?: ObjectClaim;
  readonly live?: LiveObject;
  /** What writing throws, one after the other. */
  readonly errors?: readonly Error[];
}

async function ensured({ claim: before, live, errors = [] }: Given = {}) {
  const calls: unknown[] = [];
  const failures = [...errors];
  const write = (verb: string) => async (manifest: Manifest) => {
    calls.push(`${verb} ${manifest.apiVersion} ${manifest.metadata.namespace}/${manifest.metadata.name}`);
    const error = failures.shift();
    if (error !== undefined) throw error;
    return { ...manifest, metadata: { ...manifest.metadata, uid: 'u2' } };
  };
  const target = {
    run: {
      cluster: 'local',
      put: async (put: ObjectClaim) => {
        calls.push(put);
        return put;
      },
    },
    kinds: { require: async () => 'v1' },
    objects: { get: async () => live, create: write('create'), apply: write('apply') },
  } as unknown as ObjectsRun;
  const error = await ensureObject(target, { desired, claim: before } as never).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { calls, error };
}

const created = 'create networking.istio.io/v1 apps/blue';
const claimed = claimedBy(desired, undefined);

describe('ensuring an object', () => {
  it('claims it, writes it, and notes what was written', async () => {
    expect(await ensured()).toEqual({
      error: undefined,
      calls: [
        claimed,
        created,
        {
          ...{ key: 'k', resource, sourceObject: source('blue'), dependsOn: ['b'] },
          ...{ phase: 'applied', fingerprint: 'f1', id: 'u2' },
        },
      ],
    });
  });

  it('of one that is applied notes only what it depends on', async () => {
    const { calls } = await ensured({ claim });
    expect(calls).toEqual([{ ...claim, dependsOn: ['b'] }]);
  });

  it('tries three times if others replace the object meanwhile, which must be written by its uid', async () => {
    const marks = {
      labels: { 'app.kubernetes.io/managed-by': 'eks-mesh-sync', 'eks-mesh-sync/source': 'mesh-objects' },
      annotations: {
        'eks-mesh-sync/cluster': 'local',
        'eks-mesh-sync/source-object': 'VirtualNode apps/blue',
      },
    };
    const live = {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
      metadata: { ...marks, namespace: 'apps', name: 'blue', uid: 'u2' },
    } as unknown as LiveObject;
    const conflict = () => new ConflictError('another object by now');
    const applied = 'apply networking.istio.io/v1 apps/blue';
    const twice = await ensured({ live, errors: [conflict(), conflict()] });
    expect(twice.error).toBeUndefined();
    expect(twice.calls.filter((call) => call === applied)).toHaveLength(3);
    const always = await ensured({ live, errors: [conflict(), conflict(), conflict()] });
    expect(always.error).toBeInstanceOf(ConflictError);
    expect(always.calls.filter((call) => call === applied)).toHaveLength(3);
  });

  it('is refused if the namespace is missing, with the cause', async () => {
    const missing = new NotFoundError('object', 'namespace "apps" not found');
    const { calls, error } = await ensured({ errors: [missing] });
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ message: missing.message, cause: missing });
    expect(calls).toEqual([claimed, created]);
  });

  it('fails as the API server does, without another attempt', async () => {
    const failure = new RetryableError('no answer');
    const { calls, error } = await ensured({ errors: [failure] });
    expect(error).toBe(failure);
    expect(calls).toEqual([claimed, created]);
  });
});
