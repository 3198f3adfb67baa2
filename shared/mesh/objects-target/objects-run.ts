import { RefusedError } from '../../model/errors.ts';
import type { LiveObject } from '../../model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../ports/kubernetes-objects.ts';
import type { MeshRun } from '../mesh-run.ts';
import type { KindVersions, ObjectResource } from '../plan/object-resource.ts';
import type { ObjectClaim, ObjectDesired } from './plan/object-claim.ts';

/** A run of which the steps apply and delete objects of the cluster. */
export interface ObjectsRun {
  readonly run: MeshRun<ObjectClaim>;
  readonly objects: KubernetesObjects;
  readonly kinds: ServedKinds;
  /** What is expected of an object, where that depends on the live one. */
  readonly expected?: ((desired: ObjectDesired, live: LiveObject) => ObjectDesired) | undefined;
}

/** In which version the cluster serves each kind; discovered once. */
export class ServedKinds {
  private readonly objects: KubernetesObjects;
  private readonly title: string;
  private readonly versions: KindVersions;
  private readonly found = new Map<string, Promise<string | undefined>>();

  /** `title`: that of the target, for messages. */
  constructor(objects: KubernetesObjects, title: string, versions: KindVersions) {
    this.objects = objects;
    this.title = title;
    this.versions = versions;
  }

  find({ group, kind }: Pick<ObjectResource, 'group' | 'kind'>): Promise<string | undefined> {
    const key = `${group}/${kind}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const finding = this.objects.servedVersion(group, kind, this.versions[kind] ?? []);
    this.found.set(key, finding);
    finding.catch(() => this.found.delete(key));
    return finding;
  }

  async require(resource: Pick<ObjectResource, 'group' | 'kind'>): Promise<string> {
    const version = await this.find(resource);
    if (version !== undefined) return version;
    const { group, kind } = resource;
    const versions = (this.versions[kind] ?? []).join(' or ');
    throw new RefusedError(
      `${this.title}'s CRD ${kind} is not installed: the cluster does not serve ${kind} of ${group} in version ${versions}`,
    );
  }
}
