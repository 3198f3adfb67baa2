import { objectNameText } from '../../../model/records/mesh-claim.ts';
import { awsNameOf, type Directory } from '../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../plan/entry.ts';
import { backendEntriesOf } from '../backends.ts';
import { listenersOf, providerOf } from '../provider.ts';
import type { Evaluation } from './evaluation.ts';
import { hostNameOf, hostPortOf, type MeshRequest } from './request.ts';
import { notFound, type Served, serve } from './serve.ts';

type Answer = Served & Partial<Pick<Evaluation, 'service' | 'serviceName'>>;

/** A backend and its ports. */
interface Called {
  readonly service: EntryOf<'VirtualService'>;
  readonly name: string;
  readonly isListed: boolean;
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
}

/** A request of a pod: the port that it connects to chooses a filter chain, and there the host name the virtual service. */
export function fromNode(directory: Directory, node: EntryOf<'VirtualNode'>, request: MeshRequest): Answer {
  const called = calledBy(directory, node);
  const here = called.flatMap((each) => {
    const listener = each.ports.find(({ port }) => port === request.port);
    return listener ? [{ ...each, protocol: listener.protocol }] : [];
  });
  const filter = egressFilterOf(directory, node);
  if (here.length === 0)
    return undecided(directory, node, request) ?? outside(directory, node, called, request, filter);
  const able = ableToAnswer(here);
  if (isContested(able)) return contested(able, request);
  const chosen = able.find(({ protocol, name }) => protocol === 'tcp' || isNamed(name, request));
  if (chosen === undefined) {
    const reason = `port ${request.port} is one of the mesh, and ${whyNotNamed(directory, node, called, request)}`;
    return (
      undecided(directory, node, request) ??
      passedToAws(request, filter) ?? { outcome: 'NoVirtualHost', reason: `${reason}: ${notFound}` }
    );
  }
  const { service, name } = chosen;
  return { service: service.id, serviceName: name, ...serve(directory, service, request) };
}

function calledBy(directory: Directory, node: EntryOf<'VirtualNode'>): readonly Called[] {
  return backendEntriesOf(directory, node).flatMap(({ service, isListed }) => {
    if (!isOfKind(service, 'VirtualService')) return [];
    const provider = providerOf(directory, service);
    const ports = provider ? listenersOf(directory, provider) : [];
    return [{ service, name: awsNameOf(service), isListed, ports }];
  });
}

/** A backend that listens on the port of the request. */
type Here = Called & { readonly protocol: string };

/** Of a connection of TCP only the port is known, so it has the port for itself. */
function isContested(here: readonly Here[]): boolean {
  return here.length > 1 && here.some(isTcp);
}

/** A backend that the virtual node lists has a contested port before those of its groups. */
function ableToAnswer(here: readonly Here[]): readonly Here[] {
  const listed = here.filter(({ isListed }) => isListed);
  if (!isContested(here) || listed.length === 0) return here;
  return listed.some(isTcp) ? listed : here.filter((each) => !isTcp(each));
}

function isTcp({ protocol }: Here): boolean {
  return protocol === 'tcp';
}

function contested(here: readonly Here[], { port }: MeshRequest): Answer {
  const names = here.map(({ service }) => objectNameText(service.id)).join(', ');
  return {
    outcome: 'NotKnown',
    reason: `${names} all listen on port ${port}, at least one for TCP, where only the port is known: none gets the port from another. With Envoy as the mesh target, a proxy keeps what it had of them before, and a new one closes the connection, whatever the egress filter; expected a port of its own for each`,
  };
}

