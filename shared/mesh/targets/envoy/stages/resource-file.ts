import { files as fileNames } from '../translate/layout.ts';

/** The content of a proxy's ConfigMap: file name → text. */
export type Files = Readonly<Record<string, string>>;

export type Resource = Readonly<Record<string, unknown>>;

/** A file of resources as Envoy reads it. */
export interface ResourceFile {
  readonly version: string;
  readonly resources: readonly Resource[];
}

/** undefined if there is no such file, or if Envoy could not read it either. */
export function readResources(text: string | undefined): ResourceFile | undefined {
  try {
    const { version_info: version = '', resources } = JSON.parse(text ?? '') ?? {};
    return Array.isArray(resources) && resources.every(isResource)
      ? { version: String(version), resources }
      : undefined;
  } catch {
    return undefined;
  }
}

function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function resourcesText({ version, resources }: ResourceFile): string {
  return JSON.stringify({ version_info: version, resources });
}

export function isRoutes(file: string): boolean {
  return file.startsWith('rds-');
}

/** Endpoints and certificates, to which clusters and listeners refer. */
export function isSupplement(file: string): boolean {
  return /^(eds|sds)-/.test(file);
}

/** In a gateway, the tables of the first of its two hops: they name virtual hosts of the second. */
export function isFirstHop(file: string): boolean {
  return file.startsWith(fileNames.routes('gateway').slice(0, -'.json'.length));
}

/** Texts of one resource are equal if the resources are: the translation has a stable order. */
export function isSameResource(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export function nameOf(resource: Resource): string {
  return String(resource.name);
}

export function listIn(resource: Resource | undefined, field: string): readonly Resource[] {
  const list = resource?.[field];
  return Array.isArray(list) ? list.filter(isResource) : [];
}

/** The domains of the virtual hosts of a route table. */
export function domainsOf(host: Resource): readonly string[] {
  const { domains } = host;
  return Array.isArray(domains) ? domains.map(String) : [];
}
