import { defined, isObject, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { ApiError } from '../../model/status.ts';
import type { Api } from '../../verbs/api.ts';
import type { ControlPlane } from '../control-plane.ts';
import { controllerReference } from '../ownership.ts';

/** The controller that creates an owner's pods, and its words for it. */
export interface PodCreator {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly component: string;
  /** The message of the Event of a created pod; `Created pod: NAME` by default. */
  readonly createdText?: (pod: KubernetesObject) => string;
}

/** What distinguishes a pod from its template. */
export interface PodIdentity {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly finalizers?: readonly string[];
}

/**
 * Creates a pod from a template. Records a refusal, such as by admission, as one event, although each attempt is
 * refused again, and throws it.
 */
export function createPod(
  creator: PodCreator,
  owner: KubernetesObject,
  template: JsonObject,
  identity: PodIdentity,
  spec: unknown = template.spec,
): KubernetesObject {
  const { plane, component, createdText = ({ metadata }) => `Created pod: ${metadata.name}` } = creator;
  const pod = createOrReport(creator, owner, podObject(owner, template, identity, spec));
  plane.recorder.record(owner, 'Normal', 'SuccessfulCreate', createdText(pod), component);
  return pod;
}

function podObject(
  owner: KubernetesObject,
  template: JsonObject,
  identity: PodIdentity,
  spec: unknown,
): JsonObject {
  const { labels, annotations, finalizers } = objectAt(template, 'metadata');
  const { name, generateName } = identity;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: defined({
      ...{ name, generateName },
      namespace: owner.metadata.namespace,
      labels: joined(labels, identity.labels),
      annotations: joined(annotations, identity.annotations),
      finalizers: identity.finalizers ?? finalizers,
      ownerReferences: [controllerReference(owner)],
    }),
    spec,
  };
}

function joined(ofTemplate: unknown, own: JsonObject | undefined): unknown {
  return own ? { ...(isObject(ofTemplate) && ofTemplate), ...own } : ofTemplate;
}

function createOrReport(
  { plane, api, component }: PodCreator,
  owner: KubernetesObject,
  pod: JsonObject,
): KubernetesObject {
  try {
    return api.create('pods', pod);
  } catch (error) {
    if (error instanceof ApiError)
      recordOnce(plane, owner, 'Warning', 'FailedCreate', error.message, component);
    throw error;
  }
}

/** Records an Event about an object, unless there is one that differs only in the first quoted name. */
export function recordOnce(
  plane: ControlPlane,
  about: KubernetesObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  component: string,
): void {
  const isKnown = plane.store
    .list('events', about.metadata.namespace)
    .some(
      (event) =>
        withoutName(stringAt(event, 'message')) === withoutName(message) &&
        stringAt(event, 'involvedObject', 'uid') === about.metadata.uid,
    );
  if (!isKnown) plane.recorder.record(about, type, reason, message, component);
}

/** The name of the pod is another one with every attempt. */
function withoutName(message: string): string {
  return message.replace(/"[^"]*"/, '');
}
