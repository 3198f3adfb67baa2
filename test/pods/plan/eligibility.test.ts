import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import { addresses, type IpFamily, judge, stateOf } from '../../../shared/pods/plan/eligibility.ts';
import { aPod } from '../../fakes/objects.ts';

const ready = { Ready: 'True', ContainersReady: 'True' };
const gate = 'elb.k8s.aws/target-health';

describe('who may be registered', () => {
  /** Pod, whether deleted, family; verdict and the reasons given, in their order. */
  type Case = readonly [string, Partial<Pod>, boolean, IpFamily, string, readonly string[]];
  const cases: readonly Case[] = [
    ['a ready pod', {}, false, 'ipv4', 'ready', []],
    ['a deleted pod', {}, true, 'ipv4', 'ineligible', ['the pod is deleted']],
    ['a terminating pod', { terminating: true }, false, 'ipv4', 'ineligible', ['the pod is terminating']],
    [
      'a pending pod',
      { phase: 'Pending' },
      false,
      'ipv4',
      'ineligible',
      ["the pod's phase is Pending, not Running"],
    ],
    [
      'a pod without a phase',
      { phase: 'Unknown' },
      false,
      'ipv4',
      'ineligible',
      ["the pod's phase is Unknown, not Running"],
    ],
    [
      'a pod without an IP',
      { ips: [] },
      false,
      'ipv4',
      'ineligible',
      ['the pod needs an IPv4 address, it has none'],
    ],
    [
      'the other family',
      { ips: ['fd00::1'] },
      false,
      'ipv4',
      'ineligible',
      ['the pod needs an IPv4 address, it has fd00::1'],
    ],
    [
      'the other family',
      { ips: ['10.0.0.1'] },
      false,
      'ipv6',
      'ineligible',
      ['the pod needs an IPv6 address, it has 10.0.0.1'],
    ],
    [
      'one family of two',
      { ips: ['10.0.0.1'] },
      false,
      'dual',
      'ineligible',
      ['the pod needs an IPv4 and an IPv6 address, it has 10.0.0.1'],
    ],
    [
      'one family of two',
      { ips: ['fd00::1'] },
      false,
      'dual',
      'ineligible',
      ['the pod needs an IPv4 and an IPv6 address, it has fd00::1'],
    ],
    ['both families', { ips: ['fd00::1', '10.0.0.1'] }, false, 'dual', 'ready', []],
    ['IPv6', { ips: ['10.0.0.1', 'fd00::1'] }, false, 'ipv6', 'ready', []],
    [
      'containers not ready',
      { conditions: { ContainersReady: 'False' } },
      false,
      'ipv4',
      'unready',
      ['condition ContainersReady is False'],
    ],
    [
      'a kubelet that is away',
      { conditions: { ContainersReady: 'Unknown' } },
      false,
      'ipv4',
      'unready',
      ['condition ContainersReady is Unknown'],
    ],
    [
      'no condition yet',
      { conditions: {} },
      false,
      'ipv4',
      'unready',
      ['condition ContainersReady is absent'],
    ],
    [
      'a gate without condition',
      { readinessGates: [gate] },
      false,
      'ipv4',
      'unready',
      [`readiness gate ${gate} is absent`],
    ],
    [
      'a closed gate',
      { readinessGates: [gate], conditions: { ...ready, [gate]: 'False' } },
      false,
      'ipv4',
      'unready',
      [`readiness gate ${gate} is False`],
    ],
    [
      'the first closed gate',
      { readinessGates: [gate, 'b', 'c'], conditions: { ...ready, [gate]: 'True' } },
      false,
      'ipv4',
      'unready',
      ['readiness gate b is absent'],
    ],
    [
      'an open gate',
      { readinessGates: [gate], conditions: { ...ready, [gate]: 'True' } },
      false,
      'ipv4',
      'ready',
      [],
    ],
    ['our own gate', { readinessGates: [cloudMapReadinessGate] }, false, 'ipv4', 'ready', []],
    [
      'our own gate, closed',
      {
        readinessGates: [cloudMapReadinessGate],
        conditions: { ...ready, Ready: 'False', [cloudMapReadinessGate]: 'False' },
      },
      false,
      'ipv4',
      'ready',
      [],
    ],
    [
      'our own gate and another',
      { readinessGates: [cloudMapReadinessGate, gate] },
      false,
      'ipv4',
      'unready',
      [`readiness gate ${gate} is absent`],
    ],
    [
      'everything at once',
      { terminating: true, phase: 'Failed', ips: [], conditions: {}, readinessGates: [gate] },
      true,
      'ipv4',
      'ineligible',
      [
        'the pod is deleted',
        'the pod is terminating',
        "the pod's phase is Failed, not Running",
        'the pod needs an IPv4 address, it has none',
        'condition ContainersReady is absent',
        `readiness gate ${gate} is absent`,
      ],
    ],
  ];
  it.each(cases)('%s: %j', (_what, changes, deleted, ipFamily, state, reasons) => {
    const verdict = judge({ pod: aPod(changes), deleted }, ipFamily);
    const received = verdict.checks.map(({ reason }) => reason).filter((reason) => reason !== null);
    expect({ state: verdict.state, reasons: received }).toEqual({ state, reasons });
  });

  const own = cloudMapReadinessGate;
  const lost = { Ready: 'False', ContainersReady: 'True', [gate]: 'True', [own]: 'True' };
  /** Gates declared, why Ready is False (undefined: an earlier relay does not say), and the verdict. */
  it.each<readonly [string, readonly string[], string | undefined, string]>([
    ['the node lifecycle controller set Ready', [], '', 'unready'],
    ['likewise, of a pod with gates', [gate, own], '', 'unready'],
    ['Ready lags our gate', [own], 'ReadinessGatesNotReady', 'ready'],
    ['Ready lags another gate', [gate], 'ReadinessGatesNotReady', 'ready'],
    ['an earlier relay, no gate', [], undefined, 'unready'],
    [
      'an earlier relay, which cannot distinguish a lost node from Ready that lags our gate',
      [own],
      undefined,
      'ready',
    ],
    ['an earlier relay, another gate', [gate], undefined, 'ready'],
  ])('a node that is lost, or not: %s', (_what, readinessGates, notReadyReason, expected) => {
    const pod = aPod({
      readinessGates,
      conditions: lost,
      ...(notReadyReason !== undefined && { notReadyReason }),
    });
    const { state, checks } = judge({ pod, deleted: false }, 'ipv4');
    expect(state).toBe(expected);
    const [reason] = checks.flatMap((check) => check.reason ?? []);
    if (expected === 'ready') expect(reason).toBeUndefined();
    else expect(reason).toMatch(/^node lost: .* node node-1 does not answer/);
  });

  it('eligibility takes a node for lost only where Kubernetes set Ready to False', () => {
    for (const Ready of ['True', 'Unknown', undefined])
      expect(
        stateOf(
          { pod: aPod({ conditions: { ContainersReady: 'True', ...(Ready && { Ready }) } }), deleted: false },
          'ipv4',
        ),
      ).toBe('ready');
  });

  it('eligibility asks in the order in which a person would check, and reports every answer', () => {
    const { checks } = judge({ pod: aPod(), deleted: false }, 'ipv4');
    expect(checks).toEqual([
      { name: 'exists', reason: null },
      { name: 'is not terminating', reason: null },
      { name: 'is Running', reason: null },
      { name: 'has an IP of the family wanted', reason: null },
      { name: 'has all containers ready', reason: null },
      { name: 'has all other readiness gates true', reason: null },
      { name: 'has a node that answers', reason: null },
    ]);
  });

  it('eligibility gives the same verdict with and without its reasons', () => {
    const observation = fc.record({
      deleted: fc.boolean(),
      terminating: fc.boolean(),
      phase: fc.constantFrom('Running', 'Pending'),
      ips: fc.subarray(['10.0.0.1', 'fd00::1']),
      containers: fc.constantFrom('True', 'False', 'Unknown'),
      gates: fc.subarray([gate, cloudMapReadinessGate]),
      family: fc.constantFrom<IpFamily>('ipv4', 'ipv6', 'dual'),
    });
    fc.assert(
      fc.property(observation, ({ deleted, terminating, phase, ips, containers, gates, family }) => {
        const conditions = { ContainersReady: containers };
        const seen = { pod: aPod({ terminating, phase, ips, conditions, readinessGates: gates }), deleted };
        const { state, checks } = judge(seen, family);
        expect(stateOf(seen, family)).toBe(state);
        expect(state === 'ready').toBe(checks.every(({ reason }) => reason === null));
      }),
    );
  });
});

describe('addresses', () => {
  const cases = [
    [['10.0.0.1', 'fd00::1'], 'ipv4', { ipv4: '10.0.0.1' }],
    [['10.0.0.1', 'fd00::1'], 'ipv6', { ipv6: 'fd00::1' }],
    [['fd00::1', '10.0.0.1'], 'dual', { ipv4: '10.0.0.1', ipv6: 'fd00::1' }],
    [['fd00::1'], 'dual', undefined],
    [['10.0.0.1'], 'ipv6', undefined],
    [[], 'ipv4', undefined],
  ] as const;
  it.each(cases)('addresses of %j, %s: %j', (ips, family, expected) => {
    expect(addresses(aPod({ ips }), family)).toEqual(expected);
  });
});
