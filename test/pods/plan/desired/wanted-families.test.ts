import { expect, it } from 'vitest';
import type { RegistrationContext } from '../../../../shared/pods/plan/desired/registration-context.ts';
import { wantedFamilies } from '../../../../shared/pods/plan/desired/wanted-families.ts';
import { aConfig, aMesh, aNode } from '../../../explain/harness/pod-facts.ts';
import { aPod } from '../../../fakes/objects.ts';

const { cloudMap } = aConfig({ ipFamily: 'dual' });
const selector = (team: string) => ({ namespaceSelector: { matchLabels: { team } } });
const mesh = (ipPreference: string, team = 'shop') => ({
  ...aMesh({ ...selector(team), meshServiceDiscovery: { ipPreference } }),
  name: ipPreference,
});
const context = (changes: Partial<RegistrationContext>): RegistrationContext => ({
  ...{ virtualNodes: [aNode('front')], meshes: [], namespaceLabels: { team: 'shop' } },
  ...changes,
});
const [ipv4, ipv6] = [mesh('IPv4_ONLY'), mesh('IPv6_ONLY')];
const inMesh = (name: string, ref: string) => aNode(name, { meshRef: { name: ref, uid: 'uid-1' } });

it.each<[string, RegistrationContext | undefined, string[]]>([
  ['nothing is known around it', undefined, ['dual']],
  ['it has no virtual node', context({ virtualNodes: [], meshes: [ipv4] }), ['dual']],
  ['its node is in no mesh', context({}), ['dual']],
  ['its mesh has a mere preference', context({ meshes: [mesh('IPv4_PREFERRED')] }), ['dual']],
  ['its mesh wants IPv4', context({ meshes: [ipv4] }), ['ipv4']],
  ['its mesh wants IPv6', context({ meshes: [ipv6] }), ['ipv6']],
  ['a mesh of other namespaces wants IPv6', context({ meshes: [mesh('IPv6_ONLY', 'blue')] }), ['dual']],
  ['the namespace has no labels', context({ meshes: [ipv4], namespaceLabels: {} }), ['dual']],
  [
    'another node selects other pods',
    context({
      virtualNodes: [aNode('back', { podSelector: { matchLabels: { app: 'back' } } })],
      meshes: [ipv4],
    }),
    ['dual'],
  ],
  [
    'its node discovers by DNS',
    context({
      virtualNodes: [aNode('front', { serviceDiscovery: { dns: { hostname: 'x' } } })],
      meshes: [ipv4],
    }),
    ['dual'],
  ],
  [
    'its nodes name their meshes',
    context({
      meshes: [ipv4, ipv6],
      virtualNodes: [inMesh('a', 'IPv6_ONLY'), inMesh('b', 'IPv4_ONLY'), inMesh('c', 'IPv6_ONLY')],
    }),
    ['ipv6', 'ipv4'],
  ],
])('the families that a pod needs if %s: %#', (_when, around, expected) => {
  expect(wantedFamilies(aPod(), around, cloudMap)).toEqual(expected);
});
