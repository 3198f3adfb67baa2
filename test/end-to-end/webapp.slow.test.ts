import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Manifest } from '../../playground/manifests/manifest.ts';
import { objectsIn } from './harness/objects.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';
import { type PodHands, podHands, podsMissing } from './harness/pods.ts';

const reason = podsMissing();
const timeout = 20_000;
const webapp = objectsIn('examples/webapp.yaml');
const overCloudMap = readFileSync('examples/webapp-cloud-map.yaml', 'utf8');

/** The objects of the example by `Kind` or `Kind namespace/name`, in the order of the file. */
function part(...names: readonly string[]): string {
  const chosen = webapp.filter(({ kind, metadata: { namespace, name } }) =>
    names.some((each) => each === kind || each === `${kind} ${namespace}/${name}`),
  );
  return chosen.map((manifest) => stringify(manifest)).join('---\n');
}

/** The consumer's virtual node with the first of its backends: blue, green and myapp. */
function consumerOf(backends: number): string {
  const [found] = webapp.filter(
    ({ kind, metadata }) => kind === 'VirtualNode' && metadata.name === 'consumer',
  ) as unknown as { spec: { backends: object[] } }[];
  const spec = { ...found?.spec, backends: found?.spec.backends.slice(0, backends) };
  return stringify({ ...found, spec });
}

