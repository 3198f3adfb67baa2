import { describe, expect, it } from 'vitest';
import { changedService, cloudMapCall, cloudMapCalls } from '../../../shared/model/events/cloud-map-call.ts';

const time = '2026-11-28T10:00:00Z';
const call = (detail: object = {}, changes: object = {}) => ({
  ...{ source: 'aws.servicediscovery', 'detail-type': 'AWS API Call via CloudTrail' },
  ...{ account: '111122223333', region: 'us-west-2' },
  detail: {
    ...{ eventSource: 'servicediscovery.amazonaws.com', eventName: 'RegisterInstance', eventTime: time },
    requestParameters: { serviceId: 'srv-1', instanceId: '10.0.0.1' },
    ...detail,
  },
  ...changes,
});
const changed = (detail: object) => changedService(cloudMapCall.parse(call(detail)));
const atMs = Date.parse(time);

describe('the service that a call of Cloud Map changed', () => {
  it.each([
    ['an instance', {}, { serviceId: 'srv-1', isOfService: false, atMs }],
    [
      'a service by its id',
      { eventName: 'UpdateService', requestParameters: { id: 'srv-2' } },
      { serviceId: 'srv-2', isOfService: true, atMs },
    ],
    [
      'a service by its ARN',
      { eventName: 'DeleteService', requestParameters: { id: 'arn:aws:x:us-west-2:1:service/srv-3' } },
      { serviceId: 'srv-3', isOfService: true, atMs },
    ],
    [
      'a new service, in its namespace',
      {
        eventName: 'CreateService',
        requestParameters: { namespaceId: 'arn:aws:x:us-west-2:1:namespace/ns-1' },
        responseElements: { service: { id: 'srv-4' } },
      },
      { serviceId: 'srv-4', namespaceId: 'ns-1', isOfService: true, atMs },
    ],
    [
      'the service of the request, not of the answer',
      { responseElements: { service: { id: 'srv-9' } } },
      { serviceId: 'srv-1', isOfService: false, atMs },
    ],
    [
      'a service id before an id',
      { requestParameters: { serviceId: 'srv-1', id: 'srv-2' } },
      { serviceId: 'srv-1', isOfService: false, atMs },
    ],
  ])('is %s', (_, detail, expected) => {
    expect(changed(detail)).toEqual(expected);
  });

  it.each([
    ['a refused call', { errorCode: 'InvalidInput' }],
    ['a call without parameters', { requestParameters: null }],
    ['one whose parameters are left out', { requestParameters: undefined }],
    ['an answer without a service', { requestParameters: {}, responseElements: {} }],
    ['an answer with null', { requestParameters: {}, responseElements: { service: null } }],
    ['a service without an id', { requestParameters: {}, responseElements: { service: {} } }],
  ])('is none for %s', (_, detail) => {
    expect(changed(detail)).toBeUndefined();
  });
});

describe('the event of a call', () => {
  it.each(cloudMapCalls)('is read for %s, and of a service if its name says so', (eventName) => {
    expect(changed({ eventName })?.isOfService).toBe(eventName.endsWith('Service'));
  });

  it.each([
    ['another call', call({ eventName: 'TagResource' })],
    ['another source', call({}, { source: 'aws.ec2' })],
    ['another type', call({}, { 'detail-type': 'other' })],
    ['another service', call({ eventSource: 'ec2.amazonaws.com' })],
    ['a short account', call({}, { account: '11112222333' })],
    ['a long account', call({}, { account: '1111222233334' })],
    ['no Region', call({}, { region: '' })],
    ['an empty id', call({ requestParameters: { serviceId: '' } })],
    ['a long id', call({ requestParameters: { serviceId: 'x'.repeat(256) } })],
  ])('is refused with %s', (_, event) => {
    expect(cloudMapCall.safeParse(event).success).toBe(false);
  });
});
