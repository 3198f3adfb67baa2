import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../../shared/mesh/plan/directory.ts';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { virtualGatewayOutcome } from '../../../../../shared/mesh/targets/istio/translate/virtual-gateway.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

const selecting = (matchLabels: Spec) => ({ podSelector: { matchLabels } });
const edge = (spec: Spec = {}) => aGateway('edge', { ...selecting({ app: 'edge' }), ...spec });

function outcomeIn(directory: Directory) {
  const entry = directory.find('VirtualGateway', { namespace: 'apps', name: 'edge' });
  if (entry === undefined || !isOfKind(entry, 'VirtualGateway')) throw new Error(JSON.stringify(entry));
  return virtualGatewayOutcome(entry, directory);
}
const outcomeOf = (...manifests: readonly Manifest[]) =>
  outcomeIn(directoryOf(aNamespace(), aMesh(), ...manifests));
const refused = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'refused', message, instead },
});
const differs = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'differs', message, instead },
});
const gateway = {
  ...{ kind: 'Gateway', namespace: 'apps', name: 'edge' },
  spec: {
    selector: { app: 'edge' },
    servers: [{ port: { number: 8088, name: 'http-8088', protocol: 'HTTP' }, hosts: ['*'] }],
  },
};

describe('the objects of a virtual gateway', () => {
  it('are its Gateway alone without routes', () => {
    expect(outcomeOf(edge())).toEqual({ wanted: [gateway], differences: [] });
  });

  it('are a VirtualService after the Gateway, too, if it has routes', () => {
    const { wanted, differences } = outcomeOf(edge(), aGatewayRoute('r', 'none'));
    expect(wanted).toEqual([
      gateway,
      {
        ...{ kind: 'VirtualService', namespace: 'apps', name: 'edge-virtual-gateway' },
        spec: {
          ...{ hosts: ['*'], gateways: ['apps/edge'] },
          http: [
            {
              match: [{ statPrefix: 'apps_r' }],
              delegate: { name: 'r-gateway-route', namespace: 'apps' },
            },
          ],
        },
        dependsOn: ['Gateway/apps/edge'],
      },
    ]);
    expect(differences).toEqual([]);
  });

  it('have its access log', () => {
    const logging = { accessLog: { file: { path: '/dev/stdout' } } };
    const [, log] = outcomeOf(edge({ logging })).wanted;
    expect(log).toMatchObject({ kind: 'Telemetry', namespace: 'apps', name: 'edge-virtual-gateway' });
  });

  const validation = { trust: { file: { certificateChain: '/ca.pem' } } };
  const demanding = (tls: Spec) => edge({ backendDefaults: { clientPolicy: { tls } } });

  it('have the rules of its TLS for the nodes that its valid routes lead to', () => {
    const { wanted, differences } = outcomeOf(
      ...[demanding({ validation }), aNode('blue'), aNode('green'), aService('orders', 'node/blue')],
      ...[aGatewayRoute('a', 'orders'), aGatewayRoute('b', 'orders'), aGatewayRoute('c', 'none')],
      aGatewayRoute('d', 'orders', { httpRoute: 'none' }),
    );
    const rules = wanted.filter(({ kind }) => kind === 'DestinationRule');
    expect(rules.map(({ name }) => name)).toEqual(['edge-to-apps-blue-gateway']);
    expect(differences).toEqual([]);
  });

  it('cannot have TLS without a file', () => {
    const sds = { secretName: 'a' };
    expect(outcomeOf(demanding({ validation: { trust: { sds } } })).differences).toEqual([
      refused(
        'spec.backendDefaults.clientPolicy.tls.validation.trust.sds',
        'is no file',
        'file, mounted into the proxy; or no tls: Istio encrypts by itself',
      ),
    ]);
  });

  it('demand one policy of the routes to a node', () => {
    // Two services with one node have the one policy of the gateway.
    const services = ['orders', 'cart'].map((name) => aService(name, 'node/blue'));
    const routes = ['orders', 'cart'].map((name) => aGatewayRoute(name, name));
    const { differences } = outcomeOf(demanding({ validation }), aNode('blue'), ...services, ...routes);
    expect(differences).toEqual([]);
  });
});

