import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type JsonObject, type KubernetesObject } from '../../model/objects.ts';
import { age, duration } from '../age.ts';
import {
  ageColumn,
  boolean,
  count,
  field,
  integer,
  nameColumn,
  printerOf,
  selectorColumn,
  templateColumns,
  text,
  wide,
} from '../columns.ts';
import { selectorText } from '../label-selector.ts';

const labelsText = (labels: JsonObject) => selectorText({ matchLabels: labels });
const readyText = (object: KubernetesObject) =>
  `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`;
const number = (path: string) => field(path, 0);
const podTemplate = templateColumns('spec', 'template');
const selector = selectorColumn('spec', 'selector');

export const deploymentPrinter = printerOf(
  nameColumn,
  text('Ready', readyText),
  text('Up-to-date', number('status.updatedReplicas')),
  text('Available', number('status.availableReplicas')),
  ageColumn,
  ...podTemplate,
  selector,
);

const replicaColumns = [
  nameColumn,
  integer('Desired', number('spec.replicas')),
  integer('Current', number('status.replicas')),
  integer('Ready', number('status.readyReplicas')),
  ageColumn,
  ...podTemplate,
];

export const replicaSetPrinter = printerOf(...replicaColumns, selector);

export const replicationControllerPrinter = printerOf(
  ...replicaColumns,
  wide(text('Selector', (controller) => labelsText(objectAt(controller, 'spec', 'selector')))),
);

export const podTemplatePrinter = printerOf(
  nameColumn,
  ...templateColumns('template').map((column) => ({ ...column, priority: 0 })),
  text('Pod Labels', (object) => labelsText(objectAt(object, 'template', 'metadata', 'labels'))),
);

export const statefulSetPrinter = printerOf(nameColumn, text('Ready', readyText), ageColumn, ...podTemplate);

export const daemonSetPrinter = printerOf(
  nameColumn,
  integer('Desired', number('status.desiredNumberScheduled')),
  integer('Current', number('status.currentNumberScheduled')),
  integer('Ready', number('status.numberReady')),
  integer('Up-to-date', number('status.updatedNumberScheduled')),
  integer('Available', number('status.numberAvailable')),
  text('Node Selector', (set) => labelsText(objectAt(set, 'spec', 'template', 'spec', 'nodeSelector'))),
  ageColumn,
  ...podTemplate,
  selector,
);

export const jobPrinter = printerOf(
  nameColumn,
  text('Status', jobStatusText),
  text('Completions', completionsText),
  text('Duration', durationText),
  ageColumn,
  ...podTemplate,
  selector,
);

function jobStatusText(job: KubernetesObject): string {
  const conditions = listAt(job, 'status', 'conditions');
  const has = (type: string) =>
    conditions.some((each) => at(each, 'type') === type && at(each, 'status') === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (isTerminating(job)) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsText(job: KubernetesObject): string {
  const succeeded = numberAt(job, 'status', 'succeeded');
  const completions = at(job, 'spec', 'completions');
  if (completions !== undefined) return `${succeeded}/${completions}`;
  const parallelism = numberAt(job, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(job: KubernetesObject, now: number): string {
  const started = stringAt(job, 'status', 'startTime');
  const completed = stringAt(job, 'status', 'completionTime');
  if (started === '') return '';
  return duration((completed === '' ? now : Date.parse(completed)) - Date.parse(started));
}

export const cronJobPrinter = printerOf(
  nameColumn,
  text('Schedule', field('spec.schedule')),
  text('Timezone', field('spec.timeZone', '<none>')),
  boolean('Suspend', (job) => (at(job, 'spec', 'suspend') === true ? 'True' : 'False')),
  integer('Active', count('status', 'active')),
  text('Last Schedule', (job, now) => {
    const last = stringAt(job, 'status', 'lastScheduleTime');
    return last === '' ? '<none>' : age(last, now);
  }),
  ageColumn,
  ...templateColumns('spec', 'jobTemplate', 'spec', 'template'),
  selectorColumn('spec', 'jobTemplate', 'spec', 'selector'),
);

export const controllerRevisionPrinter = printerOf(
  nameColumn,
  text('Controller', ({ metadata }) => {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner) return '<none>';
    const [, group] = /^(.*)\/[^/]*$/.exec(owner.apiVersion) ?? [];
    return `${owner.kind.toLowerCase()}${group === undefined ? '' : `.${group}`}/${owner.name}`;
  }),
  text('Revision', number('revision')),
  ageColumn,
);
