import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../../shared/mesh/plan/report.ts';
import type { RouterRoute } from '../../../../../../shared/mesh/routing/routes.ts';
import {
  destinationsOf,
  nodeDestination,
} from '../../../../../../shared/mesh/targets/istio/translate/route/destination.ts';
import { aNode, aRouter, listenersOn } from '../../../../harness/manifests.ts';
import { directoryOf } from '../../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

/** The router `color` beside a virtual node `blue` of the spec, others, and two that are invalid. */
function searched(spec: Spec = {}) {
  const directory = directoryOf(
    ...[aRouter('color'), aNode('blue', spec), aNode('far', {}, 'other')],
    ...[aNode('wrong', { listeners: 'none' }), aNode('wrong', { listeners: 'none' }, 'other')],
  );
  const [router, node] = directory.entries;
  if (router === undefined || !isOfKind(router, 'VirtualRouter')) throw new Error(JSON.stringify(router));
  if (node === undefined || !isOfKind(node, 'VirtualNode')) throw new Error(JSON.stringify(node));
  return { directory, router, node, report: new Report() };
}
const refused = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'refused', message, instead },
});
const host = 'blue.apps.svc.cluster.local';
const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } };

describe('a virtual node as a destination', () => {
  function found(spec: Spec, port?: number | null) {
    const { directory, node, report } = searched(spec);
    const destination = nodeDestination(directory, node, { port, weight: 3 }, { report, at: 'spec.x' });
    return { node, destination, differences: report.differences };
  }
  const two = listenersOn('http/8080', 'http/8081');
  const notIn = { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] };
  const slow = {
    ...{ portMapping: { port: 8081, protocol: 'http' } },
    timeout: { http: { perRequest: { unit: 's', value: 60 } } },
  };

  it.each<readonly [what: string, spec: Spec, port: number | null | undefined, expected: Partial<object>]>([
    ['its only listener', {}, undefined, { host, port: 8080 }],
    ['its only listener if the port is null', {}, null, { host, port: 8080 }],
    ['the port of its first listener', two, 8080, { host, port: 8080 }],
    ['the port of its second listener', two, 8081, { host, port: 8081 }],
    ['the timeout of its listener', { listeners: [slow] }, 8081, { host, port: 8081, timeoutMs: 60_000 }],
    ['a Service, whatever else selects its pods', { podSelector: notIn }, undefined, { host, port: 8080 }],
    [
      'the pods that are selected',
      { serviceDiscovery: cloudMap, podSelector: { matchLabels: { app: 'blue' } } },
      undefined,
      { host: 'blue.apps.virtual-node', port: 8080 },
    ],
  ])('is called by %s', (_, spec, port, expected) => {
    const { node, destination, differences } = found(spec, port);
    expect(destination).toEqual({ node, weight: 3, timeoutMs: 15_000, ...expected });
    expect(differences).toEqual([]);
  });

  const needed = 'a node with a listener and service discovery';
  const cannot = (why: string) =>
    refused('spec.x', `VirtualNode "blue" cannot be a destination: ${why}`, needed);
  it.each<readonly [spec: Spec, port: number | undefined, object]>([
    [{ listeners: [] }, undefined, cannot('no listener')],
    [{ listeners: [], serviceDiscovery: null }, undefined, cannot('no service discovery')],
    [
      { serviceDiscovery: { dns: { hostname: 'blue' } } },
      undefined,
      cannot('spec.serviceDiscovery.dns.hostname'),
    ],
    [
      { serviceDiscovery: cloudMap, podSelector: notIn },
      undefined,
      cannot('spec.podSelector.matchExpressions[0]'),
    ],
    [
      two,
      undefined,
      refused('spec.x.port', 'VirtualNode "blue" has several listeners', 'the port of one of them'),
    ],
    [
      two,
      9000,
      refused('spec.x.port', 'VirtualNode "blue" has no listener on port 9000', 'the port of a listener'),
    ],
  ])('with %j at port %s is none: %j', (spec, port, difference) => {
    const { destination, differences } = found(spec, port);
    expect(destination).toBeUndefined();
    expect(differences).toEqual([difference]);
  });
});

describe('the destinations of a route', () => {
  const path = 'spec.routes[0].httpRoute';
  const at = (index: number) => `${path}.action.weightedTargets[${index}]`;
  function found(...targets: RouterRoute['targets']) {
    const { directory, router, report } = searched();
    const route = { targets, path } as unknown as RouterRoute;
    const destinations = destinationsOf(directory, router as EntryOf<'VirtualRouter'>, route, report);
    const names = destinations.map(({ node, port, weight }) => `${node.id.name}:${port} ${weight}`);
    return { names, differences: report.differences };
  }
  const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/blue';
  const to = (name: string, more: object = {}) => ({ virtualNodeRef: { name }, weight: 1, ...more });
  const far = { virtualNodeRef: { name: 'far', namespace: 'other' }, weight: 0 };

  it('are the nodes of its targets in their order', () => {
    const two = found(far, to('blue', { port: 8080, weight: 2 }));
    expect(two).toEqual({ names: ['far:8080 0', 'blue:8080 2'], differences: [] });
  });

  it('are without nodes that do not exist, which references report, and without those of other accounts', () => {
    const all = found({ virtualNodeARN: arn, weight: 1 }, to('none'), to('far'), to('blue'));
    expect(all).toEqual({
      names: ['blue:8080 1'],
      differences: [
        refused(`${at(0)}.virtualNodeARN`, 'names a resource of App Mesh', 'a reference to the object'),
      ],
    });
  });

  it('are without nodes that are invalid', () => {
    const there = { virtualNodeRef: { name: 'wrong', namespace: 'other' }, weight: 1 };
    const invalid = (index: number) =>
      refused(`${at(index)}.virtualNodeRef`, 'VirtualNode "wrong" is invalid', 'a valid one');
    expect(found(to('wrong'), there, to('blue'))).toEqual({
      names: ['blue:8080 1'],
      differences: [invalid(0), invalid(1)],
    });
  });

  it('are without nodes that cannot be called, which are reported by their index', () => {
    const { names, differences } = found(to('blue'), to('blue', { port: 9000 }));
    expect(names).toEqual(['blue:8080 1']);
    expect(differences.map((each) => each.path)).toEqual([`${at(1)}.port`]);
  });
});
