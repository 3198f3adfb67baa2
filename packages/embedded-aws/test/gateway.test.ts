import { AppMeshClient, CreateMeshCommand, ListMeshesCommand } from '@aws-sdk/client-app-mesh';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListNamespacesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { AppMesh } from '../src/app-mesh/app-mesh.ts';
import { appMeshService } from '../src/app-mesh-service.ts';
import { type EmbeddedCloud, startCloud } from '../src/cloud.ts';
import { CloudMap } from '../src/cloud-map/cloud-map.ts';
import { cloudMapService } from '../src/cloud-map-service.ts';
import { throttling } from '../src/faults.ts';
import { route53Service } from '../src/route-53/service.ts';
import { credentials, clientRegion as region, sqsClient } from './harness/clients.ts';
import { contractTopology } from './harness/topology.ts';

let cloud: EmbeddedCloud;
const cloudMap = new CloudMap();
const appMesh = new AppMesh();
const config = () => ({ endpoint: cloud.url, region, credentials, maxAttempts: 1 });

beforeAll(async () => {
  cloud = await startCloud({
    port: 0,
    topology: contractTopology,
    handlers: {},
    cluster: { name: 'local', endpoint: 'http://127.0.0.1:8001' },
    services: [cloudMapService(cloudMap), route53Service(cloudMap), appMeshService(appMesh)],
    log: () => {},
  });
});
afterAll(async () => {
  await cloud.close();
  cloudMap.stop();
});
afterEach(() => cloud.faults.reset());

it('DynamoDB answers through the gateway, conditional failures and queries included', async () => {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(config()));
  const Item = { pk: 'pod#a', sk: 'pod', labels: { app: 'front' } };
  const put = new PutCommand({
    TableName: 'contract',
    Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await table.send(put);
  await expect(table.send(put)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  const got = await table.send(new GetCommand({ TableName: 'contract', Key: { pk: 'pod#a', sk: 'pod' } }));
  expect(got.Item).toEqual(Item);
  const query = await table.send(
    new QueryCommand({
      TableName: 'contract',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'pod#a' },
    }),
  );
  expect(query.Items).toEqual([Item]);
});

it('EKS describes its one cluster', async () => {
  const eks = new EKSClient(config());
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'local' }));
  expect(cluster).toMatchObject({ name: 'local', status: 'ACTIVE', endpoint: 'http://127.0.0.1:8001' });
  expect((await eks.send(new ListClustersCommand({}))).clusters).toEqual(['local']);
  await expect(eks.send(new DescribeClusterCommand({ name: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'No cluster found for name: other.',
  });
});

it('STS answers POST and the presigned GET of an EKS token', async () => {
  const query = 'Action=GetCallerIdentity&Version=2011-06-15';
  const posted = await fetch(cloud.url, { method: 'POST', body: new URLSearchParams(query) });
  expect(await posted.text()).toContain('<Account>000000000000</Account>');
  const got = await fetch(`${cloud.url}/?${query}&X-Amz-Expires=60`);
  expect([got.status, got.headers.get('content-type')]).toEqual([200, 'text/xml']);
  const unknown = await fetch(`${cloud.url}/?Action=AssumeRole&Version=2011-06-15`);
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain('<Code>UnknownOperationException</Code>');
});

it('Cloud Map is mounted', async () => {
  const client = new ServiceDiscoveryClient(config());
  expect((await client.send(new ListNamespacesCommand({}))).Namespaces).toEqual([]);
});

it('App Mesh is mounted, and the cloud’s faults strike it', async () => {
  const client = new AppMeshClient(config());
  cloud.faults.add({
    service: 'appmesh',
    operation: 'CreateMesh',
    error: { code: 'ServiceUnavailableException', status: 503 },
  });
  const create = new CreateMeshCommand({ meshName: 'apps' });
  await expect(client.send(create)).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
  await client.send(create);
  expect((await client.send(new ListMeshesCommand({}))).meshes).toMatchObject([{ meshName: 'apps' }]);
  const unknown = await fetch(`${cloud.url}/v20190125/nonesuch`);
  expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([
    404,
    'UnknownOperationException',
  ]);
});

it('what does not exist is named in the error', async () => {
  const service = await fetch(`${cloud.url}/2015-02-01/file-systems`, {
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=x/20260101/us-west-2/elasticfilesystem/aws4_request, SignedHeaders=host, Signature=x',
    },
  });
  expect(service.status).toBe(404);
  expect(service.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  expect(((await service.json()) as { message: string }).message).toBe(
    'The embedded cloud has no GET /2015-02-01/file-systems of elasticfilesystem.',
  );
  const operation = await fetch(cloud.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.AddPermission' },
  });
  expect(operation.status).toBe(400);
  expect(await operation.text()).toContain('no AmazonSQS.AddPermission');
});

it('a fault strikes the operation it names, so many times and no more', async () => {
  const client = sqsClient(cloud.url);
  const list = () => client.send(new ListQueuesCommand({}));
  cloud.faults.add({ service: 'sqs', operation: 'SendMessage', error: throttling });
  cloud.faults.add({ service: 'sqs', operation: 'ListQueues', after: 2, times: 2, error: throttling });
  await list();
  await list();
  await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await list();
});

it('a fault can delay an operation, or lose the answer of one that was done', async () => {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(config()));
  cloud.faults.add({ service: 'dynamodb', operation: 'PutItem', delayMs: 120, loseResponse: true });
  const startedAtMs = Date.now();
  const put = new PutCommand({ TableName: 'contract', Item: { pk: 'lost', sk: 'answer' } });
  await expect(table.send(put)).rejects.toThrow();
  expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(119);
  const got = await table.send(new GetCommand({ TableName: 'contract', Key: { pk: 'lost', sk: 'answer' } }));
  expect(got.Item).toBeDefined();
});

it('a port that is taken is an error of listen', async () => {
  const port = Number(new URL(cloud.url).port);
  const second = startCloud({ port, topology: contractTopology, handlers: {}, log: () => {} });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('Route 53 says in which VPCs a private DNS namespace is seen', async () => {
  const create = { Name: 'pvt.local', Vpc: 'vpc-1' };
  const { OperationId } = cloudMap.handle('CreatePrivateDnsNamespace', create) as { OperationId: string };
  await expect
    .poll(() => cloudMap.handle('GetOperation', { OperationId }))
    .toMatchObject({ Operation: { Status: 'SUCCESS' } });
  const { Namespaces } = cloudMap.handle('ListNamespaces', {}) as {
    Namespaces: { Name: string; Properties: { DnsProperties: { HostedZoneId: string } } }[];
  };
  const namespace = Namespaces.find(({ Name }) => Name === 'pvt.local');
  const Id = namespace?.Properties.DnsProperties.HostedZoneId ?? '';
  const client = new Route53Client(config());
  expect(await client.send(new GetHostedZoneCommand({ Id }))).toMatchObject({
    HostedZone: { Name: 'pvt.local.', Config: { PrivateZone: true } },
    VPCs: [{ VPCId: 'vpc-1', VPCRegion: 'us-west-2' }],
  });
  await expect(client.send(new GetHostedZoneCommand({ Id: 'ZNONE' }))).rejects.toMatchObject({
    name: 'NoSuchHostedZone',
  });
});

it('a page of another site cannot invoke a function or call a service', async () => {
  const response = await fetch(`${cloud.url}/2015-03-31/functions/resync/invocations`, {
    ...{ method: 'POST', headers: { origin: 'http://evil.com' }, body: '{}' },
  });
  expect(response.status).toBe(403);
});
