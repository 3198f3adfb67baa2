import * as z from 'zod/mini';
import { faultText, schemaFaults } from '../shared/model/manifests/schema-faults.ts';
import type { Pod } from './pod.ts';

/** A pod, or the template of pods, in a document. */
export interface Template {
  /** Where it is in the document. */
  readonly path: readonly (string | number)[];
  /** The object that has it, such as `Deployment shop/blue`. */
  readonly owner: string;
  readonly namespace: string;
  readonly pod: Pod;
}

const podTemplate = ['spec', 'template'];

/** By kind, the groups that have it, and where its pod template is. */
const kinds: Readonly<Record<string, readonly [group: string, path: readonly string[]]>> = {
  Pod: ['', []],
  PodTemplate: ['', ['template']],
  ReplicationController: ['', podTemplate],
  Deployment: ['apps', podTemplate],
  StatefulSet: ['apps', podTemplate],
  DaemonSet: ['apps', podTemplate],
  ReplicaSet: ['apps', podTemplate],
  Job: ['batch', podTemplate],
  CronJob: ['batch', ['spec', 'jobTemplate', 'spec', 'template']],
};

const texts = z.nullish(z.record(z.string(), z.string()));
const named = z.looseObject({ name: z.string() });
/** What an injection reads. */
const podForm = z.looseObject({
  metadata: z.nullish(z.looseObject({ labels: texts, annotations: texts })),
  spec: z.looseObject({
    hostNetwork: z.optional(z.boolean()),
    containers: z
      .array(
        z.looseObject({
          name: z.string(),
          env: z.nullish(z.array(named)),
          volumeMounts: z.nullish(z.array(named)),
        }),
      )
      .check(z.minLength(1)),
    initContainers: z.nullish(z.array(named)),
    volumes: z.nullish(z.array(named)),
  }),
});

/** All templates in the content of a document, or of a List in it. Adds what is wrong with one to `faults`. */
export function templatesIn(content: unknown, faults: string[]): readonly Template[] {
  return objectsIn(content).flatMap(({ object, path }) => {
    const place = placeOf(object);
    if (place === undefined) return [];
    const value = place.reduce<unknown>((parent, name) => Object(parent)[name], object);
    const wrong = schemaFaults(podForm, value);
    const owner = ownerOf(object);
    if (wrong.length > 0) {
      const inObject = wrong.map(({ path: inPod, message }) => ({ path: [...place, ...inPod], message }));
      faults.push(...inObject.map((fault) => `${owner}: ${faultText(fault)}`));
      return [];
    }
    const namespace = metadataOf(object).namespace ?? 'default';
    return [{ path: [...path, ...place], owner, namespace, pod: value as Pod }];
  });
}

interface Found {
  readonly object: Readonly<Record<string, unknown>>;
  readonly path: readonly (string | number)[];
}

function objectsIn(content: unknown): readonly Found[] {
  const object = Object(content) as Found['object'];
  const { kind, items } = object;
  if (kind !== 'List' || !Array.isArray(items)) return [{ object, path: [] }];
  return items.map((item, index) => ({ object: Object(item), path: ['items', index] }));
}

function placeOf({ kind, apiVersion }: Found['object']): readonly string[] | undefined {
  const [group, path] = (Object.hasOwn(kinds, String(kind)) && kinds[String(kind)]) || [];
  const [ownGroup = ''] = String(apiVersion).includes('/') ? String(apiVersion).split('/') : [];
  return group === ownGroup ? path : undefined;
}

function ownerOf(object: Found['object']): string {
  const { name, generateName, namespace } = metadataOf(object);
  return `${String(object.kind)} ${namespace === undefined ? '' : `${namespace}/`}${name ?? generateName ?? ''}`;
}

function metadataOf({ metadata }: Found['object']) {
  return Object(metadata) as {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
  };
}
