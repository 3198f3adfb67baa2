import { beforeEach, describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
import type { KnownService } from '../../shared/ports/service-entry-ports.ts';
import { desiredEntry } from '../../shared/service-entries/plan/desired-entry.ts';
import type { EntrySpec } from '../../shared/service-entries/plan/entry.ts';
import { instancesOf, ip, optionsOf, serviceOf } from '../service-entries/plan/fixtures.ts';
import { denied } from './front-pod.ts';
import { ExplainHarness } from './harness/harness.ts';

const web = { AWS_INSTANCE_IPV4: '10.1.0.1', AWS_INSTANCE_PORT: '80' };
const cluster = (serviceEntries?: object) => ({
  name: 'local',
  cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
  ...(serviceEntries && { serviceEntries }),
});

let on: ExplainHarness;

/** A service with one instance that somebody else registered, as the last comparison saw it. */
async function imported(serviceEntries?: object, known: Partial<KnownService> = {}): Promise<ExplainHarness> {
  const harness = new ExplainHarness([cluster(serviceEntries)]);
  harness.byHand(
    { createNamespace: 'shop.local', kind: 'http' },
    { createService: 'shop.local/web', healthCheck: 'none' },
    { register: 'shop.local/web/web-1', attributes: web },
  );
  const arn = 'arn:aws:servicediscovery:us-west-2:111122223333:namespace/ns-shop';
  const namespace = { id: 'ns-shop', arn, name: 'shop.local', httpName: 'shop.local', type: 'HTTP' as const };
  await harness.serviceEntries.saveNamespaces('local', [{ ...namespace, isSelected: true }]);
  const service = { id: 'srv-web', arn: `${arn}/srv-web`, name: 'web', healthCheck: 'none' as const };
  await harness.serviceEntries.saveService('local', {
    ...service,
    namespaceId: 'ns-shop',
    isSelected: true,
    ...known,
  });
  return harness;
}

function manifest(attributes: Readonly<Record<string, string>>, changes: Partial<EntrySpec> = {}) {
  const view = serviceOf('web', instancesOf(attributes));
  const namespace = { ...view.namespace, account: '111122223333', region: 'us-west-2' };
  const { entry } = desiredEntry({ ...view, namespace }, { cluster: 'local', options: optionsOf() });
  if (entry === undefined) throw new Error('expected an entry');
  const { name, namespace: its, labels, annotations, spec } = entry;
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
    metadata: { name, namespace: its, labels, annotations },
    spec: { ...spec, ...changes },
  };
}

const explained = () => on.ask({ service: 'shop.local/web' });

