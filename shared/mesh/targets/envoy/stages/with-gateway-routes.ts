import { keptRoutes } from '../translate/gateway/kept-routes.ts';
import { namedIn } from './named-in.ts';
import { type Files, isFirstHop, isSameResource, readResources, resourcesText } from './resource-file.ts';

/** Files in which the routes of some gateway routes are the live ones. */
export interface WithRoutes {
  readonly files: Files;
  /** The virtual hosts of the second hop that the tables of the first lead to. */
  readonly hosts: readonly string[];
}

/** `names`: of gateway routes, as in `Kept.routes`. A table without a listener is not wanted, so nothing of it is kept. */
export function withGatewayRoutes(desired: Files, names: readonly string[], live: Files): WithRoutes {
  if (names.length === 0) return { files: desired, hosts: [] };
  const merged = Object.keys(desired)
    .filter(isFirstHop)
    .map((file) => [file, mergedText(desired[file], live[file], names)] as const);
  const hosts = merged.flatMap(([, text]) => [...namedIn(readResources(text)?.resources).hosts]);
  return { files: { ...desired, ...Object.fromEntries(merged) }, hosts };
}

function mergedText(wanted = '', present: string | undefined, names: readonly string[]): string {
  const { version = '', resources: [desired] = [] } = readResources(wanted) ?? {};
  const [live] = readResources(present)?.resources ?? [];
  if (desired === undefined || live === undefined) return wanted;
  const merged = keptRoutes(live, desired, names);
  return isSameResource(merged, desired) ? wanted : resourcesText({ version, resources: [merged] });
}
