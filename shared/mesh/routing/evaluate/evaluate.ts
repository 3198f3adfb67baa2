import { type ObjectName, objectNameText } from '../../../model/records/mesh-claim.ts';
import type { Directory } from '../../plan/directory.ts';
import { type Entry, isOfKind } from '../../plan/entry.ts';
import type { Evaluation } from './evaluation.ts';
import { fromGateway } from './from-gateway.ts';
import { fromNode } from './from-node.ts';
import { type MeshRequest, normalized } from './request.ts';

/**
 * Where a request goes by App Mesh's rules, from the manifests alone. How a mesh target expresses them, and what it cannot,
 * its differences say.
 */
export function evaluate(directory: Directory, request: MeshRequest): Evaluation {
  const empty = { request, gatewayRoutes: [], routes: [], targets: [], timeouts: [] };
  const { from } = request;
  const entry = directory.find(from.kind, from);
  const fault = entry === undefined ? missing(from) : faultOf(directory, entry);
  if (entry === undefined || fault !== undefined)
    return { ...empty, objects: [from], ...(fault ?? missing(from)) };
  const found = isOfKind(entry, 'VirtualGateway')
    ? fromGateway(directory, entry, normalized(request))
    : isOfKind(entry, 'VirtualNode')
      ? fromNode(directory, entry, normalized(request))
      : missing(from);
  const all = { ...empty, ...found };
  return { ...all, objects: objectsOf(from, all) };
}

type Fault = Pick<Evaluation, 'outcome' | 'reason'>;

function missing(from: ObjectName): Fault {
  return { outcome: 'SourceNotFound', reason: `${objectNameText(from)} not found` };
}

function faultOf(directory: Directory, entry: Entry): Fault | undefined {
  const name = objectNameText(entry.id);
  if (entry.content === undefined)
    return {
      outcome: 'SourceInvalid',
      reason: `${name} is invalid, so its proxies keep what they had: ${entry.fault?.split('\n').join('; ')}`,
    };
  const place = directory.placeOf(entry);
  return 'reason' in place
    ? { outcome: 'NotMember', reason: `${name} belongs to no mesh: ${place.reason}` }
    : undefined;
}

/** Without those that are only considered. */
function objectsOf(
  from: ObjectName,
  { gatewayRoutes, service, provider, targets }: Omit<Evaluation, 'objects'>,
) {
  const named = (text: string): ObjectName => {
    const [kind, place = ''] = text.split(' ');
    const [namespace = '', name = ''] = place.split('/');
    return { kind: kind as ObjectName['kind'], namespace, name };
  };
  const names = [
    ...gatewayRoutes.filter(({ outcome }) => outcome === 'taken').map(({ name }) => name),
    ...[service, provider].flatMap((each) => (each ? [objectNameText(each)] : [])),
    ...targets.filter(({ node }) => !node.startsWith('arn:')).map(({ node }) => node),
  ];
  return [...new Set([objectNameText(from), ...names])].map(named);
}
