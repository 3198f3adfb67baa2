import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import { awsNameOf, type Directory } from '../../../../plan/directory.ts';
import type { EnvoyContext } from '../proxy.ts';
import { answersOf } from './answer.ts';
import type { Called, EgressPorts, EgressService } from './called.ts';

/** Who calls. */
interface Caller {
  /** The policy of its backends without one of their own. */
  readonly common: ClientPolicy | undefined;
  /** A gateway does not. */
  readonly callsTcp: boolean;
}

export function egressPortsOf(
  services: readonly EgressService[],
  { common, callsTcp }: Caller,
  directory: Directory,
  context: Pick<EnvoyContext, 'isRefused'>,
): EgressPorts {
  const kept: string[] = [];
  const all: Called[] = [];
  for (const { service, policy, isListed = false } of services) {
    const name = awsNameOf(service);
    const answers = answersOf(service, directory, context);
    const own = isSame(policy, common) ? undefined : policy;
    if (answers === undefined) kept.push(name);
    for (const answer of answers ?? [])
      if (callsTcp || answer.protocol !== 'tcp') all.push({ service, name, answer, policy: own, isListed });
  }
  const contested = contestedIn(all);
  const parties = new Set([...contested.values()].flatMap((each) => each.kept.map(({ service }) => service)));
  const called = all.filter(({ service }) => !parties.has(service));
  return {
    http: byPort(called.filter((each) => !isTcp(each))),
    tcp: new Map(called.filter(isTcp).map((each) => [each.answer.port, each])),
    kept: [...kept, ...[...parties].map(awsNameOf)],
    contested,
  };
}

/**
 * Ports of several virtual services, of which one is of TCP. None gets the port from another by a change of its own router:
 * each keeps what it had, but one that the caller lists has the port before those of groups.
 */
function contestedIn(all: readonly Called[]): EgressPorts['contested'] {
  const ports = [...byPort(all)].filter(([, each]) => isContested(each));
  return new Map(ports.map(([port, each]) => [port, { all: each, kept: keptOf(each) }]));
}

function keptOf(all: readonly Called[]): readonly Called[] {
  const listed = all.filter(({ isListed }) => isListed);
  if (listed.length === 0 || isContested(listed)) return all;
  return listed.some(isTcp) ? all.filter(({ isListed }) => !isListed) : all.filter(isTcp);
}

function isContested(all: readonly Called[]): boolean {
  return all.length > 1 && all.some(isTcp);
}

function byPort(all: readonly Called[]): ReadonlyMap<number, readonly Called[]> {
  return Map.groupBy(all, ({ answer }) => answer.port);
}

function isTcp({ answer }: Called): boolean {
  return answer.protocol === 'tcp';
}

function isSame(a: ClientPolicy | undefined, b: ClientPolicy | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
