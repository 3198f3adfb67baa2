import { resourceKey } from '../model/mesh-resource.ts';
import type { Directory } from './directory.ts';
import { awsNameOf } from './directory.ts';
import { type Entry, isOfKind } from './entry.ts';
import type { Problem } from './problem.ts';
import type { ObjectReference, Referable, Resolver } from './resolver.ts';

/** Resolves the references of one object, and keeps what they need and what is wrong with them. */
export class References implements Resolver {
  readonly needs = new Set<string>();
  readonly problems: Problem[] = [];
  private readonly directory: Directory;
  private readonly from: Entry;
  private readonly meshName: string;

  constructor(directory: Directory, from: Entry, meshName: string) {
    this.directory = directory;
    this.from = from;
    this.meshName = meshName;
  }

  readonly nameOf = (kind: Referable, reference: ObjectReference, path: string): string => {
    const place = this.placeOf(reference);
    const target = this.directory.find(kind, place);
    if (target === undefined)
      return this.missing(path, `there is no ${kind} ${place.namespace}/${place.name}`);
    return this.nameOfEntry(target, path);
  };

  readonly backendGroup = (reference: ObjectReference, path: string): readonly string[] => {
    const place = this.placeOf(reference);
    if (place.name === '*') return this.allServices(place.namespace);
    const group = this.directory.find('BackendGroup', place);
    if (group === undefined) {
      this.missing(path, `there is no BackendGroup ${place.namespace}/${place.name}`);
      return [];
    }
    if (!isOfKind(group, 'BackendGroup')) {
      this.missing(path, `BackendGroup ${place.namespace}/${place.name} is at fault: ${group.fault ?? ''}`);
      return [];
    }
    const services = group.content.spec.virtualservices ?? [];
    return services.flatMap((service) => this.servicesOf(service, group, path));
  };

  /** `*` names all virtual services of a namespace; the group's own by default. */
  private servicesOf(service: ObjectReference, group: Entry, path: string): readonly string[] {
    const namespace = service.namespace ?? group.id.namespace;
    if (service.name === '*') return this.allServices(namespace);
    return [this.nameOf('VirtualService', { ...service, namespace }, path)];
  }

  private allServices(namespace: string): readonly string[] {
    return this.directory
      .ofKind('VirtualService', namespace)
      .filter((entry) => this.isOfThisMesh(entry))
      .map(awsNameOf)
      .sort();
  }

  private nameOfEntry(target: Entry, path: string): string {
    const { kind, namespace, name } = target.id;
    const resource = this.directory.resourceOf(target);
    if ('reason' in resource)
      return this.missing(path, `${kind} ${namespace}/${name} is in no mesh: ${resource.reason}`);
    if (resource.meshName !== this.meshName)
      return this.missing(
        path,
        `${kind} ${namespace}/${name} is in mesh ${resource.meshName}; expected one in ${this.meshName}`,
      );
    this.needs.add(resourceKey(resource));
    return resource.name;
  }

  private isOfThisMesh(entry: Entry): boolean {
    const resource = this.directory.resourceOf(entry);
    return !('reason' in resource) && resource.meshName === this.meshName;
  }

  private placeOf({ name, namespace }: ObjectReference): {
    readonly namespace: string;
    readonly name: string;
  } {
    return { namespace: namespace ?? this.from.id.namespace, name };
  }

  private missing(path: string, message: string): string {
    this.problems.push({ reason: 'ReferenceMissing', message: `${path}: ${message}` });
    return '';
  }
}
