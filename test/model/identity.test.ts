import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterGroup,
  isMeshGroup,
  isSamePodName,
  meshGroup,
  objectKey,
  ownershipKey,
  podGroup,
  podKeyText,
  serviceGroup,
  serviceId,
  serviceText,
  statusGroup,
} from '../../shared/model/identity.ts';

describe('podGroup', () => {
  it('podGroup is readable where it fits', () => {
    expect(podGroup({ cluster: 'local', namespace: 'a', name: 'b' })).toBe('local/a/b');
    const fitting = { cluster: 'c'.repeat(32), namespace: 'n'.repeat(63), name: 'xyz' };
    expect(podGroup(fitting)).toBe(`${fitting.cluster}/${fitting.namespace}/xyz`);
  });

  it('podGroup distinguishes long names that begin alike', () => {
    const long = { cluster: 'c'.repeat(100), namespace: 'n'.repeat(63), name: 'x'.repeat(253) };
    const group = podGroup(long);
    expect(group).toHaveLength(100);
    expect(group).toMatch(/^c{67}~[0-9a-f]{32}$/);
    const others = [
      { ...long, name: `${'x'.repeat(252)}y` },
      { ...long, namespace: `${'n'.repeat(62)}m` },
      { ...long, name: `${'x'.repeat(254)}` },
    ];
    for (const other of others) expect(podGroup(other)).not.toBe(group);
  });

  it('podGroup is one that SQS takes, the same for the same pod and another for every other', () => {
    const part = (longest: number) =>
      fc.stringMatching(new RegExp(`^[a-z0-9]([a-z0-9.-]{0,${longest - 2}}[a-z0-9])?$`));
    const key = fc.record({ cluster: part(100), namespace: part(63), name: part(253) });
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(podGroup(one)).toMatch(/^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,100}$/);
        expect(podGroup({ ...one })).toBe(podGroup(one));
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(podGroup(one) === podGroup(other)).toBe(isSame);
        expect(podGroup({ ...one, name: `${one.name}x` })).not.toBe(podGroup(one));
      }),
    );
  });
});

describe.each([
  ['clusterGroup', clusterGroup, ''],
  ['meshGroup', meshGroup, '/mesh'],
  ['statusGroup', statusGroup, '/status'],
])('%s', (_name, groupOf, suffix) => {
  it('a message group has at most 100 characters, whatever the cluster is called', () => {
    expect(groupOf('local')).toBe(`local${suffix}`);
    expect(groupOf('c'.repeat(100 - suffix.length))).toHaveLength(100);
    const [long, other] = [`${'c'.repeat(150)}a`, `${'c'.repeat(150)}b`].map(groupOf);
    expect(long).toHaveLength(100);
    expect(long).not.toBe(other);
    expect(long?.endsWith(suffix)).toBe(true);
  });

  it('a message group has characters that SQS takes', () => {
    expect(groupOf('grün und blau')).toMatch(/^[!-~]{1,100}$/);
  });
});

describe('objectKey', () => {
  it.each([
    [{ namespace: 'shop', name: 'front' }, 'shop/front'],
    [{ name: 'mesh' }, '/mesh'],
    [{ namespace: undefined, name: 'mesh' }, '/mesh'],
  ])('objectKey of %j is %s', (object, expected) => {
    expect(objectKey(object)).toBe(expected);
  });
});

describe('a pod by name', () => {
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1' };

  it.each([
    [{}, true],
    [{ cluster: 'second' }, false],
    [{ namespace: 'blue' }, false],
    [{ name: 'front-2' }, false],
  ])('with %j has the same name: %s', (changes, expected) => {
    expect(isSamePodName(pod, { ...pod, ...changes })).toBe(expected);
  });

  it('is named with its cluster', () => {
    expect(podKeyText(pod)).toBe('pod shop/front-1 of cluster local');
  });
});

describe('a Cloud Map service by name', () => {
  const service = { target: 'own/own', namespaceName: 'Shop.local', serviceName: 'Front' };
  const chosen = { ...service, chosen: 'ns-1' };

  it('has the chosen namespace in its id where several have the name', () => {
    expect([service, chosen].map(serviceId)).toEqual(['Shop.local/Front', 'Shop.local ns-1/Front']);
    expect([service, chosen].map(serviceText)).toEqual(['Shop.local/Front', 'Shop.local/Front']);
    expect([service, chosen].map((key) => serviceGroup('local', key))).toEqual([
      'local/services/own/own/Shop.local/Front',
      'local/services/own/own/Shop.local/ns-1/Front',
    ]);
  });

  it('shares its owners with all spellings in a DNS namespace, and with none in an HTTP namespace', () => {
    const arn = 'arn:aws:servicediscovery:us-west-2:1:namespace/ns-1';
    expect(ownershipKey(service, { id: 'ns-1', kind: 'http' })).toEqual(chosen);
    expect(ownershipKey(chosen, { id: arn, kind: 'private-dns' })).toEqual({
      ...{ target: 'own/own', namespaceName: 'shop.local', serviceName: 'front', chosen: 'ns-1' },
    });
  });
});

it.each([
  [meshGroup('local'), true],
  [meshGroup('c'.repeat(150)), true],
  ['local/mesh~17', true],
  [clusterGroup('mesh'), false],
  [statusGroup('local'), false],
  ['local/mesh/front', false],
])('the message group %s is one of a mesh: %s', (group, expected) => {
  expect(isMeshGroup(group)).toBe(expected);
});
