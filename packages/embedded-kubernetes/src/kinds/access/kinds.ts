import { listAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, createdColumn, field, nameColumn, printerOf, text, wide } from '../columns.ts';
import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { requestPrinter } from './certificate-printer.ts';
import { setBindingDefaults } from './defaults.ts';
import { validateBinding, validateRole } from './validation.ts';

const group = 'rbac.authorization.k8s.io';

const subjectsText = (kind: string, textOf: (subject: unknown) => string) => (binding: KubernetesObject) =>
  listAt(binding, 'subjects')
    .filter((subject) => stringAt(subject, 'kind') === kind)
    .map(textOf)
    .join(', ');
const nameOf = (subject: unknown) => stringAt(subject, 'name');

const rolePrinter = printerOf(nameColumn, createdColumn);
const bindingPrinter = printerOf(
  nameColumn,
  text(
    'Role',
    (binding) => `${stringAt(binding, 'roleRef', 'kind')}/${stringAt(binding, 'roleRef', 'name')}`,
  ),
  ageColumn,
  wide(text('Users', subjectsText('User', nameOf))),
  wide(text('Groups', subjectsText('Group', nameOf))),
  wide(
    text(
      'ServiceAccounts',
      subjectsText('ServiceAccount', (subject) => `${stringAt(subject, 'namespace')}/${nameOf(subject)}`),
    ),
  ),
);

const role = {
  group,
  nameForm: 'path-segment',
  passive: true,
  printer: rolePrinter,
  validate: validateRole,
} as const;
const binding = {
  group,
  nameForm: 'path-segment',
  passive: true,
  printer: bindingPrinter,
  setDefaults: setBindingDefaults,
  validate: validateBinding,
} as const;

/** Who may do what; everyone may do everything here. */
export const accessKinds: readonly Kind[] = [
  builtIn({ ...role, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false }),
  builtIn({ ...binding, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false }),
  builtIn({ ...role, kind: 'Role', plural: 'roles' }),
  builtIn({ ...binding, kind: 'RoleBinding', plural: 'rolebindings' }),
  builtIn({
    group: 'certificates.k8s.io',
    kind: 'CertificateSigningRequest',
    plural: 'certificatesigningrequests',
    shortNames: ['csr'],
    namespaced: false,
    subresources: ['approval', 'status'],
    passive: true,
    printer: requestPrinter,
    selectableFields: { 'spec.signerName': (request) => String(field('spec.signerName')(request, 0)) },
  }),
];
