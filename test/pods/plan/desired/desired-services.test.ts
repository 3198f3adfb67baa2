import { describe, expect, it } from 'vitest';
import { attributesOf, desired, mesh, node } from './desired-instances.ts';

describe('families of addresses', () => {
  const both = ['10.0.0.1', '2001:db8::1'];
  const v4 = { AWS_INSTANCE_IPV4: '10.0.0.1' };
  const v6 = { AWS_INSTANCE_IPV6: '2001:db8::1' };
  const cases = [
    ['ipv4', both, undefined, '10.0.0.1', v4],
    ['ipv6', both, undefined, '2001:db8::1', v6],
    ['dual', both, undefined, '10.0.0.1', { ...v4, ...v6 }],
    ['dual', ['2001:db8::1', '10.0.0.1'], undefined, '10.0.0.1', { ...v4, ...v6 }],
    ['ipv4', both, 'IPv6_ONLY', '2001:db8::1', v6],
    ['ipv6', both, 'IPv4_ONLY', '10.0.0.1', v4],
    ['dual', both, 'IPv4_ONLY', '10.0.0.1', v4],
    ['ipv4', both, 'IPv6_PREFERRED', '10.0.0.1', v4],
    ['ipv6', both, 'IPv4_PREFERRED', '2001:db8::1', v6],
  ] as const;
  it.each(cases)(
    '%s, pod with %j, mesh says %s: id %s',
    (ipFamily, ips, ipPreference, instanceId, expected) => {
      const meshes = [mesh({ meshServiceDiscovery: { ipPreference } })];
      const [instance] = desired({ ips }, { meshes }, { ipFamily }).instances;
      const { AWS_INSTANCE_IPV4, AWS_INSTANCE_IPV6 } = instance?.attributes ?? {};
      expect(instance?.instanceId).toBe(instanceId);
      expect(JSON.parse(JSON.stringify({ AWS_INSTANCE_IPV4, AWS_INSTANCE_IPV6 }))).toEqual(expected);
    },
  );

  it.each([
    ['dual', ['10.0.0.1']],
    ['dual', ['2001:db8::1']],
    ['ipv6', ['10.0.0.1']],
    ['ipv4', []],
  ] as const)('%s, pod with %j: none, and no problem of anybody: the predicates say so', (ipFamily, ips) => {
    expect(desired({ ips }, {}, { ipFamily })).toEqual({
      ...{ instances: [], problems: [], selectedBy: ['VirtualNode front'] },
    });
  });
});

describe('virtual nodes', () => {
  it.each([
    ['of another namespace', node({ namespace: 'blue' })],
    ['without a selector', node({ spec: { podSelector: undefined } })],
    ['with a selector that is null', node({ spec: { podSelector: null } })],
    ['that select others', node({ spec: { podSelector: { matchLabels: { app: 'back' } } } })],
    ['that discover by DNS', node({ spec: { serviceDiscovery: { dns: { hostname: 'x' } } } })],
    ['that discover by nothing', node({ spec: { serviceDiscovery: null } })],
  ])('%s register nothing', (_what, virtualNode) => {
    expect(desired({}, { virtualNodes: [virtualNode] })).toEqual({
      ...{ instances: [], problems: [], selectedBy: [] },
    });
  });

  it('virtual nodes of different services register the pod in each', () => {
    const virtualNodes = [
      node(),
      node({ name: 'metrics', service: 'metrics', spec: { listeners: [{ portMapping: { port: 9100 } }] } }),
    ];
    const received = desired({}, { virtualNodes }).instances.map(({ serviceName, attributes }) => [
      serviceName,
      attributes.AWS_INSTANCE_PORT,
    ]);
    expect(received).toEqual([
      ['front', '8080'],
      ['metrics', '9100'],
    ]);
  });

  it('virtual nodes of one service: the oldest counts, then the name; the others are reported', () => {
    const old = '2026-11-20T09:00:00Z';
    const virtualNodes = [
      node({ name: 'a' }),
      node({ name: 'z', createdAt: old }),
      node({ name: 'y', createdAt: old }),
    ];
    const { instances, problems } = desired({}, { virtualNodes });
    expect(instances.map(({ source }) => source)).toEqual(['VirtualNode y']);
    const problem = {
      code: 'Rejected',
      message: 'service shop.local/front is already used for this pod by VirtualNode y',
    };
    expect(problems).toEqual([
      { source: 'VirtualNode z', ...problem },
      { source: 'VirtualNode a', ...problem },
    ]);
    expect(desired({}, { virtualNodes: virtualNodes.toReversed() })).toEqual({
      ...{ instances, problems, selectedBy: ['VirtualNode y'] },
    });
  });

  it('one that selects by different labels shares a service without getting in the way', () => {
    const by = (color: string) => node({ name: color, spec: { podSelector: { matchLabels: { color } } } });
    const virtualNodes = [by('blue'), by('red')];
    expect(attributesOf({ labels: { color: 'red' } }, { virtualNodes })).toMatchObject({
      'appmesh.k8s.aws/virtualNode': 'red_shop',
    });
  });
});

