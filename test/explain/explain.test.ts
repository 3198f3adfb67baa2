import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { ExplainStage } from './stage.ts';

const front = { 'namespace/shop': {}, 'virtualnode/front': {} };
const pod = { 'pod/front-1': { ip: '10.0.0.1' } };
const denied = (action: string) =>
  `User: arn:aws:sts::111122223333:assumed-role/explain/f is not authorized to perform: ${action} on resource: arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1`;

describe('my pods run, why do I not see them in DiscoverInstances?', () => {
  it('they are there', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.stage.clock.advance(60_000);
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('registered');
    expect(answer).toMatchObject({
      instances: [{ claim: { phase: 'applied' }, operation: { status: 'succeeded' }, discovered: {} }],
    });
  });

  it.each([
    [{ deregister: 'shop.local/front/10.0.0.1' }, 'deregisters the instance'],
    [
      { register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.9.9.9' } },
      'registers the instance anew',
    ],
  ])(
    'somebody else is about to change the instance, and Cloud Map has not done it yet: %j',
    async (action, what) => {
      const on = new ExplainStage();
      await on.apply({ ...front, ...pod });
      on.stage.clock.advance(60_000);
      const { latenciesMs } = on.stage.cloudMap.settings;
      Object.assign(latenciesMs, { REGISTER_INSTANCE: 30_000, DEREGISTER_INSTANCE: 30_000 });
      on.byHand(action);
      const { cause } = await on.pod('front-1');
      expect(cause).toMatchObject({
        kind: 'changed by somebody else',
        reason: expect.stringContaining(what),
        advice: expect.stringContaining('resync'),
      });
      on.stage.clock.advance(60_000);
      expect((await on.pod('front-1')).cause.kind).not.toBe('changed by somebody else');
    },
  );

  it('they were never seen', async () => {
    const on = new ExplainStage();
    expect((await on.pod('front-1')).cause.kind).toBe('cluster never seen');
    await on.apply(front);
    expect((await on.pod('front-1')).cause.kind).toBe('never seen');
    expect((await on.pod('front-1', 'blue')).cause.kind).toBe('namespace never seen');
  });

  it.each([
    [{ phase: 'Pending' }, 'not running'],
    [{ ip: 'none' }, 'no IP'],
    [{ terminating: true }, 'terminating'],
    [{ ready: false }, 'containers not ready'],
    [{ gates: { 'example.com/warm': 'False' } }, 'gate closed'],
    [{ labels: { app: 'back' } }, 'selector mismatch'],
  ])('the pod is %j', async (change, kind) => {
    const on = new ExplainStage();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', ...change } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe(kind);
    expect(answer).toMatchObject({ readFailures: [] });
  });

  it('its readiness gate cannot be set', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', gates: { [cloudMapReadinessGate]: null } } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('gate not set'); // nobody plays the API server here
    expect(answer).toMatchObject({
      gate: { status: 'absent', problem: expect.stringContaining('out of reach') },
    });
  });

  it('its service has another spelling in a DNS namespace', async () => {
    const create = { kind: 'private-dns', vpc: 'vpc-1' };
    const on = new ExplainStage([{ name: 'local', cloudMap: { namespaces: [{ name: '*', create }] } }]);
    await on.apply({ ...front, ...pod });
    await on.apply({
      'virtualnode/upper': { service: 'shop.local/Front' },
      'pod/upper-1': { ip: '10.0.0.2' },
    });
    const reason = 'Cloud Map service shop.local/Front is named shop.local/front';
    const { cause } = await on.pod('upper-1');
    expect(cause).toMatchObject({ kind: 'service refused', reason: expect.stringContaining(reason) });
    const ofService = await on.ask({ service: 'shop.local/Front' });
    expect(ofService.cause).toMatchObject({
      kind: 'service refused',
      reason: expect.stringContaining(reason),
    });
    const ofNamespace = await on.ask({ service: 'Shop.local/front' });
    expect(ofNamespace.cause.reason).toContain('Cloud Map namespace Shop.local is named shop.local');
  });

  it('another program manages its service', async () => {
    const on = new ExplainStage();
    const description = '"heritage=external-dns,external-dns/owner=dns-1"';
    on.byHand(
      { createNamespace: 'shop.local', kind: 'http' },
      { createService: 'shop.local/front', healthCheck: 'none', description },
    );
    await on.apply({ ...front, ...pod });
    const reason = 'service shop.local/front is managed by external-dns (owner dns-1)';
    for (const { cause } of [await on.pod('front-1'), await on.ask({ service: 'shop.local/front' })])
      expect(cause).toMatchObject({ kind: 'service refused', reason: expect.stringContaining(reason) });
  });

  it('the pod is gone', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    await on.delete('pod/front-1');
    expect((await on.pod('front-1')).cause.kind).toBe('deleted');
  });

  it('the virtual node discovers through DNS', async () => {
    const on = new ExplainStage();
    const spec = { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } };
    await on.apply({ 'virtualnode/front': { spec }, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('not by Cloud Map');
  });

  it('the virtual node itself was put aside', async () => {
    const on = new ExplainStage();
    await on.apply({ 'namespace/shop': {}, 'virtualnode/front': { service: 'shop.local/-front' }, ...pod });
    const { text, cause } = await on.pod('front-1');
    expect(text).toContain('✗ VirtualNodes: namespace shop has none');
    expect(cause.kind).toBe('put aside');
    expect(cause.reason).toContain('serviceName: expected a Cloud Map service name');
    expect(cause.advice).toContain('in VirtualNode front');
  });

  it('the Cloud Map namespace is not there, and not to be created', async () => {
    const on = new ExplainStage([{ name: 'local' }]);
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('namespace not configured');
  });

  it('the Cloud Map namespace is public', async () => {
    const on = new ExplainStage();
    on.byHand({ createNamespace: 'shop.local', kind: 'public-dns' });
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('public namespace');
  });

  it('the service is another tenant’s', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    await on.apply({ 'virtualnode/blue/front': {}, 'pod/blue/front-2': { ip: '10.0.0.2' } });
    const { cause } = await on.pod('front-2', 'blue');
    expect(cause.kind).toBe('tenancy');
    expect(cause.reason).toContain('belongs to namespace shop of cluster local');
  });

  it('another pod holds the instance id', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', hostNetwork: true } });
    await on.apply({ 'pod/front-2': { ip: '10.0.0.1', hostNetwork: true } });
    const { cause } = await on.pod('front-2');
    expect(cause.kind).toBe('held by another pod');
    expect(cause.reason).toContain('pod shop/front-1 of cluster local (alive');
    expect(cause.advice).toContain('pod-uid');
  });

  it('a foreign instance has the id', async () => {
    const tenancy = [{ kubernetesNamespaces: ['shop'], cloudMapNamespaces: ['*'] }];
    const on = new ExplainStage([{ name: 'local', tenancy }]);
    on.byHand(
      { createNamespace: 'shop.local', kind: 'http' },
      { createService: 'shop.local/front', healthCheck: 'none' },
      { register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
    );
    await on.apply({ ...front, ...pod });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('foreign instance');
    expect(answer).toMatchObject({ instances: [{ claim: null, ownership: { kind: 'foreign' } }] });
  });

  it('Cloud Map failed the operation after it had accepted it', async () => {
    const on = new ExplainStage();
    const fault = { code: 'HOSTED_ZONE_NOT_FOUND', message: 'no such zone' };
    on.stage.cloudMap.faults.failOperations('REGISTER_INSTANCE', fault, 1);
    await on.apply({ ...front, ...pod });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('operation failed');
    expect(cause.reason).toContain('HOSTED_ZONE_NOT_FOUND: no such zone');
  });

  it('the function that registers lacks a permission', async () => {
    const on = new ExplainStage();
    const error = { operation: 'RegisterInstance', error: 'AccessDeniedException', times: 1_000 };
    on.stage.refusals.push({ ...error, message: denied('servicediscovery:RegisterInstance') });
    await on.apply({ ...front, ...pod });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('missing permission');
    expect(cause.advice).toContain(
      'Allow servicediscovery:RegisterInstance on arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1',
    );
  });

  it('Cloud Map throttles', async () => {
    const on = new ExplainStage();
    const error = { operation: 'RegisterInstance', error: 'ThrottlingException', message: 'Rate exceeded' };
    on.stage.refusals.push({ ...error, times: 1_000 });
    await on.applyFor(600, { ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('throttled');
  });

  it('somebody took the instance out', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
    on.stage.clock.advance(60_000);
    expect((await on.pod('front-1')).cause.kind).toBe('removed by somebody else');
  });

  it('somebody deleted the service', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.byHand({ deleteService: 'shop.local/front' });
    const { cause, text } = await on.pod('front-1');
    expect(cause.kind).toBe('service deleted');
    expect(text).toContain('which Cloud Map does not have any more');
  });

  it('somebody changed its attributes; it is ours all the same', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.byHand({ register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('AttributesDrifted');
    expect(answer).toMatchObject({ instances: [{ ownership: { kind: 'ours' } }] });
  });

  it('what is asked for by annotations is wrong', async () => {
    const on = new ExplainStage();
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'front', port: 'http' };
    await on.apply({ 'pod/front-1': { ip: '10.0.0.1', annotations } });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('wrong annotation');
    expect(cause.reason).toContain('eks-mesh-sync/port is "http"; expected an integer from 1 to 65535');
  });
});

