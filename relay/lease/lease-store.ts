import type { KubernetesClient } from '../../shared/adapters/kubernetes/client.ts';
import {
  actionText,
  collectionPath,
  objectPath,
  type Resource,
} from '../../shared/adapters/kubernetes/resources.ts';
import type { Request } from '../../shared/adapters/kubernetes/transport.ts';
import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import type { Lease, LeaseSpec } from './lease.ts';

/** Where a lease is kept. Each write is refused with a ConflictError if the lease has changed since it was read. */
export interface LeaseStore {
  /** As errors and logs name it. */
  readonly text: string;
  /** Undefined if the lease does not exist. */
  read(signal: AbortSignal): Promise<Lease | undefined>;
  create(spec: LeaseSpec, signal: AbortSignal): Promise<Lease>;
  /** Throws NotFoundError if it was deleted. */
  replace(resourceVersion: string, spec: LeaseSpec, signal: AbortSignal): Promise<Lease>;
}

interface LeaseObject {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number | null;
  };
}

const leases: Resource = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** A Lease of the cluster. A request without an answer fails after `timeoutMs`. */
export function kubernetesLease(
  client: KubernetesClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  timeoutMs: number,
): LeaseStore {
  const exchange = async (request: Request): Promise<Lease> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      return leaseOf(request, (await client.exchange<LeaseObject>({ ...request, signal })).body);
    } catch (cause) {
      if (!timeout.aborted || request.signal?.aborted) throw cause;
      throw new RetryableError(`no answer within ${timeoutMs} ms to "${request.action}"`, { cause });
    }
  };
  const request = (verb: string, signal: AbortSignal, isNew = false): Request => ({
    action: actionText(verb, leases, namespace, { name }),
    path: isNew ? collectionPath(leases, namespace) : objectPath(leases, namespace, name),
    signal,
  });
  const write = (sent: Request, method: 'POST' | 'PUT', metadata: object, spec: LeaseSpec) => {
    const object = { apiVersion: leases.apiVersion, kind: leases.kind, metadata, spec: specOf(spec) };
    const body = { contentType: 'application/json', text: JSON.stringify(object) };
    return exchange({ ...sent, method, body });
  };
  return {
    text: `Lease ${namespace}/${name}`,
    async read(signal) {
      try {
        return await exchange(request('get', signal));
      } catch (error) {
        if (error instanceof NotFoundError && error.resource === 'object') return undefined;
        throw error;
      }
    },
    create: (spec, signal) => write(request('create', signal, true), 'POST', { name, namespace }, spec),
    replace: (resourceVersion, spec, signal) =>
      write(request('update', signal), 'PUT', { name, namespace, resourceVersion }, spec),
  };
}

function specOf(spec: LeaseSpec): LeaseObject['spec'] {
  return {
    holderIdentity: spec.holder,
    leaseDurationSeconds: Math.max(1, Math.ceil(spec.durationMs / 1000)),
    acquireTime: spec.acquiredAt,
    renewTime: spec.renewedAt,
    leaseTransitions: spec.transitions,
  };
}

function leaseOf({ action }: Request, { metadata, spec = {} }: LeaseObject): Lease {
  if (!metadata?.resourceVersion)
    throw new RetryableError(`the answer to "${action}" is no object with a resourceVersion`);
  return {
    resourceVersion: metadata.resourceVersion,
    holder: spec.holderIdentity ?? '',
    durationMs: (spec.leaseDurationSeconds ?? 0) * 1000,
    acquiredAt: spec.acquireTime ?? '',
    renewedAt: spec.renewTime ?? '',
    transitions: spec.leaseTransitions ?? 0,
  };
}
