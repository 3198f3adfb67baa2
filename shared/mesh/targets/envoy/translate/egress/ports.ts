import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import { awsNameOf, type Directory } from '../../../../plan/directory.ts';
import type { EnvoyContext } from '../proxy.ts';
import { answersOf } from './answer.ts';
import type { Called, Displaced, EgressPorts, EgressService } from './called.ts';

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
  const http = new Map<number, Called[]>();
  const tcp = new Map<number, Called>();
  const displaced: Displaced[] = [];
  const add = (called: Called) => {
    const { port, protocol } = called.answer;
    const by = tcp.get(port) ?? (protocol === 'tcp' ? http.get(port)?.[0] : undefined);
    if (protocol === 'tcp' && !callsTcp) return;
    if (by) displaced.push({ called, by });
    else if (protocol === 'tcp') tcp.set(port, called);
    else http.set(port, [...(http.get(port) ?? []), called]);
  };
  for (const { service, policy } of services) {
    const name = awsNameOf(service);
    const answers = answersOf(service, directory, context);
    const own = isSame(policy, common) ? undefined : policy;
    if (answers === undefined) kept.push(name);
    for (const answer of answers ?? []) add({ service, name, answer, policy: own ?? undefined });
  }
  return { http, tcp, kept, displaced };
}

function isSame(a: ClientPolicy | undefined, b: ClientPolicy | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