describe('what Istio has in another way than a virtual gateway', () => {
  const limited = ['Istio has no limit for a gateway as a whole', 'the limits of the virtual nodes'] as const;
  const listening = (more: Spec) => ({
    listeners: [
      { portMapping: { port: 8088, protocol: 'http' } },
      { portMapping: { port: 8089, protocol: 'http' }, ...more },
    ],
  });
  const healthCheck = {
    ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
    ...{ protocol: 'http', path: '/' },
  };
  const pool = 'spec.listeners[1].connectionPool.http';

  it.each<readonly [more: Spec, differences: readonly object[]]>([
    [{ connectionPool: null }, []],
    [{ connectionPool: { http: { maxConnections: 5 } } }, [differs(`${pool}.maxConnections`, ...limited)]],
    [
      { connectionPool: { http: { maxConnections: 5, maxPendingRequests: null } } },
      [differs(`${pool}.maxConnections`, ...limited)],
    ],
    [
      { connectionPool: { http: { maxConnections: 5, maxPendingRequests: 6 } } },
      [differs(`${pool}.maxConnections`, ...limited), differs(`${pool}.maxPendingRequests`, ...limited)],
    ],
    [
      { healthCheck },
      [
        differs(
          'spec.listeners[1].healthCheck',
          'Istio has no active health checks',
          'a readinessProbe of the pods',
        ),
      ],
    ],
  ])('is of a listener with %j: %j', (more, differences) => {
    expect(outcomeOf(edge(listening(more))).differences).toEqual(differences);
  });

  it('is that it needs a selector of its pods', () => {
    const absent = refused(
      'spec.podSelector',
      'is absent: for Istio it would select every gateway',
      'the labels of the pods of the gateway',
    );
    expect(outcomeOf(aGateway('edge')).differences).toEqual([absent]);
    expect(outcomeOf(aGateway('edge', { podSelector: null })).differences).toEqual([absent]);
  });
});

describe('the pods of a virtual gateway', () => {
  const labels = new Map([['apps', { mesh: 'shop' }]]);
  const taken = (name: string) =>
    refused(
      'spec.podSelector',
      `may select the pods of VirtualGateway "apps/${name}", which has the same port`,
      'labels that no other gateway has',
    );

  it.each<readonly [what: string, earlier: Manifest, isTaken: boolean]>([
    ['equal labels', aGateway('a', selecting({ app: 'edge' })), true],
    ['fewer labels', aGateway('a', selecting({ other: '1' })), true],
    ['more labels', aGateway('a', selecting({ app: 'edge', v: '1' })), true],
    ['other labels', aGateway('a', selecting({ app: 'a' })), false],
    ['one other label', aGateway('a', selecting({ app: 'a', other: '1' })), false],
    ['no labels', aGateway('a'), false],
    ['another port', aGateway('a', { ...selecting({ app: 'edge' }), ...listenersOn('http/80') }), false],
    [
      'one equal port of two',
      aGateway('a', { ...selecting({ app: 'edge' }), ...listenersOn('http/80', 'http/8089') }),
      true,
    ],
    [
      'no mesh',
      { ...aGateway('a', selecting({ app: 'edge' })), metadata: { name: 'a', namespace: 'outside' } },
      false,
    ],
    ['an invalid spec', aGateway('a', { ...selecting({ app: 'edge' }), colour: 'x' }), false],
    ['another kind', aNode('a', selecting({ app: 'edge' })), false],
  ])('are taken by an earlier one with %s: %s', (_, earlier, isTaken) => {
    const own = edge(listenersOn('http/8088', 'http/8089'));
    expect(outcomeOf(earlier, own).differences).toEqual(isTaken ? [taken('a')] : []);
    expect(outcomeOf(own, earlier).differences).toEqual([]);
  });

  it('are those that any of two labels may select', () => {
    const own = edge(selecting({ app: 'edge', v: '1' }));
    expect(outcomeOf(aGateway('a', selecting({ app: 'edge', v: '2' })), own).differences).toEqual([]);
    expect(outcomeOf(aGateway('a', selecting({ app: 'edge' })), own).differences).toEqual([taken('a')]);
  });

  it('are taken by the first that was created, in whatever order they are listed', () => {
    const gateways = ['first', 'second'].map((name) => aGateway(name, selecting({ app: 'edge' })));
    const { entries } = directoryOf(aNamespace(), aMesh(), ...gateways, edge());
    for (const listed of [entries, entries.toReversed()])
      expect(outcomeIn(new Directory(listed, labels)).differences).toEqual([taken('first')]);
  });
});
