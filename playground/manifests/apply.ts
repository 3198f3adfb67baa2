import { createdByApply } from '@eks-mesh-sync/embedded-kubernetes/apply/last-applied.ts';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { type Kind, resourceOf } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import { explanation } from './explanation.ts';
import { type Manifest, manifestText, placeText, type ReadManifest } from './manifest.ts';
import { inOrder } from './order.ts';
import { passiveText } from './passive.ts';
import { servedAs } from './served.ts';

export interface Applied {
  readonly applied: readonly Manifest[];
  /** Lines for people: what was done otherwise than by `kubectl apply`, and what has no effect here. */
  readonly notes: readonly string[];
  /**
   * `shop.yaml:12 (document 2): VirtualNode shop/cart refused: ` and the API server's reason; in further lines, what is wrong
   * in plain words.
   */
  readonly refused: readonly string[];
}

type EmbeddedCluster = Pick<Cluster, 'api' | 'apply'>;

type Outcome =
  | { readonly manifest: Manifest; readonly kind: Kind; readonly note?: string }
  | { readonly skipped: string }
  | { readonly refused: string; readonly note?: string };

/** Applies manifests as `kubectl apply` does, definitions and namespaces first. What is refused stops nothing. */
export function applyManifests(cluster: EmbeddedCluster, manifests: readonly ReadManifest[]): Applied {
  const { ordered, moved } = inOrder(manifests);
  const outcomes = ordered.map((each) => applyOne(cluster, each));
  const applied = outcomes.filter((outcome) => 'manifest' in outcome);
  return {
    applied: applied.map(({ manifest }) => manifest),
    notes: [
      ...moved.map(movedText),
      ...repeatedTexts(ordered),
      ...outcomes.flatMap((outcome) => ('skipped' in outcome ? [outcome.skipped] : (outcome.note ?? []))),
      ...passiveText(applied),
    ],
    refused: outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome.refused] : [])),
  };
}

function applyOne(cluster: EmbeddedCluster, read: ReadManifest): Outcome {
  const { manifest, place } = read;
  const served = servedAs(manifest, cluster.api.context.registry.kinds());
  if ('skipped' in served) return { skipped: `${manifestText(manifest)}: skipped; ${served.skipped}` };
  const refused = (reason: string, name: string) => `${placeText(place)}: ${name} refused: ${reason}`;
  if ('refused' in served) return { refused: refused(served.refused, manifestText(manifest)) };
  const { kind } = served;
  const namespace = kind.namespaced ? (manifest.metadata.namespace ?? 'default') : undefined;
  const note = namespace === undefined ? undefined : createMissing(cluster, namespace);
  try {
    write(cluster, kind, manifest, namespace);
    return { manifest, kind, ...(note !== undefined && { note }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = refused(reason, manifestText(manifest, namespace));
    return {
      refused: [text, ...explanation(read)].join('\n'),
      ...(note !== undefined && { note }),
    };
  }
}

/** A namespace that neither the cluster nor the input has: kubectl would refuse its objects. */
function createMissing({ api }: EmbeddedCluster, name: string): string | undefined {
  if (api.get('namespaces', undefined, name) !== undefined) return undefined;
  try {
    api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return `Namespace ${name}: created without labels; no manifest has it`;
  } catch {
    // The name is invalid, and so is the object that has it.
    return undefined;
  }
}

function write(
  cluster: EmbeddedCluster,
  kind: Kind,
  manifest: Manifest,
  namespace: string | undefined,
): void {
  if (manifest.metadata.name === undefined) cluster.api.create(resourceOf(kind), { ...manifest });
  else cluster.apply([createdByApply(inNamespace(manifest, namespace))]);
}

/** As kubectl sends it: with its namespace, `default` too. */
function inNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  return namespace === undefined ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

function movedText({ manifest, place }: ReadManifest): string {
  return `${manifestText(manifest)}: created first, although ${placeText(place)} comes after objects in it; kubectl apply would refuse those until it is called again`;
}

/** Of an object that is there more than once. */
function repeatedTexts(manifests: readonly ReadManifest[]): readonly string[] {
  const named = manifests.filter(({ manifest }) => manifest.metadata.name !== undefined);
  const groups = Map.groupBy(named, ({ manifest }) => `${manifest.apiVersion} ${manifestText(manifest)}`);
  return [...groups.values()].flatMap((those) => {
    const [first] = those;
    if (first === undefined || those.length === 1) return [];
    const places = those.map(({ place }) => placeText(place)).join(', ');
    return [`${manifestText(first.manifest)}: found ${those.length} times (${places}); the last one counts`];
  });
}
