import { describe, expect, it } from 'vitest';
import {
  explainInstance,
  type IdFacts,
  type PlaceFacts,
} from '../../../shared/explain/plan/instance-explanation.ts';
import { instanceText, serviceText } from '../../../shared/explain/plan/places-text.ts';
import { explainService, type ServiceFacts } from '../../../shared/explain/plan/service-explanation.ts';
import { aClaim, nowMs, production } from '../harness/pod-facts.ts';
import { attributesOf, drainOf, instancesOf, leftover, serviceFacts } from './service-facts.ts';

const textOf = (facts: Partial<ServiceFacts> = {}) => serviceText(explainService(serviceFacts(facts)));

describe('the text about a service', () => {
  it('has its facts and its instances', () => {
    expect(textOf()).toEqual([
      'Cloud Map service shop.local/front',
      '  place: the account and Region of the deployment',
      '  namespace: http',
      '  id: srv-1',
      '  health check: custom',
      '  owned by: namespace shop of cluster local',
      '',
      'Instances: 1 (1 ours, 0 left by the App Mesh controller, 0 foreign)',
      '  10.0.0.1 ours, pod shop/front-1 of local, claim applied',
    ]);
  });

  it('has no lines about what is not there', () => {
    const none = { namespace: undefined, serviceId: undefined, storedId: undefined, owners: [], claims: [] };
    expect(textOf({ ...none, hasCustomHealthCheck: undefined, instances: undefined })).toEqual([
      'Cloud Map service shop.local/front',
      '  place: the account and Region of the deployment',
      '  namespace: unknown',
      '  id: none',
      '  owned by: none',
    ]);
  });

  it.each<readonly [Partial<ServiceFacts>, string]>([
    [{ serviceId: 'srv-2' }, '  id: srv-2 (stored: srv-1)'],
    [{ serviceId: undefined }, '  id: none (stored: srv-1)'],
    [{ storedId: undefined }, '  id: srv-1'],
    [{ hasCustomHealthCheck: false }, '  health check: none'],
    [
      {
        owners: [
          { cluster: 'local', kubernetesNamespace: 'a' },
          { cluster: 'b', kubernetesNamespace: 'c' },
        ],
      },
      '  owned by: namespace a of cluster local and namespace c of cluster b',
    ],
    [{ drains: drainOf('local') }, '  drained: cluster local, since 2026-11-21T12:00:00.000Z'],
  ])('has the facts %j', (facts, line) => {
    expect(textOf(facts)).toContain(line);
  });

  it('says of each instance whose it is', () => {
    const others = instancesOf({ b: attributesOf('staging'), c: {}, d: leftover });
    const instances = new Map([['a', { attributes: attributesOf('local'), health: 'HEALTHY' }], ...others]);
    const claims = [aClaim({ instanceId: 'a', phase: 'releasing' })];
    expect(textOf({ instances, claims }).slice(-5)).toEqual([
      'Instances: 4 (2 ours, 1 left by the App Mesh controller, 1 foreign)',
      '  a ours, pod shop/front-1 of local, HEALTHY, claim releasing',
      '  b ours, pod shop/front-1 of staging, no claim',
      '  c foreign, neither this system nor the App Mesh controller registered it',
      '  d leftover, pod shop/old-1',
    ]);
  });

  it.each([
    [100, undefined],
    [101, '  … and 1 more'],
  ])('has at most 100 of %i instances', (count, last) => {
    const ids = Array.from({ length: count }, (_, index) => `i-${index}`);
    const instances = instancesOf(Object.fromEntries(ids.map((id) => [id, {}])));
    const lines = textOf({ instances, claims: [] });
    expect(lines).toContain(
      `Instances: ${count} (0 ours, 0 left by the App Mesh controller, ${count} foreign)`,
    );
    expect(lines.filter((line) => line.startsWith('  i-'))).toHaveLength(100);
    expect(lines.find((line) => line.startsWith('  …'))).toBe(last);
  });

  it('has the claims without an instance', () => {
    const claims = [
      aClaim({ operationId: 'op-1' }),
      aClaim({ instanceId: '10.0.0.2', operationId: undefined }),
    ];
    const failedOperations = new Map([['op-1', 'no such VPC']]);
    expect(textOf({ claims, instances: new Map(), failedOperations }).slice(-4)).toEqual([
      '',
      'Claims without an instance: 2',
      '  10.0.0.1 applied since 2026-11-21T11:55:00.000Z by pod shop/front-1 of cluster local: no such VPC',
      '  10.0.0.2 applied since 2026-11-21T11:55:00.000Z by pod shop/front-1 of cluster local',
    ]);
  });

  it('has the ServiceEntry of each cluster', () => {
    const entries = [
      {
        ...{ cluster: 'local', state: 'UpToDate' as const, reason: 'it matches Cloud Map', everyMinutes: 5 },
        ...{ entry: 'ServiceEntry default/web', content: 'STATIC, 1 endpoint', notes: ['a', 'b'] },
      },
      {
        ...{ cluster: 'staging', state: 'Missing' as const, reason: 'it is to be created' },
        ...{ everyMinutes: 5, notes: [] },
      },
    ];
    expect(textOf({ entries }).slice(-5)).toEqual([
      'ServiceEntries',
      '  local: ServiceEntry default/web (STATIC, 1 endpoint), UpToDate: it matches Cloud Map',
      '    a',
      '    b',
      '  staging: none, Missing: it is to be created',
    ]);
  });
});

