import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../../shared/mesh/plan/problem.ts';
import type {
  AppMeshClaim,
  AppMeshDesired,
} from '../../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { routeOrders } from '../../../../../shared/mesh/targets/app-mesh/plan/route-order.ts';
import { stepOrder } from '../../../../../shared/mesh/targets/app-mesh/plan/step-order.ts';
import { aClaim, aDesired, byKey, named } from './planned.ts';

const router = named('virtualRouter', 'r');
const route = named('route', 'all', { parentName: 'r' });
const key = 'route/shop/r/all';
const routerKey = 'virtualRouter/shop/r';
const on = (protocol: string, port = 80) => ({ protocol, port });
const [http, grpc] = [on('http'), on('grpc')];
const routeSpec = (protocol: string) => ({ [`${protocol}Route`]: { match: { port: 80 } } });
const wantedRouter = (...protocols: readonly string[]) =>
  aDesired(router, { listeners: protocols.map((protocol) => ({ portMapping: on(protocol) })) });

interface Given {
  readonly ensured: readonly AppMeshDesired[];
  readonly claims: readonly AppMeshClaim[];
  readonly released?: readonly AppMeshClaim[];
}

function ordered({ ensured, claims, released = [] }: Given) {
  const orders = routeOrders({
    ensured: byKey(...ensured),
    claims: byKey(...claims),
    released: byKey(...released),
  });
  return [...orders].map(([of, { before, replaced, awaiting }]) => ({
    ...{ of, before: [...before], replaced: [...replaced], awaiting: [...awaiting] },
  }));
}

/** Of a router whose listener changes from HTTP to gRPC, unless it is said otherwise. */
function orderOf(
  { now, next }: { readonly now?: Partial<AppMeshClaim>; readonly next?: string },
  { isReleased = false, from = [http], to = ['grpc'] } = {},
) {
  const own = now && aClaim(route, now);
  const [order] = ordered({
    ensured: [wantedRouter(...to), ...(next === undefined ? [] : [aDesired(route, routeSpec(next))])],
    claims: [aClaim(router, { listeners: [from] }), ...(own ? [own] : [])],
    released: isReleased && own ? [own] : [],
  });
  return order;
}

const nothing = { of: routerKey, before: [], replaced: [], awaiting: [] };

describe('the order of a route and its router whose listeners change', () => {
  it.each<[string, Parameters<typeof orderOf>[0], object]>([
    ['a new route waits for the router', { next: 'grpc' }, { awaiting: [key] }],
    ['a new route that the old listeners serve does not', { next: 'http' }, {}],
    ['a route that no listeners serve does not wait', { next: 'tcp' }, {}],
    [
      'one that changes with them is replaced',
      { now: { listeners: [[http]] }, next: 'grpc' },
      { replaced: [key], awaiting: [key] },
    ],
    [
      'one that has changed before waits',
      { now: { listeners: [[grpc]] }, next: 'grpc' },
      { awaiting: [key] },
    ],
    ['one that stays prevents the change', { now: { listeners: [[http]] } }, {}],
    ['one that stays and of which nothing is known prevents it, too', { now: {} }, {}],
    [
      'one that the new listeners do not serve is not replaced',
      { now: { listeners: [[http]] }, next: 'tcp' },
      {},
    ],
    [
      'one of which nothing is known is replaced',
      { now: {}, next: 'grpc' },
      { replaced: [key], awaiting: [key] },
    ],
    [
      'one that is known not to have changed is as it is wanted',
      { now: { fingerprint: 'new' }, next: 'grpc' },
      { awaiting: [key] },
    ],
    [
      'one that is known to have changed is not',
      { now: { fingerprint: 'old' }, next: 'grpc' },
      { replaced: [key], awaiting: [key] },
    ],
    [
      'one that does not exist waits',
      { now: { id: undefined, listeners: [] }, next: 'grpc' },
      { awaiting: [key] },
    ],
    [
      'one without listeners that does not exist waits',
      { now: { id: undefined }, next: 'grpc' },
      { awaiting: [key] },
    ],
    [
      'one that may exist is replaced',
      { now: { id: undefined, listeners: [[http]] }, next: 'grpc' },
      { replaced: [key], awaiting: [key] },
    ],
  ])('%s', (_, given, expected) => {
    expect(orderOf(given)).toEqual({ ...nothing, ...expected });
  });

  it('a route that changes to what both listeners serve comes before the router', () => {
    const change = { now: { listeners: [[http]] }, next: 'grpc' };
    expect(orderOf(change, { from: [http, { ...grpc, port: 80 }] })).toEqual({ ...nothing, before: [key] });
    expect(orderOf(change, { from: [http, grpc], to: ['http', 'grpc'] })).toEqual(nothing);
  });

  it('a route that is deleted comes before the router if the new listeners do not serve it', () => {
    const released = { isReleased: true };
    expect(orderOf({ now: { listeners: [[http]] } }, released)).toEqual({ ...nothing, before: [key] });
    expect(orderOf({ now: { listeners: [[grpc]] } }, released)).toEqual(nothing);
  });

  it('no route is replaced if another one prevents the change', () => {
    const other = (listener: object, next: readonly AppMeshDesired[] = []) =>
      ordered({
        ensured: [wantedRouter('grpc'), aDesired(route, routeSpec('grpc')), ...next],
        claims: [
          aClaim(router, { listeners: [[http]] }),
          aClaim(route, { listeners: [[http]] }),
          aClaim(named('route', 'other', { parentName: 'r' }), { listeners: [[listener as typeof http]] }),
        ],
      })[0]?.replaced;
    const wanted = (protocol: string) =>
      aDesired(named('route', 'other', { parentName: 'r' }), routeSpec(protocol));
    expect(other(http)).toEqual([]);
    expect(other(grpc)).toEqual([key]);
    expect(other(grpc, [wanted('http')])).toEqual([]);
    expect(other(http, [wanted('grpc')])).toEqual([key, 'route/shop/r/other']);
  });

  it('one that is deleted first does not prevent that another one is replaced', () => {
    const other = aClaim(named('route', 'other', { parentName: 'r' }), { listeners: [[http]] });
    const claims = [aClaim(router, { listeners: [[http]] }), aClaim(route, { listeners: [[http]] }), other];
    const ensured = [wantedRouter('grpc'), aDesired(route, routeSpec('grpc'))];
    expect(ordered({ ensured, claims, released: [other] })).toEqual([
      { of: routerKey, before: [other.key], replaced: [key], awaiting: [key] },
    ]);
  });

  it('other kinds of resources have no order', () => {
    const node = named('virtualNode', 'a');
    expect(ordered({ ensured: [aDesired(node)], claims: [aClaim(node)] })).toEqual([]);
  });

  it('it is of routers that exist and change, each with its own routes', () => {
    const [s, ofS] = [named('virtualRouter', 's'), named('route', 'all', { parentName: 's' })];
    const ensured = [
      wantedRouter('grpc'),
      aDesired(route, routeSpec('grpc')),
      aDesired(ofS, routeSpec('grpc')),
    ];
    const claims = [aClaim(router, { listeners: [[http]] }), aClaim(s, { listeners: [[http]] })];
    expect(ordered({ ensured, claims })).toEqual([{ ...nothing, awaiting: [key] }]);
    expect(ordered({ ensured, claims: [] })).toEqual([]);
    expect(ordered({ ensured, claims: [aClaim(router, { id: undefined })] })).toEqual([]);
    expect(ordered({ ensured: ensured.slice(1), claims })).toEqual([]);
    expect(ordered({ ensured: ensured.slice(0, 1), claims })).toEqual([nothing]);
  });
});

