import * as z from 'zod/mini';
import { type MeshKind, meshKinds } from '../kubernetes.ts';
import { meshSpecs } from '../mesh/object.ts';
import { plainFault } from './plain-fault.ts';
import { type ManifestFault, type SourceOf, unquotedText, unquotedTexts } from './unquoted.ts';

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
  const result = schema.safeParse({ spec: spec ?? {} }, { error: plainFault, reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, sourceOf));
}

function faultsOf(issue: z.core.$ZodIssue, sourceOf: SourceOf): readonly ManifestFault[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    // A line for each.
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...path, key], message: messages[index] ?? '' }));
  }
  const { input } = issue;
  const isUnquoted =
    issue.code === 'invalid_type' &&
    issue.expected === 'string' &&
    (typeof input === 'number' || typeof input === 'boolean');
  const text = isUnquoted ? unquotedText(input, sourceOf(path)) : withFound(issue.message, input);
  return [{ path, message: text }];
}

/** Some messages of our schemas say only what is expected. */
function withFound(message: string, input: unknown): string {
  const isScalar = typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean';
  if (!isScalar || !message.startsWith('expected') || message.includes('found')) return message;
  return `${message}; found ${JSON.stringify(input)}`;
}

/** `spec.listeners[0].portMapping.port` */
export function pathText(path: ManifestFault['path']): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
