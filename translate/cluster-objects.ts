import * as z from 'zod/mini';
import { describeFaults } from '../shared/model/faults.ts';
import { type ClusterObject, type MeshKind, meshKinds } from '../shared/model/kubernetes.ts';
import { manifestFaults } from '../shared/model/manifests/manifest-faults.ts';
import { faultText, schemaFaults } from '../shared/model/manifests/schema-faults.ts';
import type { SourceOf } from '../shared/model/manifests/unquoted.ts';
import { UsageError } from './options.ts';
import type { ReadDocument } from './read-manifests.ts';

const clusterScoped: ReadonlySet<string> = new Set(['Mesh', 'Namespace']);
const apiVersion = 'appmesh.k8s.aws/v1beta2';

/** In every manifest a variable may be left, which no schema of a spec would notice where any text is allowed. */
const variable = /\$\{?\w+\}?/;
const substituted = z.refine<string>((text) => !variable.test(text), {
  error: ({ input }) => `${input} has a variable: substitute it first, for example with envsubst`,
  abort: true,
});
/** As Kubernetes checks names: labels of DNS, with points between them. */
const objectName = z.string().check(
  substituted,
  z.refine((text) => text.length <= 253 && text.split('.').every((part) => dnsLabel.test(part)), {
    error: 'expected small letters, digits, - and ., at most 253 characters',
  }),
);
const dnsLabel = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const namespaceName = z.string().check(
  substituted,
  z.refine((text) => text.length <= 63 && dnsLabel.test(text), {
    error: 'expected at most 63 small letters, digits and -',
  }),
);
const labels = z.optional(z.record(z.string(), z.string()));
const manifest = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: objectName, namespace: z.optional(namespaceName), labels }),
  spec: z.nullish(z.record(z.string(), z.unknown())),
});
type Manifest = z.output<typeof manifest>;

/**
 * The namespaces and App Mesh objects among the documents, as a cluster would have them if they were applied in this order.
 * Throws a UsageError that names every field that is at fault.
 */
export function clusterObjects(
  documents: readonly ReadDocument[],
  paths: readonly string[],
): readonly ClusterObject[] {
  const faults: string[] = [];
  const objects = documents.flatMap((document, index) => {
    if ('fault' in document) faults.push(document.fault);
    if ('fault' in document || !isConcerned(document.content)) return [];
    const { file, content, sourceOf } = document;
    const result = manifest.safeParse(content);
    if (!result.success) {
      const name = `${file}: ${nameIn(content)}`;
      faults.push(...unreadable(content, sourceOf).map((fault) => `${name}: ${fault}`));
      return [];
    }
    const object = asInCluster(result.data, index);
    for (const fault of faultsOf(object, sourceOf)) faults.push(`${file}: ${nameOf(object)}: ${fault}`);
    return [{ file, object }];
  });
  faults.push(...repeatedNames(objects));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  if (objects.every(({ object }) => object.kind === 'Namespace'))
    throw new UsageError(`no App Mesh object in ${paths.join(', ')}`);
  return objects.map(({ object }) => object);
}

/** What is wrong with name and labels, and with the spec. */
function unreadable(content: unknown, sourceOf: SourceOf): readonly string[] {
  const faults = [...schemaFaults(manifest, content, sourceOf), ...manifestFaults(Object(content), sourceOf)];
  return [...new Set(faults.map(faultText))];
}

function isConcerned(content: unknown): boolean {
  const { apiVersion: version, kind } = Object(content) as Partial<Manifest>;
  return String(version).startsWith('appmesh.k8s.aws/') || (version === 'v1' && kind === 'Namespace');
}

function asInCluster({ metadata, spec, ...manifested }: Manifest, index: number): ClusterObject {
  const { name, namespace = 'default', labels: own } = metadata;
  return {
    ...{ apiVersion: manifested.apiVersion, kind: manifested.kind },
    metadata: {
      name,
      ...(!clusterScoped.has(manifested.kind) && { namespace }),
      ...(own && { labels: own }),
      ...{ uid: `uid-${index}`, resourceVersion: '1', generation: 1 },
      creationTimestamp: new Date(index * 1000).toISOString().replace('.000', ''),
    },
    ...(spec && manifested.kind !== 'Namespace' && { spec }),
  };
}

function faultsOf(object: ClusterObject, sourceOf: SourceOf): readonly string[] {
  if (object.kind === 'Namespace') {
    const checked = z.object({ metadata: z.object({ name: namespaceName }) }).safeParse(object);
    return checked.success ? [] : [describeFaults(checked.error)];
  }
  if (object.apiVersion !== apiVersion) return [`apiVersion is ${object.apiVersion}; expected ${apiVersion}`];
  if (!meshKinds.includes(object.kind as MeshKind))
    return [`kind is ${object.kind}; expected ${meshKinds.join(', ')}`];
  return [...manifestFaults(object, sourceOf).map(faultText), ...variablesIn(object.spec, 'spec')];
}

/** A variable that was not substituted, such as `${APP_NAMESPACE}` in a host name. */
function variablesIn(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string')
    return /\$\{\w+\}/.test(value)
      ? [`${path}: ${value} has a variable: substitute it first, for example with envsubst`]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    variablesIn(member, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}

interface Found {
  readonly file: string;
  readonly object: ClusterObject;
}

function repeatedNames(objects: readonly Found[]): readonly string[] {
  const groups = Map.groupBy(objects, ({ object }) => nameOf(object));
  return [...groups]
    .filter(([, those]) => those.length > 1)
    .map(
      ([name, those]) =>
        `${name}: found ${those.length} times, in ${those.map(({ file }) => file).join(', ')}`,
    );
}

function nameOf({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function nameIn(content: unknown): string {
  const { kind, metadata } = content as {
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown };
  };
  return [kind, metadata?.name]
    .filter((part) => typeof part === 'string')
    .map((part) => (/[\s\p{C}]/u.test(part) ? JSON.stringify(part) : part))
    .join(' ');
}
