import { createHash } from 'node:crypto';
import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Entry } from '../../../../plan/entry.ts';

/** Part of a file's name, which a ConfigMap limits to 253 characters. */
const maxName = 180;

/**
 * The name of the cluster of a virtual node's port in the proxies that call it. `policy`: one for the backend alone, which
 * makes the cluster another than that of the proxy's other backends.
 */
export function clusterName({ id }: Pick<Entry, 'id'>, port: number, policy?: ClientPolicy): string {
  const whole = `${id.namespace}_${id.name}`;
  const place = whole.length > maxName ? `${whole.slice(0, maxName)}-${digestOf(whole)}` : whole;
  const name = `egress_${place}_${port}`;
  return policy === undefined ? name : `${name}_${digestOf(JSON.stringify(policy))}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