describe('the text about an instance id', () => {
  const placeOf = (part: Partial<PlaceFacts> = {}): PlaceFacts => ({
    ...{ namespaceName: 'shop.local', serviceName: 'front', serviceId: 'srv-1' },
    ...{ attributes: { ...attributesOf('local'), a: '1' }, claim: aClaim(), owner: 'alive' },
    ...part,
  });
  const idText = (facts: Partial<IdFacts>) =>
    instanceText(
      explainInstance({
        ...{ place: production, instanceId: '10.0.0.1', nowMs, clusters: ['local'], drains: new Map() },
        ...{ checked: ['shop.local/front'], places: [], readFailures: [], ...facts },
      }),
    );

  it('has the services that were searched', () => {
    expect(idText({})).toEqual(['Instance 10.0.0.1', '  searched in shop.local/front']);
    const checked = ['shop.local/front', 'shop.local/back'];
    expect(idText({ checked })).toEqual(['Instance 10.0.0.1', '  searched in 2 services']);
  });

  it('has each instance and its claim', () => {
    const places = [
      placeOf(),
      placeOf({ serviceName: 'back', attributes: null, owner: 'deleted' }),
      placeOf({ serviceName: 'web', attributes: {}, claim: undefined, owner: undefined }),
      placeOf({ serviceName: 'api', attributes: undefined }),
    ];
    expect(idText({ places, drains: drainOf('local') })).toEqual([
      'Instance 10.0.0.1',
      '  searched in shop.local/front',
      '  drained: cluster local, since 2026-11-21T12:00:00.000Z',
      '',
      'In shop.local/front (srv-1)',
      '  ours: its attribute k8s.io/cluster is local',
      '  pod: shop/front-1',
      '  claim: applied by pod shop/front-1 of cluster local (alive), 5 min ago',
      '  k8s.io/cluster=local',
      '  k8s.io/namespace=shop',
      '  k8s.io/pod=front-1',
      '  a=1',
      '',
      'In shop.local/back (srv-1)',
      '  Cloud Map: instance not found',
      '  pod: shop/front-1',
      '  claim: applied by pod shop/front-1 of cluster local (deleted), 5 min ago',
      '',
      'In shop.local/web (srv-1)',
      '  foreign: neither this system nor the App Mesh controller registered it',
      '  claim: none',
      '',
      'In shop.local/api (srv-1)',
      '  ours: pod shop/front-1 of cluster local has a claim on it',
      '  pod: shop/front-1',
      '  claim: applied by pod shop/front-1 of cluster local (alive), 5 min ago',
    ]);
  });
});