describe('the steps of a route and its router whose listeners change', () => {
  const claims = [aClaim(router, { listeners: [[http]] }), aClaim(route, { listeners: [[http]] })];
  const depending = aDesired(route, routeSpec('grpc'), {
    dependsOn: [routerKey, 'virtualNode/shop/a', 'virtualNode/shop/b'],
  });

  function stepsOf(
    ensured: readonly AppMeshDesired[],
    known: readonly AppMeshClaim[] = claims,
    more: {
      problems?: ReadonlyMap<string, Problem>;
      wanted?: readonly AppMeshDesired[];
      released?: readonly AppMeshClaim[];
    } = {},
  ) {
    const { problems = new Map(), wanted = ensured, released = [] } = more;
    return stepOrder({
      ...{ ensured: byKey(...ensured), wanted: byKey(...wanted), claims: byKey(...known) },
      ...{ problems, released: byKey(...released) },
    });
  }
  const none = { after: [], notAfter: [], awaits: [] };

  it('its deletion comes after what it depends on, but the router; the router after it; then the route', () => {
    const node = aDesired(named('virtualNode', 'a'));
    const order = stepsOf([wantedRouter('grpc'), depending, node]);
    expect(order.preparations).toEqual([
      {
        ...{
          do: 'prepare',
          key: `deletion of ${key}`,
          after: ['virtualNode/shop/a'],
          needsToExist: ['virtualNode/shop/a'],
        },
        ...{ desired: depending, claim: claims[1], listeners: [grpc] },
      },
    ]);
    expect(order.blocked).toEqual(new Map());
    expect(order.of(routerKey)).toEqual({ ...none, after: [`deletion of ${key}`] });
    expect(order.of(key)).toEqual({ ...none, awaits: [routerKey] });
    expect(order.of('virtualNode/shop/a')).toEqual(none);
    expect(order.of('virtualNode/shop/none')).toEqual(none);
  });

  it('a route that comes before its router need not wait for it', () => {
    const both = [aClaim(router, { listeners: [[http, grpc]] }), aClaim(route, { listeners: [[http]] })];
    const order = stepsOf([wantedRouter('grpc'), depending], both);
    expect(order.preparations).toEqual([]);
    expect(order.of(routerKey)).toEqual({ ...none, after: [key] });
    expect(order.of(key)).toEqual({ ...none, notAfter: [routerKey] });
  });

  it('a route whose router does not change has no order', () => {
    const order = stepsOf([depending]);
    expect([order.of(key), order.preparations]).toEqual([none, []]);
  });

  it('a route waits for a router whose change was refused, if only its new listeners serve it', () => {
    const refused: Problem = { reason: 'Refused', message: 'no' };
    const problems = new Map([
      [routerKey, refused],
      ['virtualNode/shop/a', refused],
      ['gone', refused],
    ]);
    const wanted = [wantedRouter('grpc'), depending, aDesired(named('virtualNode', 'a'))];
    const order = stepsOf([depending], claims, { problems, wanted });
    expect(order.blocked).toEqual(
      new Map([[key, { reason: 'Pending', message: `waits for ${routerKey}: no`, waitsFor: routerKey }]]),
    );
    expect(order.preparations).toEqual([]);
    expect(order.of(key)).toEqual(none);
    const served = aDesired(route, routeSpec('http'));
    expect(stepsOf([served], claims, { problems, wanted }).blocked).toEqual(new Map());
    expect(stepsOf([depending], [], { problems, wanted }).blocked, 'the router does not exist').toEqual(
      new Map(),
    );
  });
});
