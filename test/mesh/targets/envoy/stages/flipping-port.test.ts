import { describe, expect, it } from 'vitest';
import type { Files } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { listIn, nameOf } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
  backends,
  listenersOn,
  type Protocol,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, desiredEnvoys } from '../desired-envoys.ts';
import { faultsIn } from './faults-in.ts';
import { settleMs, Writer } from './writer.ts';

const dropAll = {};
const allowAll = { egressFilter: { type: 'ALLOW_ALL' } };

/** Backends of `front`, each with a port of its own, as `protocol/node`. */
type Backends = Readonly<Record<string, { readonly port: number; readonly of: `${Protocol}/${string}` }>>;

function files(mesh: Readonly<Record<string, unknown>>, all: Backends): Files {
  const objects = Object.entries(all).flatMap(([name, { port, of }]): readonly Manifest[] => {
    const [protocol = 'http', node = ''] = of.split('/');
    const action = { weightedTargets: [{ virtualNodeRef: { name: node }, weight: 1 }] };
    const match = protocol === 'tcp' ? {} : { match: { prefix: '/' } };
    const routes = [{ name: 'all', [`${protocol}Route`]: { action, ...match } }];
    const listeners = listenersOn(`${protocol as Protocol}/${port}`);
    return [aService(name, `router/${name}`), aRouter(name, routes, listeners), aNode(node, listeners)];
  });
  const directory = directoryOf(
    aNamespace(),
    aMesh(mesh),
    aNode('front', backends(...Object.keys(all))),
    ...objects,
  );
  const { data } = contentIn(desiredEnvoys(directory), 'ConfigMap/apps/front.virtual-node');
  return data as Files;
}

interface Predicate {
  readonly destination_port_range?: { readonly start: number };
  readonly or_match?: { readonly rules: readonly Predicate[] };
  readonly not_match?: Predicate;
}

function isMet(
  { destination_port_range: range, or_match: any, not_match: not }: Predicate,
  port: number,
): boolean {
  if (range) return range.start === port;
  return not ? !isMet(not, port) : (any?.rules.some((each) => isMet(each, port)) ?? false);
}

/** Whether what the client says first is inspected on a port, which a server that speaks first would wait for. */
function isInspected(writer: Writer, port: number): boolean {
  const filters = listIn(writer.state.listeners.get('egress'), 'listener_filters');
  const [inspector] = filters.filter((each) => nameOf(each).includes('tls_inspector'));
  const { filter_disabled: disabled } = (inspector ?? {}) as { readonly filter_disabled?: Predicate };
  return inspector !== undefined && !(disabled && isMet(disabled, port));
}

const chainsOf = (writer: Writer) =>
  listIn(writer.state.listeners.get('egress'), 'filter_chains').map(nameOf);

describe.each([
  ['DROP_ALL', dropAll],
  ['ALLOW_ALL', allowAll],
])('a backend that goes to another protocol, with ever new targets, with %s', (_, mesh) => {
  const busy = (protocol: 'http' | 'tcp', index: number) =>
    ({ port: 90, of: `${protocol}/busy-${index}` }) as const;
  const db = { port: 5432, of: 'tcp/db' } as const;
  const web = { port: 8080, of: 'http/web' } as const;

  it.each([
    ['http', 'tcp'],
    ['tcp', 'http'],
  ] as const)('does not keep the ports of others out of the listener, from %s to %s', (from, to) => {
    const writer = new Writer(files(mesh, { busy: busy(from, 0) }));
    for (let index = 1; index < 21; index++)
      writer.step(files(mesh, { busy: busy(to, index), db, web }), 100 + index * 3);
    const chains = chainsOf(writer);
    expect(chains).toEqual(expect.arrayContaining(['db.apps:5432', 'egress-8080']));
    const isHttp = chains.includes('egress-90');
    expect(chains.includes('busy.apps:90')).toBe(!isHttp);
    expect([5432, 8080, 90].filter((port) => isInspected(writer, port))).toEqual(
      isHttp ? [8080, 90] : [8080],
    );
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('has its last state once it changes no more', () => {
    const writer = new Writer(files(mesh, { busy: busy('http', 0), web }));
    for (let index = 1; index < 8; index++)
      writer.step(files(mesh, { busy: busy(index % 2 === 0 ? 'http' : 'tcp', index), web }), 100 + index * 3);
    const end = files(mesh, { busy: busy('tcp', 7), web });
    writer.finish(end, 200);
    expect(writer.live).toEqual(end);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });
});
