import { createHash } from 'node:crypto';
import type { EntryOf } from '../../../../plan/entry.ts';

const label = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const suffix = 'virtual-node';

/** Whether its pods are found by a headless Service that the target makes. */
export function isHeadless({ content: { spec } }: EntryOf<'VirtualNode'>): boolean {
  return Boolean(spec.serviceDiscovery?.awsCloudMap && spec.podSelector);
}

/** Of the Service; a name that is no DNS label is shortened. */
export function headlessServiceName(node: string): string {
  const whole = `${node}-${suffix}`;
  if (label.test(whole)) return whole;
  const digest = createHash('sha256').update(node).digest('hex').slice(0, 12);
  return `vn-${node.slice(0, 30).replace(/\W+/g, '-')}-${digest}-${suffix}`;
}
