import type { CloudMapCall } from '../../shared/model/events/cloud-map-call.ts';

/** AWS's event of a call of Cloud Map, with all of its fields, as EventBridge delivers it. */
export function recordedCall(
  eventName: CloudMapCall['detail']['eventName'],
  requestParameters: object | null,
  more: { readonly detail?: object; readonly region?: string; readonly account?: string } = {},
): CloudMapCall {
  const { region = 'us-west-2', account = '000000000000' } = more;
  const event = {
    ...{ version: '0', id: '6f2b0b3c-7a8b-4c1d-9b0e-2f1d3c4b5a69', resources: [] },
    ...{ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.servicediscovery' },
    ...{ account, time: '2026-11-27T22:31:05Z', region },
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${account}:assumed-role/ecs/x`,
        accountId: account,
      },
      ...{ eventTime: '2026-11-27T22:31:01Z', eventSource: 'servicediscovery.amazonaws.com', eventName },
      ...{ awsRegion: region, sourceIPAddress: '192.0.2.1', userAgent: 'aws-cli/2.31.0' },
      requestParameters,
      responseElements: { operationId: 'gv4g5meo7ndmeh4fqskygvk23d2fijwa-k9xmplyzd' },
      ...{ requestID: 'r', eventID: 'e', readOnly: false, eventType: 'AwsApiCall', apiVersion: '2017-03-14' },
      ...{ managementEvent: true, recipientAccountId: account, eventCategory: 'Management' },
      ...more.detail,
    },
  };
  return event as unknown as CloudMapCall;
}
