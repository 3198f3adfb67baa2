import { describe, expect, it } from 'vitest';
import type {
  ExplainedResource,
  ExplainedTarget,
  ObjectExplanation,
} from '../../../../shared/explain/plan/object-explained.ts';
import { objectText } from '../../../../shared/explain/plan/object-text.ts';
import type { Difference } from '../../../../shared/mesh/plan/resource.ts';
import type { Condition, Timed } from '../../../../shared/model/records/mesh-status.ts';
import { nowMs } from '../../harness/pod-facts.ts';
import { section } from '../../harness/section.ts';
import { mesh, node, status } from './object-cases.ts';

const target = (part: Partial<ExplainedTarget> = {}): ExplainedTarget => ({
  ...{ name: 'app-mesh', target: 'App Mesh', problems: [], differences: [], resources: [] },
  ...part,
});
const minute = 60_000;

/** An object that was observed, in one target without resources, with the changes of the test. */
function textOf(facts: Partial<ObjectExplanation> = {}): readonly string[] {
  return objectText({
    ...{ subject: 'object', cluster: 'local', object: node, nowMs, seen: 'yes', hasMeshTarget: true },
    ...{ uid: 'uid-1', generation: 2, resourceVersion: '5', targets: [target()], target: 'App Mesh' },
    ...{ problems: [], differences: [], resources: [], deadLetters: [], readFailures: [] },
    ...{ missingPermissions: [], cause: { kind: '', reason: '', advice: '' } },
    ...facts,
  });
}

const sectionOf = (heading: string, facts: Partial<ObjectExplanation>) => section(textOf(facts), heading);

describe('the text about a mesh object', () => {
  it('has at least its state, its status and the last run', () => {
    expect(textOf()).toEqual([
      'VirtualNode shop/cart of cluster local',
      '  last observed: generation 2, uid uid-1, resourceVersion 5',
      '',
      'Status',
      '  no status has been recorded yet',
      '',
      'Last mesh run',
      '  no run has completed yet',
    ]);
  });

  it.each<readonly [Partial<ObjectExplanation>, string]>([
    [{ seen: 'unknown' }, 'its stored state could not be read'],
    [
      { seen: 'never' },
      'not observed: no event about it has been received, or it was deleted more than six days ago',
    ],
    [{ seen: 'deleted' }, 'last observed: deleted, generation 2, uid uid-1, resourceVersion 5'],
    [{ generation: undefined }, 'last observed: uid uid-1, resourceVersion 5'],
  ])('says what was observed: %j', (facts, expected) => {
    expect(textOf(facts)[1]).toBe(`  ${expected}`);
  });

  it('says that no target is called', () => {
    expect(textOf({ object: mesh, hasMeshTarget: false })).toEqual([
      'Mesh shop of cluster local',
      '  last observed: generation 2, uid uid-1, resourceVersion 5',
      '  clusters.yml names no mesh target for the cluster; App Mesh is not called',
      '',
      'Status',
      '  no status has been recorded yet',
    ]);
  });

  it('has the messages in the dead-letter queue', () => {
    const letter = { kind: 'VirtualNode', namespace: 'shop', name: 'cart', at: '10:00', reason: 'wrong' };
    const deadLetters = [
      { ...letter, messageId: 'm-1' },
      { ...letter, at: '11:00', messageId: 'm-2', correlationId: 'id-2' },
    ];
    expect(sectionOf('Dead-lettered messages', { deadLetters })).toEqual([
      '- 10:00: wrong (message m-1)',
      '- 11:00: wrong (message m-2, correlation id id-2)',
    ]);
  });
});

describe('the errors of a mesh object', () => {
  const errors = (facts: Partial<ObjectExplanation>) => sectionOf('Errors', facts);
  const problems = (['Invalid', 'NotMember', 'ReferenceMissing', 'Unsupported'] as const).map((reason) => ({
    ...{ reason, message: `it is ${reason}` },
  }));

  it('are each field of an invalid spec', () => {
    expect(errors({ fault: 'spec.a: wrong\nspec.b: wrong' })).toEqual(['✗ spec.a: wrong', '✗ spec.b: wrong']);
  });

  it('are the problems in its one target', () => {
    expect(errors({ targets: [target({ problems })] })).toEqual([
      '✗ it is NotMember',
      '✗ it is ReferenceMissing',
      '✗ it is Unsupported',
    ]);
  });

  it('are the problems in each of several targets, those of all once', () => {
    const istio = target({ target: 'Istio', problems });
    expect(errors({ targets: [target({ problems: problems.slice(1, 3) }), istio] })).toEqual([
      '✗ it is NotMember',
      '✗ it is ReferenceMissing',
      '✗ Istio: it is Unsupported',
    ]);
  });
});