describe('annotations', () => {
  const complete = {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': 'front',
    'eks-mesh-sync/port': '8080',
  };
  const alone = { virtualNodes: [] };

  it('annotations say the same as a virtual node, but for the mesh', () => {
    const {
      'appmesh.k8s.aws/mesh': _mesh,
      'appmesh.k8s.aws/virtualNode': _node,
      ...expected
    } = attributesOf();
    expect(attributesOf({ annotations: complete }, alone)).toEqual(expected);
    expect(desired({ annotations: complete }, alone).instances[0]?.source).toBe('annotations');
  });

  it('annotations need no port', () => {
    const { 'eks-mesh-sync/port': _port, ...annotations } = complete;
    expect(attributesOf({ annotations }, alone)).not.toHaveProperty('AWS_INSTANCE_PORT');
  });

  it('annotations do not hear what a mesh says of addresses', () => {
    const meshes = [mesh({ meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } })];
    expect(
      attributesOf({ annotations: complete, ips: ['10.0.0.1', 'fd00::1'] }, { ...alone, meshes }),
    ).toMatchObject({
      AWS_INSTANCE_IPV4: '10.0.0.1',
    });
  });

  it('annotations stand behind a virtual node for the same service, beside one for another', () => {
    const { instances, problems } = desired({ annotations: complete });
    expect(instances.map(({ source }) => source)).toEqual(['VirtualNode front']);
    expect(problems).toEqual([
      {
        source: 'annotations',
        code: 'Rejected',
        message: 'service shop.local/front is already used for this pod by VirtualNode front',
      },
    ]);
    const elsewhere = { ...complete, 'eks-mesh-sync/cloud-map-service': 'other' };
    expect(desired({ annotations: elsewhere }).instances.map(({ serviceName }) => serviceName)).toEqual([
      'front',
      'other',
    ]);
  });

  const namespace = 'annotation eks-mesh-sync/cloud-map-namespace is';
  const service = 'annotation eks-mesh-sync/cloud-map-service is';
  const port = 'annotation eks-mesh-sync/port is';
  const faults = [
    [{ 'cloud-map-namespace': '' }, [`${namespace} ""; expected a Cloud Map namespace name`]],
    [{ 'cloud-map-namespace': 'a b' }, [`${namespace} "a b"; expected a Cloud Map namespace name`]],
    [
      { 'cloud-map-namespace': 'arn:aws:x' },
      [`${namespace} "arn:aws:x"; expected a Cloud Map namespace name`],
    ],
    [{ 'cloud-map-namespace': undefined }, [`${namespace} missing; expected a Cloud Map namespace name`]],
    [{ 'cloud-map-service': '-a' }, [`${service} "-a"; expected a Cloud Map service name`]],
    [{ 'cloud-map-service': 'a..b' }, [`${service} "a..b"; expected a Cloud Map service name`]],
    [{ 'cloud-map-service': 'ä' }, [`${service} "ä"; expected a Cloud Map service name`]],
    [
      { 'cloud-map-service': 'a'.repeat(64) },
      [`${service} "${'a'.repeat(64)}"; expected a Cloud Map service name`],
    ],
    [{ 'cloud-map-service': undefined }, [`${service} missing; expected a Cloud Map service name`]],
    [{ port: '' }, [`${port} ""; expected an integer from 1 to 65535`]],
    [{ port: '0' }, [`${port} "0"; expected an integer from 1 to 65535`]],
    [{ port: '65536' }, [`${port} "65536"; expected an integer from 1 to 65535`]],
    [{ port: '80.5' }, [`${port} "80.5"; expected an integer from 1 to 65535`]],
    [{ port: '-1' }, [`${port} "-1"; expected an integer from 1 to 65535`]],
    [{ port: '0x50' }, [`${port} "0x50"; expected an integer from 1 to 65535`]],
    [{ port: ' 80' }, [`${port} " 80"; expected an integer from 1 to 65535`]],
    [{ port: 'http' }, [`${port} "http"; expected an integer from 1 to 65535`]],
    [
      { 'cloud-map-namespace': undefined, 'cloud-map-service': '', port: 'x' },
      [
        `${namespace} missing; expected a Cloud Map namespace name`,
        `${service} ""; expected a Cloud Map service name`,
        `${port} "x"; expected an integer from 1 to 65535`,
      ],
    ],
  ] as const;
  it.each(faults)(
    'annotations that are wrong are reported, each, and register nothing: %j',
    (changes, reasons) => {
      const changed = Object.entries(changes).map(([name, value]) => [`eks-mesh-sync/${name}`, value]);
      const all = { ...complete, ...Object.fromEntries(changed) } as Record<string, string | undefined>;
      const given = Object.entries(all).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      );
      expect(desired({ annotations: Object.fromEntries(given) }, alone)).toEqual({
        instances: [],
        problems: reasons.map((message) => ({ source: 'annotations', code: 'Rejected', message })),
        selectedBy: [],
      });
    },
  );

  it('annotations select a pod that has no IP, and in a drained cluster', () => {
    const pod = { annotations: complete, ips: [] };
    expect(desired(pod, alone)).toEqual({ instances: [], problems: [], selectedBy: ['annotations'] });
    const drain = { sinceMs: 0, instances: 0 };
    expect(desired(pod, { ...alone, drain }).selectedBy).toEqual(['annotations']);
  });

  it('annotations that are wrong are reported for a pod that has no IP', () => {
    const annotations = { ...complete, 'eks-mesh-sync/port': 'http' };
    const { problems, selectedBy } = desired({ annotations, ips: [] }, alone);
    expect(problems.map(({ message }) => message)).toEqual([
      `${port} "http"; expected an integer from 1 to 65535`,
    ]);
    expect(selectedBy).toEqual([]);
  });

  it.each(['1', '65535', '08080'])('annotations take the port %s', (text) => {
    const annotations = { ...complete, 'eks-mesh-sync/port': text };
    expect(attributesOf({ annotations }, alone).AWS_INSTANCE_PORT).toBe(String(Number(text)));
  });

  it('annotations that are unknown are reported, and keep nothing from being done', () => {
    const annotations = {
      ...complete,
      'eks-mesh-sync/zone': 'a',
      'eks-mesh-sync/Port': '1',
      'example.com/x': 'y',
    };
    const { instances, problems } = desired({ annotations }, alone);
    expect(instances).toHaveLength(1);
    const expected =
      'expected one of eks-mesh-sync/cloud-map-namespace, eks-mesh-sync/cloud-map-service, eks-mesh-sync/port';
    expect(problems.map(({ message }) => message)).toEqual([
      `annotation eks-mesh-sync/Port is unknown; ${expected}`,
      `annotation eks-mesh-sync/zone is unknown; ${expected}`,
    ]);
    expect(desired({ annotations: { 'eks-mesh-sync/x': 'y' } }, alone).problems).toHaveLength(1);
  });

  it('annotations that are unknown are counted beyond the first twenty, and never quoted at length', () => {
    const unknown = Array.from({ length: 1_000 }, (_, index) => [`eks-mesh-sync/a${index}`, '']);
    const { problems } = desired({ annotations: Object.fromEntries(unknown) }, alone);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe('980 more annotations eks-mesh-sync/… are unknown');
    const port = { ...complete, 'eks-mesh-sync/port': '1'.repeat(10_000) };
    const [fault] = desired({ annotations: port }, alone).problems;
    expect(fault?.message.length).toBeLessThan(250);
  });
});
