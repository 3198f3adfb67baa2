import { describe, expect, it } from 'vitest';
import { denied, front, pod } from './front-pod.ts';
import { ExplainHarness } from './harness/harness.ts';

describe('a service', () => {
  const shared = async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod, 'pod/front-2': { ip: '10.0.0.2' } });
    return on;
  };

  it('a service is reported in order', async () => {
    const { cause, text } = await (await shared()).ask({ service: 'shop.local/front' });
    expect(cause.kind).toBe('InSync');
    expect(text).toContain('owned by: namespace shop of cluster local');
    expect(text).toContain('Instances: 2 (2 ours, 0 left by the App Mesh controller, 0 foreign)');
  });

  it('a service is reported with foreign instances, leftovers, and a claim whose instance was deregistered by another program', async () => {
    const on = await shared();
    const leftover = {
      AWS_INSTANCE_IPV4: '10.0.0.9',
      'k8s.io/pod': 'old-1',
      'k8s.io/namespace': 'shop',
      'appmesh.k8s.aws/mesh': 'm',
      'appmesh.k8s.aws/virtualNode': 'v',
    };
    on.byHand(
      { register: 'shop.local/front/web-1', attributes: { AWS_INSTANCE_IPV4: '10.1.0.1' } },
      { register: 'shop.local/front/10.0.0.9', attributes: leftover },
      { deregister: 'shop.local/front/10.0.0.2' },
    );
    const { answer, cause, text } = await on.ask({ service: 'shop.local/front' });
    expect(text).toContain('Instances: 3 (1 ours, 1 left by the App Mesh controller, 1 foreign)');
    expect(text).toContain('10.0.0.9 leftover, pod shop/old-1');
    expect(text).toContain('web-1 foreign, ');
    expect(answer).toMatchObject({ claimsWithoutInstance: [{ instanceId: '10.0.0.2', phase: 'applied' }] });
    expect(cause.kind).toBe('InstanceMissing');
    expect(cause.advice).toContain('"pod":"front-2"');
  });

  it('a service is reported as deleted, as one that never existed, or as one in a missing namespace', async () => {
    const on = await shared();
    expect((await on.ask({ service: 'shop.local/back' })).cause.kind).toBe('ServiceNotFound');
    expect((await on.ask({ service: 'blue.local/back' })).cause.kind).toBe('NamespaceNotFound');
    on.byHand({ deleteService: 'shop.local/front' });
    expect((await on.ask({ service: 'shop.local/front' })).cause.kind).toBe('ServiceDeleted');
  });

  it('a service is reported with the missing permission if its instances may not be listed', async () => {
    const on = await shared();
    on.refused.set('ListInstances', denied('servicediscovery:ListInstances'));
    const { answer, cause } = await on.ask({ service: 'shop.local/front' });
    expect(cause.kind).toBe('MissingPermission');
    expect(answer).toMatchObject({ instances: [], claimsWithoutInstance: [] });
  });

  it('a service needs a cluster if clusters register in several accounts', async () => {
    const abroad = { name: 'abroad', cloudMap: { region: 'eu-west-1' } };
    const on = new ExplainHarness([{ name: 'local' }, abroad]);
    await expect(on.ask({ service: 'shop.local/front' })).rejects.toThrow(
      'cluster is missing; expected one of local, abroad, because they register in 2 accounts or Regions',
    );
    const { answer } = await on.ask({ service: 'shop.local/front', cluster: 'abroad' });
    expect(answer).toMatchObject({ target: 'own/eu-west-1' });
  });
});

describe('an operation in progress for an instance of ours', () => {
  const subjects = [
    { service: 'shop.local/front' },
    { instance: '10.0.0.1' },
    { instance: '10.0.0.1', service: 'shop.local/front' },
  ];
  const actions = [
    [{ deregister: 'shop.local/front/10.0.0.1' }, 'deregisters instance 10.0.0.1'],
    [
      { register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.9.9.9' } },
      'registers instance 10.0.0.1 again',
    ],
  ] as const;
  const registered = async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod, 'pod/front-2': { ip: '10.0.0.2' } });
    on.harness.clock.advance(60_000);
    const { latenciesMs } = on.harness.cloudMap.settings;
    Object.assign(latenciesMs, { REGISTER_INSTANCE: 30_000, DEREGISTER_INSTANCE: 30_000 });
    return on;
  };

  it.each(subjects.flatMap((subject) => actions.map(([action, what]) => [subject, action, what] as const)))(
    'explain of %j says that another program started it: %j',
    async (subject, action, what) => {
      const on = await registered();
      on.byHand(action);
      const { cause } = await on.ask(subject);
      expect(cause).toMatchObject({
        kind: 'ExternalChange',
        reason: expect.stringContaining(what),
        advice: expect.stringMatching(/"pod":"front-1"/),
      });
      on.harness.clock.advance(60_000);
      expect((await on.ask(subject)).cause.kind).not.toBe('ExternalChange');
    },
  );

  it.each(subjects)('explain of %j says nothing of one that eks-mesh-sync started', async (subject) => {
    const on = await registered();
    await on.apply({ 'pod/front-1': { ip: '10.0.0.1', labels: { app: 'front', track: 'new' } } });
    expect(on.harness.cloudMap.calls.get('RegisterInstance')).toBe(3);
    const { answer, cause } = await on.ask(subject);
    expect(cause.kind).toBe('InSync');
    expect(answer).toMatchObject({ readFailures: [] });
  });

  it('explain of a service says nothing of one for an instance that is not ours', async () => {
    const on = await registered();
    on.byHand({ register: 'shop.local/front/web-1', attributes: { AWS_INSTANCE_IPV4: '10.1.0.1' } });
    expect((await on.ask({ service: 'shop.local/front' })).cause.kind).toBe('InSync');
  });
});

describe('an instance', () => {
  it('an instance is found by its id alone if it is ours', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    const { answer, cause, text } = await on.ask({ instance: '10.0.0.1' });
    expect(answer).toMatchObject({
      places: [{ serviceName: 'front', owner: 'alive', whose: { kind: 'ours' } }],
    });
    expect(cause.kind).toBe('InSync');
    expect(text).toContain('app=front');
  });

  it('an instance is reported as foreign', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.byHand({ register: 'shop.local/front/web-1', attributes: { AWS_INSTANCE_IPV4: '10.1.0.1' } });
    const { cause } = await on.ask({ instance: 'web-1', service: 'shop.local/front' });
    expect(cause).toMatchObject({ kind: 'InSync', advice: 'Nothing: foreign instances are not changed' });
    expect(cause.reason).toContain('foreign, neither this system nor the App Mesh controller registered it');
  });

  it('an instance is not ours if clusters.yml does not name its cluster', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    const attributes = { AWS_INSTANCE_IPV4: '10.1.0.1', 'k8s.io/cluster': 'other' };
    on.byHand({ register: 'shop.local/front/10.1.0.1', attributes });
    expect((await on.ask({ instance: '10.1.0.1' })).cause.reason).toContain(
      'foreign, its attribute k8s.io/cluster is other',
    );
  });

  it('an instance is reported as missing, or as deregistered', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    expect((await on.ask({ instance: '10.9.9.9' })).cause.kind).toBe('InstanceNotFound');
    on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
    expect((await on.ask({ instance: '10.0.0.1' })).cause.kind).toBe('InstanceMissing');
  });
});
