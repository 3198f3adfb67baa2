import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Manifests that people run. They are nobody's to copy, so that a checkout may be without them. */
const folder = new URL('../../../../shared/vectors/app-mesh-manifests/', import.meta.url).pathname;

export const missingVectors = existsSync(folder)
  ? undefined
  : 'there is no folder ../shared/vectors/app-mesh-manifests beside the project';

/** The folder of the files of the Yelb application, which have neither a namespace nor a mesh. */
export const yelbFolder = join(folder, 'eks-getting-started');

/** Gateway routes for the gateway of howto-k8s-http-ingress-v2.yaml. */
export const fragments = ['header-match', 'prefix-match', 'rewrite-prefix'].map(
  (name) => `howto-k8s-http-ingress-v2-${name}.yaml`,
);

/** The files that are whole applications, in the order of their names. */
export function wholeFiles(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.yaml') && !fragments.includes(name));
}

export function yelbFiles(): readonly string[] {
  return readdirSync(yelbFolder).map((name) => join(yelbFolder, name));
}

export const pathOf = (file: string): string => join(folder, file);

/** The variables of the files, but for those that keep two files apart. */
const images = {
  APP: 'app',
  AWS_ACCOUNT_ID: '111122223333',
  AWS_DEFAULT_REGION: 'us-west-2',
  ...{ CLIENT_APP_IMAGE: 'client', COLOR_APP_IMAGE: 'color', ENVOY_IMAGE: 'envoy', FRONT_APP_IMAGE: 'front' },
};
const own = { APP_NAMESPACE: '', MESH_NAME: '-mesh', CLOUDMAP_NAMESPACE: '.local' };

export interface Copies {
  readonly folder: string;
  /** The variables that the copies use. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Copies of the files, each with variables of its own: `${APP_NAMESPACE}` becomes `${APP_NAMESPACE_GRPC}`. So that all of
 * them fit in one cluster. A fragment shares the variables of the file that it belongs to.
 */
export function copies(files: readonly string[]): Copies {
  const target = mkdtempSync(join(tmpdir(), 'vectors-'));
  const environment: Record<string, string> = { ...images };
  for (const file of files) {
    const app = appOf(file);
    const suffix = app.replaceAll('-', '_').toUpperCase();
    let text = readFileSync(pathOf(file), 'utf8');
    for (const [name, ending] of Object.entries(own)) {
      text = text.replaceAll(`\${${name}}`, `\${${name}_${suffix}}`);
      environment[`${name}_${suffix}`] = `${app}${ending}`;
    }
    writeFileSync(join(target, file), text);
  }
  return { folder: target, environment };
}

/** `howto-k8s-http2.yaml` is the application http2. */
function appOf(file: string): string {
  const [fragment] = fragments.filter((each) => each === file);
  const whole = fragment === undefined ? file : 'howto-k8s-http-ingress-v2.yaml';
  return basename(whole, '.yaml').replace('howto-k8s-', '');
}

/** The copies with the variables filled in, as `envsubst` does, for kubectl. */
export function substituted(files: readonly string[]): readonly string[] {
  const { folder: from, environment } = copies(files);
  const target = join(from, 'substituted');
  mkdirSync(target);
  return files.map((file) => {
    const text = readFileSync(join(from, file), 'utf8');
    const path = join(target, file);
    writeFileSync(
      path,
      text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? ''),
    );
    return path;
  });
}
