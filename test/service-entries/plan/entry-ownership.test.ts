import { describe, expect, it } from 'vitest';
import type { LiveEntry, OwnerReference } from '../../../shared/service-entries/plan/entry.ts';
import {
  hostsOf,
  isOperatorEntry,
  isOwnEntry,
  sourceOfEntry,
} from '../../../shared/service-entries/plan/entry-ownership.ts';
import {
  applied,
  cluster,
  entryFor,
  foreign,
  instancesOf,
  ip,
  operatorEntry,
  serviceOf,
} from './fixtures.ts';

const own = applied(entryFor(serviceOf('web', instancesOf(ip('10.0.0.1')))));
const theirs = operatorEntry('web.shop.local');
const withMetadata = (entry: LiveEntry, changes: Partial<LiveEntry['metadata']>): LiveEntry => ({
  ...entry,
  metadata: { ...entry.metadata, ...changes },
});
const from = (sourceObject: string) =>
  withMetadata(own, {
    annotations: { ...own.metadata.annotations, 'eks-mesh-sync/source-object': sourceObject },
  });

describe('an entry of ours', () => {
  it.each<[string, LiveEntry, boolean]>([
    ['as it was applied', own, true],
    ['with another name', withMetadata(own, { name: 'cloudmap-x.shop.local' }), false],
    ['from another service', from('own/own/shop.local/api'), false],
    ['from a source that is none', from('web'), false],
    ['from a service without a host', from('own/own/shop..local/web'), false],
    ['of the operator', theirs, false],
  ])('is the one %s: %s', (_, entry, expected) => {
    expect(isOwnEntry(entry, cluster)).toBe(expected);
    expect(isOwnEntry(entry, 'staging')).toBe(false);
  });

  it('without a host is not ours, whatever its name', () => {
    const name = 'cloudmap-undefined';
    expect(isOwnEntry(withMetadata(from('own/own/shop..local/web'), { name }), cluster)).toBe(false);
  });

  it('states its service', () => {
    expect(sourceOfEntry(own)).toEqual({
      ...{ account: 'own', region: 'own', namespaceName: 'shop.local', serviceName: 'web' },
    });
    expect(sourceOfEntry(theirs)).toBeUndefined();
  });
});

describe('an entry of the Istio Cloud Map operator', () => {
  const owned = (owner: Partial<OwnerReference>) =>
    withMetadata(theirs, {
      ownerReferences: [
        { apiVersion: 'cloudmap.istio.io/v1', kind: 'ServiceController', name: 'x', ...owner },
      ],
    } as Partial<LiveEntry['metadata']>);
  const other = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };

  it.each<[string, LiveEntry, boolean]>([
    ['its owner', owned({}), true],
    ['an owner of its other group', owned({ apiVersion: 'cloud-map.istio.io/v1' }), true],
    ['an owner of another group', owned({ apiVersion: 'istio.io/cloudmap.istio.io' }), false],
    ['an owner of another kind', owned({ kind: 'Service' }), false],
    [
      'no owner',
      withMetadata(theirs, { ownerReferences: undefined } as Partial<LiveEntry['metadata']>),
      false,
    ],
    [
      'another owner',
      withMetadata(theirs, { ownerReferences: [other] } as Partial<LiveEntry['metadata']>),
      false,
    ],
    ['another name', withMetadata(theirs, { name: 'cloudmap-x' }), false],
    ['a second host', { ...theirs, spec: { hosts: ['web.shop.local', 'b.local'] } }, false],
    ['no host', withMetadata({ ...theirs, spec: { hosts: [] } }, { name: 'cloudmap-undefined' }), false],
  ])('is one with %s: %s', (_, entry, expected) => {
    expect(isOperatorEntry(entry)).toBe(expected);
  });

  it('is found by its owner among others', () => {
    const owners = [other, ...(theirs.metadata.ownerReferences ?? [])];
    expect(isOperatorEntry(withMetadata(theirs, { ownerReferences: owners } as object))).toBe(true);
  });
});

it('the hosts of an entry are its texts in lower case', () => {
  expect(hostsOf(foreign('a', 'x', ['B.local', 'a.local']))).toEqual(['b.local', 'a.local']);
  expect(hostsOf({ spec: { hosts: [1, null, 'A'] } })).toEqual(['a']);
  expect(hostsOf({ spec: { hosts: 'a' } })).toEqual([]);
  expect(hostsOf({ spec: undefined })).toEqual([]);
});
