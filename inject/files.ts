import type { ClusterObject } from '../shared/model/kubernetes.ts';
import { clusterObjects } from '../translate/cluster-objects.ts';
import { UsageError } from '../translate/options.ts';
import { contentOf, documentsOf, type ReadFile, readFiles } from '../translate/read-manifests.ts';
import type { Images } from './images.ts';
import { type Change, textOf } from './injected-file.ts';
import { injected } from './injection.ts';
import type { InjectOptions } from './options.ts';
import type { PodNamespace, ProxyObject } from './pod.ts';
import { type Template, templatesIn } from './templates.ts';

/** A cluster would refuse pods; the message names each. */
export class RefusedPods extends Error {}

/** The manifests with their proxies, as YAML. Throws a UsageError for invalid ones. `note`: of what changes nothing. */
export function inject(
  { paths, images }: InjectOptions,
  note: (text: string) => void = () => undefined,
): string {
  const files = readFiles(paths);
  const objects = clusterObjects(files.flatMap(documentsOf), paths);
  if (!objects.some(isProxyObject))
    throw new UsageError(`no VirtualNode or VirtualGateway in ${paths.join(', ')}`);
  const faults: string[] = [];
  const refusals: string[] = [];
  const texts = files.flatMap((file) => textsOf(file, { objects, images, faults, refusals, note }));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  if (refusals.length > 0) throw new RefusedPods(refusals.join('\n'));
  return texts.join('');
}

interface Context {
  readonly objects: readonly ClusterObject[];
  readonly images: Images;
  /** What is wrong with a manifest, and why a pod is refused. */
  readonly faults: string[];
  readonly refusals: string[];
  readonly note: (text: string) => void;
}

function textsOf({ file, documents }: ReadFile, context: Context): readonly string[] {
  return documents.flatMap((document) => {
    const read = contentOf(document);
    // A fault of reading has ended the injection before.
    const content = 'content' in read ? read.content : undefined;
    if (content === null || content === undefined) return [];
    const faults: string[] = [];
    const templates = templatesIn(content, faults);
    context.faults.push(...faults.map((fault) => `${file}: ${fault}`));
    const changes = templates.flatMap((template) => changesOf(template, file, context));
    return [textOf(document, changes)];
  });
}

function changesOf(
  template: Template,
  file: string,
  { objects, images, refusals, note }: Context,
): readonly Change[] {
  const { path, owner, namespace, pod } = template;
  const selecting = objects.filter(({ metadata }) => metadata.namespace === namespace).filter(isProxyObject);
  const injection = injected(pod, namespaceOf(namespace, objects), selecting.map(proxyObject), images);
  if (injection.outcome === 'refused') refusals.push(`${file}: ${owner}: ${injection.message}`);
  if (injection.outcome !== 'injected') return [];
  for (const text of injection.notes) note(`${file}: ${owner}: ${text}`);
  return [{ path, pod, changed: injection.pod }];
}

function namespaceOf(name: string, objects: readonly ClusterObject[]): PodNamespace {
  const found = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name);
  return found ? { name, labels: found.metadata.labels } : { name, labels: 'unknown' };
}

function isProxyObject({ kind }: ClusterObject): boolean {
  return kind === 'VirtualNode' || kind === 'VirtualGateway';
}

function proxyObject({ kind, metadata: { name }, spec }: ClusterObject): ProxyObject {
  return { kind: kind as ProxyObject['kind'], name, spec: spec ?? {} };
}