/** Without the labels that put it into the mesh. */
function plainNamespace(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

afterAll(killPlaygrounds);

/** The chapter of two services, a consumer, a router and a gateway, step by step as a reader does it. */
describe.skipIf(reason !== '')(`the web application${reason}`, () => {
  let playground: RunningPlayground;
  let hands: PodHands;
  const colors = async (count: number, url: string) => {
    const answers = [];
    for (let index = 0; index < count; index += 1)
      answers.push(await hands.curlFrom('consumer/consumer', url));
    return [...new Set(answers.map((text) => text.trim()))].sort();
  };
  const blue = '{"id":"blue"}';
  const green = '{"id":"green"}';

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webapp-'));
    const namespaces = join(folder, 'namespaces.yaml');
    const plain = ['blue', 'green', 'consumer'].map((name) => stringify(plainNamespace(name)));
    writeFileSync(namespaces, plain.join('---\n'));
    playground = await startPlaygroundProcess('--mesh', 'envoy', '--manifest', namespaces);
    hands = podHands(playground);
  });
  afterAll(() => playground?.interrupt());

  it('without a mesh, the consumer calls both services by the names of their Services', async () => {
    const services = ['blue', 'green'].flatMap((name) => [
      `ConfigMap ${name}/${name}-v1`,
      `Deployment ${name}/${name}-v1`,
      `Service ${name}/${name}-v1`,
    ]);
    await hands.apply(part(...services, 'Deployment consumer/consumer'));
    for (const name of ['blue', 'green']) await hands.rolledOut(name, `${name}-v1`);
    await hands.rolledOut('consumer', 'consumer');
    const get = (url: string) => hands.curlFrom('consumer/consumer', url);
    expect(await get('http://green-v1.green:8081/id')).toBe(`${green}\n`);
    expect(await get('http://green-v1.green:8081/query')).toBe('{"message":"hello from green"}\n');
    expect(await get('http://blue-v1.blue:8080/id')).toBe(`${blue}\n`);
    expect(await get('http://blue-v1.blue:8080/query')).toBe('{"message":"hello from blue"}\n');
  });

  it('in the mesh, the consumer calls both services by the names of their virtual services', async () => {
    for (const name of ['consumer', 'blue', 'green'])
      await hands.kubectl([
        ...['label', 'namespace', name, 'mesh=webapp', 'appmesh.k8s.aws/sidecarInjectorWebhook=enabled'],
      ]);
    await hands.apply(
      part(
        'Mesh',
        ...['blue', 'green'].flatMap((name) => [
          `VirtualNode ${name}/${name}-v1`,
          `VirtualService ${name}/${name}`,
          `Service ${name}/${name}`,
        ]),
      ),
    );
    await hands.apply(consumerOf(2));
    for (const [namespace, deployment] of [
      ['blue', 'blue-v1'],
      ['green', 'green-v1'],
      ['consumer', 'consumer'],
    ] as const) {
      await hands.kubectl(['rollout', 'restart', `deployment/${deployment}`, '-n', namespace]);
      await hands.rolledOut(namespace, deployment);
    }
    await expect
      .poll(() => colors(3, 'http://blue.blue.svc.cluster.local:8080/id'), { timeout })
      .toEqual([blue]);
    await expect
      .poll(() => colors(3, 'http://green.green.svc.cluster.local:8081/id'), { timeout })
      .toEqual([green]);
  });

  const router = (greenWeight: number, blueWeight: number) => {
    const [found] = webapp.filter(({ kind }) => kind === 'VirtualRouter') as unknown as {
      spec: { routes: { httpRoute: { action: { weightedTargets: object[] } } }[] };
    }[];
    const changed = structuredClone(found);
    const action = changed?.spec.routes[0]?.httpRoute.action ?? { weightedTargets: [] };
    action.weightedTargets = action.weightedTargets.map((target, index) => ({
      ...target,
      weight: index === 0 ? greenWeight : blueWeight,
    }));
    return stringify(changed);
  };
  const myapp = 'http://myapp.consumer.svc.cluster.local:8085';

  it('a router sends all requests to green, then divides them', async () => {
    await hands.apply(
      `${router(100, 0)}---\n${part('VirtualService consumer/myapp', 'Service consumer/myapp')}---\n${consumerOf(3)}`,
    );
    await expect.poll(() => colors(10, `${myapp}/id`), { timeout }).toEqual([green]);
    expect(await colors(1, `${myapp}/query`)).toEqual(['{"message":"hello from green"}']);
    await hands.apply(router(50, 50));
    await expect.poll(() => colors(12, `${myapp}/id`), { timeout }).toEqual([blue, green]);
    expect(await colors(5, `${myapp}/query`)).toEqual(['{"message":"hello from green"}']);
  });

  it('a gateway lets requests in from outside', async () => {
    await hands.apply(
      part('Namespace')
        .split('---\n')
        .filter((text) => text.includes('name: internet'))
        .join('---\n'),
    );
    await hands.apply(
      part('VirtualGateway', 'GatewayRoute', 'Deployment internet/in-gw', 'Service internet/in-gw'),
    );
    await hands.rolledOut('internet', 'in-gw');
    const pods = await hands.kubectl([
      'get',
      'pods',
      '-n',
      'internet',
      '-o',
      'jsonpath={.items[0].status.podIP}',
    ]);
    const ask = async () => (await fetch(`http://${pods}:8088/id`)).text();
    await expect
      .poll(
        async () =>
          [
            ...new Set((await Promise.all(Array.from({ length: 12 }, ask))).map((text) => text.trim())),
          ].sort(),
        {
          timeout,
        },
      )
      .toEqual([blue, green]);
  });

  it('with discovery through Cloud Map, the pods are instances with names in DNS, and the answers stay', async () => {
    await hands.apply(overCloudMap);
    for (const [service, port] of [
      ['blue', 8080],
      ['green', 8081],
    ] as const) {
      const pods = await hands.kubectl([
        ...['get', 'pods', '-n', service, '-o', 'jsonpath={.items[*].status.podIP}'],
      ]);
      const instances = async () =>
        (await playground.cloudMap.discover({ namespace: 'prod.eu', service })).map(
          ({ InstanceId }) => InstanceId,
        );
      await expect.poll(instances, { timeout }).toEqual(pods.split(' ').sort());
      expect(await hands.curl(`http://${service}.prod.eu:${port}/id`)).toBe(`{"id":"${service}"}\n`);
    }
    const headless = ['get', 'service', 'green-v1-virtual-node', '-n', 'green', '-o', 'name'];
    await expect.poll(() => hands.kubectl(headless).catch(() => ''), { timeout }).toContain('green-v1');
    await expect.poll(() => colors(12, `${myapp}/id`), { timeout }).toEqual([blue, green]);
    expect(await colors(3, 'http://blue.blue.svc.cluster.local:8080/id')).toEqual([blue]);
  });
});
