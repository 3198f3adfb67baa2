import { evaluate } from '../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { MeshRequest } from '../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest as MeshManifest } from '../../mesh/harness/harness.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { gateway } from '../arbitrary/cases.ts';
import type { Target } from '../comparison.ts';
import { podsOf } from '../registry.ts';
import { authorityOf, type Choice, type Manifest, type Request, shares } from '../request.ts';

/** A virtual node whose backends are all virtual services: the sender of the requests of pods. */
export function clientOf(manifests: readonly Manifest[]): Manifest {
  const backends = manifests
    .filter(({ kind }) => kind === 'VirtualService')
    .map(({ metadata: { name } }) => ({ virtualService: { virtualServiceRef: { name } } }));
  return { kind: 'VirtualNode', metadata: { name: 'client', namespace: 'shop' }, spec: { backends } };
}

/** What the evaluator behind `explain` says of a case's manifests. */
export function evaluated(manifests: readonly Manifest[]): Target {
  const directory = directoryOf(...([...manifests, clientOf(manifests)] as readonly MeshManifest[]));
  const choose = (from: MeshRequest['from'], request: Request) =>
    choiceOf(manifests, evaluate(directory, meshRequest(from, request)), request);
  return {
    fromPod: (request) => choose({ kind: 'VirtualNode', namespace: 'shop', name: 'client' }, request),
    fromGateway: (request) => choose({ kind: 'VirtualGateway', ...gateway }, request),
  };
}

export function meshRequest(from: MeshRequest['from'], request: Request): MeshRequest {
  const { port, scheme, method, path, protocol } = request;
  const headers = { ...request.headers, ...(protocol === 'grpc' && { 'content-type': 'application/grpc' }) };
  return { from, host: authorityOf(request), port, scheme, method, path, headers };
}

function choiceOf(
  manifests: readonly Manifest[],
  { outcome, targets, sent }: ReturnType<typeof evaluate>,
  request: Request,
): Choice {
  if (outcome !== 'Routed') return undefined;
  const weighted = targets.map(({ node, port = 0, weight }) => ({
    host: hostOf(manifests, node),
    port,
    weight,
  }));
  const { host, path } = sent ?? request;
  return { destinations: shares(weighted), path, host: host.replace(/:\d+$/, '') };
}

/** What serves a virtual node, as the reference calls it. */
function hostOf(manifests: readonly Manifest[], node: string): string {
  const name = node.slice('VirtualNode shop/'.length);
  const { spec } =
    manifests.find(({ kind, metadata }) => kind === 'VirtualNode' && metadata.name === name) ?? {};
  const { dns } = (spec as { serviceDiscovery: { dns?: { hostname: string } } }).serviceDiscovery;
  return dns && !dns.hostname.includes('.svc.') ? dns.hostname : podsOf('shop', { app: name });
}
