import { MemoryClaims } from './memory-claims.ts';
import { MemoryClusterObjects } from './memory-cluster-objects.ts';
import { MemoryDrains } from './memory-drains.ts';
import { MemoryListings, MemoryReports } from './memory-listings.ts';
import { MemoryPods } from './memory-pods.ts';
import { MemoryServices } from './memory-services.ts';
import { MemoryUsedServices } from './memory-used-services.ts';
import { MemoryWaitingPods } from './memory-waiting-pods.ts';

/**
 * The stores in memory, for property tests that need thousands of runs. Held to what DynamoDB does by the contract
 * suite in test/adapters/dynamodb. Everything stored and answered is a copy, as over a wire.
 */
export function memoryStores(now: () => number = Date.now) {
  const pods = new MemoryPods(now);
  const claims = new MemoryClaims();
  return {
    ...{
      pods,
      claims,
      objects: new MemoryClusterObjects(),
      services: new MemoryServices(),
      usedServices: new MemoryUsedServices(),
      waitingPods: new MemoryWaitingPods(),
      drains: new MemoryDrains(),
    },
    ...{ listings: new MemoryListings(now), reports: new MemoryReports() },
  };
}
