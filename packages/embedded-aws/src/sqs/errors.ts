import { AwsError } from '../protocol.ts';

const legacy = 'AWS.SimpleQueueService';

export const queueDoesNotExist = (): AwsError =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
    queryCode: `${legacy}.NonExistentQueue`,
  });

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`, {
    queryCode: 'MissingParameter',
  });

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValue', message, { queryCode: 'InvalidParameterValue' });

export const invalidValue = (value: unknown, parameter: string, reason: string): AwsError =>
  invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const invalidAttributeName = (name: unknown): AwsError =>
  new AwsError('InvalidAttributeName', `Unknown Attribute ${String(name)}.`, {
    queryCode: 'InvalidAttributeName',
  });

export const invalidContents = (): AwsError =>
  new AwsError('InvalidMessageContents', 'Invalid characters found.', {
    queryCode: 'InvalidMessageContents',
  });

export const receiptHandleIsInvalid = (handle: unknown): AwsError =>
  new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${String(handle)}" is not a valid receipt handle.`,
    {
      queryCode: 'ReceiptHandleIsInvalid',
    },
  );

export const emptyBatch = (): AwsError =>
  new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.', {
    queryCode: `${legacy}.EmptyBatchRequest`,
  });

export const tooManyEntries = (count: number): AwsError =>
  new AwsError(
    'TooManyEntriesInBatchRequest',
    `Maximum number of entries per request are 10. You have sent ${count}.`,
    { queryCode: `${legacy}.TooManyEntriesInBatchRequest` },
  );

export const idsNotDistinct = (id: string): AwsError =>
  new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`, {
    queryCode: `${legacy}.BatchEntryIdsNotDistinct`,
  });

export const invalidEntryId = (): AwsError =>
  new AwsError(
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    { queryCode: `${legacy}.InvalidBatchEntryId` },
  );

export const batchTooLong = (limit: number, size: number): AwsError =>
  new AwsError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${limit} bytes. You have sent ${size} bytes.`,
    { queryCode: `${legacy}.BatchRequestTooLong` },
  );
