import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { podLabelsOf } from '../../../../../shared/mesh/targets/istio/translate/pods.ts';

type Selector = Parameters<typeof podLabelsOf>[0];
type Expression = NonNullable<NonNullable<Selector>['matchExpressions']>[number];

function selected(selector: Selector) {
  const report = new Report();
  return { labels: podLabelsOf(selector, report), found: report.differences };
}
const within = (key: string, ...values: string[]) => ({ key, operator: 'In' as const, values });

describe('the labels by which Istio selects pods', () => {
  it.each<readonly [selector: Selector, labels: object | undefined]>([
    [undefined, undefined],
    [null, undefined],
    [{ matchLabels: { a: '1', b: '' } }, { a: '1', b: '' }],
    [{ matchLabels: { a: '1' }, matchExpressions: null }, { a: '1' }],
    [{ matchExpressions: [within('a', '1')] }, { a: '1' }],
    [
      { matchLabels: { a: '1' }, matchExpressions: [within('b', '2'), within('a', '1')] },
      { a: '1', b: '2' },
    ],
    [{ matchLabels: { 'example.com/a.b_c-d': 'A.b_c-D' } }, { 'example.com/a.b_c-d': 'A.b_c-D' }],
    [{ matchLabels: { a: 'x'.repeat(63) } }, { a: 'x'.repeat(63) }],
  ])('of %j are %j', (selector, labels) => {
    expect(selected(selector)).toEqual({ labels, found: [] });
  });

  const refused = (path: string, message: string, instead: string) => ({
    labels: undefined,
    found: [{ path: `spec.podSelector${path}`, effect: 'refused', message, instead }],
  });

  it.each<readonly [expressions: readonly Expression[], index: number]>([
    [[within('a', '1', '2')], 0],
    [[within('a')], 0],
    [[{ key: 'a', operator: 'In' }], 0],
    [[{ key: 'a', operator: 'Exists' }], 0],
    [[{ key: 'a', operator: 'NotIn', values: ['1'] }], 0],
    [[within('b', '1'), within('b', '2')], 1],
    [[within('b', '1'), within('c', '2')], 1],
  ])('cannot be those of the expressions %j: of number %i', (matchExpressions, index) => {
    expect(selected({ matchLabels: { c: '1' }, matchExpressions: [...matchExpressions] })).toEqual(
      refused(
        `.matchExpressions[${index}]`,
        'Istio selects by equal labels only',
        'a label of these pods in matchLabels',
      ),
    );
  });

  const instead = 'matchLabels with a label that the pods have';
  it.each<Selector>([{}, { matchLabels: {} }, { matchLabels: null, matchExpressions: [] }])(
    'cannot be none: %j',
    (selector) => {
      const message = 'Istio cannot select all pods of a namespace here';
      expect(selected(selector)).toEqual(refused('', message, instead));
    },
  );

  it.each([
    { a: '-' },
    { a: '1', '-': '1' },
    { '-': '1', a: '1' },
    { a: '1', b: 'x'.repeat(64) },
    { '/a': '1' },
  ])('cannot be invalid: %j', (matchLabels) => {
    expect(selected({ matchLabels })).toEqual(refused('', 'has no valid labels', instead));
  });
});
