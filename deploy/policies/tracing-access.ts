import type { Statement } from './statement.ts';

/** Permissions that Lambda needs in a function's role to trace its calls. */
export function tracingAccess(): Statement[] {
  return [
    {
      Sid: 'SendsTraces',
      Effect: 'Allow',
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      // X-Ray has no resource-level permissions for either action.
      Resource: '*',
    },
  ];
}
