import { describe, expect, it } from 'vitest';
import { NotFoundError, PermanentError, RefusedError, RetryableError } from '../../shared/model/errors.ts';
import type { Manifest, ObjectId } from '../../shared/model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../shared/ports/kubernetes-objects.ts';
import { EntryRun } from '../../shared/service-entries/entry-run.ts';
import type { DesiredEntry, LiveEntry } from '../../shared/service-entries/plan/entry.ts';
import type { EntryWrite } from '../../shared/service-entries/plan/entry-plan.ts';
import { writePlan } from '../../shared/service-entries/write-plan.ts';
import { EntriesHarness } from './entries-harness.ts';

const apiVersion = 'networking.istio.io/v1';
const desired = (name: string) =>
  ({
    ...{ host: `${name}.shop`, namespace: 'shop', name, sourceObject: `own/${name}` },
    ...{ labels: { l: '1' }, annotations: { a: '1' }, spec: { hosts: [`${name}.shop`] } },
  }) as unknown as DesiredEntry;
const live = (name: string, namespace: string | undefined = 'shop') =>
  ({
    ...{ apiVersion: 'networking.istio.io/v1beta1', kind: 'ServiceEntry' },
    metadata: { name, namespace, uid: `uid-${name}` },
  }) as unknown as LiveEntry;
const create = (name: string): EntryWrite => ({ action: 'create', entry: desired(name) });
const change = (action: 'update' | 'replace', name: string): EntryWrite => ({
  ...{ action, entry: desired(name), live: live(name), differences: [] },
});
const deletion = (entry: LiveEntry) => ({ entry, reason: 'it is gone' });

/** `failing`: by call, such as `delete shop/cart`. */
async function written(
  { deletions = [], writes = [] }: { deletions?: readonly LiveEntry[]; writes?: readonly EntryWrite[] },
  failing: Readonly<Record<string, Error>> = {},
  afterMs = 0,
) {
  const calls: unknown[] = [];
  const answer = async (
    verb: string,
    { name, namespace }: Pick<ObjectId, 'name'> & { namespace?: string | undefined },
    input: unknown,
  ) => {
    const call = `${verb} ${namespace}/${name}`;
    calls.push([call, input]);
    if (failing[call]) throw failing[call];
    return { name: `${verb} ${name}` };
  };
  const objects = {
    create: (manifest: Manifest) => answer('create', manifest.metadata, manifest),
    apply: (manifest: Manifest, options: object) =>
      answer('apply', manifest.metadata, { ...manifest, options }),
    delete: ({ id, uid }: { readonly id: ObjectId; readonly uid: string }) =>
      answer('delete', id, { ...id, uid }),
  };
  const times = [0];
  const deps = {
    ...new EntriesHarness().deps,
    kubernetesObjects: () => objects as unknown as KubernetesObjects,
    clock: { now: () => times.shift() ?? afterMs },
  };
  const run = EntryRun.of(deps, 'local');
  if (run === undefined) throw new Error('expected a run');
  const plan = { delete: deletions.map(deletion), apply: writes };
  const { entries, failed, ...rest } = await writePlan(run, apiVersion, plan);
  const { errors, isUnfinished } = run;
  return { calls, entries: Object.fromEntries(entries), failed: [...failed], ...rest, errors, isUnfinished };
}

const manifest = (name: string) => ({
  ...{ apiVersion, kind: 'ServiceEntry' },
  metadata: { name, namespace: 'shop', labels: { l: '1' }, annotations: { a: '1' } },
  spec: { hosts: [`${name}.shop`] },
});
const deleted = (name: string, namespace = 'shop') => [
  `delete ${namespace}/${name}`,
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'ServiceEntry', namespace, name, uid: `uid-${name}` },
];
const nothing = {
  ...{ calls: [], entries: {}, failed: [], deleted: 0, undeleted: 0, findings: [] },
  ...{ errors: [], isUnfinished: false },
};

describe('the writes of a plan', () => {
  it('are none of an empty plan', async () => {
    expect(await written({})).toEqual(nothing);
  });

  it('are deletions, then what is created, updated with force, and replaced', async () => {
    const writes = [create('a'), change('update', 'b'), change('replace', 'c')];
    expect(await written({ deletions: [live('old'), live('bare', '')], writes })).toEqual({
      ...nothing,
      calls: [
        deleted('old'),
        deleted('bare', ''),
        ['create shop/a', manifest('a')],
        [
          'apply shop/b',
          {
            ...manifest('b'),
            metadata: { ...manifest('b').metadata, uid: 'uid-b' },
            options: { force: true },
          },
        ],
        deleted('c'),
        ['create shop/c', manifest('c')],
      ],
      entries: { 'own/a': { name: 'create a' }, 'own/b': { name: 'apply b' }, 'own/c': { name: 'create c' } },
      deleted: 2,
    });
  });

  it('count an entry that is gone as deleted', async () => {
    const gone = new NotFoundError('object', 'gone');
    const failing = { 'delete shop/old': gone, 'delete shop/c': gone };
    const found = await written({ deletions: [live('old')], writes: [change('replace', 'c')] }, failing);
    expect(found).toMatchObject({ deleted: 1, undeleted: 0, errors: [], entries: { 'own/c': {} } });
  });

  it.each([
    new PermanentError('too large'),
    new RefusedError('a webhook refuses it'),
    new NotFoundError('object', 'namespace "shop" not found'),
  ])('that are refused are findings, and the others go on: $name', async (error) => {
    const found = await written({ writes: [create('a'), create('b')] }, { 'create shop/a': error });
    const findings = [{ kind: 'WriteRefused', subject: 'ServiceEntry shop/a', message: error.message }];
    const entries = { 'own/b': { name: 'create b' } };
    expect({ ...found, calls: [] }).toEqual({ ...nothing, entries, failed: ['own/a'], findings });
  });

  it('that a retry may end are errors of the run, and the others go on', async () => {
    const error = new RetryableError('busy');
    const failing = { 'delete shop/x': error, 'delete shop/z': error, 'apply shop/b': error };
    const deletions = [live('x'), live('y'), live('z')];
    const found = await written({ deletions, writes: [change('update', 'b')] }, failing);
    expect({ ...found, calls: [] }).toEqual({
      ...nothing,
      ...{ deleted: 1, undeleted: 2, failed: ['own/b'], errors: [error, error, error] },
    });
  });

  it('that are deletions and refused name the entry', async () => {
    const failing = { 'delete /bare': new PermanentError('no') };
    expect((await written({ deletions: [live('bare', '')] }, failing)).findings).toEqual([
      { kind: 'WriteRefused', subject: 'ServiceEntry /bare', message: 'no' },
    ]);
  });

  it.each([
    [44_999, 1, false],
    [45_000, 0, true],
  ])('are left to the next run after 45 seconds: %i ms', async (afterMs, count, isUnfinished) => {
    const found = await written({ deletions: [live('x')], writes: [create('a')] }, {}, afterMs);
    expect(found).toMatchObject({ deleted: count, undeleted: 1 - count, isUnfinished });
    expect(found.failed).toEqual(isUnfinished ? ['own/a'] : []);
    expect(found.calls).toHaveLength(2 * count);
  });

  it('end by a fault of the program', async () => {
    const fault = new TypeError('x is not a function');
    await expect(written({ writes: [create('a')] }, { 'create shop/a': fault })).rejects.toBe(fault);
  });
});
