import { describe } from 'vitest';
import { storesOf } from '../../../../shared/lambda/compose/stores.ts';
import type { ClusterObjectStore } from '../../../../shared/ports/cluster-object-store.ts';
import type { DrainStore } from '../../../../shared/ports/drain-store.ts';
import type { ClaimStore, PodStore, ServiceStore, UsedServiceStore } from '../../../../shared/ports/ports.ts';
import type { WaitingPodStore } from '../../../../shared/ports/waiting-pod-store.ts';
import { memoryStores } from '../../../fakes/stores/memory-stores.ts';
import { dynamoDbTables } from '../tables.ts';

export interface Stores {
  readonly pods: PodStore;
  readonly claims: ClaimStore;
  readonly objects: ClusterObjectStore;
  readonly services: ServiceStore;
  readonly usedServices: UsedServiceStore;
  readonly waitingPods: WaitingPodStore;
  readonly drains: DrainStore;
}

/** Makes empty stores; without a clock it is always 1970. */
type MakeStores = (now?: () => number) => Promise<Stores>;

export const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
export const id = { service, instanceId: '10.0.0.1' };
export const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
export const rival = { cluster: 'local', namespace: 'shop', name: 'front-2', uid: 'uid-2' };

/** One suite for the real stores and for those the property tests use, so that neither is kinder than the other. */
export function describeBothStores(contract: (makeStores: MakeStores) => void): void {
  describe('in memory', () => contract(async (now = () => 0) => memoryStores(now)));
  describe('in DynamoDB (dynalite)', () => contract(dynamoDbStores()));
}

/** The real stores, each time in a table of their own. */
export function dynamoDbStores(): MakeStores {
  const makeTable = dynamoDbTables();
  return async (now = () => 0) => storesOf(await makeTable(), now);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
