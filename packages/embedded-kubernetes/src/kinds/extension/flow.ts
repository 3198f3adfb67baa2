import { at, listAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, field, nameColumn, printerOf, text } from '../columns.ts';
import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';

const flow = {
  group: 'flowcontrol.apiserver.k8s.io',
  namespaced: false,
  subresources: ['status'],
  hasGeneration: true,
  passive: true,
} as const;

const limited = 'spec.limited';
const queuing = 'spec.limited.limitResponse.queuing';

/** The API server's priorities of requests. */
export const flowKinds: readonly Kind[] = [
  builtIn({
    ...flow,
    kind: 'FlowSchema',
    plural: 'flowschemas',
    printer: printerOf(
      nameColumn,
      text('PriorityLevel', field('spec.priorityLevelConfiguration.name')),
      text('MatchingPrecedence', field('spec.matchingPrecedence', 0)),
      text('DistinguisherMethod', field('spec.distinguisherMethod.type', '<none>')),
      ageColumn,
      text('MissingPL', danglingText),
    ),
    setDefaults: defaultsOf({ 'spec.matchingPrecedence': 1000, status: {} }),
    validate: validationOf({
      required: { 'spec.priorityLevelConfiguration.name': 'must reference a priority level' },
    }),
  }),
  builtIn({
    ...flow,
    kind: 'PriorityLevelConfiguration',
    plural: 'prioritylevelconfigurations',
    printer: printerOf(
      nameColumn,
      text('Type', field('spec.type')),
      text('NominalConcurrencyShares', field(`${limited}.nominalConcurrencyShares`, '<none>')),
      text('Queues', field(`${queuing}.queues`, '<none>')),
      text('HandSize', field(`${queuing}.handSize`, '<none>')),
      text('QueueLengthLimit', field(`${queuing}.queueLengthLimit`, '<none>')),
      ageColumn,
    ),
    setDefaults: defaultsOf({
      'spec.exempt.nominalConcurrencyShares': 0,
      'spec.exempt.lendablePercent': 0,
      [`${limited}.nominalConcurrencyShares`]: 30,
      [`${limited}.lendablePercent`]: 0,
      [`${queuing}.handSize`]: 8,
      [`${queuing}.queues`]: 64,
      [`${queuing}.queueLengthLimit`]: 50,
      status: {},
    }),
    validate: validationOf({ required: { 'spec.type': '' } }),
  }),
];

function danglingText(schema: KubernetesObject): string {
  const condition = listAt(schema, 'status', 'conditions').find((each) => at(each, 'type') === 'Dangling');
  return condition === undefined ? '?' : stringAt(condition, 'status');
}