describe('a service, explained with its ServiceEntry', () => {
  beforeEach(async () => {
    on = await imported({});
  });

  it('explain shows a ServiceEntry that is up to date', async () => {
    await on.kubernetesObjects.create(manifest(web));
    const { answer, cause, text } = await explained();
    expect(text).toContain(
      'local: ServiceEntry default/cloudmap-web.shop.local (STATIC, 1 endpoint, ports http 80), UpToDate',
    );
    expect(answer).toMatchObject({ entries: [{ cluster: 'local', state: 'UpToDate' }] });
    expect(cause.kind).toBe('ForeignInstances');
  });

  it('explain says that a ServiceEntry differs, and that the next comparison corrects it', async () => {
    await on.kubernetesObjects.create(manifest(ip('10.9.9.9', { AWS_INSTANCE_PORT: '80' })));
    const { cause, text } = await explained();
    expect(text).toContain('OutOfDate: differs in spec.endpoints');
    expect(cause).toMatchObject({ kind: 'ServiceEntryOutOfDate' });
    expect(cause.advice).toContain('within 1 min');
  });

  it('explain says that a ServiceEntry is to be created', async () => {
    const { cause, text } = await explained();
    expect(text).toContain('local: none, Missing: cloudmap-web.shop.local is to be created');
    expect(cause.kind).toBe('ServiceEntryMissing');
  });

  it('explain says that a service has no ServiceEntry because another one has its host', async () => {
    const metadata = { name: 'mine', namespace: 'apps' };
    const { apiVersion, kind } = manifest(web);
    await on.kubernetesObjects.write(
      { apiVersion, kind, metadata, spec: { hosts: ['web.shop.local'] } },
      { manager: 'kubectl' },
    );
    const { cause, text } = await explained();
    expect(text).toContain(
      'local: none, Prevented: Host web.shop.local is also that of ServiceEntry apps/mine',
    );
    expect(cause.kind).toBe('ServiceEntryPrevented');
    expect(cause.reason).toContain('ServiceEntry apps/mine');
  });

  it('explain says that a service has no ServiceEntry because a Kubernetes Service has its host', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } };
    await on.kubernetesObjects.write(service, { manager: 'kubectl' });
    on.byHand(
      { createNamespace: 'shop', kind: 'http' },
      { createService: 'shop/web', healthCheck: 'none' },
      { register: 'shop/web/web-1', attributes: web },
    );
    const arn = 'arn:aws:servicediscovery:us-west-2:111122223333:namespace/ns-2';
    const namespace = { id: 'ns-2', arn, name: 'shop', httpName: 'shop', type: 'HTTP' as const };
    await on.serviceEntries.saveNamespaces('local', [{ ...namespace, isSelected: true }]);
    const known = {
      id: 'srv-2',
      arn,
      name: 'web',
      healthCheck: 'none' as const,
      namespaceId: 'ns-2',
      isSelected: true,
    };
    await on.serviceEntries.saveService('local', known);
    const { text } = await on.ask({ service: 'shop/web' });
    expect(text).toContain('Prevented: Host web.shop is also that of Service shop/web');
  });

  it('explain says that a service has no ServiceEntry because it was not listed, or its tags do not match', async () => {
    await on.serviceEntries.removeService('local', 'srv-web');
    expect((await explained()).text).toContain(
      'NotImported: the last comparison with Cloud Map did not find the service',
    );
    on = await imported({}, { isSelected: false });
    expect((await explained()).text).toContain(
      'NotImported: serviceEntries in clusters.yml selects it by no name and tags',
    );
  });

  it('explain says that a service has no ServiceEntry because clusters.yml selects other services', async () => {
    on = await imported({ services: [{ name: 'api' }] });
    const { answer, text } = await explained();
    expect(text).toContain('local: none, NotImported: serviceEntries in clusters.yml selects other services');
    expect(answer).toMatchObject({ entries: [{ state: 'NotImported', notes: [] }] });
    await on.kubernetesObjects.create(manifest(web));
    expect((await explained()).text).toContain(
      'OutOfDate: to be deleted: serviceEntries in clusters.yml selects other',
    );
  });

  it('explain says that a service has no ServiceEntry because all instances are pods of the cluster', async () => {
    on = await imported({});
    on.byHand({ register: 'shop.local/web/web-1', attributes: { ...web, 'k8s.io/cluster': 'local' } });
    expect((await explained()).text).toContain('NotImported: all of its instances are pods of this cluster');
  });

  it('explain reads no ServiceEntries of a cluster without serviceEntries in clusters.yml', async () => {
    on = await imported();
    const { answer, text } = await explained();
    expect(answer).toMatchObject({ entries: [] });
    expect(text).not.toContain('ServiceEntries');
    expect(on.kubernetesObjects.calls).toEqual([]);
  });

  it('explain shows what it can read of a service and its ServiceEntry, and names what it cannot read', async () => {
    on.refused.set('DiscoverInstances', denied('servicediscovery:DiscoverInstances'));
    const { cause, text } = await explained();
    expect(text).toContain('local: none, Unknown: its instances were not read');
    expect(cause.kind).toBe('MissingPermission');
    on.refused.clear();
    on.kubernetesObjects.list = async () => {
      throw new RetryableError('the API server of local does not answer');
    };
    const other = await explained();
    expect(other.text).toContain(
      '- the ServiceEntries of cluster local: the API server of local does not answer',
    );
    expect(other.text).toContain('local: none, Unknown: not everything could be read');
  });
});
