import { setTimeout as sleep } from 'node:timers/promises';
import { RegisterInstanceCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedIdentity } from '../../playground/identity.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

afterAll(killPlaygrounds);

const namespace = 'howto-k8s-cloudmap';
const istio = '/apis/networking.istio.io/v1';

interface Item {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly spec: Record<string, unknown>;
}

async function read<T>(playground: RunningPlayground, path: string): Promise<T> {
  const response = await fetch(`${playground.kubernetes}${path}`);
  return (await response.json()) as T;
}

async function itemsOf(playground: RunningPlayground, path: string): Promise<readonly Item[]> {
  return (await read<{ items: Item[] }>(playground, path)).items;
}

describe('npm start -- --mesh istio', () => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess('--mesh', 'istio');
  });
  afterAll(() => playground.interrupt());

  it('npm start -- --mesh istio prints what kubectl get shows of the Istio objects of the walkthrough', async () => {
    const output = playground.output();
    expect(output).toContain('Cloud Map and Istio are in sync with the cluster');
    expect(output).toMatch(/^\$ kubectl --server http\S+ get virtualservices\.networking\.istio\.io,.* -A$/m);
    expect(output).toMatch(
      /^howto-k8s-cloudmap +virtualservice\.networking\.istio\.io\/colorapp +\["colorapp\./m,
    );
    expect(output).toMatch(
      /^howto-k8s-cloudmap +serviceentry\.networking\.istio\.io\/colorapp-blue-\S+ .* MESH_INTERNAL /m,
    );
    expect(output).not.toContain('Not supported by the mesh target');
  });

  it('npm start -- --mesh istio marks every Istio object as managed by eks-mesh-sync', async () => {
    const items = await itemsOf(playground, `${istio}/namespaces/${namespace}/serviceentries`);
    expect(items.length).toBeGreaterThanOrEqual(3);
    for (const { metadata } of items)
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'eks-mesh-sync',
        'eks-mesh-sync/source': 'mesh-objects',
      });
  });

  it('a changed weight of a VirtualRouter changes the weight of the Istio VirtualService', async () => {
    const weights = async () => {
      const { spec } = await read<Item>(
        playground,
        `${istio}/namespaces/${namespace}/virtualservices/colorapp`,
      );
      const [route] = spec.http as { route: { weight?: number }[] }[];
      return route?.route.map(({ weight }) => weight);
    };
    expect(new Set(await weights()).size).toBe(1);
    const path = '/spec/routes/0/httpRoute/action/weightedTargets/0/weight';
    await fetch(
      `${playground.kubernetes}/apis/appmesh.k8s.aws/v1beta2/namespaces/${namespace}/virtualrouters/colorapp`,
      {
        method: 'PATCH',
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify([{ op: 'replace', path, value: 3 }]),
      },
    );
    await expect.poll(weights).toEqual([3, 1]);
  });

  it('an instance that the printed command registers is an endpoint of a ServiceEntry in under two seconds', async () => {
    const entries = () => itemsOf(playground, `${istio}/namespaces/default/serviceentries`);
    expect(await entries()).toEqual([]);
    const command =
      /^ {2}aws .* servicediscovery register-instance (.*)$/m.exec(playground.output())?.[1] ?? '';
    const option = (name: string) => new RegExp(`--${name} (\\S+)`).exec(command)?.[1] ?? '';
    const attributes = option('attributes')
      .split(',')
      .map((pair) => pair.split('=') as [string, string]);
    await sleep(1_000); // changes of a service within a second are one request, and the start registered its pods
    const startMs = performance.now();
    await cloudMap(playground).send(
      new RegisterInstanceCommand({
        ServiceId: option('service-id'),
        InstanceId: option('instance-id'),
        Attributes: Object.fromEntries(attributes),
      }),
    );
    await expect.poll(entries, { interval: 20 }).toHaveLength(1);
    const elapsedMs = performance.now() - startMs;
    expect(await entries()).toMatchObject([
      {
        metadata: { name: 'cloudmap-front.howto-k8s-cloudmap.pvt.aws.local' },
        spec: {
          hosts: ['front.howto-k8s-cloudmap.pvt.aws.local'],
          location: 'MESH_EXTERNAL',
          resolution: 'STATIC',
          endpoints: [{ address: '10.20.30.40' }],
        },
      },
    ]);
    expect(elapsedMs).toBeLessThan(2_000);
    expect(playground.output()).toContain('Kubernetes: ServiceEntry default/cloudmap-front.');
  });
});

function cloudMap({ aws }: RunningPlayground): ServiceDiscoveryClient {
  const { region, ...credentials } = embeddedIdentity;
  return new ServiceDiscoveryClient({ endpoint: aws, region, credentials });
}

describe('npm start -- --mesh gateway-api', () => {
  it('npm start -- --mesh gateway-api prints what the Gateway API cannot express, with the reason', async () => {
    const playground = await startPlaygroundProcess('--mesh', 'gateway-api');
    const output = playground.output();
    expect(output).toContain('Cloud Map and the Gateway API are in sync with the cluster');
    expect(output).toMatch(/^ {2}VirtualService howto-k8s-cloudmap\/colorapp: spec\.awsName: .* instead: /m);
    expect(await playground.interrupt()).toBe(0);
  });
});

describe('npm start -- --mesh istio,app-mesh,gateway-api', () => {
  it('npm start with several mesh targets writes the objects of one manifest to each of them', async () => {
    const targets = ['--mesh', 'istio,app-mesh,gateway-api'];
    const playground = await startPlaygroundProcess(...targets, '--manifest', 'examples/blue-green.yaml');
    const output = playground.output();
    for (const name of [
      'virtualservice.networking.istio.io/orders ',
      'httproute.gateway.networking.k8s.io/',
      'gateway.gateway.networking.k8s.io/edge ',
      'App Mesh: virtual service orders.orders.svc.cluster.local created',
    ])
      expect(output).toContain(name);
    expect(await playground.interrupt()).toBe(0);
  });
});
