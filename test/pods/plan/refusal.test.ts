import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import type { Problem } from '../../../shared/model/problem.ts';
import type { ServiceView } from '../../../shared/model/service-view.ts';
import type { DesiredInstance } from '../../../shared/pods/plan/desired/desired.ts';
import { currentRefusal, refusalInputs } from '../../../shared/pods/plan/refusal.ts';

type Refusal = NonNullable<Problem['refusal']>;

const desired: DesiredInstance = {
  ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', ipFamily: 'ipv4' },
  attributes: { 'k8s.io/namespace': 'shop', AWS_INSTANCE_IPV4: '10.0.0.1' },
  ...{ droppedLabels: [], source: 'VirtualNode front' },
};
const aConfig = (changes: object = {}) => {
  const [config] = clustersFile.parse({ clusters: [{ name: 'local', ...changes }] }).clusters;
  if (config === undefined) throw new Error('there is a cluster');
  return config;
};
const config = aConfig();
const inputs = refusalInputs(config, desired);
const atMs = Date.UTC(2026, 10, 21);

/** A service with these instances, by id. */
function aView(instances: Readonly<Record<string, Readonly<Record<string, string>>>>): ServiceView {
  const seen = Object.entries(instances).map(([id, attributes]) => [id, { attributes }] as const);
  return {
    key: { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' },
    ...{ serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: false, instances: new Map(seen) },
    ...{ claims: new Map(), underWay: new Map(), failedOperations: new Map() },
  };
}

function stands(
  refusal: Partial<Refusal>,
  {
    minutes = 0,
    view,
    source = desired.source,
    by = config,
  }: { minutes?: number; view?: ServiceView; source?: string; by?: typeof config } = {},
): boolean {
  const problem: Problem = {
    source,
    code: 'Refused',
    message: 'no',
    refusal: { inputs, atMs, isPermanent: false, ...refusal },
  };
  const others: Problem[] = [
    {
      ...{ source: 'VirtualNode other', code: 'Rejected', message: 'no' },
      refusal: { inputs, atMs, isPermanent: true },
    },
    { source: desired.source, code: 'Unavailable', message: 'a problem that is no refusal' },
  ];
  const around = { config: by, nowMs: atMs + minutes * 60_000, view };
  const found = currentRefusal([...others, problem], desired, around);
  expect([undefined, problem]).toContain(found);
  return found !== undefined;
}

describe('a refusal stands', () => {
  it('a refusal stands for a quarter of an hour, whichever clock is ahead', () => {
    expect([0, 14.99, 15, -14.99, -15].map((minutes) => stands({}, { minutes }))).toEqual([
      ...[true, true, false],
      ...[true, false],
    ]);
  });

  it('a refusal stands for a day where it can never change by itself', () => {
    const day = 24 * 60;
    expect([15, day - 0.01, day].map((minutes) => stands({ isPermanent: true }, { minutes }))).toEqual([
      ...[true, true, false],
    ]);
  });

  it('a refusal stands for the virtual node that was refused, as long as it asks for the same', () => {
    expect(stands({}, { source: 'VirtualNode back' })).toBe(false);
    expect(stands({ inputs: 'others' })).toBe(false);
    expect(currentRefusal([], desired, { config, nowMs: atMs, view: undefined })).toBeUndefined();
  });

  it('a refusal stands as long as the instance that had the id is there', () => {
    const dependsOn = 'instance';
    expect(stands({ dependsOn }, { view: aView({ '10.0.0.1': {} }) })).toBe(true);
    expect(stands({ dependsOn }, { view: aView({ '10.0.0.2': {} }) })).toBe(false);
    expect(stands({ dependsOn })).toBe(false);
  });

  it('a refusal stands as long as somebody else has an instance in the service', () => {
    const dependsOn = 'owners';
    const own = { 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop' };
    const is = (...attributes: Record<string, string>[]) =>
      stands({ dependsOn }, { view: aView(Object.fromEntries(attributes.entries())) });
    expect(is(own, { ...own, 'k8s.io/namespace': 'blue' })).toBe(true);
    expect(is(own, { ...own, 'k8s.io/cluster': 'second' })).toBe(true);
    expect(is({})).toBe(true);
    expect(is(own)).toBe(false);
    expect(is()).toBe(false);
    expect(stands({ dependsOn })).toBe(false);
  });

  it('a refusal stands as long as the service that was not created does not exist', () => {
    const dependsOn = 'creation';
    expect([14.99, 15].map((minutes) => stands({ dependsOn }, { minutes }))).toEqual([true, false]);
    expect(stands({ dependsOn }, { view: { ...aView({}), isDeleted: true } })).toBe(true);
    expect(stands({ dependsOn }, { view: aView({}) })).toBe(false);
  });

  it('a refusal stands as long as the service is full', () => {
    const dependsOn = 'service quota';
    const by = aConfig({ cloudMap: { quotas: { instancesPerService: 2 } } });
    const ofBy = { dependsOn, inputs: refusalInputs(by, desired) } as const;
    expect(stands(ofBy, { by, view: aView({ a: {}, b: {} }) })).toBe(true);
    expect(stands(ofBy, { by, view: aView({ a: {} }) })).toBe(false);
    expect(stands(ofBy, { by })).toBe(false);
  });
});

describe('what a refusal was given for', () => {
  it('what a refusal was given for is the same whatever the order of the attributes', () => {
    const attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', 'k8s.io/namespace': 'shop' };
    expect(refusalInputs(config, { ...desired, attributes })).toBe(inputs);
  });

  it.each<[string, Partial<DesiredInstance>]>([
    ['the namespace', { namespaceName: 'other.local' }],
    ['the service', { serviceName: 'back' }],
    ['the instance id', { instanceId: '10.0.0.2' }],
    ['an attribute', { attributes: { ...desired.attributes, tier: 'gold' } }],
    ['the IP family', { ipFamily: 'ipv6' }],
  ])('what a refusal was given for is another with %s', (_what, changes) => {
    expect(refusalInputs(config, { ...desired, ...changes })).not.toBe(inputs);
  });

  it.each<[string, object]>([
    ['the configuration of Cloud Map', { cloudMap: { region: 'eu-west-1' } }],
    ['tenancy', { tenancy: [{ kubernetesNamespaces: ['shop'], cloudMapNamespaces: ['*'] }] }],
  ])('what a refusal was given for is another with %s', (_what, changes) => {
    expect(refusalInputs(aConfig(changes), desired)).not.toBe(inputs);
  });
});
