import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, count, field, integer, nameColumn, printerOf, text } from '../columns.ts';
import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { selectorText } from '../label-selector.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';
import { flowKinds } from './flow.ts';
import { validatePolicy, validateWebhooks } from './validation.ts';

const admission = {
  group: 'admissionregistration.k8s.io',
  categories: ['api-extensions'],
  namespaced: false,
  hasGeneration: true,
  passive: true,
} as const;

const webhookPrinter = printerOf(nameColumn, integer('Webhooks', count('webhooks')), ageColumn);

const webhookDefaults = {
  'webhooks[].failurePolicy': 'Fail',
  'webhooks[].matchPolicy': 'Equivalent',
  'webhooks[].namespaceSelector': {},
  'webhooks[].objectSelector': {},
  'webhooks[].timeoutSeconds': 10,
  'webhooks[].rules[].scope': '*',
  'webhooks[].clientConfig.service.port': 443,
};

const paramKindColumn = text('ParamKind', (policy) => {
  const kind = at(policy, 'spec', 'paramKind');
  return isObject(kind) ? `${stringAt(kind, 'apiVersion')}/${stringAt(kind, 'kind')}` : '<unset>';
});

const bindingPrinter = printerOf(
  nameColumn,
  text('PolicyName', field('spec.policyName')),
  text('ParamRef', paramText),
  ageColumn,
);

function paramText(binding: KubernetesObject): string {
  const { name, namespace, selector } = objectAt(binding, 'spec', 'paramRef');
  if (name) return `${String(namespace ?? '*')}/${String(name)}`;
  return selector === undefined ? '<unset>' : selectorText(selector);
}

const matchDefaults = (path: string) => ({
  [`${path}.matchPolicy`]: 'Equivalent',
  [`${path}.namespaceSelector`]: {},
  [`${path}.objectSelector`]: {},
  [`${path}.resourceRules[].scope`]: '*',
});
const policyDefaults = { 'spec.failurePolicy': 'Fail', ...matchDefaults('spec.matchConstraints') };
const setBindingDefaults = defaultsOf(matchDefaults('spec.matchResources'));

/** What extends the API server: none of it runs here. CustomResourceDefinition, which works, is in core. */
export const extensionKinds: readonly Kind[] = [
  builtIn({
    ...admission,
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    printer: webhookPrinter,
    setDefaults: defaultsOf({ ...webhookDefaults, 'webhooks[].reinvocationPolicy': 'Never' }),
    validate: validateWebhooks,
  }),
  builtIn({
    ...admission,
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    printer: webhookPrinter,
    setDefaults: defaultsOf(webhookDefaults),
    validate: validateWebhooks,
  }),
  builtIn({
    ...admission,
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    subresources: ['status'],
    printer: printerOf(
      nameColumn,
      integer('Validations', count('spec', 'validations')),
      paramKindColumn,
      ageColumn,
    ),
    setDefaults: defaultsOf({ ...policyDefaults, status: {} }),
    validate: validatePolicy,
  }),
  builtIn({
    ...admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
    printer: bindingPrinter,
    setDefaults: setBindingDefaults,
    validate: validationOf({
      required: {
        'spec.policyName': '',
        'spec.validationActions': 'at least one validation action is required',
      },
    }),
  }),
  builtIn({
    ...admission,
    kind: 'MutatingAdmissionPolicy',
    plural: 'mutatingadmissionpolicies',
    printer: printerOf(
      nameColumn,
      integer('Mutations', count('spec', 'mutations')),
      paramKindColumn,
      ageColumn,
    ),
    setDefaults: defaultsOf(policyDefaults),
    validate: validationOf({
      required: { 'spec.matchConstraints': '', 'spec.mutations': '', 'spec.reinvocationPolicy': '' },
      options: { 'spec.failurePolicy': ['Fail', 'Ignore'] },
    }),
  }),
  builtIn({
    ...admission,
    kind: 'MutatingAdmissionPolicyBinding',
    plural: 'mutatingadmissionpolicybindings',
    printer: bindingPrinter,
    setDefaults: setBindingDefaults,
    validate: validationOf({ required: { 'spec.policyName': '' } }),
  }),
  builtIn({
    group: 'apiregistration.k8s.io',
    kind: 'APIService',
    plural: 'apiservices',
    categories: ['api-extensions'],
    namespaced: false,
    subresources: ['status'],
    passive: true,
    printer: printerOf(
      nameColumn,
      text('Service', (service) => {
        const target = at(service, 'spec', 'service');
        return isObject(target) ? `${stringAt(target, 'namespace')}/${stringAt(target, 'name')}` : 'Local';
      }),
      text('Available', availableText),
      ageColumn,
    ),
    setDefaults: defaultsOf({ 'spec.service.port': 443, status: {} }),
  }),
  ...flowKinds,
];

function availableText(service: KubernetesObject): string {
  const condition = listAt(service, 'status', 'conditions').find((each) => at(each, 'type') === 'Available');
  if (!condition) return 'Unknown';
  const [status, reason] = [stringAt(condition, 'status'), stringAt(condition, 'reason')];
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}
