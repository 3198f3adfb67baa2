import { parseArgs } from 'node:util';
import { asUsageError } from './errors.ts';
import {
  choosePlace,
  type Environment,
  type PlaceChoice,
  placeHelp,
  placeOptions,
  withOptionalUrl,
} from './place-options.ts';

export interface ReportOptions {
  readonly place: PlaceChoice;
  /** The input of the function `report`. */
  readonly input: {
    readonly format: 'html' | 'json';
    readonly cluster?: string;
    readonly namespace?: string;
  };
}

export const helpText = `Prints one HTML page with the state of the clusters: services and instances, pods that are not registered and why, the mesh,
drift, refusals, dead letters. Asks the function report of a deployment or of the playground; changes nothing.

Usage: npm run -s report -- [options] > report.html

  --cluster NAME       Only this cluster of clusters.yml.
  -n, --namespace NS   Only this Kubernetes namespace.
  --json               Print the data of the page.
${placeHelp}  --help               Print this help.

Exit status: 0 for a page, whatever it says; 1 if there is none, with the reason; 2 for a mistake in the arguments.
`;

const options = {
  ...placeOptions,
  namespace: { type: 'string', short: 'n' },
  cluster: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Undefined for `--help`. Throws a UsageError that names the argument and what is expected. */
export function parseReportOptions(args: readonly string[], env: Environment): ReportOptions | undefined {
  const { json, help, cluster, namespace, ...place } = parse(args);
  if (help) return undefined;
  return {
    place: choosePlace(place, env),
    input: {
      format: json ? 'json' : 'html',
      ...(cluster !== undefined && { cluster }),
      ...(namespace !== undefined && { namespace }),
    },
  };
}

function parse(args: readonly string[]) {
  return asUsageError(() => parseArgs({ args: [...withOptionalUrl(args)], options, strict: true }).values);
}
