import { at, ensureObject, isEqual, isObject, listAt, objectAt, setDefault } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { setPodSpecDefaults } from '../pods/defaults.ts';
import { setClaimSpecDefaults } from '../storage/defaults.ts';

/** Sets the defaults of apps/v1 in place (pkg/apis/apps/v1/defaults.go). */
export function setDeploymentDefaults(deployment: KubernetesObject): void {
  const spec = ensureObject(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  const strategy = ensureObject(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxSurge', '25%');
    setDefault(rolling, 'maxUnavailable', '25%');
  }
  setTemplateDefaults(spec);
  ensureObject(deployment, 'status');
}

export function setReplicaSetDefaults(replicaSet: KubernetesObject): void {
  const spec = ensureObject(replicaSet, 'spec');
  setDefault(spec, 'replicas', 1);
  setTemplateDefaults(spec);
  // apps/v1 requires status.replicas; a new ReplicaSet has no pods yet.
  setDefault(ensureObject(replicaSet, 'status'), 'replicas', 0);
}

export function setReplicationControllerDefaults(controller: KubernetesObject): void {
  const spec = ensureObject(controller, 'spec');
  const labels = objectAt(spec, 'template', 'metadata', 'labels') as Record<string, string>;
  if (Object.keys(labels).length > 0) {
    if (Object.keys(objectAt(spec, 'selector')).length === 0) spec.selector = { ...labels };
    if (Object.keys(controller.metadata.labels ?? {}).length === 0)
      controller.metadata.labels = { ...labels };
  }
  setDefault(spec, 'replicas', 1);
  setTemplateDefaults(spec);
  setDefault(ensureObject(controller, 'status'), 'replicas', 0);
}

export function setStatefulSetDefaults(statefulSet: KubernetesObject): void {
  const spec = ensureObject(statefulSet, 'spec');
  setDefault(spec, 'serviceName', '');
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = ensureObject(spec, 'updateStrategy');
  if (strategy.type === undefined) {
    strategy.type = 'RollingUpdate';
    ensureObject(strategy, 'rollingUpdate');
  }
  if (isObject(strategy.rollingUpdate)) setDefault(strategy.rollingUpdate, 'partition', 0);
  const retention = ensureObject(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  for (const claim of listAt(spec, 'volumeClaimTemplates')) if (isObject(claim)) setClaimTemplate(claim);
  setTemplateDefaults(spec);
  const status = ensureObject(statefulSet, 'status');
  for (const count of ['replicas', 'availableReplicas']) setDefault(status, count, 0);
}

function setClaimTemplate(claim: JsonObject): void {
  setDefault(claim, 'apiVersion', 'v1');
  setDefault(claim, 'kind', 'PersistentVolumeClaim');
  setClaimSpecDefaults(ensureObject(claim, 'spec'));
  setDefault(ensureObject(claim, 'status'), 'phase', 'Pending');
}

export function setDaemonSetDefaults(daemonSet: KubernetesObject): void {
  const spec = ensureObject(daemonSet, 'spec');
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = ensureObject(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  setTemplateDefaults(spec);
  const status = ensureObject(daemonSet, 'status');
  for (const count of [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
  ])
    setDefault(status, count, 0);
}

const generationAnnotation = 'deprecated.daemonset.template.generation';

/** The template's generation, which apps/v1 keeps in an annotation. */
export function startTemplateGeneration({ metadata }: KubernetesObject): void {
  metadata.annotations = { [generationAnnotation]: '1', ...metadata.annotations };
}

export function countTemplateGeneration(daemonSet: KubernetesObject, old: KubernetesObject): void {
  const isChanged = !isEqual(at(daemonSet, 'spec', 'template'), at(old, 'spec', 'template'));
  const last = Number(old.metadata.annotations?.[generationAnnotation] ?? 1);
  const { metadata } = daemonSet;
  metadata.annotations = {
    ...metadata.annotations,
    [generationAnnotation]: String(isChanged ? last + 1 : last),
  };
}

/** Defaults of a pod template in a workload's spec. */
export function setTemplateDefaults(spec: JsonObject): void {
  const template = objectAt(spec, 'template');
  if (isObject(template.spec)) setPodSpecDefaults(template.spec);
}
