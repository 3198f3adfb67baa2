import { describe, expect, it } from 'vitest';
import {
  explainInstance,
  type IdFacts,
  type PlaceFacts,
} from '../../../shared/explain/plan/instance-explanation.ts';
import { resyncCommand } from '../../../shared/explain/plan/resync-command.ts';
import { invokeCommand } from '../../../shared/model/commands/commands.ts';
import { explainCommand } from '../../../shared/model/commands/explain-command.ts';
import type { Drain } from '../../../shared/model/records/drain.ts';
import { aClaim, key, nowMs, production } from '../harness/pod-facts.ts';

const ours = {
  'k8s.io/cluster': 'local',
  'k8s.io/namespace': 'shop',
  'k8s.io/pod': 'front-1',
  'k8s.io/pod-uid': 'uid-1',
};
const staging = { ...ours, 'k8s.io/cluster': 'staging' };
const drained: Drain = { sinceMs: nowMs, token: 't' } as unknown as Drain;

const placeOf = (part: Partial<PlaceFacts> = {}): PlaceFacts => ({
  ...{
    namespaceName: 'shop.local',
    serviceName: 'front',
    serviceId: 'srv-1',
    attributes: ours,
    claim: aClaim(),
  },
  owner: 'alive',
  ...part,
});
const explained = (places: readonly PlaceFacts[], facts: Partial<IdFacts> = {}) =>
  explainInstance({
    ...{ place: production, instanceId: '10.0.0.1', nowMs, clusters: ['local'], drains: new Map() },
    ...{ checked: ['a', 'b'], places, readFailures: [], ...facts },
  });
const causeOf = (...args: Parameters<typeof explained>) => explained(...args).cause;
const command = resyncCommand(production, key);
const wait = `Wait a minute. If this does not change: ${command}`;
const failure = { what: 'the instances', message: 'slow' } as unknown as IdFacts['readFailures'][number];

describe('an instance id', () => {
  it('is in sync if the instance has its claim', () => {
    expect(causeOf([placeOf()])).toEqual({
      kind: 'InSync',
      reason: expect.stringMatching(/^front: ours, [^;]+$/),
      advice: 'Nothing',
    });
  });

  it('is foreign if another program registered it', () => {
    const foreign = placeOf({ serviceName: 'back', attributes: {}, claim: undefined });
    expect(causeOf([placeOf(), foreign])).toEqual({
      kind: 'InSync',
      reason: expect.stringMatching(/^front: ours, [^;]+; back: foreign, [^;]+$/),
      advice: 'Nothing: foreign instances are not changed',
    });
  });

  it('is of nobody if no service has it', () => {
    const subject = { instance: '10.0.0.1', service: 'NAMESPACE/SERVICE' };
    expect(causeOf([])).toEqual({
      kind: 'InstanceNotFound',
      reason: 'no instance and no claim 10.0.0.1 in 2 services checked',
      advice: `Check the id. In a service that eks-mesh-sync does not use, search it by name: ${explainCommand({ subject, place: production })}`,
    });
  });

  it('may be of nobody because the cluster is drained', () => {
    const drains = new Map([['local', drained]]);
    expect(causeOf([], { drains }).kind).toBe('ClusterDrained');
    expect(causeOf([], { drains, clusters: ['local', 'staging'] }).kind).toBe('InstanceNotFound');
  });

  it('is wrong where a claim is missing', () => {
    const found = causeOf([placeOf(), placeOf({ serviceName: 'back', claim: undefined })]);
    expect(found).toEqual({
      kind: 'ClaimMissing',
      reason: expect.stringMatching(/^in back the instance is ours \(.+\), but has no claim$/),
      advice: `Sweep the cluster: ${invokeCommand(production, 'sweep', { cluster: 'local' })}`,
    });
  });

  it('is wrong where the instance is missing', () => {
    expect(causeOf([placeOf({ attributes: null, owner: 'deleted' })])).toEqual({
      kind: 'InstanceMissing',
      reason:
        'in front pod shop/front-1 of cluster local has a claim on it (applied), but Cloud Map does not have it',
      advice: `Repair it: ${command}`,
    });
  });

  it.each(['deleted', 'replaced', 'terminating', 'not observed'] as const)(
    'is wrong where the pod with the claim is %s',
    (owner) => {
      expect(causeOf([placeOf({ owner })])).toEqual({
        ...{ kind: 'ClaimStale', advice: wait },
        reason: `in front pod shop/front-1 of cluster local (${owner}) has a claim on it`,
      });
    },
  );

  it.each(['alive', 'unreadable', undefined] as const)(
    'is right where the pod with the claim is %s',
    (owner) => {
      expect(causeOf([placeOf({ owner })]).kind).toBe('InSync');
    },
  );

  it.each(['alive', 'unreadable', undefined] as const)(
    'is changed by another program, where the pod with the claim is %s',
    (owner) => {
      const underWay = { id: 'op-9', type: 'register', instanceId: '10.0.0.1' } as const;
      expect(causeOf([placeOf(), placeOf({ owner, underWay })])).toEqual({
        kind: 'ExternalChange',
        reason:
          'operation op-9, which eks-mesh-sync did not start, registers instance 10.0.0.1 again; Cloud Map still lists the previous state',
        advice: `Find out in CloudTrail who started it, then register the pod again: ${command}`,
      });
      expect(causeOf([placeOf({ owner, underWay, attributes: null })]).kind).toBe('InstanceMissing');
      expect(causeOf([placeOf({ owner: 'deleted', underWay })]).kind).toBe('ClaimStale');
    },
  );

  it('is not explained by what could not be read before what is wrong', () => {
    const readFailures = [failure];
    expect(causeOf([placeOf({ attributes: null })], { readFailures }).kind).toBe('InstanceMissing');
    expect(['InSync', 'InstanceNotFound']).not.toContain(causeOf([placeOf()], { readFailures }).kind);
    expect(['InSync', 'InstanceNotFound']).not.toContain(causeOf([], { readFailures }).kind);
  });
});

describe('an instance of a drained cluster', () => {
  const since = new Date(nowMs).toISOString();
  const clusters = ['local', 'staging'];

  it.each<readonly [name: string, place: PlaceFacts, drain: string, isDrained: boolean]>([
    ['its claim', placeOf({ attributes: null }), 'local', true],
    ['its attributes', placeOf({ claim: undefined }), 'local', true],
    ['its attributes beside a claim of another', placeOf({ attributes: staging }), 'staging', true],
    [
      'attributes of a cluster without a claim',
      placeOf({ attributes: staging, claim: undefined }),
      'staging',
      true,
    ],
    ['nothing', placeOf(), 'staging', false],
  ])('is one by %s', (_, place, drain, isDrained) => {
    const found = explained([place], { clusters, drains: new Map([[drain, drained]]) });
    expect(found.cause.kind === 'ClusterDrained').toBe(isDrained);
    expect(found.drained).toEqual(isDrained ? [{ cluster: drain, since }] : []);
    expect(found.cause.reason.endsWith('; in front the instance is still to be deregistered')).toBe(
      isDrained,
    );
  });

  it('is not one whose attributes belong to another program', () => {
    const place = placeOf({ attributes: {}, claim: undefined });
    expect(explained([place], { drains: new Map([['local', drained]]) })).toMatchObject({
      ...{ drained: [], cause: { kind: 'InSync' } },
    });
  });
});
