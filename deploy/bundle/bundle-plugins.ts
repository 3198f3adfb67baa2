import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { readClusters } from '../read-clusters.ts';
import { assumesRoles, withoutRolesPlugin } from './assumed-roles-plugin.ts';
import { meshTargetPlugin, neededTargets } from './mesh-target-plugin.ts';
import { importsServices, withoutServiceEntriesPlugin } from './service-entries-plugin.ts';

/** What serverless-esbuild gives. */
interface Serverless {
  readonly serviceDir: string;
  readonly service: { readonly custom: { readonly parameters: { readonly clusters: string } } };
}

/** The plugins of a deployment, as serverless-esbuild asks for them. */
export default function pluginsOf({ serviceDir, service }: Serverless): Plugin[] {
  return pluginsFor(readClusters(resolve(serviceDir, service.custom.parameters.clusters)));
}

/** Those of every deployment, and those that leave out what these clusters do not need. */
export function pluginsFor(clusters: Pick<ClustersFile, 'clusters'>): Plugin[] {
  return [
    ...bundlePlugins,
    meshTargetPlugin(neededTargets(clusters)),
    ...(assumesRoles(clusters) ? [] : [withoutRolesPlugin()]),
    ...(importsServices(clusters) ? [] : [withoutServiceEntriesPlugin()]),
  ];
}

/**
 * Lets esbuild remove unused code of the AWS SDK from the bundles: half of the SDK's code, and a function loads its whole
 * bundle at each start. Code in use does not change.
 */
export const bundlePlugins: readonly Plugin[] = [
  unusedSchemas(),
  nodesOwnDigests(),
  noSignedEvents(),
  noInstanceMetadata(),
  noBrowserStreams(),
  noBuckets(),
  noVersionWarning(),
  // After the others: of two that edit one file, the first counts.
  staticImports(),
  versionsOnly(),
];

/**
 * The schema of an operation has computed keys, `{ [_ht]: … }`, which esbuild keeps because they may have side effects: all
 * operations of EKS for the one in use. This replaces them by their constants. And every error of a client is registered: of
 * one that is not, the client makes an error of the service with the same name, message and data. Those whose class none of our
 * files imports are not registered.
 */
function unusedSchemas(): Plugin {
  const imported = importedFromClients();
  return edited('unused-schemas', /[\\/]@aws-sdk[\\/].+[\\/]schemas[\\/]schemas_0\.js$/, (text) => {
    const code = text.replace(/^\w+\.registerError\(\w+\$, (\w+)\);$/gm, (registration, error) =>
      error.endsWith('ServiceException') || imported.has(error) ? registration : '',
    );
    const constants = new Map([...code.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, k, v]) => [k, v]));
    return code.replace(/\[(\w+)\]:/g, (key, name) =>
      constants.has(name) ? `${constants.get(name)}:` : key,
    );
  });
}

/** What the files of `shared/` import from clients of the AWS SDK. */
function importedFromClients(): ReadonlySet<string> {
  const shared = join(import.meta.dirname, '../../shared');
  const code = readdirSync(shared, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(shared, path), 'utf8'))
    .join('\n');
  const imports = code.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g);
  return new Set([...imports].flatMap(([, names = '']) => names.split(',').map((name) => name.trim())));
}

/**
 * In a single file, `import()` defers nothing. It only makes esbuild keep the whole imported module and its imports, since
 * esbuild cannot see which part is used. That of `node:http` reads all of its exports, and so loads undici.
 */
function staticImports(): Plugin {
  return edited('static-imports', /[\\/](@aws-sdk|@smithy)[\\/].+[\\/]dist-es[\\/].+\.js$/, (code) => {
    const imports: string[] = [];
    const edited = code.replace(/await import\("((?!node:(?!http"))[^"]+)"\)/g, (_, path) => {
      imports.push(`import * as imported${imports.length} from ${JSON.stringify(path)};`);
      return `imported${imports.length - 1}`;
    });
    return [...imports, edited].join('\n');
  });
}

/** Each client imports its whole package.json only for the version in the user agent. */
function versionsOnly(): Plugin {
  return edited('versions-only', /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/, (text) =>
    JSON.stringify({ version: JSON.parse(text).version }),
  );
}

/** Digests in JavaScript, for where Node is built without OpenSSL; Lambda's has it. */
function nodesOwnDigests(): Plugin {
  return edited('nodes-own-digests', /[\\/]checksum[\\/](sha256[\\/]Sha256|md5[\\/]Md5)Js\.js$/, (code) =>
    code.replaceAll(/^export class (\w+) \{[\s\S]*/gm, 'export class $1 {}'),
  );
}

/** The signature of a message in a stream of events: no operation in use has one. The class is made with every signer. */
function noSignedEvents(): Plugin {
  return edited(
    'no-signed-events',
    /[\\/]signature-v4[\\/].+[\\/]HeaderFormatter\.js$/,
    () => 'export class HeaderFormatter {}',
  );
}

/** The Region of an EC2 instance, asked for where the environment has none; Lambda's always has one. */
function noInstanceMetadata(): Plugin {
  return edited(
    'no-instance-metadata',
    /[\\/]getInstanceMetadataRegion\.js$/,
    () => 'export const getInstanceMetadataRegion = async () => undefined;',
  );
}

/** Bodies as a browser has them. What is none of Node's streams is refused then, with the client's own message. */
function noBrowserStreams(): Plugin {
  return edited(
    'no-browser-streams',
    /[\\/]util-stream[\\/]sdk-stream-mixin\.browser\.js$/,
    () => "export const sdkStreamMixin = () => { throw new TypeError('not a stream of Node'); };",
  );
}

/** Endpoints of S3's buckets: the parameters of other services have none. */
function noBuckets(): Plugin {
  return edited('no-buckets', /[\\/]service-customizations[\\/]s3\.js$/, (code) =>
    code.replace(
      /^(export const resolveParamsForS3 = ).*\{[\s\S]*?^\};/m,
      '$1async (parameters) => parameters;',
    ),
  );
}

/** The SDK's warning before it ends its support of a version of Node; Lambda's runtime is chosen in serverless.yml. */
function noVersionWarning(): Plugin {
  return edited(
    'no-version-warning',
    /[\\/]client[\\/]emitWarningIfUnsupportedVersion\.js$/,
    () => 'export const state = {}, emitWarningIfUnsupportedVersion = () => {};',
  );
}

function edited(name: string, filter: RegExp, edit: (code: string) => string): Plugin {
  return {
    name,
    setup: ({ onLoad }) =>
      onLoad({ filter }, async ({ path }) => {
        const contents = edit(await readFile(path, 'utf8'));
        return { contents, loader: path.endsWith('.json') ? 'json' : 'js' };
      }),
  };
}
