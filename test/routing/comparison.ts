import { AppMesh } from './app-mesh.ts';
import { type Case, gateway } from './arbitrary/cases.ts';
import type { Choice, Request } from './request.ts';
import type { Translated } from './translated.ts';

/** A way to tell where requests go in what the manifests were translated into. */
export interface Target {
  fromPod(request: Request): Choice;
  fromGateway(request: Request): Choice;
}

export interface Asked {
  readonly from: 'pod' | 'gateway';
  readonly request: Request;
  /** What App Mesh does. */
  readonly choice: Choice;
}

/** The requests of a case to what was not refused, with what App Mesh does with them. */
export function askedOf({ manifests, services, requests }: Case, { refused }: Translated): readonly Asked[] {
  const mesh = new AppMesh([...manifests, ...services]);
  return requests
    .filter(({ from, request }) => !isRefused(manifests, refused, from, request))
    .map(({ from, request }) => ({
      ...{ from, request },
      choice: from === 'pod' ? mesh.fromPod(request) : mesh.fromGateway(gateway, request),
    }));
}

/** A pod depends on the virtual service and its router and nodes; a gateway on everything. */
function isRefused(
  manifests: Case['manifests'],
  refused: Translated['refused'],
  from: Asked['from'],
  { host }: Request,
): boolean {
  if (from === 'gateway' || refused.size === 0) return refused.size > 0;
  const service = manifests.find(
    ({ kind, spec }) =>
      kind === 'VirtualService' && (spec as { awsName: string }).awsName === host.toLowerCase(),
  );
  const index = service?.metadata.name.slice(1);
  const on = [`VirtualService shop/s${index}`, `VirtualRouter shop/r${index}`];
  return [...refused.keys()].some((name) => on.includes(name) || /^(VirtualNode|Mesh) /.test(name));
}

/** The first request that goes elsewhere than in App Mesh, in words. */
export function differenceOf(target: Target, asked: readonly Asked[]): string | undefined {
  for (const { from, request, choice } of asked) {
    const actual = from === 'pod' ? target.fromPod(request) : target.fromGateway(request);
    if (JSON.stringify(actual) === JSON.stringify(choice)) continue;
    const asText = (value: unknown) => JSON.stringify(value) ?? 'no route';
    return `${from}: ${asText(request)}\nApp Mesh: ${asText(choice)}\nhere: ${asText(actual)}`;
  }
  return undefined;
}
