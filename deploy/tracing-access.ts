import type { Statement } from './statement.ts';

/** What Lambda does with a function's role where its calls are traced. */
export function tracingAccess(): Statement[] {
  return [
    {
      Sid: 'SendsTraces',
      Effect: 'Allow',
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      // X-Ray has no resource for either action.
      Resource: '*',
    },
  ];
}
