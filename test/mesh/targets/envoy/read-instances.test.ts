import { describe, expect, it } from 'vitest';
import { type InstancesSource, readInstances } from '../../../../shared/mesh/targets/envoy/read-instances.ts';
import { type ClusterConfig, clustersFile } from '../../../../shared/model/cluster-config.ts';
import { NotFoundError } from '../../../../shared/model/errors.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aGateway, aMesh, aNamespace, aNode, aService } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';

const config = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'envoy' }] })
  .clusters[0] as ClusterConfig;
const node = (name: string, serviceName: string, more: object = {}) =>
  aNode(name, { serviceDiscovery: { awsCloudMap: { namespaceName: 'shop', serviceName, ...more } } });
const instance = (address: string, attributes: object = {}) => ({
  id: address,
  attributes: { AWS_INSTANCE_IPV4: address, ...attributes },
});

interface Given {
  /** By the name of a service, its instances, or why they cannot be read. */
  readonly instances: Readonly<Record<string, readonly object[] | unknown>>;
  readonly known?: object;
}

async function read(manifests: readonly Manifest[], { instances, known }: Given) {
  const [asked, wanted, notes] = [[] as unknown[], [] as unknown[], [] as string[]];
  const source = {
    services: {
      find: async (key: unknown) => {
        wanted.push(key);
        return known;
      },
    },
    catalog: {
      instances: async (service: { readonly name: string }) => {
        asked.push(service);
        const found = instances[service.name];
        if (!Array.isArray(found)) throw found;
        return { instances: found, revision: undefined };
      },
    },
    note: (text: string) => void notes.push(text),
  } as unknown as InstancesSource;
  const directory = directoryOf(aNamespace(), aMesh(), ...manifests);
  const { instancesOf, digest } = await readInstances(config, directory, source);
  const of = (name: string) => instancesOf({ kind: 'VirtualNode', namespace: 'apps', name });
  return { of, digest, asked, wanted, notes };
}
const at = (address: string) => ({ address, port: undefined });

describe('the instances of virtual nodes in Cloud Map', () => {
  it('are read once for each service, and are those of the node', async () => {
    const color = { attributes: [{ key: 'color', value: 'blue' }] };
    const others = [
      aNode('plain'),
      aGateway('entry'),
      aService('cart'),
      aNode('wrong', { listeners: 'none' }),
    ];
    const result = await read([node('a', 'x'), node('b', 'x', color), node('c', 'y'), ...others], {
      instances: { x: [instance('10.0.0.1'), instance('10.0.0.2', { color: 'blue' })], y: [] },
    });
    expect(result.of('a')).toEqual([at('10.0.0.1'), at('10.0.0.2')]);
    expect(result.of('b')).toEqual([at('10.0.0.2')]);
    expect(result.of('c')).toEqual([]);
    expect(result.of('plain')).toBeUndefined();
    expect(result.asked).toHaveLength(2);
    expect(result.notes).toEqual([]);
  });

  it('are asked for by the names of a service that is not known yet', async () => {
    const { asked, wanted } = await read([node('a', 'x')], { instances: { x: [] } });
    expect(wanted).toEqual([expect.objectContaining({ namespaceName: 'shop', serviceName: 'x' })]);
    expect(asked).toEqual([
      {
        ...{ id: '', arn: '', name: 'x', healthCheck: 'none' },
        namespace: { httpName: 'shop', ownerAccount: undefined },
      },
    ]);
  });

  it('are asked for by the id of a known service', async () => {
    const known = {
      id: 'srv-1',
      ownerAccount: '111122223333',
      httpName: 'shop.http',
      hasCustomHealthCheck: true,
    };
    const { asked } = await read([node('a', 'x')], { instances: { x: [] }, known });
    expect(asked).toEqual([
      {
        ...{ id: 'srv-1', arn: 'srv-1', name: 'x', healthCheck: 'custom' },
        namespace: { httpName: 'shop.http', ownerAccount: '111122223333' },
      },
    ]);
  });

  it('are none of a service that does not exist', async () => {
    const { of, digest, notes } = await read([node('a', 'x')], {
      instances: { x: new NotFoundError('service', 'x not found') },
    });
    expect(of('a')).toEqual([]);
    expect(digest).toBeDefined();
    expect(notes).toEqual([]);
  });

  it.each([
    [new Error('Cloud Map is unavailable'), 'Cloud Map is unavailable'],
    ['no answer', 'no answer'],
  ])('are not known if they cannot be read, which is noted: %s', async (error, why) => {
    const { of, digest, notes } = await read([node('a', 'x'), node('b', 'y')], {
      instances: { x: error, y: [instance('10.0.0.1')] },
    });
    expect(of('a')).toBeUndefined();
    expect(of('b')).toEqual([at('10.0.0.1')]);
    expect(digest).toBeUndefined();
    expect(notes).toEqual([
      `cluster local: instances of shop/x could not be read, so the last known ones stay: ${why}`,
    ]);
  });

  it('are not known of a node that is in no mesh', async () => {
    const out = { ...node('a', 'x'), metadata: { name: 'a', namespace: 'out' } };
    const { of } = await read([aNamespace('out', { mesh: 'none' }), out], {
      instances: { x: [instance('10.0.0.1')] },
    });
    expect(of('a')).toBeUndefined();
  });

  it('have one digest, in whatever order nodes and instances come', async () => {
    const [one, two] = [instance('10.0.0.1'), instance('10.0.0.2')];
    const digestOf = async (manifests: readonly Manifest[], instances: Given['instances']) =>
      (await read(manifests, { instances })).digest;
    const digest = await digestOf([node('a', 'x'), node('b', 'y')], { x: [one, two], y: [] });
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect(await digestOf([node('b', 'y'), node('a', 'x')], { x: [two, one], y: [] })).toBe(digest);
    expect(await digestOf([node('a', 'x'), node('b', 'y')], { x: [one], y: [] })).not.toBe(digest);
    expect(await digestOf([node('a', 'x'), node('b', 'y')], { x: [], y: [one, two] })).not.toBe(digest);
  });
});
