import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { foreignInstances } from '../../../../../shared/mesh/targets/envoy/plan/foreign-instances.ts';
import type { IpPreference } from '../../../../../shared/mesh/targets/envoy/translate/address.ts';
import type { CloudMapInstance } from '../../../../../shared/service-entries/plan/cloud-map-view.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

function nodeWith(spec: object = {}, awsCloudMap: object = {}): EntryOf<'VirtualNode'> {
  const names = { namespaceName: 'shop.local', serviceName: 'blue' };
  const manifest = aNode('blue', {
    serviceDiscovery: { awsCloudMap: { ...names, ...awsCloudMap } },
    ...spec,
  });
  const [entry] = directoryOf(manifest).entries;
  if (entry === undefined || !isOfKind(entry, 'VirtualNode')) throw new Error('expected a virtual node');
  return entry;
}
const anInstance = (attributes: Readonly<Record<string, string>>, health?: string) =>
  ({ id: Object.values(attributes).join('-'), attributes, ...(health && { health }) }) as CloudMapInstance;
const at = (ip: string, more: Readonly<Record<string, string>> = {}) =>
  anInstance({ AWS_INSTANCE_IPV4: ip, ...more });

function found(
  instances: readonly CloudMapInstance[],
  node = nodeWith(),
  preference: IpPreference = undefined,
) {
  return foreignInstances(node, instances, { cluster: 'local', preference }).map(({ address, port }) =>
    port === undefined ? address : `${address} ${port}`,
  );
}

describe('the instances that a proxy reaches by address', () => {
  it('are each once, in the order of their texts', () => {
    expect(found([at('10.0.0.9'), at('10.0.0.2'), at('10.0.0.9', { x: 'y' })])).toEqual([
      '10.0.0.2',
      '10.0.0.9',
    ]);
    expect(found([])).toEqual([]);
  });

  it('are not unhealthy', () => {
    const of = (health: string) => anInstance({ AWS_INSTANCE_IPV4: `10.0.0.${health.length}` }, health);
    expect(found([of('UNHEALTHY'), of('HEALTHY')])).toEqual(['10.0.0.7']);
  });

  it('are not pods of this cluster if the node selects pods', () => {
    const own = at('10.0.0.1', { 'k8s.io/cluster': 'local' });
    const other = at('10.0.0.2', { 'k8s.io/cluster': 'other' });
    expect(found([own, other], nodeWith({ podSelector: { matchLabels: { app: 'blue' } } }))).toEqual([
      '10.0.0.2',
    ]);
    expect(found([own, other])).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('have all attributes of the node', () => {
    const attributes = [
      { key: 'color', value: 'blue' },
      { key: 'stage', value: 'live' },
    ];
    const instances = [
      at('10.0.0.1', { color: 'blue', stage: 'live', x: 'y' }),
      at('10.0.0.2', { color: 'blue' }),
      at('10.0.0.3', { color: 'red', stage: 'live' }),
    ];
    expect(found(instances, nodeWith({}, { attributes }))).toEqual(['10.0.0.1']);
    expect(found(instances, nodeWith({}, { attributes: null }))).toHaveLength(3);
  });

  it.each([
    ['1', '10.0.0.1 1'],
    ['65535', '10.0.0.1 65535'],
    ['0', '10.0.0.1'],
    ['65536', '10.0.0.1'],
    ['080', '10.0.0.1 80'],
    ['123456', '10.0.0.1'],
    ['80a', '10.0.0.1'],
    ['-80', '10.0.0.1'],
    ['1.5', '10.0.0.1'],
    ['5e1', '10.0.0.1'],
    ['', '10.0.0.1'],
  ])('with the port attribute %j are %s', (port, expected) => {
    expect(found([at('10.0.0.1', { AWS_INSTANCE_PORT: port })])).toEqual([expected]);
  });

  it.each<
    readonly [preference: IpPreference, both: string, ipv4: readonly string[], ipv6: readonly string[]]
  >([
    [undefined, '10.0.0.1', ['10.0.0.1'], ['fd00::1']],
    ['IPv4_PREFERRED', '10.0.0.1', ['10.0.0.1'], ['fd00::1']],
    ['IPv6_PREFERRED', 'fd00::1', ['10.0.0.1'], ['fd00::1']],
    ['IPv4_ONLY', '10.0.0.1', ['10.0.0.1'], []],
    ['IPv6_ONLY', 'fd00::1', [], ['fd00::1']],
  ])('with the preference %s have of both addresses %s', (preference, both, ipv4, ipv6) => {
    const [four, six] = [{ AWS_INSTANCE_IPV4: '10.0.0.1' }, { AWS_INSTANCE_IPV6: 'fd00::1' }];
    expect(found([anInstance({ ...four, ...six })], nodeWith(), preference)).toEqual([both]);
    expect(found([anInstance(four)], nodeWith(), preference)).toEqual(ipv4);
    expect(found([anInstance(six)], nodeWith(), preference)).toEqual(ipv6);
  });

  it('have an address, which is no name and not the same one for each caller', () => {
    const name = anInstance({ AWS_INSTANCE_CNAME: 'api.example.com' });
    expect(found([name, anInstance({}), at('127.0.0.1'), at('169.254.169.254')])).toEqual([]);
  });
});
