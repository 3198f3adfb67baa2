import { createHash } from 'node:crypto';
import type { KindVersions, ObjectResource } from '../../../plan/object-resource.ts';

const groups: Readonly<Record<string, string>> = {
  Service: '',
  TargetGroupPolicy: 'application-networking.k8s.aws',
};

/** What can be written, the preferred version first. */
export const versions: KindVersions = {
  Service: ['v1'],
  Gateway: ['v1', 'v1beta1'],
  HTTPRoute: ['v1', 'v1beta1'],
  GRPCRoute: ['v1', 'v1alpha2'],
  TCPRoute: ['v1', 'v1alpha2'],
  ReferenceGrant: ['v1', 'v1beta1'],
  TargetGroupPolicy: ['v1alpha1'],
};

export function resourceNamed(kind: string, namespace: string, name: string): ObjectResource {
  return { group: groups[kind] ?? 'gateway.networking.k8s.io', kind, namespace, name };
}

/** The text as one label of a DNS name; shortened, or with characters replaced, it ends with a digest of itself. */
export function labelOf(text: string, maxLength = 63): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (plain === text && text.length <= maxLength) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${plain.slice(0, maxLength - 9).replace(/-+$/, '')}-${digest}`.replace(/^-/, '');
}
