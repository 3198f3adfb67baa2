import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import * as defaults from './defaults.ts';
import { selectOwnPods, setCronJobDefaults, setJobDefaults } from './job-defaults.ts';
import { validateCronJob, validateJob } from './job-validation.ts';
import * as printers from './printers.ts';
import { validateDaemonSet, validateReplicated, validateStatefulSet } from './validation.ts';

/** The kinds that make pods, and what they keep. */
export const workloadKinds: readonly Kind[] = [
  builtIn({
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    printer: printers.deploymentPrinter,
    setDefaults: defaults.setDeploymentDefaults,
    validate: validateReplicated,
  }),
  builtIn({
    group: 'apps',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    shortNames: ['rs'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    printer: printers.replicaSetPrinter,
    setDefaults: defaults.setReplicaSetDefaults,
    validate: validateReplicated,
  }),
  builtIn({
    group: 'apps',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    shortNames: ['sts'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    nameForm: 'label',
    printer: printers.statefulSetPrinter,
    setDefaults: defaults.setStatefulSetDefaults,
    validate: validateStatefulSet,
  }),
  builtIn({
    group: 'apps',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    shortNames: ['ds'],
    categories: ['all'],
    subresources: ['status'],
    hasGeneration: true,
    printer: printers.daemonSetPrinter,
    setDefaults: defaults.setDaemonSetDefaults,
    prepareCreate: defaults.startTemplateGeneration,
    prepareUpdate: defaults.countTemplateGeneration,
    validate: validateDaemonSet,
  }),
  builtIn({
    group: 'apps',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    printer: printers.controllerRevisionPrinter,
  }),
  builtIn({
    group: 'batch',
    kind: 'Job',
    plural: 'jobs',
    categories: ['all'],
    subresources: ['status'],
    hasGeneration: true,
    printer: printers.jobPrinter,
    setDefaults: setJobDefaults,
    prepareCreate: selectOwnPods,
    validate: validateJob,
  }),
  builtIn({
    group: 'batch',
    kind: 'CronJob',
    plural: 'cronjobs',
    shortNames: ['cj'],
    categories: ['all'],
    subresources: ['status'],
    hasGeneration: true,
    printer: printers.cronJobPrinter,
    setDefaults: setCronJobDefaults,
    validate: validateCronJob,
  }),
];
