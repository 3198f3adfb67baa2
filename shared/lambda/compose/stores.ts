import { Claims } from '../../adapters/dynamodb/claims.ts';
import { ClusterObjects } from '../../adapters/dynamodb/cluster-objects.ts';
import { Drains } from '../../adapters/dynamodb/drains.ts';
import { Listings } from '../../adapters/dynamodb/listings.ts';
import { Pods } from '../../adapters/dynamodb/pods.ts';
import { Services } from '../../adapters/dynamodb/services.ts';
import type { Table } from '../../adapters/dynamodb/table.ts';
import { UsedServices } from '../../adapters/dynamodb/used-services.ts';
import { WaitingPods } from '../../adapters/dynamodb/waiting-pods.ts';

/** The stores of one table that functions with and without a queue use. `now`: epoch milliseconds. */
export function storesOf(table: Table, now: () => number) {
  return {
    pods: new Pods(table, now),
    claims: new Claims(table),
    objects: new ClusterObjects(table, now),
    services: new Services(table),
    usedServices: new UsedServices(table),
    waitingPods: new WaitingPods(table, now),
    listings: new Listings(table, now),
    drains: new Drains(table),
  };
}
