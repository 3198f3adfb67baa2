import type { MeshRun } from '../../../shared/mesh/mesh-run.ts';
import type { MeshTarget } from '../../../shared/mesh/mesh-target.ts';
import type { Place } from '../../../shared/mesh/plan/directory.ts';
import type { Entry, ValidEntry } from '../../../shared/mesh/plan/entry.ts';
import type { References } from '../../../shared/mesh/plan/references/references.ts';
import type {
  DesiredResource,
  Difference,
  ResourceRequest,
  Spec,
} from '../../../shared/mesh/plan/resource.ts';
import type { Ensure } from '../../../shared/mesh/plan/steps.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import { RefusedError } from '../../../shared/model/errors.ts';
import { type MeshClaim, type ObjectName, objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import { isSameContent } from '../../../shared/pods/plan/same-content.ts';

/** The claim on a document; the target adds the number of its last write. */
interface DocumentClaim extends MeshClaim {
  readonly resource: ObjectName;
  readonly write?: number | undefined;
}

interface StoredDocument {
  readonly id: string;
  readonly owner: string;
  readonly write: number;
  readonly spec: Spec;
}

/** A whole mesh target: it keeps one document for each object in memory. */
export class SmallTarget implements MeshTarget<DocumentClaim> {
  readonly documents = new Map<string, StoredDocument>();
  /** Changes, in order: `write Mesh shop`, `delete Mesh shop`. */
  readonly calls: string[] = [];
  /** By key, what the document cannot express; by object, what is stated without a document. */
  readonly differences = new Map<string, readonly Difference[]>();
  readonly stated = new Map<string, readonly Difference[]>();
  /** Objects that ask for no document, and those of which that is not certain. */
  readonly withoutDocument = new Set<string>();
  readonly undecided = new Set<string>();
  /** Keys of the documents that are refused. */
  readonly refused = new Set<string>();

  readonly rules: TargetRules<DocumentClaim> = {
    name: 'documents',
    title: 'the document store',
    claimant: 'local in memory',
    requestsOf: (entry, place) =>
      this.withoutDocument.has(keyOf(entry))
        ? []
        : [requestFor(entry, place, this.differences.get(keyOf(entry)))],
    differencesOf: (entry) => this.stated.get(keyOf(entry)) ?? [],
    isUndecided: (entry) => this.undecided.has(keyOf(entry)),
    nameOf: (object) => `the document ${objectNameText(object)}`,
  };

  async ensure(run: MeshRun<DocumentClaim>, { desired, claim }: Ensure<DocumentClaim>): Promise<void> {
    const { key, resource, sourceObject, dependsOn, fingerprint, spec } = desired;
    const common = { key, resource, sourceObject };
    const either = [...new Set([...dependsOn, ...(claim?.dependsOn ?? [])])];
    await run.put({ ...common, dependsOn: either, phase: 'claimed', id: claim?.id, write: claim?.write });
    const { owner = run.cluster, id = `id-of-${key}` } = this.documents.get(key) ?? {};
    if (owner !== run.cluster) throw new RefusedError(`${key} already exists and belongs to ${owner}`);
    if (this.refused.has(key)) throw new RefusedError(`${key} is refused`);
    const write = this.calls.push(`write ${key}`);
    this.documents.set(key, { id, owner, write, spec });
    await run.put({ ...common, dependsOn, phase: 'applied', fingerprint, id, write });
  }

  async release(run: MeshRun<DocumentClaim>, claim: DocumentClaim): Promise<null> {
    const releasing = await run.put({ ...claim, phase: 'releasing' });
    if (this.documents.get(claim.key)?.owner === run.cluster) {
      this.documents.delete(claim.key);
      this.calls.push(`delete ${claim.key}`);
    }
    await run.remove(releasing);
    return null;
  }

  async verify(
    run: MeshRun<DocumentClaim>,
    resources: ReadonlyMap<string, DesiredResource<ObjectName>>,
  ): Promise<void> {
    for (const [key, { refused, id, fingerprint, ...claim }] of run.claims) {
      const found = this.documents.get(key);
      const isSame = found !== undefined && isSameContent(found.spec, resources.get(key)?.spec);
      await run.put({ ...claim, id: found?.id, fingerprint: isSame ? fingerprint : undefined });
    }
    run.isVerified = true;
  }
}

function requestFor(
  entry: ValidEntry,
  { mesh }: Place,
  differences: readonly Difference[] = [],
): ResourceRequest<ObjectName> {
  return {
    key: keyOf(entry),
    resource: entry.id,
    translate: (references) => {
      resolveIn(entry, references);
      const owners = mesh === entry ? [] : [mesh];
      return {
        spec: entry.content.spec as Spec,
        dependsOn: [...owners, ...references.referred].map(keyOf),
        differences,
      };
    },
  };
}

function keyOf({ id }: Entry): string {
  return objectNameText(id);
}

/** Of services and routers; the references of other kinds are left as they are. */
export function resolveIn({ content }: ValidEntry, references: References): void {
  if (content.kind === 'VirtualService') {
    const { virtualNode, virtualRouter } = content.spec.provider ?? {};
    const path = 'spec.provider';
    if (virtualNode?.virtualNodeRef) references.nameOf('VirtualNode', virtualNode.virtualNodeRef, path);
    if (virtualRouter?.virtualRouterRef)
      references.nameOf('VirtualRouter', virtualRouter.virtualRouterRef, path);
  }
  if (content.kind === 'VirtualRouter')
    for (const { name, httpRoute } of content.spec.routes ?? [])
      for (const { virtualNodeRef } of httpRoute?.action.weightedTargets ?? [])
        if (virtualNodeRef) references.nameOf('VirtualNode', virtualNodeRef, `spec.routes of ${name}`);
}
