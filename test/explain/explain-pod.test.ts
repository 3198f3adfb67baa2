import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { denied, front, pod } from './front-pod.ts';
import { ExplainHarness } from './harness/harness.ts';

describe('my pods run, why do I not see them in DiscoverInstances?', () => {
  it('the pods are registered', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.harness.clock.advance(60_000);
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('Registered');
    expect(answer).toMatchObject({
      instances: [
        {
          claim: { phase: 'applied' },
          operation: { status: 'succeeded' },
          discovered: { health: 'HEALTHY' },
        },
      ],
    });
  });

  it('the cluster is drained, and the command that ends that is named', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    await on.harness.stores.drains.begin('local', on.harness.clock.now());
    const { cause } = await on.pod('front-1');
    expect(cause).toMatchObject({
      kind: 'ClusterDrained',
      reason: expect.stringContaining('cluster "local" is drained since 2026-11-21T'),
      advice: expect.stringMatching(/"cluster":"local","drain":false/),
    });
  });

  it.each([
    [{ deregister: 'shop.local/front/10.0.0.1' }, 'deregisters instance 10.0.0.1'],
    [
      { register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.9.9.9' } },
      'registers instance 10.0.0.1 again',
    ],
  ])(
    'another program is changing the instance, and its operation is in progress: %j',
    async (action, what) => {
      const on = new ExplainHarness();
      await on.apply({ ...front, ...pod });
      on.harness.clock.advance(60_000);
      const { latenciesMs } = on.harness.cloudMap.settings;
      Object.assign(latenciesMs, { REGISTER_INSTANCE: 30_000, DEREGISTER_INSTANCE: 30_000 });
      on.byHand(action);
      const { cause } = await on.pod('front-1');
      expect(cause).toMatchObject({
        kind: 'ExternalChange',
        reason: expect.stringContaining(what),
        advice: expect.stringContaining('resync'),
      });
      on.harness.clock.advance(60_000);
      expect((await on.pod('front-1')).cause.kind).not.toBe('ExternalChange');
    },
  );

  it('no event about them was received', async () => {
    const on = new ExplainHarness();
    expect((await on.pod('front-1')).cause.kind).toBe('ClusterNotObserved');
    await on.apply(front);
    expect((await on.pod('front-1')).cause.kind).toBe('PodNotObserved');
    expect((await on.pod('front-1', 'blue')).cause.kind).toBe('NamespaceNotObserved');
  });

  it.each([
    [{ phase: 'Pending' }, 'PodNotRunning'],
    [{ ip: 'none' }, 'PodIPMissing'],
    [{ terminating: true }, 'PodTerminating'],
    [{ ready: false }, 'ContainersNotReady'],
    [{ gates: { 'example.com/warm': 'False' } }, 'ReadinessGateFalse'],
    [{ labels: { app: 'back' } }, 'SelectorMismatch'],
  ])('the pod is %j', async (change, kind) => {
    const on = new ExplainHarness();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', ...change } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe(kind);
    expect(answer).toMatchObject({ readFailures: [] });
  });

  it('explain says that the readiness gate of a pod cannot be set', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', gates: { [cloudMapReadinessGate]: null } } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('ReadinessGateNotSet'); // nobody plays the API server here
    expect(answer).toMatchObject({
      gate: { status: 'absent', problem: { message: expect.stringContaining('out of reach') } },
    });
  });

  it('explain says that the service has another spelling in a DNS namespace', async () => {
    const create = { kind: 'private-dns', vpc: 'vpc-1' };
    const on = new ExplainHarness([{ name: 'local', cloudMap: { namespaces: [{ name: '*', create }] } }]);
    await on.apply({ ...front, ...pod });
    await on.apply({
      'virtualnode/upper': { service: 'shop.local/Front' },
      'pod/upper-1': { ip: '10.0.0.2' },
    });
    const reason = 'Cloud Map service shop.local/Front is named shop.local/front';
    const { cause } = await on.pod('upper-1');
    expect(cause).toMatchObject({ kind: 'ServiceRefused', reason: expect.stringContaining(reason) });
    const ofService = await on.ask({ service: 'shop.local/Front' });
    expect(ofService.cause).toMatchObject({
      kind: 'ServiceRefused',
      reason: expect.stringContaining(reason),
    });
    const ofNamespace = await on.ask({ service: 'Shop.local/front' });
    expect(ofNamespace.cause.reason).toContain('Cloud Map namespace Shop.local is named shop.local');
  });

  it('another program manages its service', async () => {
    const on = new ExplainHarness();
    const description = '"heritage=external-dns,external-dns/owner=dns-1"';
    on.byHand(
      { createNamespace: 'shop.local', kind: 'http' },
      { createService: 'shop.local/front', healthCheck: 'none', description },
    );
    await on.apply({ ...front, ...pod });
    const reason = 'service shop.local/front is managed by external-dns (owner dns-1)';
    for (const { cause } of [await on.pod('front-1'), await on.ask({ service: 'shop.local/front' })])
      expect(cause).toMatchObject({ kind: 'ServiceRefused', reason: expect.stringContaining(reason) });
  });

  it('the pod is gone', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    await on.delete('pod/front-1');
    expect((await on.pod('front-1')).cause.kind).toBe('PodDeleted');
  });

  it('the virtual node discovers through DNS', async () => {
    const on = new ExplainHarness();
    const spec = { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } };
    await on.apply({ 'virtualnode/front': { spec }, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('NoCloudMapDiscovery');
  });

  it('the virtual node is invalid, and was never valid', async () => {
    const on = new ExplainHarness();
    await on.apply({ 'namespace/shop': {}, 'virtualnode/front': { service: 'shop.local/-front' }, ...pod });
    const { text, cause } = await on.pod('front-1');
    expect(text).toContain('✗ VirtualNodes: namespace shop has none');
    expect(cause.kind).toBe('InvalidVirtualNode');
    expect(cause.reason).toContain('serviceName: expected a Cloud Map service name');
    expect(cause.advice).toMatch(/correct these fields: kubectl edit -n shop virtualnodes\S* front$/);
  });

  it('the Cloud Map namespace is not there, and not to be created', async () => {
    const on = new ExplainHarness([{ name: 'local' }]);
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('NamespaceNotConfigured');
  });

  it.each([
    ['CreateHttpNamespace', 'Cloud Map namespace shop.local is not created, because the account has as many'],
    ['CreateService', 'Cloud Map service shop.local/front is not created, because a quota of Cloud Map'],
  ])('a quota of Cloud Map is reached: %s', async (operation, reason) => {
    const on = new ExplainHarness();
    const error = { operation, error: 'ResourceLimitExceeded', message: 'no more', times: 1_000 };
    on.harness.refusals.push(error);
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause).toMatchObject({
      kind: 'RegistrationFailed',
      reason: expect.stringContaining(`the last attempt (VirtualNode front): ${reason}`),
      advice: expect.stringMatching(/^Correct the cause, then .*resync/),
    });
  });

  it('Route 53 does not create the hosted zone of its namespace', async () => {
    const on = new ExplainHarness();
    const fault = { code: 'CANNOT_CREATE_HOSTED_ZONE', message: 'It is taken.' };
    on.harness.cloudMap.faults.failOperations('CREATE_NAMESPACE', fault, 1_000);
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause).toMatchObject({
      kind: 'RegistrationFailed',
      reason: expect.stringContaining('Route 53 does not create its hosted zone'),
    });
  });

  it('the Cloud Map namespace is public', async () => {
    const on = new ExplainHarness();
    on.byHand({ createNamespace: 'shop.local', kind: 'public-dns' });
    await on.apply({ ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('PublicNamespace');
  });

  it('the service is another tenant’s', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    await on.apply({ 'virtualnode/blue/front': {}, 'pod/blue/front-2': { ip: '10.0.0.2' } });
    const { cause } = await on.pod('front-2', 'blue');
    expect(cause.kind).toBe('TenancyRefused');
    expect(cause.reason).toContain('belongs to namespace shop of cluster local');
  });

  it('another pod holds the instance id', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, 'pod/front-1': { ip: '10.0.0.1', hostNetwork: true } });
    await on.apply({ 'pod/front-2': { ip: '10.0.0.1', hostNetwork: true } });
    const { cause } = await on.pod('front-2');
    expect(cause.kind).toBe('InstanceIdConflict');
    expect(cause.reason).toContain('pod shop/front-1 of cluster local (alive');
    expect(cause.advice).toContain('pod-uid');
  });

  it('a foreign instance has the id', async () => {
    const tenancy = [{ kubernetesNamespaces: ['shop'], cloudMapNamespaces: ['*'] }];
    const on = new ExplainHarness([{ name: 'local', tenancy }]);
    on.byHand(
      { createNamespace: 'shop.local', kind: 'http' },
      { createService: 'shop.local/front', healthCheck: 'none' },
      { register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
    );
    await on.apply({ ...front, ...pod });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('InstanceForeign');
    expect(answer).toMatchObject({ instances: [{ claim: null, ownership: { kind: 'foreign' } }] });
  });

  it('explain says that Cloud Map failed the operation after it had accepted it', async () => {
    const on = new ExplainHarness();
    const fault = { code: 'HOSTED_ZONE_NOT_FOUND', message: 'no such zone' };
    on.harness.cloudMap.faults.failOperations('REGISTER_INSTANCE', fault, 1);
    await on.apply({ ...front, ...pod });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('OperationFailed');
    expect(cause.reason).toContain('HOSTED_ZONE_NOT_FOUND: no such zone');
  });

  it('the function that registers lacks a permission', async () => {
    const on = new ExplainHarness();
    const error = { operation: 'RegisterInstance', error: 'AccessDeniedException', times: 1_000 };
    on.harness.refusals.push({ ...error, message: denied('servicediscovery:RegisterInstance') });
    await on.apply({ ...front, ...pod });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('MissingPermission');
    expect(cause.advice).toContain(
      'Allow servicediscovery:RegisterInstance on arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1',
    );
  });

  it('explain says that Cloud Map throttles the calls', async () => {
    const on = new ExplainHarness();
    const error = { operation: 'RegisterInstance', error: 'ThrottlingException', message: 'Rate exceeded' };
    on.harness.refusals.push({ ...error, times: 1_000 });
    await on.applyFor(600, { ...front, ...pod });
    expect((await on.pod('front-1')).cause.kind).toBe('Throttled');
  });

  it('another program deregistered the instance', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
    on.harness.clock.advance(60_000);
    expect((await on.pod('front-1')).cause.kind).toBe('ExternalDeregistration');
  });

  it('another program deleted the service', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.byHand({ deleteService: 'shop.local/front' });
    const { cause, text } = await on.pod('front-1');
    expect(cause.kind).toBe('ServiceDeleted');
    expect(text).toContain(', deleted in Cloud Map');
  });

  it('another program changed its attributes; it stays ours', async () => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.byHand({ register: 'shop.local/front/10.0.0.1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } });
    const { answer, cause } = await on.pod('front-1');
    expect(cause.kind).toBe('AttributesDrifted');
    expect(answer).toMatchObject({ instances: [{ ownership: { kind: 'ours' } }] });
  });

  it('explain says that the annotations of a pod are invalid', async () => {
    const on = new ExplainHarness();
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'front', port: 'http' };
    await on.apply({ 'pod/front-1': { ip: '10.0.0.1', annotations } });
    const { cause } = await on.pod('front-1');
    expect(cause.kind).toBe('InvalidAnnotation');
    expect(cause.reason).toContain('eks-mesh-sync/port is "http"; expected an integer from 1 to 65535');
  });
});
