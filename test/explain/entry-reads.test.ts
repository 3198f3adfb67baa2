import { describe, expect, it } from 'vitest';
import { explainEntries } from '../../shared/explain/explain-entries.ts';
import { ReadAttempts } from '../../shared/explain/reads.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { ip } from '../service-entries/plan/fixtures.ts';
import { down, failing } from './harness/failing.ts';

const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'web' };
const arn = 'arn:aws:servicediscovery:us-west-2:111122223333:namespace/ns';
const namespace = (id: string, name: string) => ({ id, arn, name, httpName: name, type: 'HTTP' as const });
const service = (id: string, name: string, isSelected = true, namespaceId = 'ns-1') => ({
  ...{ id, arn: `${arn}/${id}`, name, healthCheck: 'none', namespaceId, isSelected },
});
const web = { id: 'i', attributes: ip('10.1.0.1', { AWS_INSTANCE_PORT: '80' }), health: 'UNKNOWN' };
const clustersOf = (...clusters: readonly object[]) => clustersFile.parse({ clusters }).clusters;
const local = { name: 'local', serviceEntries: {} };

interface Known {
  readonly namespaces?: readonly object[] | undefined;
  readonly services?: readonly object[];
}

/** The entries of the service in a cluster that has none yet, with the changes of the test. */
async function explained(
  deps: object = {},
  { namespaces, services = [service('srv-1', 'Web')] }: Known = {},
) {
  const reads = new ReadAttempts();
  const asked: string[] = [];
  const usual = {
    ...{ clusters: clustersOf(local), services: { find: async () => undefined } },
    serviceEntries: {
      namespaces: async () => namespaces ?? [namespace('ns-1', 'Shop.local'), namespace('ns-2', 'b.local')],
      async *services() {
        asked.push('services');
        yield* services;
      },
    },
    catalog: () => ({
      instances: async ({ id }: { readonly id: string }) => {
        asked.push(id);
        return { instances: [web] };
      },
    }),
    kubernetesObjects: () => ({
      servedVersion: async () => 'v1',
      list: async ({ apiVersion, kind }: Readonly<Record<string, string>>) => {
        asked.push(`${apiVersion} ${kind}`);
        return [];
      },
    }),
  };
  const entries = await explainEntries({ ...usual, ...deps } as never, reads, key);
  return { entries, asked, failed: reads.readFailures.map(({ what }) => what) };
}

const statesOf = async (...args: Parameters<typeof explained>) =>
  (await explained(...args)).entries.map(({ state }) => state);

describe('the ServiceEntries of a service', () => {
  it('are read in each cluster that imports from its account and Region', async () => {
    const clusters = clustersOf(
      { ...local, serviceEntries: { everyMinutes: 7 } },
      { name: 'without' },
      { name: 'elsewhere', cloudMap: { region: 'eu-west-1' }, serviceEntries: {} },
      { ...local, name: 'other' },
    );
    const { entries, failed } = await explained({ clusters });
    expect(entries).toEqual([
      {
        ...{ cluster: 'local', state: 'Missing', reason: 'cloudmap-web.shop.local is to be created' },
        ...{ notes: [], everyMinutes: 7 },
      },
      expect.objectContaining({ cluster: 'other', everyMinutes: 1 }),
    ]);
    expect(failed).toEqual([]);
  });

  it('are compared with the services and instances that the cluster sees', async () => {
    expect((await explained()).asked).toEqual([
      ...['networking.istio.io/v1 ServiceEntry', 'v1 Service', 'services', 'srv-1'],
    ]);
  });

  it('are all that is read if the configuration selects other services', async () => {
    const clusters = clustersOf({ ...local, serviceEntries: { services: [{ name: 'api' }] } });
    const { entries, asked } = await explained({ clusters });
    expect(entries).toMatchObject([{ state: 'NotImported' }]);
    expect(asked).toEqual(['networking.istio.io/v1 ServiceEntry']);
  });

  it('are none if the cluster does not serve the kind', async () => {
    const list = async ({ kind }: { readonly kind: string }) => (kind === 'Service' ? [] : down());
    const kubernetesObjects = () => ({ servedVersion: async () => undefined, list });
    const { entries, failed } = await explained({ kubernetesObjects });
    expect(entries).toMatchObject([{ state: 'Missing' }]);
    expect(failed).toEqual([]);
  });

  it.each<readonly [string, Known, string]>([
    ['no namespace was listed', { namespaces: [] }, 'NotImported'],
    ['its namespace was not listed', { namespaces: [namespace('ns-1', 'b.local')] }, 'NotImported'],
    ['it is in another namespace', { services: [service('srv-1', 'web', true, 'ns-2')] }, 'NotImported'],
    ['it has another name', { services: [service('srv-1', 'api')] }, 'NotImported'],
    ['it is not selected', { services: [service('srv-1', 'web', false)] }, 'NotImported'],
    [
      'one of that name is selected',
      { services: [service('srv-1', 'web', false), service('srv-2', 'web')] },
      'Missing',
    ],
  ])('are wanted or not: %s', async (_, known, state) => {
    expect(await statesOf({}, known)).toEqual([state]);
  });

  it('are not searched among the services if no namespace has the name', async () => {
    expect((await explained({}, { namespaces: [] })).asked).not.toContain('services');
  });

  it('name each read that fails', async () => {
    const what = 'shop.local/web';
    const first = await explained({ kubernetesObjects: () => failing, serviceEntries: { namespaces: down } });
    expect(first.failed).toEqual([
      ...['the ServiceEntries of cluster local', 'the Services of cluster local'],
      `the last comparison of cluster local with ${what}`,
    ]);
    expect(first.entries).toMatchObject([{ state: 'Unknown', reason: 'not everything could be read' }]);
    const second = await explained({ catalog: () => failing, services: failing });
    expect(second.failed).toEqual([
      `the instances of ${what} as cluster local discovers them`,
      `the stored id of ${what}`,
    ]);
    expect(second.entries).toMatchObject([{ state: 'Unknown', reason: 'its instances were not read' }]);
  });
});
