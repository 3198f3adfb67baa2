import fc from 'fast-check';
import { type Case, cases } from '../../routing/arbitrary/cases.ts';
import { anyOf, everything, often, type Vocabulary } from '../../routing/arbitrary/matches.ts';
import { requestsTo } from '../../routing/arbitrary/requests.ts';
import { clientOf } from '../../routing/evaluate/evaluated.ts';
import type { Manifest } from '../../routing/request.ts';

/** As in the comparison of other targets, and what only a proxy decides: paths to normalize, RE2, odd values of headers. */
const vocabulary: Vocabulary = {
  ...everything,
  paths: [
    ...everything.paths,
    '/a/../b',
    '//a',
    '/a//b',
    '/a/./b',
    '/a/%2e%2E/b',
    '/%61',
    '/a%2Fb',
    '/A',
    '/a;x',
    '/a/b/',
    '/..',
  ],
  pathMatches: [
    ...everything.pathMatches,
    ...['(?i)/A.*', '/[[:lower:]]', '/(?P<id>a|b)', '/a{1,2}', '\\Q/a/\\E.', '/\\w+'].map((regex) => ({
      path: { regex },
    })),
  ],
  headerMatches: [
    ...everything.headerMatches,
    ...[{ regex: '(?i)AB?' }, { regex: '\\d+' }, { range: { start: -5, end: 1 } }, { exact: 'a b' }],
  ],
};

const headers = fc.record({
  'x-v': often(anyOf(['', '-5', '+5', '05', '5.0', 'AB', 'a b', ' 5'])),
  'x-u': often(anyOf<string | readonly string[]>(['', 'A', 'ab', ['A', '5'], ['b', 'a', 'B']])),
});

/** To hosts and ports that no virtual service has, or not there. */
const elsewhere = requestsTo([
  ...[80, 81, 8080].map((port) => ['other.example.com', port] as const),
  ...[80, 81].map((port) => ['s3.eu-west-1.amazonaws.com', port] as const),
  ...[81, 8080, 6060].map((port) => [everything.names[0], port] as const),
]);

/** With a client whose backends are some of the virtual services, in any order. */
export const routeCases: fc.Arbitrary<Case> = fc
  .record({
    each: cases(vocabulary),
    isOpen: fc.boolean(),
    others: fc.array(elsewhere, { maxLength: 3 }),
    odd: fc.array(headers, { minLength: 16, maxLength: 16 }),
    backends: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  })
  .map(({ each, isOpen, others, odd, backends }) => {
    const manifests = each.manifests.map((manifest) => withTcpWeights(withFilter(manifest, isOpen)));
    // Two routers on one port of TCP: a client can call but one of them.
    const callable = manifests.some(listensOnTcp) ? backends.filter((index) => index !== 1) : backends;
    const services = callable.flatMap((index) =>
      manifests.filter(({ metadata }) => metadata.name === `s${index}`),
    );
    const requests = each.requests.map(({ from, request }, index) => ({
      from,
      // Half of them keep their headers.
      request:
        index % 2 === 0 ? request : { ...request, headers: { ...request.headers, ...present(odd[index]) } },
    }));
    return {
      ...each,
      manifests: [...manifests, clientOf(services)],
      requests: [...requests, ...others.map((request) => ({ from: 'pod' as const, request }))],
    };
  });

function withFilter(manifest: Manifest, isOpen: boolean): Manifest {
  const filter = { egressFilter: { type: 'ALLOW_ALL' } };
  return manifest.kind === 'Mesh' && isOpen
    ? { ...manifest, spec: { ...(manifest.spec as object), ...filter } }
    : manifest;
}

interface RouterSpec {
  readonly listeners: readonly { readonly portMapping: { readonly protocol: string } }[];
  readonly routes: readonly {
    readonly tcpRoute?: {
      readonly action: { readonly weightedTargets: readonly { readonly weight: number }[] };
    };
  }[];
}

function listensOnTcp({ kind, spec }: Manifest): boolean {
  return (
    kind === 'VirtualRouter' &&
    (spec as RouterSpec).listeners.some(({ portMapping }) => portMapping.protocol === 'tcp')
  );
}

/** Envoy has no weight 0 for TCP. */
function withTcpWeights(manifest: Manifest): Manifest {
  if (manifest.kind !== 'VirtualRouter') return manifest;
  const spec = manifest.spec as RouterSpec;
  const routes = spec.routes.map(({ tcpRoute, ...route }) => {
    if (tcpRoute === undefined) return route;
    const weightedTargets = tcpRoute.action.weightedTargets.map((target) => ({
      ...target,
      weight: target.weight + 1,
    }));
    return { ...route, tcpRoute: { ...tcpRoute, action: { weightedTargets } } };
  });
  return { ...manifest, spec: { ...spec, routes } };
}

/** Only Envoy's requests have a header repeatedly. */
function present(all: Readonly<Record<string, string | readonly string[] | undefined>> = {}) {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}
