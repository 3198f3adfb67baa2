import { describe, expect, it } from 'vitest';
import { envoySchedules } from '../../deploy/schedules/envoy-schedules.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { meshReconcileRequested } from '../../shared/model/events/schema.ts';

interface Rule {
  readonly Properties: {
    readonly Name: string;
    readonly ScheduleExpression: string;
    readonly Targets: readonly {
      readonly Arn: unknown;
      readonly InputTransformer: { readonly InputTemplate: string };
      readonly SqsParameters: { readonly MessageGroupId: string };
    }[];
  };
}

const rulesOf = (...clusters: object[]) =>
  Object.values(envoySchedules(clustersFile.parse({ clusters }), 'prefix')) as Rule[];

describe('envoySchedules', () => {
  it('polls each cluster whose proxies are Envoys without a control plane, once a minute by default', () => {
    const rules = rulesOf(
      { name: 'a', mesh: 'envoy' },
      { name: 'b', mesh: ['istio', 'envoy'], envoy: { instancesEveryMinutes: 5 } },
      { name: 'c', mesh: 'istio' },
      { name: 'd', mesh: 'envoy', envoy: { instancesEveryMinutes: 0 } },
      { name: 'e', envoy: undefined },
    );
    expect(rules.map(({ Properties: { Name, ScheduleExpression } }) => [Name, ScheduleExpression])).toEqual([
      ['prefix-envoy-1-1', 'rate(1 minute)'],
      ['prefix-envoy-5-1', 'rate(5 minutes)'],
    ]);
    expect(rules.map(({ Properties }) => Properties.Targets.length)).toEqual([1, 1]);
  });

  it('sends a request that the queue knows, to the mesh group of the cluster', () => {
    const [target] = rulesOf({ name: 'a', mesh: 'envoy' })[0]?.Properties.Targets ?? [];
    const text = target?.InputTransformer.InputTemplate.replace('<time>', '2026-11-28T02:00:00Z') ?? '';
    expect(meshReconcileRequested.parse(JSON.parse(text))).toMatchObject({
      ...{ cluster: 'a', group: 'a/mesh', poll: true, run: '2026-11-28T02:00:00Z' },
    });
    expect(target?.SqsParameters.MessageGroupId).toBe('a/mesh');
    expect(target?.Arn).toEqual({ 'Fn::GetAtt': ['MeshQueue', 'Arn'] });
  });

  it('has at most five clusters in a rule', () => {
    const clusters = Array.from({ length: 12 }, (_, index) => ({ name: `cluster-${index}`, mesh: 'envoy' }));
    const counts = rulesOf(...clusters).map(({ Properties }) => Properties.Targets.length);
    expect(counts).toEqual([5, 5, 2]);
  });
});
