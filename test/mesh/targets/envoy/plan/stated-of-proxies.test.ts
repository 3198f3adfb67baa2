import { describe, expect, it } from 'vitest';
import { isValid } from '../../../../../shared/mesh/plan/entry.ts';
import type { DesiredResource } from '../../../../../shared/mesh/plan/resource.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { rulesOfEnvoy } from '../desired-envoys.ts';
import { statedOf } from '../stated.ts';

const base = [aNamespace(), aMesh()];

function placed(name: string, manifests: readonly Manifest[]) {
  const directory = directoryOf(...base, ...manifests);
  const entry = directory.entries.find(({ id }) => id.name === name);
  if (entry === undefined || !isValid(entry)) throw new Error(`${name} is not valid: ${entry?.fault}`);
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  return [entry, place, directory] as const;
}
const differences = (name: string, ...manifests: readonly Manifest[]) =>
  rulesOfEnvoy().differencesOf?.(...placed(name, manifests)) ?? [];
const stated = (name: string, ...manifests: readonly Manifest[]) => statedOf(differences(name, ...manifests));
const refused = (name: string) => aService(name, undefined, { awsName: `${name} x` });

describe('what is stated of an object with proxies', () => {
  const text = (names: string, path = 'spec.backends') =>
    `differs ${path}: of ${names} the proxies keep what they have, with its TLS: it is invalid, refused or contests a port; what the condition of the VirtualService, or of its router or nodes, says`;
  const front = (...names: readonly string[]) => [aNode('front', backends(...names)), ...names.map(refused)];

  it('the backends of which they keep what they have, four by name', () => {
    expect(stated('front', ...front('a', 'b', 'c', 'd'))).toEqual([text('"a x", "b x", "c x", "d x"')]);
    expect(stated('front', ...front('a', 'b', 'c', 'd', 'e'))).toEqual([
      text('"a x", "b x", "c x", "d x", 1 more'),
    ]);
    expect(stated('front', ...front('a', 'b', 'c', 'd', 'e', 'f'))).toEqual([
      text('"a x", "b x", "c x", "d x", 2 more'),
    ]);
    expect(stated('front', aNode('front'))).toEqual([]);
  });

  it('likewise of a gateway, which has no backends', () => {
    const route = aGatewayRoute('r', 'a', {
      httpRoute: {
        match: { prefix: '/' },
        action: { target: { virtualService: { virtualServiceRef: { name: 'a' } } } },
      },
    });
    expect(stated('entry', aGateway('entry'), refused('a'), route)).toEqual([text('"a x"', 'spec')]);
  });

  it('only its own fields, if one of them is refused', () => {
    const listeners = { listeners: [{ portMapping: { port: 15_000, protocol: 'http' } }] };
    expect(stated('front', aNode('front', { ...backends('a'), ...listeners }), refused('a'))).toEqual([
      'refused spec.listeners[0].portMapping.port: Envoy itself uses this port; another port',
    ]);
  });

  it('nothing of the rest, if a backend is missing', () => {
    expect(stated('front', aNode('front', backends('a', 'gone')), refused('a'))).toEqual([]);
  });

  it('also if a field of its own only differs', () => {
    const logging = { logging: { accessLog: { file: { path: '/var/log/a' } } } };
    expect(stated('front', aNode('front', { ...backends('a'), ...logging }), refused('a'))).toHaveLength(2);
  });
});

describe('what is stated of an object in the proxies of others', () => {
  it('that it is beyond the share of its namespace', () => {
    const routes = Array.from({ length: 80 }, (_, index) =>
      aRoute(`r${index}`, { blue: 1 }, { match: { prefix: `/${'x'.repeat(1000)}${index}` } }),
    );
    const others = ['a', 'b'].flatMap((name) =>
      [aRouter(name, routes), aService(name, `router/${name}`)].map((manifest) => ({
        ...manifest,
        metadata: { name, namespace: 'others' },
      })),
    );
    const blue = { ...aNode('blue'), metadata: { name: 'blue', namespace: 'others' } };
    const virtualService = (name: string) => ({
      virtualService: { virtualServiceRef: { name, namespace: 'others' } },
    });
    const front = aNode('front', { backends: ['a', 'b'].map(virtualService) });
    const found = differences('front', front, aNamespace('others'), blue, ...others);
    const beyond = found.filter(({ object }) => object !== undefined);
    expect(beyond.map(({ object }) => object)).toEqual([
      { kind: 'VirtualService', namespace: 'others', name: 'b' },
    ]);
    expect(statedOf(beyond)).toEqual([
      'differs spec: in the proxies of VirtualNode apps/front it stays as it was: namespace others has more than 200000 bytes there; fewer or smaller routes of the namespace',
    ]);
  });
});

