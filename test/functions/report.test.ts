import { rmSync } from 'node:fs';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { Report } from '../../shared/report/plan/report.ts';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  lambdaContext,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

/** The exported function, on the table and the Cloud Map that the other exported functions wrote. */
type Handler = (event: unknown, context: Context) => Promise<unknown>;
const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
const context = lambdaContext();
let cloud: EmbeddedCloud;
let folder: string;
let report: Handler;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  quiet();
  await writeAll();
  for (const name of ['QUEUE_URL', 'DEAD_LETTER_QUEUE_URL', 'PODS_QUEUE_URL', 'MESH_QUEUE_URL'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('PODS_DEAD_LETTER_QUEUE_URL', `${cloud.url}/000000000000/${queueName('pods-dead-letters')}`);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'eks-mesh-sync-production-report');
  ({ handler: report } = await import('../../functions/report.ts'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(quiet);

/** A registered pod, a pod that nothing selects, an invalid pod, a virtual node. */
async function writeAll(): Promise<void> {
  stubEnvironment(cloud, 'mesh', folder);
  const { handler: mesh } = await import('../../functions/reconcile-mesh.ts');
  stubEnvironment(cloud, 'pods', folder);
  const { handler: pods } = await import('../../functions/sync-pods.ts');
  const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };
  const spec = { podSelector: { matchLabels: { app: 'front' } }, serviceDiscovery };
  await feed(mesh, 'mesh', objectEvent(anObject('Namespace', undefined, { name: 'shop' })));
  await feed(mesh, 'mesh', objectEvent(anObject('VirtualNode', spec)));
  await feed(pods, 'pods', podEvent());
  await feed(pods, 'pods', named('other-1', { labels: { app: 'other' } }, { podIPs: [{ ip: '10.0.0.2' }] }));
  await feed(pods, 'pods', named('bad-1', {}, { podIPs: [{ ip: 'nowhere' }] }));
}

function named(name: string, meta: object, status: object): EventDetail {
  const { pod, ...event } = podEvent();
  const metadata = { ...pod.metadata, ...meta, name, uid: `uid-${name}` };
  return {
    ...event,
    group: `local/shop/${name}`,
    pod: { ...pod, metadata, status: { ...pod.status, ...status } },
  };
}

async function feed(handler: QueueHandler, queue: string, event: EventDetail): Promise<void> {
  const source = cloud.queues.get(queueName(queue));
  source.send({ groupId: event.group, body: JSON.stringify(event) });
  expect((await deliverBatch(source, handler)).again).toEqual([]);
  source.purge();
}

describe('report', () => {
  it('report answers one HTML file by default, which requests nothing', async () => {
    const page = (await report({}, context)) as string;
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
    expect(page).not.toMatch(/(src|href)="(?!#|data:,")/);
    expect(page).toContain('stage production in us-west-2');
    expect(page).toContain('npm run explain -- pod shop/other-1 --cluster local --stage production');
  });

  it('report answers the data if JSON is requested', async () => {
    const answer = (await report({ format: 'json' }, context)) as Report;
    expect(answer).toMatchObject({
      clusters: [{ name: 'local', pods: { registered: 1, notSelected: 1, failing: 0 } }],
      services: {
        total: 1,
        rows: [
          {
            ...{ namespaceName: 'shop.local', serviceName: 'front', kind: 'HTTP', level: 'ok' },
            counts: { healthy: 1, unhealthy: 0, foreign: 0 },
            instances: { rows: [{ instanceId: '10.0.0.1', owner: 'ours', pod: 'shop/front-1' }] },
          },
        ],
      },
      pods: { total: 1, rows: [{ name: 'other-1', state: 'notSelected', cause: 'SelectorMismatch' }] },
      deadLetters: { total: 1, rows: [{ about: 'Pod shop/bad-1' }] },
      deadLetterQueues: [{ queue: queueName('pods-dead-letters'), messages: 1 }],
      journeys: {
        total: 1,
        rows: [
          {
            ...{ pod: 'shop/front-1', service: 'shop.local/front', correlationId: expect.any(String) },
            ...{ observedAtMs: expect.any(Number), calledAtMs: expect.any(Number) },
          },
        ],
      },
      verdict: { level: 'problem' },
      readFailures: [],
    });
    expect(answer.verdict.sentence).toBe(
      '1 problem: a message went to the dead-letter queue, the last about Pod shop/bad-1 of cluster local.',
    );
  });

  it('report shows one cluster or one namespace on request', async () => {
    const scoped = { cluster: 'local', namespace: 'elsewhere' };
    expect(await report({ format: 'json', ...scoped }, context)).toMatchObject({
      ...{ scope: scoped, services: { total: 0 }, pods: { total: 0 }, deadLetters: { total: 0 } },
    });
    expect(await report({ format: 'json', namespace: 'shop' }, context)).toMatchObject({
      ...{ services: { total: 1 }, pods: { total: 1 }, deadLetters: { total: 1 } },
    });
  });

  it('report writes nothing, neither to Cloud Map nor to the table', async () => {
    cloudMap.calls.clear();
    const message = 'User: report is not authorized to perform: dynamodb:PutItem';
    const error = { code: 'AccessDeniedException', message, status: 400 };
    for (const operation of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])
      cloud.faults.add({ service: 'dynamodb', operation, times: 9, error });
    expect(await report({ format: 'json' }, context)).toMatchObject({ readFailures: [] });
    cloud.faults.reset();
    expect([...cloudMap.calls.keys()]).toEqual(['DiscoverInstances']);
  });

  it('report says what could not be read, and shows everything else', async () => {
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/report/f is not authorized to perform: servicediscovery:DiscoverInstances on resource: *';
    const error = { code: 'AccessDeniedException', message, status: 400 };
    cloud.faults.add({ service: 'servicediscovery', operation: 'DiscoverInstances', times: 9, error });
    const answer = (await report({ format: 'json' }, context)) as Report;
    cloud.faults.reset();
    expect(answer.readFailures).toMatchObject([{ what: 'the instances of shop.local/front' }]);
    expect(answer.verdict.sentence).toMatch(
      /^2 problems: the instances of shop.local\/front could not be read: /,
    );
    expect(answer.clusters[0]?.pods).toMatchObject({ registered: 1 });
  });

  it.each([
    [{ format: 'yaml' }, /format: expected html or json/],
    [{ pod: 'x' }, /unknown field pod; expected \{"format", "cluster", "namespace"\}/],
    [{ namespace: 'a/b' }, /namespace: expected the name of a Kubernetes namespace/],
    [{ cluster: 'stray' }, /cluster is "stray"; expected one that clusters.yml names: local/],
    ['page', /expected \{"format", "cluster", "namespace"\}/],
  ])('report refuses %j with a reason', async (request, message) => {
    await expect(report(request, context)).rejects.toThrow(message);
  });
});
