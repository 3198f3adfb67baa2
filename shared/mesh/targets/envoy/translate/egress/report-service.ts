import { awsNameOf, type Directory, type Place } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import { perDirectory } from '../../../../plan/per-directory.ts';
import type { Report } from '../../../../plan/report.ts';
import { byArn } from './by-arn.ts';

/** What a client can send as a host name. Others, such as `*`, would take the requests for other hosts. */
const hostName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

export function reportService(
  service: EntryOf<'VirtualService'>,
  { meshName }: Place,
  directory: Directory,
  report: Report,
): void {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  if (virtualNode?.virtualNodeARN) report.refuse('spec.provider.virtualNode.virtualNodeARN', ...byArn);
  if (virtualRouter?.virtualRouterARN)
    report.refuse('spec.provider.virtualRouter.virtualRouterARN', ...byArn);
  const name = awsNameOf(service);
  if (!hostName.test(name))
    report.refuse(
      'spec.awsName',
      `"${name}" is not a host name`,
      'letters, digits, "-" and "_", parted by dots',
    );
  const first = servicesByName(directory).get(keyOf(meshName, name));
  if (first && first !== service)
    report.refuse(
      'spec.awsName',
      `"${name}" is the name of VirtualService "${first.id.namespace}/${first.id.name}", which is of the namespace in the name or older`,
      'another name',
    );
}

/**
 * By mesh and name: of several with one name, one of the namespace that the name names has it, as `cart.shop` names `shop`,
 * so that nobody else can have it while it is created again; else the first that was created. Host names have no case.
 */
const servicesByName = perDirectory(
  (directory): ReadonlyMap<string, Entry> =>
    new Map(
      directory.entries
        .filter(({ id }) => id.kind === 'VirtualService')
        .sort((a, b) => (rankOf(a) < rankOf(b) ? 1 : -1))
        .flatMap((entry) => {
          const place = directory.placeOf(entry);
          return 'reason' in place ? [] : [[keyOf(place.meshName, awsNameOf(entry)), entry] as const];
        }),
    ),
);

function keyOf(meshName: string, name: string): string {
  return `${meshName}/${name.toLowerCase()}`;
}

function rankOf(entry: Entry): string {
  const { createdAt, id } = entry;
  const isAtHome = awsNameOf(entry).toLowerCase().split('.')[1] === id.namespace;
  return `${isAtHome ? 0 : 1} ${createdAt} ${id.namespace}/${id.name}`;
}
