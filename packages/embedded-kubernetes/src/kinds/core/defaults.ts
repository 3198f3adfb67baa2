import { ensureObject, objectAt, setDefault } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

export function setSecretDefaults(secret: KubernetesObject): void {
  setDefault(secret, 'type', 'Opaque');
  const plain = objectAt(secret, 'stringData');
  if (Object.keys(plain).length > 0) {
    const data = ensureObject(secret, 'data');
    for (const [key, value] of Object.entries(plain))
      data[key] = Buffer.from(String(value)).toString('base64');
  }
  delete secret.stringData;
}

export function setNamespaceDefaults(namespace: KubernetesObject): void {
  const { metadata } = namespace;
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  if (metadata.deletionTimestamp === undefined)
    setDefault(ensureObject(namespace, 'spec'), 'finalizers', ['kubernetes']);
  setDefault(ensureObject(namespace, 'status'), 'phase', 'Active');
}
