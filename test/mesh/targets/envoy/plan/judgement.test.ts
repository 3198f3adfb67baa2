import { describe, expect, it } from 'vitest';
import { isValid } from '../../../../../shared/mesh/plan/entry.ts';
import { isRefusedIn, judgementOf } from '../../../../../shared/mesh/targets/envoy/plan/judgement.ts';
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
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const base = [aNamespace(), aMesh()];
const entryIn = (directory: ReturnType<typeof directoryOf>, name: string) => {
  const entry = directory.entries.find(({ id }) => id.name === name);
  if (entry === undefined) throw new Error(`there is no ${name}`);
  return entry;
};

/** Of the object of a name, what is stated of it as `effect path`, and its references that dangle. */
function judged(name: string, ...manifests: readonly Manifest[]) {
  const directory = directoryOf(...(manifests.some(({ kind }) => kind === 'Mesh') ? [] : base), ...manifests);
  const entry = entryIn(directory, name);
  const place = directory.placeOf(entry);
  if (!isValid(entry) || 'reason' in place) throw new Error(`${name} cannot be judged: ${entry.fault}`);
  const { differences, missing } = judgementOf(entry, place, directory);
  return {
    stated: differences.map(({ effect, path }) => `${effect} ${path}`),
    missing: missing.map(([path]) => path),
  };
}

describe('what is stated of an object by its kind', () => {
  it.each<readonly [name: string, manifests: readonly Manifest[], stated: readonly string[]]>([
    ['shop', [aNamespace(), aMesh({ meshOwner: '111122223333' })], ['differs spec.meshOwner']],
    ['cart', [aService('cart', undefined, { awsName: 'a b' })], ['refused spec.awsName']],
    [
      'cart',
      [aRouter('cart', [], listenersOn('http/15001'))],
      ['refused spec.listeners[0].portMapping.port'],
    ],
    [
      'cart',
      [
        ...[aGateway('entry'), aService('a')],
        aGatewayRoute('cart', 'a', {
          httpRoute: {
            match: { prefix: '/aws-appmesh' },
            action: { target: { virtualService: { virtualServiceRef: { name: 'a' } } } },
          },
        }),
      ],
      ['refused spec.httpRoute.match.prefix'],
    ],
    ['entry', [aGateway('entry', listenersOn('http/15001'))], ['refused spec.listeners[0].portMapping.port']],
    [
      'blue',
      [
        aNode('blue', {
          ...listenersOn('http/15001'),
          serviceDiscovery: { dns: { hostname: 'localhost' } },
        }),
      ],
      ['refused spec.listeners[0].portMapping.port', 'refused spec.serviceDiscovery.dns.hostname'],
    ],
    [
      'n'.repeat(241),
      [aNode('n'.repeat(241), { serviceDiscovery: { dns: { hostname: 'a.b' } } })],
      ['refused metadata.name'],
    ],
    ['n'.repeat(250), [aService('n'.repeat(250), undefined, { awsName: 'a' })], []],
  ])('%s', (name, manifests, stated) => {
    expect(judged(name, ...manifests)).toEqual({ stated, missing: [] });
  });

  it('references that dangle are refused, but of an object with proxies only known', () => {
    const at = 'spec.provider.virtualRouter.virtualRouterRef';
    expect(judged('cart', aService('cart', 'router/gone'))).toEqual({
      stated: [`refused ${at}`],
      missing: [at],
    });
    const backend = 'spec.backends[0].virtualService.virtualServiceRef';
    expect(judged('blue', aNode('blue', backends('gone')))).toEqual({ stated: [], missing: [backend] });
  });

  it('say what has to exist', () => {
    const directory = directoryOf(...base, aService('cart', 'router/gone'));
    const cart = entryIn(directory, 'cart');
    const place = directory.placeOf(cart);
    if (!isValid(cart) || 'reason' in place) throw new Error('expected a valid service');
    expect(judgementOf(cart, place, directory).differences).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('VirtualRouter "apps/gone" not found'),
        instead: 'an object that exists',
      }),
    ]);
  });
});

describe('whether an object has no state that could be translated', () => {
  const isRefused = (name: string, ...manifests: readonly Manifest[]) => {
    const directory = directoryOf(...base, ...manifests);
    return isRefusedIn(directory, 'shop')(entryIn(directory, name));
  };
  const out = (manifest: Manifest): readonly Manifest[] => [
    aNamespace('out', { mesh: 'none' }),
    { ...manifest, metadata: { ...manifest.metadata, namespace: 'out' } },
  ];
  const elsewhere = (manifest: Manifest): readonly Manifest[] => [
    ...[
      aNamespace('else', { mesh: 'else' }),
      aMesh({ namespaceSelector: { matchLabels: { mesh: 'else' } } }, 'else'),
    ],
    { ...manifest, metadata: { ...manifest.metadata, namespace: 'else' } },
  ];

  it.each<readonly [why: string, manifests: readonly Manifest[], isRefused: boolean]>([
    ['nothing', [aService('cart')], false],
    ['it is in no mesh', out(aService('cart')), true],
    ['it is in another mesh', elsewhere(aService('cart')), true],
    ['it is not valid', [aService('cart', undefined, { provider: {} })], true],
    ['it has a reference that dangles', [aService('cart', 'router/gone')], true],
    ['so has a node', [aNode('cart', backends('gone'))], true],
    ['a field of it is refused', [aService('cart', undefined, { awsName: 'a b' })], true],
    [
      'it is only stated that a field differs',
      [aNode('blue'), aRouter('cart', [aRoute('a', { blue: 1 }, { match: { prefix: '/ü' } })])],
      false,
    ],
    [
      'its router is refused',
      [aService('cart', 'router/r'), aRouter('r', [], listenersOn('http/15001'))],
      false,
    ],
  ])('%s', (_, manifests, expected) => {
    expect(isRefused('cart', ...manifests)).toBe(expected);
  });
});
