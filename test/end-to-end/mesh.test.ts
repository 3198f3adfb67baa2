import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsDuring, keysIn, resourceIn, specsIn } from '../mesh/harness/engine-state.ts';
import { missingClients } from './harness/clients.ts';
import { type MeshObject, type MeshPlace, startMeshPlace, timeout } from './harness/mesh.ts';

const absent = missingClients();
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';
const orchard = readFileSync(new URL('../../examples/blue-green.yaml', import.meta.url), 'utf8');

describe.skipIf(absent.length > 0)(`mesh resources by kubectl and aws${reason}`, () => {
  let place: MeshPlace;
  beforeAll(async () => {
    place = await startMeshPlace();
  });
  afterAll(() => place.playground.close({ keepLog: false }));

  const route = 'route/orchard/orders_orders/by-weight';
  const keys = [
    'mesh/orchard',
    ...['orders-blue', 'orders-green', 'web'].map((name) => `virtualNode/orchard/${name}_orders`),
    'virtualRouter/orchard/orders_orders',
    route,
    'virtualService/orchard/orders.orders.svc.cluster.local',
    'virtualGateway/orchard/edge_edge',
    'gatewayRoute/orchard/edge_edge/orders_edge',
  ];
  const weights = (blue: number, green: number) =>
    orchard.replaceAll(/weight: (0|100)\b/g, (_, was: string) => `weight: ${was === '100' ? blue : green}`);
  const shiftTo = (blue: number, green: number) =>
    callsDuring(place, async () => {
      await place.apply(weights(blue, green));
      const targets = [
        { virtualNode: 'orders-blue_orders', weight: blue, port: 8080 },
        { virtualNode: 'orders-green_orders', weight: green, port: 8080 },
      ];
      const action = () => resourceIn(place.engine, route).spec;
      await expect
        .poll(action, { timeout })
        .toMatchObject({ httpRoute: { action: { weightedTargets: targets } } });
      await place.quiet();
    });

  it('mesh resources are in App Mesh when kubectl has applied them', async () => {
    await place.apply(orchard);
    await expect.poll(() => Object.keys(specsIn(place.engine)).sort(), { timeout }).toEqual([...keys].sort());
    await place.quiet();
  });

  it('each shift of weight is one update of one route', async () => {
    expect(await shiftTo(50, 50)).toEqual({ UpdateRoute: 1 });
    expect(await shiftTo(0, 100)).toEqual({ UpdateRoute: 1 });
    expect(await shiftTo(100, 0)).toEqual({ UpdateRoute: 1 });
    expect(await shiftTo(100, 0)).toEqual({});
  });

  it('kubectl get shows namespace, name, ARN and age of every kind of mesh object', async () => {
    const table = await place.kubectl([
      'get',
      'virtualnode,virtualservice,virtualrouter,virtualgateway,gatewayroute',
      '-A',
    ]);
    const rows = table.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows.filter(([first]) => first === 'NAMESPACE')).toEqual(
      Array(5).fill(['NAMESPACE', 'NAME', 'ARN', 'AGE']),
    );
    const mesh = 'arn:aws:appmesh:us-west-2:000000000000:mesh/orchard';
    const ofKind = (kind: string) => rows.filter((row) => row[1]?.startsWith(`${kind}.appmesh.k8s.aws/`));
    const age = expect.stringMatching(/^\d+[smh]/);
    expect(ofKind('virtualnode')).toEqual(
      ['orders-blue', 'orders-green', 'web'].map((name) => [
        'orders',
        `virtualnode.appmesh.k8s.aws/${name}`,
        `${mesh}/virtualNode/${name}_orders`,
        age,
      ]),
    );
    expect(['virtualservice', 'virtualrouter', 'virtualgateway', 'gatewayroute'].map(ofKind)).toEqual([
      [
        [
          'orders',
          'virtualservice.appmesh.k8s.aws/orders',
          expect.stringMatching(`^${mesh}/virtualService/`),
          age,
        ],
      ],
      [['orders', 'virtualrouter.appmesh.k8s.aws/orders', `${mesh}/virtualRouter/orders_orders`, age]],
      [['edge', 'virtualgateway.appmesh.k8s.aws/edge', `${mesh}/virtualGateway/edge_edge`, age]],
      [
        [
          'edge',
          'gatewayroute.appmesh.k8s.aws/orders',
          `${mesh}/virtualGateway/edge_edge/gatewayRoute/orders_edge`,
          age,
        ],
      ],
    ]);
  });

  it('aws appmesh describes every kind as the manifest says', async () => {
    const ask = (operation: string, ...names: readonly string[]) =>
      place.aws('appmesh', operation, '--mesh-name', 'orchard', ...names);
    const router = ['--virtual-router-name', 'orders_orders'];
    const gateway = ['--virtual-gateway-name', 'edge_edge'];
    const service = 'orders.orders.svc.cluster.local';
    const backends = [{ virtualService: { virtualServiceName: service } }];
    const inCloudMap = {
      namespaceName: 'orchard.local',
      serviceName: 'orders',
      attributes: [{ key: 'version', value: 'blue' }],
    };
    const [mesh, nodes, blue, web, routes, entry, gatewayRoute, orders] = await Promise.all([
      ask('describe-mesh'),
      ask('list-virtual-nodes'),
      ask('describe-virtual-node', '--virtual-node-name', 'orders-blue_orders'),
      ask('describe-virtual-node', '--virtual-node-name', 'web_orders'),
      ask('list-routes', ...router),
      ask('describe-virtual-gateway', ...gateway),
      ask('describe-gateway-route', ...gateway, '--gateway-route-name', 'orders_edge'),
      ask('describe-virtual-service', '--virtual-service-name', service),
    ]);
    expect(mesh).toMatchObject({ mesh: { meshName: 'orchard', status: { status: 'ACTIVE' } } });
    expect(nodes).toMatchObject({
      virtualNodes: ['orders-blue_orders', 'orders-green_orders', 'web_orders'].map((name) => ({
        virtualNodeName: name,
      })),
    });
    expect(blue).toMatchObject({
      virtualNode: {
        spec: {
          listeners: [
            {
              portMapping: { port: 8080, protocol: 'http' },
              healthCheck: { path: '/id', protocol: 'http' },
            },
          ],
          serviceDiscovery: { awsCloudMap: inCloudMap },
        },
      },
    });
    expect(web).toMatchObject({ virtualNode: { spec: { backends } } });
    expect(routes).toMatchObject({ routes: [{ routeName: 'by-weight' }] });
    expect(entry).toMatchObject({
      virtualGateway: { spec: { listeners: [{ portMapping: { port: 8088, protocol: 'http' } }] } },
    });
    expect(gatewayRoute).toMatchObject({
      gatewayRoute: {
        spec: {
          httpRoute: {
            match: { prefix: '/orders' },
            action: { target: { virtualService: { virtualServiceName: service } } },
          },
        },
      },
    });
    expect(orders).toMatchObject({
      virtualService: { spec: { provider: { virtualRouter: { virtualRouterName: 'orders_orders' } } } },
    });
  });

  it('the ARN of a gateway is on its object a moment after it is applied', async () => {
    const second = gatewayNamed('second');
    const startedAtMs = performance.now();
    await place.apply(second);
    const path = 'jsonpath={.status.virtualGatewayARN}';
    await place.kubectl(['wait', '-n', 'edge', 'virtualgateway/second', `--for=${path}`, '--timeout=20s']);
    const writtenAtMs = performance.now();
    expect(await place.kubectl(['get', 'virtualgateway', 'second', '-n', 'edge', '-o', path])).toBe(
      'arn:aws:appmesh:us-west-2:000000000000:mesh/orchard/virtualGateway/second_edge',
    );
    expect(writtenAtMs - startedAtMs).toBeLessThan(5_000);
    await place.remove(second);
  });

  it('what the schema can check is refused by kubectl, with the field', async () => {
    const refused = (text: string) => place.apply(text).then(String, (error: Error) => error.message);
    const noPort = gatewayNamed('wrong').replace('        port: 8088\n', '');
    expect(await refused(noPort)).toContain('spec.listeners[0].portMapping.port: Required value');
    const weight = orchard.replace('weight: 100', 'weight: 101');
    expect(await refused(weight)).toMatch(
      /spec\.routes\[0\]\.httpRoute\.action\.weightedTargets\[0\]\.weight: Invalid value: 101: .*less than or equal to 100/,
    );
    expect(resourceIn(place.engine, route).spec).toMatchObject({
      httpRoute: { action: { weightedTargets: [{ weight: 100 }, { weight: 0 }] } },
    });
  });

  it('what the schema cannot check is in the status, and the last valid state stays in effect', async () => {
    const toNobody = orchard.replace(
      'name: orders-green\n              weight: 0',
      'name: nobody\n              weight: 0',
    );
    await place.apply(toNobody);
    const condition = async () => {
      const { status } = JSON.parse(
        await place.kubectl(['get', 'virtualrouter', 'orders', '-n', 'orders', '-o', 'json']),
      ) as MeshObject;
      return status?.conditions?.[0];
    };
    await expect.poll(condition, { timeout }).toMatchObject({
      type: 'VirtualRouterActive',
      status: 'False',
      reason: 'ReferenceMissing',
      message: expect.stringMatching(/spec\.routes\[0\].*nobody/),
    });
    expect(resourceIn(place.engine, route).version).toBe(4);
    await place.apply(orchard);
    await expect.poll(condition, { timeout }).toMatchObject({ status: 'True', reason: 'Applied' });
    expect(resourceIn(place.engine, route).version).toBe(4);
  });

  it('an API that does not answer keeps no pod from being registered, and is made up for', async () => {
    const cloudMap = () =>
      place.playground.cloudMap.discover({ namespace: 'orchard.local', service: 'orders' });
    place.engine.faults.delay('*', { beforeMs: 40_000 });
    const third = orchard.replaceAll('green', 'amber');
    await place.apply(third);
    const versions = async () => (await cloudMap()).map(({ Attributes }) => Attributes?.version).sort();
    await expect.poll(versions, { timeout }).toEqual(['amber', 'blue', 'green']);
    expect(keysIn(place.engine)).not.toContain('virtualNode/orchard/orders-amber_orders');
    place.engine.faults.reset();
    const keysNow = () => keysIn(place.engine);
    await expect.poll(keysNow, { timeout: 50_000 }).toContain('virtualNode/orchard/orders-amber_orders');
    await expect
      .poll(() => resourceIn(place.engine, route).spec, { timeout })
      .toMatchObject({
        httpRoute: {
          action: { weightedTargets: [{ weight: 100 }, { virtualNode: 'orders-amber_orders' }] },
        },
      });
  }, 90_000);

  it('nothing has been dead-lettered', () => {
    expect(place.playground.deadLetters()).toBe(0);
  });
});

function gatewayNamed(name: string): string {
  return `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualGateway
metadata:
  name: ${name}
  namespace: edge
spec:
  namespaceSelector:
    matchLabels:
      gateway: ${name}
  listeners:
    - portMapping:
        port: 8088
        protocol: http
`;
}
