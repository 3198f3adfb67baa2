import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { Findings } from '../../../../../shared/mesh/targets/gateway-api/plan/findings.ts';
import { nodeObjects } from '../../../../../shared/mesh/targets/gateway-api/plan/node-objects.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { limitsIn } from './findings.ts';

function planned(spec: object, kind: 'istio' | 'lattice' | 'standard' = 'istio') {
  const [node] = directoryOf(aNode('blue', { ...spec })).entries;
  if (node === undefined || !isOfKind(node, 'VirtualNode')) throw new Error(JSON.stringify(node));
  const findings = new Findings(node);
  const objects = nodeObjects(node, { name: 'x', kind }, findings);
  return { objects, found: limitsIn(findings.differences) };
}
const listening = (port: number, protocol = 'http', more: object = {}) => ({
  portMapping: { port, protocol },
  ...more,
});
const cloudMap = { serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } } };
const dns = (hostname: string) => ({ serviceDiscovery: { dns: { hostname } } });
const podSelector = { matchLabels: { app: 'blue' } };
const policy = {
  group: 'application-networking.k8s.aws',
  ...{ kind: 'TargetGroupPolicy', namespace: 'apps', name: 'blue' },
};

describe('the objects of a virtual node', () => {
  it('are a Service for one in Cloud Map, with the pods that its selector selects', () => {
    expect(planned({ ...cloudMap, podSelector })).toEqual({
      objects: [
        {
          resource: { group: '', kind: 'Service', namespace: 'apps', name: 'mesh-node-blue' },
          spec: expect.objectContaining({
            selector: { app: 'blue' },
            ports: [expect.objectContaining({ port: 8080 })],
          }),
          refersTo: [],
        },
      ],
      found: [],
    });
  });

  it.each<readonly [what: string, spec: object, found: readonly string[]]>([
    ['that has a Service', {}, []],
    ['without listeners', { ...cloudMap, podSelector, listeners: [] }, []],
    ['without listeners that nothing selects', { ...cloudMap, listeners: null }, []],
    ['without service discovery', { serviceDiscovery: null, listeners: [] }, []],
    ['that nothing selects', cloudMap, ['refused spec.podSelector: noPods']],
    [
      'of an empty selector',
      { ...cloudMap, podSelector: { matchExpressions: [] } },
      ['refused spec.podSelector: noPods'],
    ],
    [
      'of a selector that no Service can have',
      { ...cloudMap, podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
      ['refused spec.podSelector.matchExpressions: selector'],
    ],
    ['outside the cluster', dns('api.example.com'), ['refused spec.serviceDiscovery.dns.hostname: hostname']],
    [
      'of another namespace',
      dns('blue.other.svc.cluster.local'),
      ['refused spec.serviceDiscovery.dns.hostname: otherNamespace'],
    ],
  ])('are none for one %s', (_, spec, found) => {
    expect(planned(spec)).toEqual({ objects: [], found });
    expect(planned(spec, 'standard')).toEqual({ objects: [], found });
  });
});

describe('the objects of a virtual node for VPC Lattice', () => {
  const key = 'Service/apps/blue';

  it('are how its Service is called, which is by the first listener', () => {
    expect(planned({ listeners: [listening(8080, 'http2'), listening(8081, 'http2')] }, 'lattice')).toEqual({
      objects: [
        {
          resource: policy,
          spec: {
            targetRef: { group: '', kind: 'Service', name: 'blue' },
            protocol: 'HTTP',
            protocolVersion: 'HTTP2',
          },
          refersTo: [key],
        },
      ],
      found: [],
    });
  });

  it('are a Service of its own and how that is called', () => {
    const { objects } = planned({ ...cloudMap, podSelector }, 'lattice');
    expect(objects.map(({ resource: { kind, name } }) => `${kind} ${name}`)).toEqual([
      'Service mesh-node-blue',
      'TargetGroupPolicy mesh-node-blue',
    ]);
    expect(objects[1]?.refersTo).toEqual(['Service/apps/mesh-node-blue']);
  });

  it.each<readonly [what: string, spec: object]>([
    ['listeners', { listeners: [] }],
    ['listeners and service discovery', { listeners: null, serviceDiscovery: null }],
    ['a Service', { ...cloudMap }],
  ])('are none without %s', (_, spec) => {
    expect(planned(spec, 'lattice').objects).toEqual([]);
  });

  it('need one protocol for all listeners', () => {
    const listeners = [listening(8080), listening(8081), listening(8082, 'grpc')];
    expect(planned({ listeners }, 'lattice').found).toEqual(['refused spec.listeners: protocols']);
  });

  it.each([
    [5000, 2000, []],
    [5001, 2000, ['intervalMillis']],
    [5000, 2500, ['timeoutMillis']],
    [6500, 2500, ['intervalMillis', 'timeoutMillis']],
  ])('check each %i ms for %i ms only in whole seconds', (intervalMillis, timeoutMillis, fields) => {
    const check = { protocol: 'http', path: '/', healthyThreshold: 2, unhealthyThreshold: 2 };
    const healthCheck = { ...check, intervalMillis, timeoutMillis };
    const { found } = planned({ listeners: [listening(8080, 'http', { healthCheck })] }, 'lattice');
    expect(found).toEqual(fields.map((field) => `differs spec.listeners[0].healthCheck.${field}: seconds`));
  });
});
