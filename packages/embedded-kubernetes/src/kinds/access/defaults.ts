import { isObject, listAt, setDefault } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

const group = 'rbac.authorization.k8s.io';

export function setBindingDefaults(binding: KubernetesObject): void {
  if (isObject(binding.roleRef)) setDefault(binding.roleRef, 'apiGroup', group);
  for (const subject of listAt(binding, 'subjects'))
    if (isObject(subject) && (subject.kind === 'User' || subject.kind === 'Group'))
      setDefault(subject, 'apiGroup', group);
}
