import type { Directory, Place } from '../../../plan/directory.ts';
import { isOfKind } from '../../../plan/entry.ts';
import { backendsOf } from '../translate/egress/backends.ts';
import { egressOf } from '../translate/egress/egress.ts';
import { gatewayOf } from '../translate/gateway/gateway.ts';
import { ingressOf } from '../translate/ingress/ingress.ts';
import { type EnvoyContext, joinedParts, type Part } from '../translate/proxy.ts';
import type { Owner } from './sources.ts';

/** What the Envoys of a virtual node or gateway run. */
export function proxyOf(owner: Owner, place: Place, directory: Directory, context: EnvoyContext): Part {
  if (isOfKind(owner, 'VirtualGateway')) return gatewayOf(owner, place, directory, context);
  const services = backendsOf(owner, place, directory);
  return joinedParts([ingressOf(owner, place), egressOf(owner, services, place, directory, context)]);
}
