import {
  GetOperationCommand,
  ListOperationsCommand,
  type OperationFilter,
  type ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { NotFoundError } from '../../model/errors.ts';
import type { Operation } from '../../ports/ports.ts';
import { callCloudMap } from './call-cloud-map.ts';
import { operationIdOf, operationInput, plainId } from './cloud-map-namespace.ts';

/** The maximum difference between Cloud Map's clock and ours. */
const skewMs = 300_000;
const yearMs = 365 * 24 * 3600 * 1000;
const pageSize = 100;

/** The state of an operation, with Cloud Map's error text if it failed. */
export async function readOperation(client: ServiceDiscoveryClient, id: string): Promise<Operation> {
  const { Operation } = await callCloudMap('GetOperation', id, () =>
    client.send(new GetOperationCommand(operationInput(id))),
  );
  if (Operation?.Status === 'FAIL') {
    const { ErrorCode, ErrorMessage } = Operation;
    const isZoneRefused = ErrorCode === 'CANNOT_CREATE_HOSTED_ZONE';
    return {
      status: 'failed',
      error: `${ErrorCode}: ${ErrorMessage}`,
      ...(isZoneRefused && { isZoneRefused }),
    };
  }
  return { status: Operation?.Status === 'SUCCESS' ? 'succeeded' : 'pending' };
}

/**
 * The states of operations of one service that were updated since then; those that Cloud Map has forgotten are left
 * out. Several are listed with one call. The filters of ListOperations apply after paging, so a page may be empty: no
 * more pages are read than there are operations, and an operation that was not found, or failed, is read by its id.
 */
export async function readOperations(
  client: ServiceDiscoveryClient,
  serviceId: string,
  { ids, sinceMs }: { readonly ids: readonly string[]; readonly sinceMs: number },
): Promise<ReadonlyMap<string, Operation>> {
  const found = ids.length > 1 ? await listed(client, serviceId, { ids, sinceMs }) : new Map();
  const operations = new Map<string, Operation>(found);
  const others = ids.filter((id) => (operations.get(id)?.status ?? 'failed') === 'failed');
  await Promise.all(
    others.map(async (id) => {
      const operation = await ifKnown(() => readOperation(client, id));
      if (operation !== undefined) operations.set(id, operation);
    }),
  );
  return operations;
}

async function listed(
  client: ServiceDiscoveryClient,
  serviceId: string,
  { ids, sinceMs }: { readonly ids: readonly string[]; readonly sinceMs: number },
): Promise<ReadonlyMap<string, Operation>> {
  const wanted = new Set(ids);
  const found = new Map<string, Operation>();
  let NextToken: string | undefined;
  for (let page = 1; page < ids.length; page++) {
    const command = new ListOperationsCommand({
      Filters: filtersOf(serviceId, sinceMs),
      MaxResults: pageSize,
      NextToken,
    });
    const answer = await callCloudMap('ListOperations', `of ${serviceId}`, () => client.send(command));
    for (const { Id = '', Status } of answer.Operations ?? []) {
      const id = operationIdOf(serviceId, Id);
      if (wanted.has(id)) found.set(id, { status: statusOf(Status) });
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined || found.size === wanted.size) break;
  }
  return found;
}

function filtersOf(serviceId: string, sinceMs: number): OperationFilter[] {
  const seconds = (milliseconds: number) => String(Math.floor(milliseconds / 1000));
  const since = sinceMs - skewMs;
  return [
    { Name: 'SERVICE_ID', Values: [plainId(serviceId)] },
    { Name: 'UPDATE_DATE', Condition: 'BETWEEN', Values: [seconds(since), seconds(since + yearMs)] },
  ];
}

function statusOf(status: string | undefined): Operation['status'] {
  if (status === 'FAIL') return 'failed';
  return status === 'SUCCESS' ? 'succeeded' : 'pending';
}

async function ifKnown<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
