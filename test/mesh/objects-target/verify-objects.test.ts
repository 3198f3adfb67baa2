import { describe, expect, it } from 'vitest';
import { ServedKinds } from '../../../shared/mesh/objects-target/objects-run.ts';
import type { ObjectClaim, ObjectDesired } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import { markedManifestOf } from '../../../shared/mesh/objects-target/plan/object-manifest.ts';
import { verifyObjects } from '../../../shared/mesh/objects-target/verify-objects.ts';
import { PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import type { LiveObject } from '../../../shared/model/kubernetes-object.ts';

const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;

function claimOf(name: string, changed: Partial<ObjectClaim> = {}, kind = 'ServiceEntry'): ObjectClaim {
  const resource = { group: 'networking.istio.io', kind, namespace: 'apps', name };
  return {
    ...{ key: name, resource, sourceObject, dependsOn: [], revision: 1 },
    ...{ phase: 'applied', fingerprint: 'f1', id: `uid-${name}`, ...changed },
  };
}

function desiredOf({ key, resource }: ObjectClaim, fingerprint = 'f1'): ObjectDesired {
  const spec = { spec: { hosts: [resource.name] } };
  return { key, resource, sourceObject, fingerprint, spec, dependsOn: [] } as unknown as ObjectDesired;
}

/** The object as it was applied. */
function liveOf(claim: ObjectClaim, spec?: object): LiveObject {
  const manifest = markedManifestOf(desiredOf(claim), 'v1', 'local');
  const fieldsV1 = { 'f:metadata': {}, 'f:spec': {} };
  const managedFields = [{ manager: 'eks-mesh-sync', operation: 'Apply', fieldsV1 }];
  const metadata = { ...manifest.metadata, uid: `uid-${claim.key}`, managedFields };
  return { ...manifest, metadata, ...(spec && { spec }) } as unknown as LiveObject;
}

interface Given {
  readonly claims: readonly ObjectClaim[];
  readonly desired?: readonly ObjectDesired[];
  readonly live?: readonly LiveObject[];
  readonly served?: string | undefined;
  /** What listing a kind throws. */
  readonly errors?: Readonly<Record<string, Error>>;
  readonly expected?: (desired: ObjectDesired, live: LiveObject) => ObjectDesired;
  /** How often the time is asked for until it is over. */
  readonly time?: number;
}

async function verified({ claims, desired = claims.map((each) => desiredOf(each)), ...given }: Given) {
  const { live = [], errors = {}, expected } = given;
  const [put, lists, notes]: [unknown[], string[], string[]] = [[], [], []];
  let time = given.time ?? Number.POSITIVE_INFINITY;
  const run = {
    cluster: 'local',
    claims: new Map(claims.map((each) => [each.key, each])),
    deps: { note: (text: string) => notes.push(text) },
    isVerified: false,
    isStopped: false,
    isOutOfTime: () => time-- <= 0,
    stop: () => {
      run.isStopped = true;
    },
    put: async (next: ObjectClaim) => void put.push(next),
  };
  const objects = {
    servedVersion: async () => ('served' in given ? given.served : 'v1'),
    list: async ({ apiVersion, kind }: { apiVersion: string; kind: string }) => {
      lists.push(`${apiVersion} ${kind}`);
      if (errors[kind]) throw errors[kind];
      return live.filter((each) => each.kind === kind);
    },
  };
  const kinds = new ServedKinds(objects as never, 'Istio', {});
  const wanted = new Map(desired.map((each) => [each.key, each]));
  const error = await verifyObjects({ run, objects, kinds, expected } as never, wanted).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { ...run, put, lists, notes, error };
}

const blue = claimOf('blue');
const invalid = { ...blue, fingerprint: undefined };

describe('the verification of a claim', () => {
  it('trusts a claim of an object that is as it was applied, and forgets that it was refused', async () => {
    const { put, claims, isVerified } = await verified({
      claims: [{ ...blue, refused: { reason: 'r' } } as unknown as ObjectClaim],
      live: [liveOf(blue)],
    });
    expect(put).toEqual([]);
    expect(claims.get('blue')).toStrictEqual(blue);
    expect(isVerified).toBe(true);
  });

  it('invalidates that of an object which somebody changed', async () => {
    const { put } = await verified({ claims: [blue], live: [liveOf(blue, { hosts: ['other'] })] });
    expect(put).toEqual([invalid]);
  });

  it.each([
    ['that is to change anyway', { desired: [desiredOf(blue, 'f2')] }],
    ['that nobody wants any more', { desired: [] }],
  ])('does not compare an object %s', async (_, given) => {
    const { put } = await verified({ claims: [blue], live: [liveOf(blue, { hosts: ['other'] })], ...given });
    expect(put).toEqual([]);
  });

  it('compares with what is expected of the live object', async () => {
    const hosts = ['other'];
    const { put } = await verified({
      claims: [blue],
      live: [liveOf(blue, { hosts })],
      expected: (desired) => ({ ...desired, spec: { spec: { hosts } } }),
    });
    expect(put).toEqual([]);
  });

  it('takes up an object of ours that was made again, to be written again', async () => {
    const { metadata, ...rest } = liveOf(blue);
    const { put } = await verified({
      claims: [blue],
      live: [{ ...rest, metadata: { ...metadata, uid: 'new' } }],
    });
    expect(put).toEqual([{ ...invalid, id: 'new' }]);
  });

  it.each([
    ['is gone', { live: [] }],
    [
      'is no longer of ours',
      { live: [{ ...liveOf(blue), metadata: { ...liveOf(blue).metadata, annotations: {} } }] },
    ],
    ['has a kind that the cluster does not serve any more', { live: [liveOf(blue)], served: undefined }],
  ])('forgets an object that %s', async (_, given) => {
    const { put } = await verified({ claims: [blue], ...given });
    const { id, fingerprint, ...rest } = blue;
    expect(put).toStrictEqual([rest]);
  });

  it('leaves a claim alone of which no object is known', async () => {
    const claim = claimOf('blue', { id: undefined, phase: 'claimed' });
    const refused = { ...claim, refused: { reason: 'r' } } as unknown as ObjectClaim;
    const { put, claims } = await verified({ claims: [refused], live: [] });
    expect(put).toEqual([]);
    expect(claims.get('blue')).toStrictEqual(claim);
  });
});

describe('the verification of a run', () => {
  const route = claimOf('route', {}, 'VirtualService');

  it('lists each kind once', async () => {
    const green = claimOf('green');
    const { lists, put } = await verified({
      claims: [blue, route, green],
      live: [blue, route, green].map((each) => liveOf(each)),
    });
    expect(lists).toEqual(['networking.istio.io/v1 ServiceEntry', 'networking.istio.io/v1 VirtualService']);
    expect(put).toEqual([]);
  });

  it('without claims lists nothing', async () => {
    expect(await verified({ claims: [] })).toMatchObject({ lists: [], error: undefined, isVerified: true });
  });

  it('skips a kind that may not be listed, and says so', async () => {
    const error = new PermanentError('forbidden');
    const { notes, ...result } = await verified({
      claims: [blue, route],
      live: [liveOf(route, { hosts: ['other'] })],
      errors: { ServiceEntry: error },
    });
    expect(notes).toEqual(['cluster local: objects could not be listed and were not verified: forbidden']);
    expect(result).toMatchObject({ error: undefined, isVerified: true, put: [{ key: 'route' }] });
  });

  it('ends with the first error if no kind may be listed', async () => {
    const errors = { ServiceEntry: new PermanentError('first'), VirtualService: new PermanentError('b') };
    const result = await verified({ claims: [blue, route], errors });
    expect(result).toMatchObject({
      error: errors.ServiceEntry,
      notes: [],
      isVerified: false,
      isStopped: false,
    });
  });

  it('stops the run at any other error', async () => {
    const error = new RetryableError('no answer');
    const result = await verified({ claims: [blue, route], errors: { ServiceEntry: error } });
    expect(result).toMatchObject({ error, isVerified: false, isStopped: true, lists: [expect.any(String)] });
  });

  it('that runs out of time has not verified', async () => {
    const given = { claims: [blue, route], live: [liveOf(blue, {}), liveOf(route, {})] };
    expect(await verified({ ...given, time: 0 })).toMatchObject({ lists: [], put: [], isVerified: false });
    expect(await verified({ ...given, time: 1 })).toMatchObject({ put: [], isVerified: false });
    expect(await verified({ ...given, time: 2 })).toMatchObject({ put: [invalid], isVerified: false });
  });
});
