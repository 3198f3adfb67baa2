import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifestsIn } from '../../harness/harness.ts';
import { aMesh, aNamespace } from '../../harness/manifests.ts';
import { filesOfManifests, manifestsOf, missingManifests } from '../../harness/vectors.ts';
import { translated } from './translated.ts';

function example(name: string) {
  const text = readFileSync(new URL(`../../../../examples/${name}`, import.meta.url), 'utf8');
  return translated(...manifestsIn(text));
}

/** By the name of a virtual service of Istio, the hosts and weights of its first route. */
function firstRoute(found: ReturnType<typeof translated>, key: string) {
  const [http] = found.specs[key].http;
  return http.route.map(({ destination, weight }: Route) => [destination.host, weight]);
}

interface Route {
  readonly destination: { readonly host: string };
  readonly weight?: number;
}

describe('the walkthrough howto-k8s-cloudmap', () => {
  const found = example('howto-k8s-cloudmap.yaml');

  it('the walkthrough howto-k8s-cloudmap becomes objects of Istio, with nothing refused', () => {
    expect(found.problems).toEqual({});
    const namespace = 'howto-k8s-cloudmap';
    expect(Object.keys(found.specs).sort()).toEqual([
      ...['colorapp-blue-virtual-node', 'colorapp-red-virtual-node', 'colorapp-virtual-service'].map(
        (name) => `ServiceEntry/${namespace}/${name}`,
      ),
      `ServiceEntry/${namespace}/front-virtual-node`,
      `ServiceEntry/istio-system/${namespace}-amazonaws`,
      ...['colorapp-blue', 'colorapp-red', 'front'].map((name) => `Sidecar/${namespace}/${name}`),
      `VirtualService/${namespace}/colorapp`,
    ]);
  });

  it('the walkthrough howto-k8s-cloudmap has two colors behind one name, each with its own pods', () => {
    const colors = ['blue', 'red'].map((color) => `colorapp-${color}.howto-k8s-cloudmap.virtual-node`);
    expect(firstRoute(found, 'VirtualService/howto-k8s-cloudmap/colorapp')).toEqual(
      colors.map((host) => [host, 1]),
    );
    for (const color of ['blue', 'red'])
      expect(
        found.specs[`ServiceEntry/howto-k8s-cloudmap/colorapp-${color}-virtual-node`].workloadSelector,
      ).toEqual({ labels: { app: 'colorapp', version: color } });
  });
});

describe('the example blue-green', () => {
  const found = example('blue-green.yaml');
  const hosts = ['orders-blue.orders.virtual-node', 'orders-green.orders.virtual-node'];

  it('the example blue-green shifts traffic by the same weights in the mesh and at the gateway', () => {
    expect(found.problems).toEqual({});
    for (const key of ['VirtualService/orders/orders', 'VirtualService/edge/orders-gateway-route'])
      expect(firstRoute(found, key)).toEqual([
        [hosts[0], 100],
        [hosts[1], 0],
      ]);
  });
});

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;
describe.skipIf(missingManifests !== undefined)(`manifests that people run${reason}`, () => {
  const files = missingManifests === undefined ? filesOfManifests() : [];
  const ofEks = files.filter((file) => file.startsWith('eks-'));
  const routers = ofEks.filter((file) => file.includes('router'));
  const ingress = 'howto-k8s-http-ingress-v2.yaml';
  const sets = [
    ...routers.map((router) => [router, ...ofEks.filter((file) => !routers.includes(file))]),
    ...files
      .filter((file) => !ofEks.includes(file))
      .map((file) => (file.includes('ingress-v2-') ? [file, ingress] : [file])),
  ];

  it.each(sets)('the manifest file %s becomes objects of Istio, with nothing refused', (...all) => {
    const around = all[0]?.startsWith('eks-') ? [aNamespace('yelb'), aMesh()] : [];
    const { problems, specs } = translated(...around, ...manifestsOf(...all));
    expect(problems).toEqual({});
    expect(Object.keys(specs).length).toBeGreaterThan(1);
  });
});
