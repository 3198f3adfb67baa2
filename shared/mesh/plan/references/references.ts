import { awsNameOf, type Directory } from '../directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../entry.ts';
import type { Problem } from '../problem.ts';
import type { ObjectReference, Referable, Resolver } from './resolver.ts';

/** Reported reference problems per resource; the rest is reported once these are fixed. */
const maxProblems = 50;

const noServices: ReadonlySet<string> = new Set();

/** Resolves the references of one object, and collects the objects that it refers to, and problems. */
export class References implements Resolver {
  readonly referred = new Set<Entry>();
  readonly problems: Problem[] = [];
  private readonly directory: Directory;
  private readonly from: Entry;
  private readonly meshName: string;
  /** `namespace/name` → its services: a group that is named repeatedly is read once. */
  private readonly groups = new Map<string, ReadonlySet<string>>();

  constructor(directory: Directory, from: Entry, meshName: string) {
    this.directory = directory;
    this.from = from;
    this.meshName = meshName;
  }

  readonly nameOf = (kind: Referable, reference: ObjectReference, path: string): string => {
    const place = this.placeOf(reference);
    const target = this.directory.find(kind, place);
    if (target === undefined)
      return this.missing(path, `${kind} "${place.namespace}/${place.name}" not found`);
    return this.nameOfEntry(target, path);
  };

  readonly backendGroup = (reference: ObjectReference, path: string): ReadonlySet<string> => {
    const place = this.placeOf(reference);
    if (place.name === '*') return this.directory.servicesOf(place.namespace, this.meshName);
    const key = `${place.namespace}/${place.name}`;
    const services = this.groups.get(key) ?? this.servicesOfGroup(place, path);
    this.groups.set(key, services);
    return services;
  };

  private servicesOfGroup(
    place: { readonly namespace: string; readonly name: string },
    path: string,
  ): ReadonlySet<string> {
    const words = `BackendGroup "${place.namespace}/${place.name}"`;
    const group = this.directory.find('BackendGroup', place);
    if (group !== undefined && isOfKind(group, 'BackendGroup'))
      return this.servicesIn(group, `${path}: ${words}`);
    this.missing(path, group === undefined ? `${words} not found` : `${words} is invalid: ${group.fault}`);
    return noServices;
  }

  /** `*` names all virtual services of a namespace; the group's own by default. */
  private servicesIn(group: EntryOf<'BackendGroup'>, path: string): ReadonlySet<string> {
    const names = new Set<string>();
    const whole = new Set<string>();
    for (const service of group.content.spec.virtualservices ?? []) {
      const namespace = service.namespace ?? group.id.namespace;
      if (service.name === '*') whole.add(namespace);
      else names.add(this.nameOf('VirtualService', { ...service, namespace }, path));
    }
    for (const namespace of whole)
      for (const name of this.directory.servicesOf(namespace, this.meshName)) names.add(name);
    return names;
  }

  private nameOfEntry(target: Entry, path: string): string {
    const { kind, namespace, name } = target.id;
    const place = this.directory.placeOf(target);
    if ('reason' in place)
      return this.missing(path, `${kind} "${namespace}/${name}" belongs to no mesh: ${place.reason}`);
    if (place.meshName !== this.meshName)
      return this.missing(
        path,
        `${kind} "${namespace}/${name}" is in mesh "${place.meshName}"; expected one in mesh "${this.meshName}"`,
      );
    this.referred.add(target);
    return awsNameOf(target);
  }

  private placeOf({ name, namespace }: ObjectReference): {
    readonly namespace: string;
    readonly name: string;
  } {
    return { namespace: namespace ?? this.from.id.namespace, name };
  }

  private missing(path: string, message: string): string {
    if (this.problems.length < maxProblems)
      this.problems.push({ reason: 'ReferenceMissing', message: `${path}: ${message}` });
    return '';
  }
}

/** A backend group has no resource of its own: its only problem can be a reference to a missing virtual service. */
export function problemsOfGroup(directory: Directory, group: Entry): readonly Problem[] {
  if (!isOfKind(group, 'BackendGroup')) return [];
  const missing = (group.content.spec.virtualservices ?? []).flatMap(({ name, namespace }, index) => {
    const place = { namespace: namespace ?? group.id.namespace, name };
    if (name === '*' || directory.find('VirtualService', place) !== undefined) return [];
    const message = `spec.virtualservices[${index}]: VirtualService "${place.namespace}/${name}" not found`;
    return [{ reason: 'ReferenceMissing', message } as const];
  });
  return missing.slice(0, maxProblems);
}
