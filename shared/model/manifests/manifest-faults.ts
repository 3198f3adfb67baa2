import * as z from 'zod/mini';
import { type MeshKind, meshKinds } from '../kubernetes.ts';
import { meshSpecs } from '../mesh/object.ts';
import { pathText, schemaFaults } from './schema-faults.ts';
import { type ManifestFault, type SourceOf, unquotedTexts } from './unquoted.ts';

const noSource: SourceOf = () => undefined;

/**
 * What is wrong with a manifest, with path, what was found and what was expected: texts without quotes of any kind, and every
 * fault of the spec of a mesh object. The API server names one sort of fault at a time, and some in words of its schema.
 */
export function manifestFaults(manifest: object, sourceOf = noSource): readonly ManifestFault[] {
  const unquoted = unquotedTexts(manifest, sourceOf);
  const known = new Set(unquoted.map(({ path }) => pathText(path)));
  return [...unquoted, ...specFaults(manifest, sourceOf).filter(({ path }) => !known.has(pathText(path)))];
}

function specFaults(manifest: object, sourceOf: SourceOf): readonly ManifestFault[] {
  const { apiVersion, kind, spec } = manifest as Readonly<Record<string, unknown>>;
  if (apiVersion !== 'appmesh.k8s.aws/v1beta2' || !meshKinds.includes(kind as MeshKind)) return [];
  const schema = z.object({ spec: meshSpecs[kind as MeshKind] as z.ZodMiniType });
  return schemaFaults(schema, { spec: spec ?? {} }, sourceOf);
}
