import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { playground } from '../../playground/topology.ts';
import { parseJourney } from '../../shared/model/journey.ts';
import { aNewPod, cloud, deadLetter, instances, invoke, put } from './queue-functions.ts';

const correlationId = '8d0f9a52-9d3f-4a0e-9c6e-2f9f3f6f0a11';
const observedAt = new Date(Date.now() - 60_000).toISOString();

function lines(): Record<string, unknown>[] {
  const written = [console.log, console.info, console.warn, console.error].flatMap((write) =>
    vi.mocked(write).mock.calls.map(([line]) => String(line)),
  );
  return written.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

const dynamoDb = () =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: cloud.url,
      region: 'us-west-2',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    }),
  );

const about = (id: unknown) => lines().filter((line) => line.correlationId === id);

describe('one correlation id', () => {
  it('is in each log line of a change, from the message to the operation of Cloud Map', async () => {
    const pod = aNewPod('front');
    await put('pods', { ...pod.event('1'), correlationId, observedAt });
    await invoke('pods');
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
    expect(about(correlationId).map(({ message }) => message)).toEqual([
      'message received',
      'Cloud Map operation succeeded', // of the namespace
      'claim taken',
      'Cloud Map accepted the call',
    ]);
    expect(lines().filter(({ level }) => level === 'WARN')).toEqual([]);
    expect(about(correlationId)[1]).toMatchObject({ call: 'CreateNamespace', result: 'succeeded' });
    expect(about(correlationId)[2]).toMatchObject({
      cloudMapService: expect.stringMatching(/^shop\.local\/./),
      instanceId: pod.id.split('/').at(-1),
    });
    expect(about(correlationId).at(-1)).toMatchObject({
      call: 'RegisterInstance',
      operationId: expect.any(String),
    });
  });

  it('is in the claim, with the times of its way', async () => {
    const pod = aNewPod('front');
    await put('pods', { ...pod.event('1'), correlationId, observedAt });
    await invoke('pods');
    const { Items = [] } = await dynamoDb().send(new ScanCommand({ TableName: playground.table }));
    const claim = Items.find(({ pk, owner }) => String(pk).startsWith('CLAIM#') && owner?.name === pod.name);
    expect(claim).toBeDefined();
    expect(parseJourney(claim?.journey)).toMatchObject({
      correlationId,
      observedAtMs: Date.parse(observedAt),
    });
  });

  it('is in the line of an observation that is older than the stored one', async () => {
    const pod = aNewPod('front');
    await put('pods', pod.event('2'));
    await invoke('pods');
    await put('pods', { ...pod.event('1'), correlationId, observedAt });
    await invoke('pods');
    expect(about(correlationId).map(({ message }) => message)).toEqual([
      'message received',
      'observation ignored: a newer one of the pod is stored',
    ]);
  });

  it('is in the line of a dead letter', async () => {
    const pod = aNewPod('front');
    const broken = { ...pod.event('1'), correlationId, change: 'Moved' };
    await put('pods', broken as unknown as ReturnType<typeof pod.event>);
    await invoke('pods');
    expect(deadLetter('pods')).toHaveLength(1);
    expect(about(correlationId).map(({ message }) => message)).toEqual([
      'message moved to the dead-letter queue',
    ]);
  });

  it('is not taken from an event in which it is not an id, and the pod is registered', async () => {
    const pod = aNewPod('front');
    await put('pods', { ...pod.event('1'), correlationId: 'a\u001b[2Jb', observedAt });
    await invoke('pods');
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
    const ids = new Set(lines().flatMap((line) => line.correlationId ?? []));
    expect(ids.size).toBe(1);
    expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });
});
