import { describe, expect, it } from 'vitest';
import {
  hasInvalidWeight,
  traitsOf,
  weightOf,
} from '../../../../shared/service-entries/plan/instances/traits.ts';
import { optionsOf } from '../fixtures.ts';

const options = optionsOf({ weightAttribute: 'WEIGHT', protocolAttribute: 'PROTOCOL' });
const traits = (attributes: Readonly<Record<string, string>>, region?: string) =>
  traitsOf(attributes, region, options);

describe('the traits of an endpoint', () => {
  it('are its labels in order, its locality and its weight', () => {
    const attributes = { b: '2', a: '1', c: '3', WEIGHT: '7', REGION: 'eu-west-1' };
    const found = traits(attributes);
    expect(found).toEqual({ labels: { a: '1', b: '2', c: '3' }, locality: 'eu-west-1', weight: 7 });
    expect(Object.keys(found.labels ?? {})).toEqual(['a', 'b', 'c']);
  });

  it('are none without attributes for them', () => {
    expect(traits({})).toEqual({});
    expect(traits({ WEIGHT: '0' })).toEqual({});
  });

  it('are 256 labels at most', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 257 }, (_, index) => [`k${1000 + index}`, 'x']),
    );
    const keys = Object.keys(traits(attributes).labels ?? {});
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([256, 'k1000', 'k1255']);
  });

  it.each([
    'AWS_INSTANCE_IPV4',
    'WEIGHT',
    'PROTOCOL',
    'REGION',
    'AVAILABILITY_ZONE',
    'READY',
    'ENDPOINT_PORT_NAME',
    'ENDPOINT_PROTOCOL',
    'SERVICE_PORT_NAME',
    'SERVICE_PORT',
    'SERVICE_TARGET_PORT',
    'SERVICE_PROTOCOL',
    'SERVICE_EXPORT_CREATION_TIMESTAMP',
    'istio-locality',
    'istio.io/rev',
    'a.istio.io/rev',
    'long-prefix.istio.io/rev',
    'security.istio.io/tlsMode',
    `${'a.'.repeat(126)}ab/x`,
    '/x',
    'a/b/c',
    'A/b',
    'two words',
    `${'x'.repeat(64)}`,
    'x-',
  ])('are without a label %s', (key) => {
    expect(traits({ [key]: '1' })).not.toHaveProperty('labels');
  });

  it.each([
    'x-istio.io/rev',
    'istio.io.example.com/rev',
    'xistio.io/rev',
    `${'a.'.repeat(126)}a/x`,
    'x'.repeat(63),
    'X',
    'ISTIO',
    'istio-locality-2',
  ])('are a label %s, which is none of Istio', (key) => {
    expect(traits({ [key]: 'v' }).labels).toEqual({ [key]: 'v' });
  });

  it.each([
    ['', true],
    ['x', true],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    ['-x', false],
    ['x y', false],
  ])('have the value %j as a label: %s', (value, isLabel) => {
    expect(traits({ key: value })).toEqual(isLabel ? { labels: { key: value } } : {});
  });

  it('have the mode of TLS only of what is in the mesh', () => {
    const attributes = { 'security.istio.io/tlsMode': 'istio' };
    expect(traitsOf(attributes, undefined, { ...options, location: 'MESH_INTERNAL' })).toEqual({
      labels: attributes,
    });
  });
});

describe('the locality of an endpoint', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined, string | undefined]>([
    ['its Region and zone', { REGION: 'r', AVAILABILITY_ZONE: 'z' }, 'own', 'r/z'],
    ['its Region without a zone', { REGION: 'r' }, 'own', 'r'],
    [
      'the Region in the name of its zone',
      { AVAILABILITY_ZONE: 'eu-west-1a' },
      'own',
      'eu-west-1/eu-west-1a',
    ],
    [
      'of a Region of two digits',
      { AVAILABILITY_ZONE: 'us-gov-east-10b' },
      'own',
      'us-gov-east-10/us-gov-east-10b',
    ],
    [
      'the Region of the namespace beside the id of a zone',
      { AVAILABILITY_ZONE: 'euw1-az1' },
      'own',
      'own/euw1-az1',
    ],
    ['not the Region of a longer name', { AVAILABILITY_ZONE: 'x-eu-west-1a' }, 'own', 'own/x-eu-west-1a'],
    [
      'not the Region of a local zone',
      { AVAILABILITY_ZONE: 'us-west-2-lax-1a' },
      'own',
      'own/us-west-2-lax-1a',
    ],
    ['not the Region before more text', { AVAILABILITY_ZONE: 'eu-west-1ab' }, 'own', 'own/eu-west-1ab'],
    ['none without a zone', {}, 'own', undefined],
    ['none without a Region', { AVAILABILITY_ZONE: 'euw1-az1' }, undefined, undefined],
    ['none of names that are none', { REGION: 'a b', AVAILABILITY_ZONE: '-a' }, 'own', undefined],
    ['of 100 characters', { REGION: 'r'.repeat(100) }, undefined, 'r'.repeat(100)],
    ['not of 101 characters', { REGION: 'r'.repeat(101) }, undefined, undefined],
    ['with points and hyphens', { REGION: 'R.1_a-' }, undefined, 'R.1_a-'],
  ])('is %s', (_, attributes, region, locality) => {
    expect(traits(attributes, region)).toEqual(locality === undefined ? {} : { locality });
  });
});

describe('the weight of an endpoint', () => {
  it.each<[string | undefined, number | undefined]>([
    ['0', 0],
    ['1', 1],
    ['0000012', 12],
    ['1000000', 1_000_000],
    ['1000001', undefined],
    ['00000001', undefined],
    ['', undefined],
    ['1x', undefined],
    ['x1', undefined],
    [undefined, undefined],
  ])('of the attribute %j is %s', (text, weight) => {
    const attributes: Readonly<Record<string, string>> = text === undefined ? {} : { WEIGHT: text };
    expect(weightOf(attributes, options)).toBe(weight);
    expect(hasInvalidWeight(attributes, options)).toBe(text !== undefined && weight === undefined);
  });
});
