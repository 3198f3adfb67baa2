import { describe, expect, it } from 'vitest';
import type { Directory } from '../../../../shared/mesh/plan/directory.ts';
import type { Condition } from '../../../../shared/model/records/mesh-status.ts';
import type { WrittenStatus } from '../../../../shared/report/plan/facts.ts';
import { objectIssues, objectRows } from '../../../../shared/report/plan/mesh/object-rows.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';
import { aCluster, ago, reportFacts } from '../harness.ts';
import { directoryOf, node, service } from './harness.ts';

const config = { ...aConfig(), mesh: 'istio' as const };
const v1 = { kind: 'VirtualNode', namespace: 'shop', name: 'v1' } as const;

function rows(directory: Directory | undefined, statuses: readonly WrittenStatus[] = [], namespace?: string) {
  const cluster = aCluster({ config, directory, statuses });
  return objectRows(reportFacts([cluster], { scope: { namespace } }), cluster);
}
const condition = (status: 'True' | 'False', reason: Condition['reason']): Condition => ({
  ...{ status, reason, message: `why ${reason}` },
});
const statusOf = (target: Condition, instances?: Condition): WrittenStatus => ({
  object: v1,
  targets: { istio: { condition: target } },
  ...(instances && { instances: { ...instances, changedAt: ago(0) } }),
});
const rowOf = (status?: WrittenStatus) =>
  rows(directoryOf(node('v1')), status && [status]).find(({ kind }) => kind === 'VirtualNode');
const applied = condition('True', 'Applied');

describe('the row of a mesh object', () => {
  it('has a condition for each mesh target and one for Cloud Map', () => {
    expect(rowOf(statusOf(applied, condition('True', 'AllRegistered')))).toEqual({
      ...{ cluster: 'local', ...v1, level: 'ok' },
      conditions: [
        { target: 'istio', status: 'True', reason: 'Applied', message: 'why Applied' },
        { target: 'Cloud Map', status: 'True', reason: 'AllRegistered', message: 'why AllRegistered' },
      ],
      command:
        'npm run explain -- object VirtualNode shop/v1 --cluster local --stage production --region us-west-2',
    });
  });

  it('says that it was not reconciled yet', () => {
    expect(rowOf()).toMatchObject({
      level: 'attention',
      conditions: [
        { target: 'istio', status: 'Unknown', reason: 'NotReconciled', message: 'it was not reconciled yet' },
      ],
    });
  });

  it('says why its spec is invalid, in one line', () => {
    const [row] = rows(directoryOf(node('v1', { listeners: [{ portMapping: { port: 0, protocol: 'x' } }] })));
    expect(row?.conditions[0]).toMatchObject({ target: 'spec', status: 'False', reason: 'Invalid' });
    expect(row?.conditions[0]?.message).toMatch(/port.*; .*protocol/);
    expect(row?.level).toBe('problem');
  });

  it.each<[string, WrittenStatus, string]>([
    ['refused', statusOf(condition('False', 'Refused')), 'problem'],
    ['pending', statusOf(condition('False', 'Pending')), 'attention'],
    ['without pods', statusOf(applied, condition('False', 'NoPods')), 'ok'],
    ['whose pods are not registered', statusOf(applied, condition('False', 'NoneRegistered')), 'attention'],
  ])('of one %s has the level of its worst condition', (_, status, level) => {
    expect(rowOf(status)?.level).toBe(level);
  });

  it('are those of the namespace, those at fault first, then by kind and name', () => {
    const directory = directoryOf(node('v2'), node('v1'), node('a', {}, 'apps'), service('z', {}));
    const names = (namespace?: string) =>
      rows(directory, [statusOf(applied)], namespace).map(({ name }) => name);
    expect(names()).toEqual(['z', 'shop-mesh', 'a', 'v2', 'v1']);
    expect(names('apps')).toEqual(['a']);
    expect(rows(undefined)).toEqual([]);
  });
});

describe('the issues of mesh objects', () => {
  it('name the condition that says why', () => {
    const [issue] = objectIssues(
      rows(directoryOf(node('v1')), [statusOf(condition('False', 'Refused'))]).slice(0, 1),
    );
    expect(issue).toEqual({
      ...{ level: 'problem', section: 'mesh' },
      text: 'VirtualNode shop/v1 of cluster local: istio Refused: why Refused',
    });
  });

  it('are none for what is well, and none for pods, which have issues of their own', () => {
    for (const status of [statusOf(applied), statusOf(applied, condition('False', 'SomeNotRegistered'))]) {
      const row = rowOf(status);
      expect(objectIssues(row ? [row] : [])).toEqual([]);
    }
  });
});