describe('a target in the text about a mesh object', () => {
  it('has the fields that it expresses in another way, not those that it refuses', () => {
    const differs = { effect: 'differs', message: 'is not carried over', instead: 'nothing' } as const;
    const differences: readonly Difference[] = [
      { ...differs, path: 'spec.a' },
      { ...differs, path: 'spec.b', effect: 'refused' },
      { ...differs, path: 'spec.c', object: mesh },
    ];
    expect(sectionOf('Differences in App Mesh', { targets: [target({ differences })] })).toEqual([
      '- spec.a: is not carried over; instead: nothing',
      '- Mesh shop spec.c: is not carried over; instead: nothing',
    ]);
  });

  const lines = (...resources: readonly Partial<ExplainedResource>[]) =>
    sectionOf('App Mesh resources', {
      targets: [
        target({
          resources: resources.map((each) => ({
            ...{ key: 'virtualNode/shop/cart', isWanted: true, isSettled: true, dependsOn: [], neededBy: [] },
            ...each,
          })),
        }),
      ],
    });
  const problem = { reason: 'Pending', message: 'waits for mesh/shop' } as const;

  it.each<readonly [Partial<ExplainedResource>, string]>([
    [{ phase: 'applied' }, '✓ virtualNode/shop/cart: applied'],
    [{ isSettled: false }, '✗ virtualNode/shop/cart: no claim'],
    [{ phase: 'applied', owner: 'account 2' }, '✓ virtualNode/shop/cart: applied, managed by account 2'],
    [
      { isSettled: false, phase: 'claimed', problem, next: 'ensure' },
      '✗ virtualNode/shop/cart: claimed, Pending: waits for mesh/shop, the next run creates or updates it',
    ],
    [
      { isSettled: false, phase: 'releasing', isWanted: false, inUse: 'it is\nin use', next: 'release' },
      '✗ virtualNode/shop/cart: releasing, no longer wanted, could not be deleted: it is; in use, the next run tries to delete it',
    ],
  ])('has the resource %j', (resource, expected) => {
    expect(lines(resource)).toEqual([expected]);
  });

  it('has what a resource refers to and what refers to it', () => {
    const refers = (object: string, waits: boolean) => ({ key: `key/${object}`, object, waits });
    const dependsOn = [
      { key: 'mesh/shop', isThere: true },
      { key: 'virtualNode/shop/a', isThere: false },
    ];
    const all = [
      refers('VirtualRouter b', false),
      refers('VirtualRouter a', true),
      refers('VirtualRouter a', true),
    ];
    expect(lines({ phase: 'applied', arn: 'arn:1', dependsOn, neededBy: all }, { phase: 'claimed' })).toEqual(
      [
        '✓ virtualNode/shop/cart: applied',
        '  arn:1',
        '  references ✓ mesh/shop',
        '  references ✗ virtualNode/shop/a: not found',
        '  blocks VirtualRouter a',
        '  referenced by VirtualRouter a, VirtualRouter b',
        '✓ virtualNode/shop/cart: claimed',
      ],
    );
    expect(lines({ neededBy: all.slice(1), phase: 'applied' })).toEqual([
      '✓ virtualNode/shop/cart: applied',
      '  blocks VirtualRouter a',
    ]);
    expect(lines({ neededBy: all.slice(0, 1), phase: 'applied' })).toEqual([
      '✓ virtualNode/shop/cart: applied',
      '  referenced by VirtualRouter b',
    ]);
  });
});

describe('the status in the text about a mesh object', () => {
  const lines = (part: object) => sectionOf('Status', { writtenStatus: status(part) });
  const condition = (state: 'True' | 'False', reason: Condition['reason']): Condition => ({
    ...{ status: state, reason, message: 'one\ntwo' },
  });

  it('has both conditions', () => {
    const instances: Timed<Condition> = { ...condition('False', 'NoPods'), changedAt: '11:00' };
    expect(
      lines({ mesh: { condition: condition('True', 'Applied'), changedAt: '10:00' }, instances }),
    ).toEqual([
      '✓ VirtualNodeActive True since 10:00 (Applied): one; two',
      '✗ CloudMapInstancesRegistered False since 11:00 (NoPods): one; two',
      '✓ written to the object',
    ]);
  });

  it.each([
    [{}, '✓ written to the object'],
    [{ written: 2 }, '✗ not yet written to the object'],
    [{ written: undefined }, '✗ not yet written to the object'],
    [
      { written: 2, problem: { code: 'Unavailable', message: 'it is down' } },
      '✗ not written to the object: it is down',
    ],
    [{ problem: { code: 'Unavailable', message: 'it is down' } }, '✓ written to the object'],
  ])('says whether it is written: %j', (part, expected) => {
    expect(lines(part)).toEqual([expected]);
  });
});

it('the last run in the text about a mesh object has when each target was compared', () => {
  const targets = [target(), target({ name: 'istio', target: 'Istio' })];
  const lastRun = { endedAtMs: nowMs - 3 * minute };
  const lines = (run: ObjectExplanation['lastRun']) => sectionOf('Last mesh run', { targets, lastRun: run });
  expect(lines(lastRun)).toEqual([
    'completed 3 min ago; last compared with App Mesh: never, with Istio: never',
  ]);
  expect(lines({ ...lastRun, verifiedAtMs: { istio: nowMs - 5 * minute } })).toEqual([
    'completed 3 min ago; last compared with App Mesh: never, with Istio: 5 min ago',
  ]);
});
