import { describe, expect, it } from 'vitest';
import { type Finding, finding } from '../../../../shared/sweep/plan/findings/finding.ts';
import { planText } from '../../../../shared/sweep/plan/repairs/plan-text.ts';

const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const at = { service: 'shop.local/front', instanceId: '10.0.0.1' };
const usual = { cluster: 'local', source: 'api server', dryRun: true, isDrain: false, hasMesh: false };
const counts = 'Plan: 0 to create, 0 to update, 0 to delete, 0 to reevaluate, 0 to ignore, 0 refused.';

const planned = (changes: Partial<Parameters<typeof planText>[0]> = {}) =>
  planText({ ...usual, allowed: [], refused: [], ...changes }).split('\n');

describe('the plan as text', () => {
  it('of nothing', () => {
    expect(planned()).toEqual([
      'Plan for cluster local, from its api server:',
      '',
      '  Nothing to do: the cluster, the table and Cloud Map agree.',
      '',
      counts,
    ]);
  });

  it('says why the listing is incomplete, in one line', () => {
    expect(planned({ source: 'relay', incomplete: 'too\nold', isDrain: true })).toEqual([
      'Plan for cluster local, from its relay:',
      '  too; old',
      '',
      '  No instance has to be deregistered.',
      '',
      counts,
    ]);
  });

  it.each<[sign: string, what: string, found: Finding]>([
    ['+', 'create', finding('InstanceMissing', { pod, ...at, detail: 'why' })],
    ['~', 'update', finding('AttributesDrifted', { pod, ...at, detail: 'why' })],
    ['~', 'update', finding('InstanceAdoptable', { pod, ...at, detail: 'why' })],
    ['-', 'delete', finding('InstanceStale', { pod, ...at, detail: 'why' })],
    ['-', 'delete', finding('PodDeleted', { pod, ...at, detail: 'why', removesFrom: [at.service] })],
    ['?', 'reevaluate', finding('PodDeleted', { pod, ...at, detail: 'why' })],
    ['?', 'reevaluate', finding('ClaimUnfinished', { pod, ...at, detail: 'why' })],
    [' ', 'ignore', finding('Refused', { pod, ...at, detail: 'why', isKnown: true })],
  ])('has the sign %s for what it would %s: %o', (sign, what, found) => {
    expect(planned({ allowed: [found] })).toEqual([
      'Plan for cluster local, from its api server:',
      '',
      `  ${sign} shop.local/front 10.0.0.1, pod shop/front-1`,
      `      ${found.kind}: why`,
      '',
      counts.replace(`0 to ${what}`, `1 to ${what}`),
    ]);
  });

  it('counts what is of one kind', () => {
    const missing = finding('InstanceMissing', { pod, ...at, detail: 'why' });
    expect(planned({ allowed: [missing, missing] }).at(-1)).toBe(
      counts.replace('0 to create', '2 to create'),
    );
  });

  it('has what is refused after what is allowed', () => {
    const allowed = [finding('InstanceMissing', { pod, ...at, detail: 'why' })];
    const refused = [
      { finding: finding('InstanceStale', { pod, ...at, detail: 'left\nover' }), reason: 'too\nmany' },
    ];
    const text = [
      '  ! shop.local/front 10.0.0.1, pod shop/front-1',
      '      InstanceStale: left; over',
      '      refused: too; many',
      '',
    ];
    expect(planned({ refused }).slice(2)).toEqual([...text, counts.replace('0 refused', '1 refused')]);
    expect(planned({ refused, allowed }).slice(2)).toEqual([
      '  + shop.local/front 10.0.0.1, pod shop/front-1',
      '      InstanceMissing: why',
      ...text,
      counts.replace('0 to create', '1 to create').replace('0 refused', '1 refused'),
    ]);
  });

  it.each([
    ['an object', { object: 'VirtualNode shop/front' }, 'VirtualNode shop/front'],
    ['a pod alone', { pod }, 'pod shop/front-1'],
    ['an instance alone', at, 'shop.local/front 10.0.0.1'],
    ['a pod, of a service without an instance', { pod, service: at.service }, 'pod shop/front-1'],
    ['a pod, of an instance without a service', { pod, instanceId: at.instanceId }, 'pod shop/front-1'],
    ['nothing', {}, 'unknown subject'],
  ])('names %s', (_what, about, subject) => {
    const found = finding('Refused', { ...about, detail: 'why', isKnown: true });
    expect(planned({ allowed: [found] })[2]).toBe(`    ${subject}`);
  });

  it('says what happens to the mesh', () => {
    const mesh = 'reconcile-mesh compares all mesh objects with App Mesh and repairs drift';
    expect(planned({ hasMesh: true }).slice(4)).toEqual([
      counts,
      `Mesh: not compared; without dryRun, ${mesh}.`,
    ]);
    expect(planned({ hasMesh: true, dryRun: false }).slice(4)).toEqual([counts, `Mesh: ${mesh}.`]);
  });

  it('foresees refusals, and says what would allow all of them', () => {
    const refusal = { service: 'shop.local/front', kubernetesNamespace: 'blue' };
    const refusals = [
      { ...refusal, pods: 2, reason: 'not\nallowed' },
      { ...refusal, pods: 1, reason: 'owned' },
    ];
    const lines = [
      ...[counts, '', 'Refused by tenancy:', ''],
      '  ! shop.local/front, 2 pods of namespace blue',
      '      would be refused: not; allowed',
      '  ! shop.local/front, 1 pod of namespace blue',
      '      would be refused: owned',
    ];
    expect(planned({ foreseen: { refusals } }).slice(4)).toEqual(lines);
    expect(planned({ foreseen: { refusals, tenancy: 'tenancy: […]' } }).slice(4)).toEqual([
      ...lines,
      ...['', 'To allow all of them, give cluster local in clusters.yml', '  tenancy: […]'],
    ]);
    expect(planned({ foreseen: { refusals: [], tenancy: 'tenancy: […]' } }).slice(4)).toEqual([counts]);
  });
});
