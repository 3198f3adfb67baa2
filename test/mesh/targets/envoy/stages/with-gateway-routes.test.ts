import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../../../../shared/mesh/plan/desired.ts';
import type { Files } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { withKept } from '../../../../../shared/mesh/targets/envoy/stages/with-kept.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { aGateway, aGatewayRoute, aMesh, aNamespace, aNode, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, rulesOfEnvoy } from '../desired-envoys.ts';

// biome-ignore lint/suspicious/noExplicitAny: the structure is what the tests are about
type Fields = any;

const base = [aNamespace(), aMesh(), aGateway('entry'), aNode('blue'), aNode('green')];
const services = [aService('cart', 'node/blue'), aService('stock', 'node/green')];
const routes = [aGatewayRoute('cart', 'cart'), aGatewayRoute('stock', 'stock')];

/** The files of the gateway's ConfigMap after a change of the manifests. */
function changed(live: Files | undefined, ...manifests: readonly Manifest[]): Files {
  const desired = desiredMesh(directoryOf(...base, ...manifests), rulesOfEnvoy(), () => undefined);
  const { data, kept } = contentIn(desired, 'ConfigMap/apps/entry.virtual-gateway');
  const files = withKept(data as Files, kept, live);
  expect(withKept(data as Files, kept, files)).toEqual(files);
  return files;
}

function tableOf(files: Files, name: string): Fields {
  return JSON.parse(files[`rds-${name}.json`] ?? '{}').resources?.[0];
}

/** Of the first hop, as `route → virtual host of the second`. */
function firstHop(files: Files): readonly string[] {
  const [{ routes: all }] = tableOf(files, 'gateway-8088').virtual_hosts;
  return all.map(
    ({ name, request_headers_to_add: [added] = [] }: Fields) => `${name} → ${added?.header.value ?? '404'}`,
  );
}

function secondHop(files: Files): readonly string[] {
  return tableOf(files, 'egress').virtual_hosts.map(({ name }: Fields) => name);
}

const toCart = ['apps/cart → cart.apps:8080', 'apps/cart → cart.apps:8080'];
const toStock = ['apps/stock → stock.apps:8080', 'apps/stock → stock.apps:8080'];

describe('a gateway while one of its routes is refused', () => {
  const live = changed(undefined, ...services, ...routes);

  it('serves all its routes before', () => {
    expect(firstHop(live)).toEqual([...toStock, ...toCart]);
    expect(secondHop(live).toSorted()).toEqual(['cart.apps:8080', 'stock.apps:8080']);
  });

  it('keeps a route that is invalid now, with what it leads to', () => {
    const invalid = aGatewayRoute('cart', 'cart', { httpRoute: { match: {} } });
    const files = changed(live, ...services, invalid, aGatewayRoute('stock', 'stock'));
    expect(firstHop(files)).toEqual([...toStock, ...toCart]);
    expect(secondHop(files)).toContain('cart.apps:8080');
  });

  it('keeps a route whose virtual service is invalid now', () => {
    const invalid = aService('cart', undefined, { provider: {} });
    const files = changed(live, invalid, aService('stock', 'node/green'), ...routes);
    expect(firstHop(files)).toEqual([...toStock, ...toCart]);
    expect(secondHop(files)).toContain('cart.apps:8080');
  });

  it('keeps what a route led to, if its new target is refused', () => {
    const elsewhere = aGatewayRoute('cart', 'gone');
    const files = changed(live, ...services, elsewhere, aGatewayRoute('stock', 'stock'));
    expect(firstHop(files)).toEqual([...toStock, ...toCart]);
  });

  it('goes on with the other routes', () => {
    const invalid = aGatewayRoute('cart', 'cart', { httpRoute: { match: {} } });
    const moved = aGatewayRoute('stock', 'cart');
    const files = changed(live, ...services, invalid, moved);
    expect(firstHop(files)).toEqual([...toStock.map((each) => each.replace('→ stock', '→ cart')), ...toCart]);
  });

  it('drops a route that is deleted', () => {
    const files = changed(live, ...services, aGatewayRoute('stock', 'stock'));
    expect(firstHop(files)).toEqual(toStock);
    expect(secondHop(files)).toEqual(['stock.apps:8080']);
  });

  it('a new route whose virtual service is refused answers 404, and no other route takes its requests', () => {
    const all = aGatewayRoute('all', 'stock', {
      httpRoute: {
        match: { prefix: '/' },
        action: { target: { virtualService: { virtualServiceRef: { name: 'stock' } } } },
      },
    });
    const files = changed(
      undefined,
      aService('cart', 'node/blue', { awsName: 'a b' }),
      services[1] as Manifest,
      all,
      routes[0] as Manifest,
    );
    expect(firstHop(files)).toEqual(['apps/cart → 404', 'apps/cart → 404', 'apps/all → stock.apps:8080']);
  });
});
