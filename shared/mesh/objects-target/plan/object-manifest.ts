import { idText, type LiveObject, type Manifest, type ObjectId } from '../../../model/kubernetes-object.ts';
import { isOwn, markedManifest, type Ownership } from '../../../model/own-object.ts';
import { type ObjectName, objectNameText } from '../../../model/records/mesh-claim.ts';
import type { ObjectResource } from '../../plan/object-resource.ts';
import type { ObjectClaim, ObjectContent, ObjectDesired } from './object-claim.ts';

/** The object as it is applied, without the marks of ownership. */
export function manifestOf({ resource, spec: content }: ObjectDesired, version: string): Manifest {
  const { labels, annotations, spec, data } = content as ObjectContent;
  const { kind, namespace, name } = resource;
  return {
    ...{ apiVersion: apiVersionOf(resource, version), kind },
    metadata: {
      name,
      ...(namespace !== '' && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    ...(spec && { spec }),
    ...(data && { data }),
  };
}

/** The object as it is in the cluster if nobody changed it. */
export function markedManifestOf(desired: ObjectDesired, version: string, cluster: string): Manifest {
  return markedManifest(manifestOf(desired, version), ownershipFor(desired, cluster));
}

export function ownershipFor(
  { sourceObject }: { readonly sourceObject: ObjectName },
  cluster: string,
): Ownership {
  return { source: 'mesh-objects', cluster, sourceObject: objectNameText(sourceObject) };
}

export function idOfResource(resource: ObjectResource, version: string): ObjectId {
  const { kind, namespace, name } = resource;
  return { apiVersion: apiVersionOf(resource, version), kind, namespace, name };
}

function apiVersionOf({ group }: ObjectResource, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/**
 * Whether an object under the name of a resource is ours: its marks say so, and it is the object of our claim, or it was
 * made from an object that wants or wanted the resource. Marks that were copied with a manifest make nothing ours.
 */
export function isOurs(object: LiveObject, cluster: string, claim: Claimed): boolean {
  return isOwn(object, { source: 'mesh-objects', cluster }, madeFrom(claim));
}

type Claimed = Pick<ObjectClaim, 'id' | 'sourceObject' | 'sources'>;

export function madeFrom(claim: Claimed): (object: LiveObject, source: string) => boolean {
  return ({ metadata }, source) =>
    sourcesOf(claim).includes(source) || (claim.id !== undefined && metadata.uid === claim.id);
}

/** The objects of which the object may bear the mark. */
export function sourcesOf({ sources, sourceObject }: Omit<Claimed, 'id'>): readonly string[] {
  return sources ?? [objectNameText(sourceObject)];
}

export function resourceText(resource: ObjectResource): string {
  return idText(resource);
}
