import { describe, expect, it } from 'vitest';
import type { ObjectsRun } from '../../../shared/mesh/objects-target/objects-run.ts';
import type { ObjectClaim } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import { releaseObject } from '../../../shared/mesh/objects-target/release-object.ts';
import { ConflictError, NotFoundError, RetryableError } from '../../../shared/model/errors.ts';
import type { LiveObject } from '../../../shared/model/kubernetes-object.ts';
import { markedManifest } from '../../../shared/model/own-object.ts';

const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;
const resource = { group: 'networking.istio.io', kind: 'ServiceEntry', namespace: 'apps', name: 'blue' };
const claim = { key: 'k', phase: 'applied', resource, sourceObject } as unknown as ObjectClaim;

function live(uid: string, isMarked = true): LiveObject {
  const manifest = {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
    metadata: { namespace: 'apps', name: 'blue' },
  };
  const owner = { source: 'mesh-objects', cluster: 'local', sourceObject: 'VirtualNode apps/blue' } as const;
  const { metadata, ...rest } = isMarked ? markedManifest(manifest, owner) : manifest;
  return { ...rest, metadata: { ...metadata, uid, resourceVersion: '1' } } as LiveObject;
}

interface Given {
  /** What is read, one after the other; the last again and again. */
  readonly live?: readonly (LiveObject | undefined)[];
  /** What the deletions throw, one after the other. */
  readonly errors?: readonly (Error | undefined)[];
  readonly version?: string | undefined;
  readonly phase?: ObjectClaim['phase'];
}

async function released({ live: read = [live('u1')], errors = [], phase = 'applied', ...given }: Given = {}) {
  const calls: string[] = [];
  const notes: string[] = [];
  const [objects, failures] = [[...read], [...errors]];
  const version = 'version' in given ? given.version : 'v1';
  const target = {
    run: {
      cluster: 'local',
      deps: { note: (text: string) => notes.push(text) },
      put: async (put: ObjectClaim) => {
        calls.push(`put ${put.phase}`);
        return put;
      },
      remove: async (removed: ObjectClaim) => void calls.push(`remove ${removed.phase}`),
    },
    kinds: { find: async () => version },
    objects: {
      get: async () => (objects.length > 1 ? objects.shift() : objects[0]),
      delete: async ({ id, uid }: { id: { apiVersion: string }; uid: string }) => {
        calls.push(`delete ${id.apiVersion} ${uid}`);
        const error = failures.shift();
        if (error !== undefined) throw error;
      },
    },
  } as unknown as ObjectsRun;
  const error = await releaseObject(target, { ...claim, phase }).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return { calls, notes, error };
}
const conflict = new ConflictError('another object has the name');

describe('the release of an object', () => {
  it('marks the claim, deletes exactly the object that was read, and removes the claim', async () => {
    expect((await released()).calls).toEqual([
      ...['put releasing', 'delete networking.istio.io/v1 u1', 'remove releasing'],
    ]);
    expect((await released({ phase: 'releasing' })).calls[0]).toBe('delete networking.istio.io/v1 u1');
  });

  it('has nothing to delete if the object is gone, also meanwhile, or its kind is not served any more', async () => {
    const done = ['put releasing', 'remove releasing'];
    expect(await released({ live: [undefined] })).toEqual({ calls: done, notes: [], error: undefined });
    expect((await released({ version: undefined })).calls).toEqual(done);
    const gone = await released({ errors: [new NotFoundError('object', 'gone')] });
    expect([gone.calls.at(-1), gone.error]).toEqual(['remove releasing', undefined]);
  });

  it('leaves an object of others as it is, says so, and removes the claim', async () => {
    const { calls, notes } = await released({ live: [live('u1', false)] });
    expect(calls).toEqual(['put releasing', 'remove releasing']);
    expect(notes).toEqual([
      expect.stringMatching(/^cluster local: .*ServiceEntry.*blue.* was not deleted: /),
    ]);
  });

  it('reads again what has the name if the object was replaced, three times at most', async () => {
    const twice = await released({
      live: [live('u1'), live('u2'), live('u3')],
      errors: [conflict, conflict],
    });
    expect(twice).toMatchObject({ error: undefined });
    expect(twice.calls.filter((call) => call.startsWith('delete')).map((call) => call.slice(-2))).toEqual([
      ...['u1', 'u2', 'u3'],
    ]);
    const always = await released({ errors: [conflict, conflict, conflict] });
    expect(always).toMatchObject({ error: conflict.message });
    expect(always.calls.filter((call) => call.startsWith('delete'))).toHaveLength(3);
    expect(always.calls).not.toContain('remove releasing');
    const others = await released({ live: [live('u1'), live('u2', false)], errors: [conflict] });
    expect([others.calls.at(-1), others.notes.length]).toEqual(['remove releasing', 1]);
  });

  it('keeps the claim if the deletion fails, and does not repeat it', async () => {
    const { calls, error } = await released({ errors: [new RetryableError('no answer')] });
    expect(error).toBe('no answer');
    expect(calls).toEqual(['put releasing', 'delete networking.istio.io/v1 u1']);
  });
});