describe('what may not be read', () => {
  it.each([
    ['GetInstance', 'instance 10.0.0.1 of shop.local/front'],
    ['GetOperation', 'operation '],
    ['DiscoverInstances', 'DiscoverInstances of shop.local/front'],
  ])('%s: is named with its permission, and the rest is told', async (call, what) => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.refused.set(call, denied(`servicediscovery:${call}`));
    const { answer, text, cause } = await on.pod('front-1');
    expect(answer.readFailures).toEqual([
      { what: expect.stringContaining(what), reason: expect.stringContaining('AccessDeniedException') },
    ]);
    expect(answer.missingPermissions).toEqual([
      {
        action: `servicediscovery:${call}`,
        resource: 'arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1',
        principal: 'arn:aws:sts::111122223333:assumed-role/explain/f',
      },
    ]);
    expect(text).toContain('claim: applied by this pod');
    expect(cause.kind).toBe('missing permission');
  });

  it.each([
    ['pods', 'what was last seen of the pod', 'not readable'],
    ['claims', 'the claim on shop.local/front 10.0.0.1', 'not readable'],
    ['mesh', 'the virtual nodes, meshes and namespace', 'not readable'],
    ['services', 'the stored id of shop.local/front', 'not readable'],
  ] as const)('a store that does not answer (%s) is told, too', async (store, what, kind) => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.broken.add(store);
    const { answer, cause } = await on.pod('front-1');
    expect(answer.readFailures.map((readFailures) => readFailures.what)).toContain(what);
    expect(cause.kind).toBe(kind);
  });
});

