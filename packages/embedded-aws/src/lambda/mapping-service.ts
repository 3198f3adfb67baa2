import { arn, region } from '../account.ts';
import { type AwsCall, AwsError, type AwsService, type RequestHead } from '../protocol.ts';
import { restError, restReply } from '../rest-service.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';

const path = /^\/2015-03-31\/event-source-mappings(?:\/([^/]+))?\/?$/;

/** The part of the Lambda API that shows event source mappings, and switches them off and on. */
export function mappingService(mappings: () => readonly EventSourceMapping[]): AwsService {
  return {
    name: 'lambda',
    accepts: ({ url }) => path.test(url.pathname),
    operationOf,
    async handle(operation, call) {
      if (operation === 'ListEventSourceMappings')
        return restReply(200, {
          EventSourceMappings: mappings()
            .filter((mapping) => isOf(mapping, call.url.searchParams.get('FunctionName')))
            .map(configurationOf),
        });
      const mapping = mappingOf(mappings(), call.url);
      if (operation === 'UpdateEventSourceMapping') update(mapping, call);
      return restReply(operation === 'UpdateEventSourceMapping' ? 202 : 200, configurationOf(mapping));
    },
    fail: restError,
  };
}

function operationOf({ method, url }: RequestHead): string | undefined {
  const isOne = path.exec(url.pathname)?.[1] !== undefined;
  if (method === 'PUT' && isOne) return 'UpdateEventSourceMapping';
  if (method !== 'GET') return undefined;
  return isOne ? 'GetEventSourceMapping' : 'ListEventSourceMappings';
}

function isOf({ description }: EventSourceMapping, functionName: string | null): boolean {
  return functionName === null || description.function === functionName.split(':').at(-1);
}

function mappingOf(mappings: readonly EventSourceMapping[], url: URL): EventSourceMapping {
  const id = path.exec(url.pathname)?.[1];
  const mapping = mappings.find(({ uuid }) => uuid === id);
  if (mapping === undefined)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
      members: { Type: 'User' },
    });
  return mapping;
}

/** Only `Enabled` can be changed. */
function update(mapping: EventSourceMapping, { body }: AwsCall): void {
  const { Enabled } = JSON.parse(body.toString('utf8')) as { readonly Enabled?: unknown };
  if (typeof Enabled !== 'boolean')
    throw new AwsError('InvalidParameterValueException', 'expected Enabled, which alone can be changed');
  mapping.setEnabled(Enabled);
}

function configurationOf({ uuid, description, isEnabled }: EventSourceMapping): Record<string, unknown> {
  return {
    UUID: uuid,
    BatchSize: description.batchSize,
    EventSourceArn: arn('sqs', description.queue),
    FunctionArn: arn('lambda', `function:${description.function}`),
    State: isEnabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: description.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ScalingConfig: { MaximumConcurrency: description.maximumConcurrency },
    EventSourceMappingArn: `arn:aws:lambda:${region}:000000000000:event-source-mapping:${uuid}`,
  };
}
