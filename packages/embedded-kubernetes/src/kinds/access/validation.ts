import { isEqual, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, notSupported, required } from '../../model/status.ts';

type Old = KubernetesObject | undefined;

/** Each rule has verbs, and resources with API groups, or URLs. */
export function validateRole(role: KubernetesObject): FieldFault[] {
  return listAt(role, 'rules').flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const has = (field: string) => listAt(rule, field).length > 0;
    const verbs = has('verbs') ? [] : [required(`${path}.verbs`, 'verbs must contain at least one value')];
    if (has('nonResourceURLs')) return [...verbs, ...urlFaults(role, rule, path)];
    return [
      ...verbs,
      ...(has('apiGroups')
        ? []
        : [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')]),
      ...(has('resources')
        ? []
        : [required(`${path}.resources`, 'resource rules must supply at least one resource')]),
    ];
  });
}

function urlFaults(role: KubernetesObject, rule: unknown, path: string): FieldFault[] {
  const urls = listAt(rule, 'nonResourceURLs');
  if (role.kind === 'Role')
    return [
      invalidValue(`${path}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'),
    ];
  const isMixed = ['apiGroups', 'resources', 'resourceNames'].some((field) => listAt(rule, field).length > 0);
  if (!isMixed) return [];
  const why = 'rules cannot apply to both regular resources and non-resource URLs';
  return [invalidValue(`${path}.nonResourceURLs`, urls, why)];
}

const group = 'rbac.authorization.k8s.io';

export function validateBinding(binding: KubernetesObject, old: Old): FieldFault[] {
  const roleRef = objectAt(binding, 'roleRef');
  const kinds = binding.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  return [
    ...(roleRef.apiGroup === undefined || roleRef.apiGroup === group
      ? []
      : [notSupported('roleRef.apiGroup', roleRef.apiGroup, [group])]),
    ...(kinds.includes(String(roleRef.kind ?? ''))
      ? []
      : [notSupported('roleRef.kind', roleRef.kind ?? '', kinds)]),
    ...(stringAt(roleRef, 'name') === '' ? [required('roleRef.name')] : []),
    ...listAt(binding, 'subjects').flatMap((subject, index) =>
      subjectFaults(subject, `subjects[${index}]`, binding.kind),
    ),
    ...(old && !isEqual(roleRef, old.roleRef)
      ? [invalidValue('roleRef', roleRef, 'cannot change roleRef')]
      : []),
  ];
}

const subjectKinds = ['ServiceAccount', 'User', 'Group'];

function subjectFaults(subject: unknown, path: string, bindingKind: string): FieldFault[] {
  const kind = stringAt(subject, 'kind');
  return [
    ...(stringAt(subject, 'name') === '' ? [required(`${path}.name`)] : []),
    ...(kind === 'ServiceAccount' &&
    bindingKind === 'ClusterRoleBinding' &&
    stringAt(subject, 'namespace') === ''
      ? [required(`${path}.namespace`)]
      : []),
    ...(subjectKinds.includes(kind) ? [] : [notSupported(`${path}.kind`, kind, subjectKinds)]),
  ];
}