describe('a service', () => {
  const shared = async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod, 'pod/front-2': { ip: '10.0.0.2' } });
    return on;
  };

  it('in order', async () => {
    const { cause, text } = await (await shared()).ask({ service: 'shop.local/front' });
    expect(cause.kind).toBe('in order');
    expect(text).toContain('owned by: namespace shop of cluster local');
    expect(text).toContain('Instances: 2 (2 ours, 0 left by the App Mesh controller, 0 foreign)');
  });

  it('with instances of others, leftovers, and a claim whose instance somebody took away', async () => {
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
    expect(cause.kind).toBe('claims without instance');
    expect(cause.advice).toContain('"pod":"front-2"');
  });

  it('that was deleted, that never was, in a namespace that is not', async () => {
    const on = await shared();
    expect((await on.ask({ service: 'shop.local/back' })).cause.kind).toBe('no such service');
    expect((await on.ask({ service: 'blue.local/back' })).cause.kind).toBe('no such namespace');
    on.byHand({ deleteService: 'shop.local/front' });
    expect((await on.ask({ service: 'shop.local/front' })).cause.kind).toBe('service deleted');
  });

  it('whose instances may not be listed', async () => {
    const on = await shared();
    on.refused.set('ListInstances', denied('servicediscovery:ListInstances'));
    const { answer, cause } = await on.ask({ service: 'shop.local/front' });
    expect(cause.kind).toBe('missing permission');
    expect(answer).toMatchObject({ instances: [], claimsWithoutInstance: [] });
  });

  it('needs a cluster where clusters register into several accounts', async () => {
    const abroad = { name: 'abroad', cloudMap: { region: 'eu-west-1' } };
    const on = new ExplainStage([{ name: 'local' }, abroad]);
    await expect(on.ask({ service: 'shop.local/front' })).rejects.toThrow(
      'cluster is missing; expected one of local, abroad, since they register into 2 accounts or Regions',
    );
    const { answer } = await on.ask({ service: 'shop.local/front', cluster: 'abroad' });
    expect(answer).toMatchObject({ target: 'own/eu-west-1' });
  });
});

describe('an instance', () => {
  it('of ours, found without saying in which service', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    const { answer, cause, text } = await on.ask({ instance: '10.0.0.1' });
    expect(answer).toMatchObject({
      places: [{ serviceName: 'front', owner: 'alive', whose: { kind: 'ours' } }],
    });
    expect(cause.kind).toBe('in order');
    expect(text).toContain('app=front');
  });

  it('of somebody else', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    on.byHand({ register: 'shop.local/front/web-1', attributes: { AWS_INSTANCE_IPV4: '10.1.0.1' } });
    const { cause } = await on.ask({ instance: 'web-1', service: 'shop.local/front' });
    expect(cause).toMatchObject({ kind: 'in order', advice: 'Nothing: what is not ours is left alone' });
    expect(cause.reason).toContain('foreign, neither this system nor the App Mesh controller registered it');
  });

  it('of a cluster that clusters.yml does not name is not ours', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    const attributes = { AWS_INSTANCE_IPV4: '10.1.0.1', 'k8s.io/cluster': 'other' };
    on.byHand({ register: 'shop.local/front/10.1.0.1', attributes });
    expect((await on.ask({ instance: '10.1.0.1' })).cause.reason).toContain(
      'foreign, its attribute k8s.io/cluster is other',
    );
  });

  it('that nobody has, or that is gone from Cloud Map', async () => {
    const on = new ExplainStage();
    await on.apply({ ...front, ...pod });
    expect((await on.ask({ instance: '10.9.9.9' })).cause.kind).toBe('no such instance');
    on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
    expect((await on.ask({ instance: '10.0.0.1' })).cause.kind).toBe('claim without instance');
  });
});