/** A backend of the name whose ports are not known: the proxy keeps what it has of it. */
function undecided(
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
  request: MeshRequest,
): Answer | undefined {
  const host = hostNameOf(request);
  const entry = backendEntriesOf(directory, node).find(
    ({ service }) => awsNameOf(service).toLowerCase() === host,
  )?.service;
  if (entry === undefined) return undefined;
  const own = { service: entry.id, serviceName: awsNameOf(entry) };
  if (!isOfKind(entry, 'VirtualService'))
    return {
      ...own,
      outcome: 'NotKnown',
      reason: `${objectNameText(entry.id)} is invalid, so its last valid state stays: ${entry.fault?.split('\n').join('; ')}`,
    };
  const isMissing = entry.content.spec.provider && providerOf(directory, entry) === undefined;
  return isMissing ? { ...own, ...serve(directory, entry, request) } : undefined;
}

/** The domains of a virtual host: the name, and the name with the port. */
function isNamed(name: string, request: MeshRequest): boolean {
  return name.toLowerCase() === hostNameOf(request) && (hostPortOf(request) ?? request.port) === request.port;
}

function whyNotNamed(
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
  called: readonly Called[],
  request: MeshRequest,
): string {
  const host = hostNameOf(request);
  const backend = called.find(({ name }) => name.toLowerCase() === host);
  const of = objectNameText(node.id);
  if (backend !== undefined) {
    const ports = backend.ports.map(({ port }) => port);
    const service = objectNameText(backend.service.id);
    return ports.includes(request.port)
      ? `the Host header names port ${hostPortOf(request)}`
      : `${service}, a backend of ${of}, listens on ${ports.join(', ') || 'no port'}, not on ${request.port}`;
  }
  const other = serviceNamed(directory, node, host);
  return other
    ? `${objectNameText(other.id)} is not a backend of ${of}`
    : `no virtual service of the mesh is named "${host}"`;
}

function serviceNamed(directory: Directory, node: Entry, host: string): Entry | undefined {
  const meshName = directory.meshNameOf(node);
  return directory.entries.find(
    (entry) =>
      entry.id.kind === 'VirtualService' &&
      directory.meshNameOf(entry) === meshName &&
      awsNameOf(entry).toLowerCase() === host,
  );
}

interface EgressFilter {
  readonly allowsAll: boolean;
  /** In texts. */
  readonly name: string;
}

function egressFilterOf(directory: Directory, node: Entry): EgressFilter {
  const place = directory.placeOf(node);
  const mesh = 'reason' in place ? undefined : place.mesh;
  const type = mesh && isOfKind(mesh, 'Mesh') ? mesh.content.spec.egressFilter?.type : undefined;
  return { allowsAll: type === 'ALLOW_ALL', name: `the egress filter of Mesh ${mesh?.id.name}` };
}

/** No backend listens on the port: the mesh's egress filter decides. */
function outside(
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
  called: readonly Called[],
  request: MeshRequest,
  filter: EgressFilter,
): Answer {
  const why = whyNotNamed(directory, node, called, request);
  if (filter.allowsAll)
    return {
      outcome: 'PassedThrough',
      reason: `${why}; ${filter.name} is ALLOW_ALL, so the connection goes to the address that the host name has`,
    };
  // With TLS, whatever the port, by the name of the server; else on the port of plain HTTP, where the host name is read.
  const isPlainHttp = request.port === plainHttpPort;
  const toAws = request.scheme === 'https' || isPlainHttp ? passedToAws(request, filter) : undefined;
  if (toAws !== undefined) return toAws;
  const reason = `no backend of ${objectNameText(node.id)} listens on port ${request.port} (${why}), and ${filter.name} is DROP_ALL`;
  return isPlainHttp
    ? { outcome: 'NoVirtualHost', reason: `${reason}: ${notFound}` }
    : { outcome: 'NoFilterChain', reason: `${reason}: the connection is closed (no filter chain)` };
}

const plainHttpPort = 80;

/** App Mesh let the APIs of AWS through, whatever the filter says. */
function passedToAws(request: MeshRequest, { allowsAll, name }: EgressFilter): Answer | undefined {
  if (!hostNameOf(request).endsWith('.amazonaws.com')) return undefined;
  return {
    outcome: 'PassedThrough',
    reason: `${name} is ${allowsAll ? 'ALLOW_ALL' : 'DROP_ALL, which lets *.amazonaws.com through'}`,
  };
}
