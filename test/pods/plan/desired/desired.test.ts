import { describe, expect, it } from 'vitest';
import { attributesOf, desired, mesh, node } from './desired-instances.ts';

describe('an instance for a pod that a virtual node selects', () => {
  it('an instance for a pod that a virtual node selects has every attribute of the design', () => {
    expect(desired({ labels: { app: 'front', version: 'v1' } })).toEqual({
      instances: [
        {
          namespaceName: 'shop.local',
          serviceName: 'front',
          instanceId: '10.0.0.1',
          attributes: {
            app: 'front',
            version: 'v1',
            AWS_INSTANCE_IPV4: '10.0.0.1',
            AWS_INSTANCE_PORT: '8080',
            'k8s.io/pod': 'front-1',
            'k8s.io/namespace': 'shop',
            'k8s.io/cluster': 'local',
            'k8s.io/pod-uid': 'uid-1',
            'appmesh.k8s.aws/mesh': 'm',
            'appmesh.k8s.aws/virtualNode': 'front_shop',
            REGION: 'us-west-2',
            AVAILABILITY_ZONE: 'us-west-2a',
          },
          droppedLabels: [],
          ipFamily: 'ipv4',
          source: 'VirtualNode front',
        },
      ],
      problems: [],
      selectedBy: ['VirtualNode front'],
    });
  });

  it("an instance for a pod that a virtual node selects takes the virtual node's attributes over the labels, and ours over both", () => {
    const own = {
      app: 'overridden',
      tier: 'gold',
      'k8s.io/pod': 'x',
      'k8s.io/namespace': 'x',
      'k8s.io/cluster': 'x',
      'k8s.io/pod-uid': 'x',
      'appmesh.k8s.aws/mesh': 'x',
      'appmesh.k8s.aws/virtualNode': 'x',
      REGION: 'x',
      AVAILABILITY_ZONE: 'x',
    };
    const labels = { ...own, app: 'front', tier: 'silver' };
    expect(attributesOf({ labels }, { virtualNodes: [node({ attributes: own })] })).toEqual({
      ...attributesOf(),
      app: 'overridden',
      tier: 'gold',
    });
  });

  it('an instance for a pod that a virtual node selects lets neither labels nor the virtual node say what Cloud Map acts on', () => {
    const evil = { AWS_ALIAS_DNS_NAME: 'evil', AWS_INSTANCE_IPV4: '6.6.6.6', aws_instance_port: '1' };
    const { instances } = desired(
      { labels: { app: 'front', ...evil } },
      { virtualNodes: [node({ attributes: evil, spec: { listeners: [] } })] },
    );
    const { AWS_INSTANCE_PORT: _port, ...expected } = attributesOf();
    expect(instances[0]?.attributes).toEqual(expected);
    expect(instances[0]?.droppedLabels).toEqual(['aws_instance_port', 'AWS_ALIAS_DNS_NAME']);
  });

  it('an instance for a pod that a virtual node selects names virtual node and mesh as AWS does', () => {
    const virtualNodes = [node({ spec: { awsName: 'the-node' } })];
    expect(attributesOf({}, { virtualNodes, meshes: [mesh({ awsName: 'the-mesh' })] })).toMatchObject({
      'appmesh.k8s.aws/mesh': 'the-mesh',
      'appmesh.k8s.aws/virtualNode': 'the-node',
    });
    const unnamed = [node({ spec: { awsName: '' } })];
    expect(attributesOf({}, { virtualNodes: unnamed, meshes: [mesh({ awsName: '' })] })).toEqual(
      attributesOf(),
    );
  });

  it.each([
    ['no mesh', []],
    ['two meshes', [mesh({}, 'a'), mesh({}, 'b')]],
    ['a mesh that selects others', [mesh({ namespaceSelector: { matchLabels: { a: 'b' } } })]],
  ])(
    'an instance for a pod that a virtual node selects names no mesh where there is not just one: %s',
    (_what, meshes) => {
      expect(attributesOf({}, { meshes })).not.toHaveProperty(['appmesh.k8s.aws/mesh']);
    },
  );

  it('an instance for a pod that a virtual node selects finds the mesh by the labels of the namespace, and of several by meshRef', () => {
    const a = mesh({ namespaceSelector: { matchLabels: { mesh: 'a' } } }, 'a');
    const meshes = [a, mesh({ namespaceSelector: null }, 'b')];
    const namespaceLabels = { mesh: 'a' };
    expect(attributesOf({}, { meshes, namespaceLabels })).toMatchObject({ 'appmesh.k8s.aws/mesh': 'a' });
    const virtualNodes = [node({ spec: { meshRef: { name: 'b' } } })];
    const both = [a, mesh({ namespaceSelector: {} }, 'b')];
    expect(attributesOf({}, { meshes: both, namespaceLabels, virtualNodes })).toMatchObject({
      'appmesh.k8s.aws/mesh': 'b',
    });
    expect(attributesOf({}, { meshes, namespaceLabels, virtualNodes })).toEqual(
      attributesOf({}, { meshes: [], namespaceLabels, virtualNodes }),
    );
  });

  it.each([[[]], [null], [undefined]])(
    'an instance for a pod that a virtual node selects has no port where there is no listener: %j',
    (listeners) => {
      const attributes = attributesOf({}, { virtualNodes: [node({ spec: { listeners } })] });
      expect(attributes).not.toHaveProperty('AWS_INSTANCE_PORT');
    },
  );

  it.each([
    [undefined, {}],
    [{ name: 'n' }, {}],
    [{ name: 'n', region: 'eu-west-1' }, { REGION: 'eu-west-1' }],
    [{ name: 'n', zone: 'eu-west-1b' }, { AVAILABILITY_ZONE: 'eu-west-1b' }],
  ])(
    'an instance for a pod that a virtual node selects says what is known of the node: %j',
    (place, expected) => {
      const { REGION, AVAILABILITY_ZONE } = attributesOf({ node: place });
      expect(JSON.parse(JSON.stringify({ REGION, AVAILABILITY_ZONE }))).toEqual(expected);
    },
  );

  it('an instance for a pod that a virtual node selects is named by its address or by its uid, in a host network, too', () => {
    const ids = (cloudMap: object) =>
      desired({ hostNetwork: true, ips: ['10.0.9.9'] }, {}, cloudMap).instances.map(
        ({ instanceId }) => instanceId,
      );
    expect(ids({})).toEqual(['10.0.9.9']);
    expect(ids({ instanceId: 'pod-uid' })).toEqual(['uid-1']);
  });

  it('an instance for a pod that a virtual node selects says which labels had to go, and why it cannot be where even that is not enough', () => {
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`l${index + 10}`, 'x']));
    const [instance] = desired({ labels: { ...labels, app: 'front' } }).instances;
    expect(instance?.droppedLabels).toEqual(['l39', 'l38', 'l37', 'l36', 'l35', 'l34', 'l33', 'l32', 'l31']);
    const attributes = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`a${index}`, 'x']));
    expect(desired({}, { virtualNodes: [node({ attributes })] })).toEqual({
      instances: [],
      problems: [
        {
          source: 'VirtualNode front',
          code: 'Rejected',
          message: expect.stringMatching(
            /^33 custom attributes of \d+ characters are needed without any label; Cloud Map takes at most 30 and 5000$/,
          ),
        },
      ],
      selectedBy: ['VirtualNode front'],
    });
  });
});
