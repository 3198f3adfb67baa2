import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../../../shared/explain/plan/explained.ts';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { absent, aClaim, aConfig, aRecord, nowMs, podFacts, resyncOf } from '../harness/pod-facts.ts';

const resync = resyncOf('front-1');
const causeOf = (instance: Partial<InstanceFacts>, facts: Parameters<typeof podFacts>[0] = {}) =>
  explainPod(podFacts({ ...facts, instance })).cause;
const kindOf = (...args: Parameters<typeof causeOf>) => causeOf(...args).kind;
const deadLetter = (kind: string, at: string) => ({
  ...{ kind, namespace: 'shop', name: 'front-1', reason: `wrong at ${at}`, at, messageId: 'm' },
});

describe('an instance of a ready pod is not registered', () => {
  it('because tenancy has no rules yet that allow it beside what is registered', () => {
    const tenancyAdvice = 'tenancy: [a]';
    expect(causeOf({ ...absent, tenancyRefusal: 'it is of blue', tenancyAdvice })).toEqual({
      kind: 'TenancyRefused',
      reason: 'it is of blue',
      advice: `Give cluster local in clusters.yml these rules, which also allow what is registered today: tenancy: [a] (with rules, only what they allow is registered), deploy, then ${resync}`,
    });
  });

  it('because its service may not be used', () => {
    expect(causeOf({ ...absent, serviceRefusal: 'two services have this name' })).toEqual({
      kind: 'ServiceRefused',
      reason: 'two services have this name',
      advice: `Resolve this; VirtualNode front asks for the service. If the pod is not registered after that: ${resync}`,
    });
  });

  it('because of a missing namespace only if clusters.yml does not let it be created', () => {
    const missing = { ...absent, namespace: 'missing', serviceId: undefined } as const;
    expect(kindOf({ ...missing, mayCreateNamespace: false })).toBe('NamespaceNotConfigured');
    expect(kindOf({ ...missing, mayCreateNamespace: true })).toBe('RegistrationNotStarted');
    expect(kindOf({ ...missing, namespace: 'private-dns' })).toBe('RegistrationNotStarted');
  });

  it('because of a foreign instance in the Region of Cloud Map', () => {
    const foreign = { kind: 'foreign', reason: 'it is of another' } as const;
    const found = causeOf(
      { ...absent, actual: {}, ownership: foreign, serviceId: undefined },
      { config: aConfig({ region: 'eu-west-1' }) },
    );
    expect(found.advice).toBe(
      `If it is not needed: aws --region eu-west-1 servicediscovery deregister-instance --service-id '' --instance-id 10.0.0.1; then ${resync}`,
    );
  });

  it('because of the last attempt of its own source, not of another', () => {
    const problem = (source: string, code: 'Throttled' | 'Refused') => ({ source, code, message: 'no' });
    const record = aRecord({}, { problems: [problem('other', 'Throttled')] });
    expect(kindOf(absent, { record })).toBe('RegistrationNotStarted');
    const both = [problem('other', 'Throttled'), problem('VirtualNode front', 'Refused')];
    expect(causeOf(absent, { record: aRecord({}, { problems: both }) })).toEqual({
      kind: 'RegistrationFailed',
      reason: 'the last attempt (VirtualNode front): no',
      advice: `Correct the cause, then ${resync}`,
    });
  });

  it('because its operation failed without a reason', () => {
    expect(causeOf({ actual: null, operation: { id: 'op-1', status: 'failed' } }).reason).toBe(
      'Cloud Map accepted operation op-1, which failed later: no reason given',
    );
  });

  it('because of the last dead letter about a pod', () => {
    const deadLetters = [deadLetter('Pod', '1'), deadLetter('Pod', '2'), deadLetter('VirtualNode', '3')];
    expect(causeOf(absent, { deadLetters }).reason).toBe(
      'a message about pod shop/front-1 of cluster local went to the dead-letter queue at 2: wrong at 2',
    );
    expect(kindOf(absent, { deadLetters: deadLetters.slice(2) })).toBe('RegistrationNotStarted');
  });

  it.each([
    [{ kind: 'adoptable' }, ', left by the App Mesh controller for this pod,'],
    [{ kind: 'ours' }, ''],
    [undefined, ''],
  ] as const)('because it has no claim, where the owner of the instance is %j', (ownership, left) => {
    expect(causeOf({ claim: null, ownership })).toEqual({
      kind: 'ClaimMissing',
      reason: `Cloud Map has the instance${left} but it has no claim`,
      advice: `Wait half a minute. If this does not change: ${resync}`,
    });
  });

  it.each(['deregister', 'register'] as const)('because another program calls %s', (type) => {
    const what = type === 'register' ? 'registers instance 10.0.0.1 again' : 'deregisters instance 10.0.0.1';
    const underWay = { id: 'op-9', type, instanceId: '10.0.0.1' };
    expect(causeOf({ underWay })).toEqual({
      kind: 'ExternalChange',
      reason: `operation op-9, which eks-mesh-sync did not start, ${what}; Cloud Map still lists the previous state`,
      advice: `Find out in CloudTrail who started it, then register the pod again: ${resync}`,
    });
    expect(kindOf({ underWay, claim: undefined })).toBe('ExternalChange');
  });

  it('because an attribute is absent', () => {
    expect(causeOf({ actual: {} }).reason).toMatch(/^attribute \S+ is absent in Cloud Map; expected \S+$/);
  });
});

describe('an instance is given time', () => {
  const touched = (ago: number, phase: 'claimed' | 'releasing' | 'applied') => ({
    ...{ claim: aClaim({ phase, touchedAtMs: nowMs - ago }), operation: undefined, actual: null },
  });

  it('of two minutes for a registration that has begun', () => {
    expect(causeOf(touched(120_000, 'claimed')).advice).toMatch(/^Wait: /);
    expect(causeOf(touched(120_001, 'claimed')).advice).toMatch(/^Registration was interrupted/);
    expect(causeOf(touched(120_001, 'releasing')).reason).toMatch(/^the claim has been releasing since /);
  });

  it('of half a minute until Cloud Map shows it, also if the clocks differ', () => {
    expect(kindOf(touched(29_999, 'applied'))).toBe('PropagationPending');
    expect(kindOf(touched(30_000, 'applied'))).toBe('ExternalDeregistration');
    expect(kindOf(touched(-29_999, 'applied'))).toBe('PropagationPending');
    expect(kindOf(touched(-30_000, 'applied'))).toBe('ExternalDeregistration');
  });
});

describe('an instance does not keep the pod out of Cloud Map', () => {
  it.each<readonly [string, Partial<InstanceFacts>]>([
    ['its claim and state could not be read', { claim: undefined, actual: undefined, operation: undefined }],
    ['its claim is not there, and its state could not be read', { claim: null, actual: undefined }],
    ['its discovery could not be read', { discovered: undefined }],
    ['it is discovered without a health check', { discovered: {} }],
    ['it is not discovered, but its state could not be read', { discovered: null, actual: undefined }],
  ])('if %s', (_, instance) => {
    expect(kindOf(instance)).toBe('Registered');
  });

  it('if it is not requested any more', () => {
    expect(kindOf({ ...absent, desired: undefined, tenancyRefusal: 'no' })).toBe('Unexplained');
  });
});