describe('the rules of the target', () => {
  const resource = (spec: object, kind = 'ConfigMap') =>
    ({
      spec,
      resource: { group: '', kind, namespace: 'apps', name: 'a' },
    }) as unknown as DesiredResource<never>;

  it('have names in configuration, in messages and for claims', () => {
    const rules = rulesOfEnvoy();
    expect([rules.name, rules.title, rules.claimant]).toEqual(['envoy', 'Envoy', 'local#envoy']);
    expect(rules.nameOf({ group: '', kind: 'ConfigMap', namespace: 'apps', name: 'a' } as never)).toBe(
      'the ConfigMap "apps/a"',
    );
  });

  it('keep what the parts refer to that stay in a proxy', () => {
    expect(
      rulesOfEnvoy().keepsReferences?.(resource({ data: {}, kept: { services: [], endpoints: [] } })),
    ).toBe(true);
    expect(rulesOfEnvoy().keepsReferences?.(resource({ data: {} }))).toBe(false);
  });

  it('find a ConfigMap too large, and no Service', () => {
    const data = { 'cds.json': 'x'.repeat(900_001) };
    expect(rulesOfEnvoy().faultOf?.(resource({ data }))).toMatchObject({ reason: 'QuotaExceeded' });
    expect(rulesOfEnvoy().faultOf?.(resource({ data: {} }))).toBeNull();
    expect(rulesOfEnvoy().faultOf?.(resource({ clusterIP: 'None' }, 'Service'))).toBeNull();
  });

  it('let a proxy work without a Service, and without no other resource', () => {
    expect(rulesOfEnvoy().worksWithout?.('Service/apps/blue-virtual-node')).toBe(true);
    expect(rulesOfEnvoy().worksWithout?.('ConfigMap/apps/Service/')).toBe(false);
  });

  it('do not decide what an object wants of which a reference dangles', () => {
    const isUndecided = (...manifests: readonly Manifest[]) =>
      rulesOfEnvoy().isUndecided?.(...placed('front', manifests));
    expect(isUndecided(aNode('front', backends('gone')))).toBe(true);
    expect(isUndecided(aNode('front', backends('a')), aService('a'))).toBe(false);
  });

  it('request a ConfigMap for each object with proxies, and a Service for pods in Cloud Map', () => {
    const keysOf = (name: string, ...manifests: readonly Manifest[]) =>
      rulesOfEnvoy()
        .requestsOf(...placed(name, manifests))
        .map(({ key }) => key);
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
    const inCloudMap = { podSelector: { matchLabels: { a: 'b' } }, serviceDiscovery: { awsCloudMap } };
    expect(keysOf('front', aNode('front'))).toEqual(['ConfigMap/apps/front.virtual-node']);
    expect(keysOf('front', aNode('front', inCloudMap))).toEqual([
      'ConfigMap/apps/front.virtual-node',
      'Service/apps/front-virtual-node',
    ]);
    expect(keysOf('entry', aGateway('entry'))).toEqual(['ConfigMap/apps/entry.virtual-gateway']);
    expect(keysOf('a', aService('a'))).toEqual([]);
  });

  it('refer to the Services of the pods that a proxy calls, and to nothing for other nodes', () => {
    const refersTo = (node: Manifest) => {
      const manifests = [aNode('front', backends('a')), aService('a', 'node/blue'), node];
      const [request] = rulesOfEnvoy().requestsOf(...placed('front', manifests));
      return request?.translate({} as never).refersTo;
    };
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
    const podSelector = { matchLabels: { a: 'b' } };
    expect(refersTo(aNode('blue', { podSelector, serviceDiscovery: { awsCloudMap } }))).toEqual([
      'Service/apps/blue-virtual-node',
    ]);
    expect(refersTo(aNode('blue', { podSelector }))).toEqual([]);
  });

  it('translate nothing of an object of which a reference dangles, and a Service as it is', () => {
    const translated = (...manifests: readonly Manifest[]) =>
      rulesOfEnvoy()
        .requestsOf(...placed('front', manifests))
        .map(({ translate }) => translate({ nameOf: () => '', backendGroup: () => '' } as never));
    expect(translated(aNode('front', backends('gone')))).toEqual([{ spec: {}, dependsOn: [] }]);
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
    const inCloudMap = { podSelector: { matchLabels: { a: 'b' } }, serviceDiscovery: { awsCloudMap } };
    expect(translated(aNode('front', inCloudMap))[1]).toEqual({
      spec: {
        spec: {
          ...{ clusterIP: 'None', ipFamilyPolicy: 'PreferDualStack', selector: { a: 'b' } },
          ports: [{ name: 'port-8080', port: 8080 }],
        },
      },
      dependsOn: [],
    });
  });
});
