import { ConflictError, RefusedError } from '../model/errors.ts';
import { idOf, idText, type LiveObject, type Manifest } from '../model/kubernetes-object.ts';
import { fieldManager, isOwn, markedManifest, type Ownership, ownershipOf } from '../model/own-object.ts';
import type { KubernetesObjects } from '../ports/kubernetes-objects.ts';

export interface WantedObject {
  /** Without the marks of ownership, which are added. */
  readonly manifest: Manifest;
  readonly ownership: Ownership;
  /** Whether this object is one that we would make from that source object; see `isOwn`. */
  readonly isMadeFrom: (object: LiveObject, sourceObject: string) => boolean;
}

/**
 * Creates an object of ours, or brings it to the wanted state. `read` is what the caller read under its name. Throws a
 * RefusedError if the object is somebody else's, also if they create it meanwhile; a ConflictError if the object that was
 * read is gone or replaced: read again.
 */
export async function applyOwnObject(
  objects: KubernetesObjects,
  { manifest, ownership, isMadeFrom }: WantedObject,
  read: LiveObject | undefined,
): Promise<LiveObject> {
  const marked = markedManifest(manifest, ownership);
  if (read === undefined) return createOwnObject(objects, marked);
  if (!isOwn(read, ownership, isMadeFrom)) throw new RefusedError(ownedByOther(read));
  const { uid } = read.metadata;
  return objects.apply({ ...marked, metadata: { ...marked.metadata, uid } }, { force: true });
}

async function createOwnObject(objects: KubernetesObjects, manifest: Manifest): Promise<LiveObject> {
  try {
    return await objects.create(manifest);
  } catch (cause) {
    if (!(cause instanceof ConflictError)) throw cause;
    const text = `${idText(idOf(manifest))} was created by somebody else meanwhile; it is not changed`;
    throw new RefusedError(text, { cause });
  }
}

/** Why an object that exists is not changed, for people. */
function ownedByOther(object: LiveObject): string {
  const name = idText(idOf(object));
  const marks = ownershipOf(object);
  if (marks === undefined)
    return `${name} exists and was not created by ${fieldManager}; it is not changed. Rename or delete one of the two`;
  const of = `cluster "${marks.cluster}", ${marks.sourceObject} (${marks.source})`;
  return `${name} exists and belongs to ${of}; it is not changed. Rename or delete one of the two`;
}
