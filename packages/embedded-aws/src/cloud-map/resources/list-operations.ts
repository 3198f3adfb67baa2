import { AwsError } from '../../protocol.ts';
import type { Context } from '../context.ts';
import type { OperationRecord } from '../records.ts';
import type { Input } from '../shapes.ts';
import { applyFilters, type FilterRules } from './filters.ts';
import { page } from './paging.ts';

export function getOperation(
  { operations, accountId }: Context,
  { OperationId, OwnerAccount = accountId }: Input<'GetOperation'>,
): object {
  const operation = operations.get(OperationId);
  if (operation === undefined || OwnerAccount !== operation.owner)
    throw new AwsError('OperationNotFound', 'Operation not found');
  return {
    Operation: {
      Id: operation.id,
      OwnerAccount: operation.owner,
      Type: operation.type,
      Status: operation.status,
      ErrorMessage: operation.errorMessage,
      ErrorCode: operation.errorCode,
      CreateDate: new Date(operation.createdAtMs),
      UpdateDate: new Date(operation.updatedAtMs),
      Targets: operation.targets,
    },
  };
}

/** Filters after paging, as AWS documents it: an empty page may have a NextToken. */
export function listOperations({ operations, accountId }: Context, input: Input<'ListOperations'>): object {
  const own = operations.all().filter(({ owner }) => owner === accountId);
  const { items, nextToken } = page('ListOperations', own, input);
  const filters = input.Filters?.map((filter) => ({ ...filter, Values: filter.Values.map(statusName) }));
  const shown = applyFilters(items, filters, filterRules);
  return {
    Operations: shown.map(({ id, status }) => ({ Id: id, Status: status })),
    NextToken: nextToken,
  };
}

const filterRules: FilterRules<OperationRecord> = {
  NAMESPACE_ID: { of: ({ namespaceId }) => namespaceId ?? '', conditions: ['EQ'] },
  SERVICE_ID: { of: ({ serviceId }) => serviceId ?? '', conditions: ['EQ'] },
  STATUS: { of: ({ status }) => status, conditions: ['EQ', 'IN'] },
  TYPE: { of: ({ type }) => type, conditions: ['EQ', 'IN'] },
  UPDATE_DATE: { of: ({ updatedAtMs }) => String(updatedAtMs / 1000), conditions: ['BETWEEN'] },
};

/** The documentation of the filter says SUCCEED where the status is SUCCESS. */
function statusName(value: string): string {
  return value === 'SUCCEED' ? 'SUCCESS' : value;
}
