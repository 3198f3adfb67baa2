import { describe, expect, it } from 'vitest';
import type { PodRecord } from '../../shared/model/records/pod-record.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import { ExplainHarness } from './harness/harness.ts';

const denied = (action: string) =>
  `User: arn:aws:sts::111122223333:assumed-role/explain/f is not authorized to perform: ${action} on resource: arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1`;

/** A registered pod, as every test here begins. */
async function aHarness() {
  const on = new ExplainHarness();
  await on.apply({ 'namespace/shop': {}, 'virtualnode/front': {}, 'pod/front-1': { ip: '10.0.0.1' } });
  const { pods, claims } = on.harness.stores;
  return {
    on,
    changePod: (change: (record: PodRecord) => object) => {
      for (const record of pods.items.values()) Object.assign(record, change(record));
    },
    changeClaim: (change: (claim: Claim) => object) => {
      for (const claim of claims.items.values()) Object.assign(claim, change(claim));
    },
  };
}

describe('explain of an instance', () => {
  it('explain of an instance searches all known services, or only the one that is named', async () => {
    const { on } = await aHarness();
    await on.apply({
      'virtualnode/back': { service: 'shop.local/back' },
      'pod/back-1': { ip: '10.0.0.2', labels: { app: 'back' } },
    });
    const of = async (request: object) => (await on.ask({ instance: '10.9.9.9', ...request })).answer;
    expect(await of({})).toMatchObject({ checked: ['shop.local/front', 'shop.local/back'] });
    const { cause, ...named } = await of({ service: 'shop.local/back' });
    expect(named).toMatchObject({ checked: ['shop.local/back'], places: [] });
    expect(cause.reason).toMatch(/in 1 service checked$/);
  });

  it('explain of an instance reports that the known services, or their ids, cannot be read', async () => {
    const { on } = await aHarness();
    on.broken.add('services');
    const { answer, cause } = await on.ask({ instance: '10.0.0.1' });
    expect(answer.readFailures).toMatchObject([
      { what: 'the known services in the account and Region of the deployment', code: 'Unavailable' },
    ]);
    expect(cause.kind).toBe('ReadFailed');
  });

  it('explain of an instance reads the instance by the service id of its claim if the service is not found', async () => {
    const { on } = await aHarness();
    on.broken.add('services');
    on.refused.set('ListNamespaces', denied('servicediscovery:ListNamespaces'));
    const { answer } = await on.ask({ instance: '10.0.0.1', service: 'shop.local/front' });
    expect(answer).toMatchObject({ places: [{ attributes: { 'k8s.io/pod': 'front-1' }, owner: 'alive' }] });
    expect(answer.readFailures).toHaveLength(2);
  });

  it('explain of an instance reads the operations in progress first: one that ends meanwhile shows in the instance', async () => {
    const { on } = await aHarness();
    for (const operation of ['ListOperations', 'GetInstance'])
      on.refused.set(operation, denied(`servicediscovery:${operation}`));
    const { answer } = await on.ask({ instance: '10.0.0.1' });
    expect(answer.readFailures.map(({ what }) => what)).toEqual([
      'the operations in progress in shop.local/front',
      'instance 10.0.0.1 of shop.local/front',
    ]);
  });

  it('explain of an instance returns no place of an instance without a claim that cannot be read', async () => {
    const { on } = await aHarness();
    on.refused.set('GetInstance', denied('servicediscovery:GetInstance'));
    const { answer } = await on.ask({ instance: 'web-1' });
    expect(answer).toMatchObject({
      places: [],
      readFailures: [{ what: 'instance web-1 of shop.local/front', code: 'AccessDenied' }],
    });
  });

  it('explain of an instance returns the claim on an instance that cannot be read', async () => {
    const { on } = await aHarness();
    on.refused.set('GetInstance', denied('servicediscovery:GetInstance'));
    const { answer } = await on.ask({ instance: '10.0.0.1' });
    expect(answer).toMatchObject({
      places: [{ attributes: undefined, claim: { phase: 'applied' }, owner: 'alive' }],
    });
  });

  it.each<readonly [string, (record: PodRecord) => object]>([
    ['deleted', () => ({ deleted: true })],
    ['replaced', ({ pod }) => ({ pod: { ...pod, uid: 'uid-of-another' } })],
    ['terminating', ({ pod }) => ({ pod: { ...pod, terminating: true } })],
    ['alive', () => ({})],
  ])('explain of an instance says of the pod that has the claim that it is %s', async (state, change) => {
    const { on, changePod } = await aHarness();
    changePod(change);
    expect((await on.ask({ instance: '10.0.0.1' })).answer).toMatchObject({ places: [{ owner: state }] });
  });

  it('explain of an instance says of the pod that has the claim that it was not observed, or cannot be read', async () => {
    const { on } = await aHarness();
    on.broken.add('pods');
    const { answer, cause } = await on.ask({ instance: '10.0.0.1' });
    expect(answer).toMatchObject({
      places: [{ owner: 'unreadable' }],
      readFailures: [{ what: 'the pod that has the claim' }],
    });
    expect(cause.kind).toBe('ReadFailed');
    on.broken.clear();
    on.harness.stores.pods.items.clear();
    expect((await on.ask({ instance: '10.0.0.1' })).answer).toMatchObject({
      places: [{ owner: 'not observed' }],
    });
  });
});

describe('explain of a pod', () => {
  it('explain of a pod reports an instance in an account that clusters.yml does not name, and reads nothing there', async () => {
    const { on, changePod } = await aHarness();
    const service = { target: '999999999999/own', namespaceName: 'shop.local', serviceName: 'old' };
    changePod(() => ({ registrations: [{ service, instanceId: '10.0.0.7' }] }));
    const { answer } = await on.pod('front-1');
    expect(answer).toMatchObject({ instances: [{ serviceName: 'front' }] });
    expect(answer.readFailures).toEqual([
      {
        ...{ what: 'instance 10.0.0.7 of shop.local/old', code: 'Unavailable' },
        message: expect.stringContaining('account 999999999999'),
      },
    ]);
  });

  it.each<readonly [string, (claim: Claim) => object, string]>([
    ['that this pod applied', () => ({}), 'ours'],
    ['that is not applied', () => ({ phase: 'claimed' }), 'foreign'],
    ['of a former pod of its name', ({ owner }) => ({ owner: { ...owner, uid: 'former' } }), 'foreign'],
    ['of a restored cluster', ({ owner }) => ({ owner: { ...owner, cluster: 'restored' } }), 'foreign'],
  ])(
    'explain of a pod says of an instance with replaced attributes, by a claim %s, whose it is',
    async (_, change, kind) => {
      const { on, changeClaim } = await aHarness();
      on.byHand({ register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } });
      changeClaim(change);
      expect((await on.pod('front-1')).answer).toMatchObject({ instances: [{ ownership: { kind } }] });
    },
  );

  it('explain of a pod fails if a read fails by a mistake of this program', async () => {
    const { on } = await aHarness();
    on.harness.stores.claims.find = () => Promise.reject(new TypeError('a mistake'));
    await expect(on.pod('front-1')).rejects.toThrow('a mistake');
  });

  it('explain of a pod says whether Cloud Map has forgotten the last operation', async () => {
    const { on, changeClaim } = await aHarness();
    changeClaim(() => ({ operationId: 'unknown-1' }));
    const { answer } = await on.pod('front-1');
    expect(answer).toMatchObject({
      instances: [{ operation: { id: 'unknown-1', status: 'forgotten' } }],
      readFailures: [],
    });
  });
});
