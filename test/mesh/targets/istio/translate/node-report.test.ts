import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { nodeHostOf } from '../../../../../shared/mesh/targets/istio/translate/node/node-host.ts';
import { reportNode } from '../../../../../shared/mesh/targets/istio/translate/node/node-report.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

function nodeWith(spec: Spec): EntryOf<'VirtualNode'> {
  const [node] = directoryOf(aNode('blue', spec)).entries;
  if (node === undefined || !isOfKind(node, 'VirtualNode')) throw new Error(JSON.stringify(node));
  return node;
}
function reported(spec: Spec) {
  const report = new Report();
  reportNode(nodeWith(spec), report);
  return report.differences;
}
const differs = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'differs', message, instead },
});
const refused = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'refused', message, instead },
});
const listening = (...more: readonly Spec[]) => ({
  listeners: more.map((each, index) => ({ portMapping: { port: 80 + index, protocol: 'http' }, ...each })),
});
const cloudMap = (more: Spec = {}) => ({
  serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue', ...more } },
});
const dns = (hostname: string, more: Spec = {}) => ({ serviceDiscovery: { dns: { hostname, ...more } } });
const podSelector = { matchLabels: { app: 'blue' } };

describe('what Istio has in another way than a virtual node', () => {
  it('is nothing of a node with a Service, or without listeners and service discovery', () => {
    expect(reported({})).toEqual([]);
    expect(reported({ listeners: null, serviceDiscovery: null })).toEqual([]);
  });

  const family = ['Istio uses the IP families of the cluster', 'the ipFamilies of the cluster'] as const;
  const name = 'spec.serviceDiscovery.awsCloudMap.serviceName';
  const ofPods = differs(
    name,
    'requests go to the selected pods of this cluster, not to all instances of the service',
    'a VirtualNode without podSelector for other instances',
  );
  const ofEntry = differs(
    name,
    'requests go to its ServiceEntry, which must have the port of the listener',
    'serviceEntries in clusters.yml, which imports the service',
  );
  const ipPreference = 'IPv4_ONLY';
  it.each<readonly [spec: Spec, differences: readonly object[]]>([
    [dns('blue.apps.svc', { ipPreference }), [differs('spec.serviceDiscovery.dns.ipPreference', ...family)]],
    [cloudMap(), [ofEntry]],
    [{ ...cloudMap(), podSelector }, [ofPods]],
    [
      { ...cloudMap({ ipPreference }), podSelector },
      [differs('spec.serviceDiscovery.awsCloudMap.ipPreference', ...family), ofPods],
    ],
  ])('is its service discovery: %j', (spec, differences) => {
    expect(reported(spec)).toEqual(differences);
  });

  const second = { unit: 's', value: 1 };
  const ofRequest = (path: string) =>
    differs(path, "callers enforce it; of a route's targets the longest counts", 'timeout of the routes');
  const ofIdle = (path: string) =>
    differs(path, 'Istio has no idle timeout for a listener', 'timeout.perRequest');
  const at = 'spec.listeners[1].timeout';
  it.each<readonly [timeout: Spec, differences: readonly object[]]>([
    [{ http: { perRequest: second } }, [ofRequest(`${at}.http.perRequest`)]],
    [{ http: { idle: second } }, [ofIdle(`${at}.http.idle`)]],
    [
      { http2: { perRequest: second, idle: second } },
      [ofRequest(`${at}.http2.perRequest`), ofIdle(`${at}.http2.idle`)],
    ],
    [{ grpc: { perRequest: second } }, [ofRequest(`${at}.grpc.perRequest`)]],
    [{ tcp: {} }, []],
    [
      { tcp: { idle: second } },
      [differs(`${at}.tcp.idle`, 'callers enforce it, and 0 is one hour', 'a time that suits both')],
    ],
  ])('is the timeout %j', (timeout, differences) => {
    expect(reported(listening({}, { timeout }))).toEqual(differences);
  });

  it('is a health check', () => {
    const healthCheck = {
      ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
      ...{ protocol: 'http', path: '/' },
    };
    expect(reported(listening({ healthCheck }))).toEqual([
      differs(
        'spec.listeners[0].healthCheck',
        'Istio has no active health checks',
        'a readinessProbe of the pods',
      ),
    ]);
  });

  const short = (field: string) =>
    refused(`spec.listeners[0].outlierDetection.${field}`, 'Istio requires 1 ms at least', 'a longer time');
  it.each([
    [1, 1, []],
    [0, 1, ['interval']],
    [1, 0, ['baseEjectionDuration']],
    [0, 0, ['interval', 'baseEjectionDuration']],
  ])('is outlier detection after %i ms for %i ms: too short are %j', (interval, duration, fields) => {
    const ms = (value: number) => ({ unit: 'ms', value });
    const outlierDetection = {
      ...{ maxServerErrors: 3, maxEjectionPercent: 20 },
      ...{ interval: ms(interval), baseEjectionDuration: ms(duration) },
    };
    expect(reported(listening({ outlierDetection }))).toEqual([
      differs(
        'spec.listeners[0].outlierDetection.maxEjectionPercent',
        'Istio does not always eject one host at least',
        'a higher percentage',
      ),
      ...fields.map(short),
    ]);
  });
});

describe('the host of a virtual node', () => {
  function hosted(spec: Spec) {
    const report = new Report();
    return { host: nodeHostOf(nodeWith(spec), report), found: report.differences };
  }
  const attributes = [{ key: 'a', value: 'b' }];

  it.each<readonly [spec: Spec, host: string | undefined, whose: string | undefined]>([
    [{ serviceDiscovery: null, listeners: [] }, undefined, undefined],
    [dns('blue.apps.svc.cluster.local'), 'blue.apps.svc.cluster.local', 'local'],
    [dns('Blue.Apps.svc.cluster.local.'), 'blue.apps.svc.cluster.local', 'local'],
    [dns('blue.other.svc.cluster.local'), 'blue.other.svc.cluster.local', 'foreign'],
    [dns('api.example.com'), 'blue.apps.virtual-node', 'own'],
    [{ ...cloudMap(), podSelector }, 'blue.apps.virtual-node', 'own'],
    [{ ...cloudMap({ attributes }), podSelector }, 'blue.apps.virtual-node', 'own'],
    [cloudMap(), 'blue.shop.local', 'foreign'],
    [cloudMap({ attributes: [], serviceName: 'Blue' }), 'blue.shop.local', 'foreign'],
  ])('with %j is %s', (spec, host, whose) => {
    expect(hosted(spec)).toEqual({ host: host && { host, whose }, found: [] });
  });

  const path = 'spec.serviceDiscovery';
  it.each<readonly [spec: Spec, difference: object]>([
    [
      dns('blue'),
      refused(`${path}.dns.hostname`, 'is not a DNS name of several labels', 'orders.shop.svc.cluster.local'),
    ],
    [
      cloudMap({ attributes }),
      refused(
        `${path}.awsCloudMap.attributes`,
        'need spec.podSelector: Istio cannot select instances',
        'a service for these instances',
      ),
    ],
    [
      cloudMap({ serviceName: 'blue_1' }),
      refused(
        `${path}.awsCloudMap.serviceName`,
        'is not part of a DNS name',
        'podSelector, or a service with such a name',
      ),
    ],
  ])('with %j is refused: %j', (spec, difference) => {
    expect(hosted(spec)).toEqual({ host: undefined, found: [difference] });
  });
});
