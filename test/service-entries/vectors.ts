import { existsSync, readFileSync } from 'node:fs';

/** Tables of the Istio Cloud Map operator's tests. A checkout may be without them. */
const folder = new URL('../../../shared/vectors/cloud-map-to-istio/', import.meta.url);

export const missingVectors = existsSync(folder)
  ? undefined
  : 'skipped: there is no folder ../shared/vectors/cloud-map-to-istio beside the project';

export interface VectorCase {
  readonly name: string;
  readonly [field: string]: unknown;
}

export function vector(
  file: string,
): Readonly<Record<string, unknown>> & { readonly cases: readonly VectorCase[] } {
  return missingVectors === undefined
    ? JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    : { cases: [] };
}
