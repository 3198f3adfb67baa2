import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudMap } from '../../../src/cloud-map/cloud-map.ts';
import { type CloudMapServer, serveCloudMap } from '../../../src/cloud-map/http-server.ts';

/**
 * The AWS CLI as people use it: another client than the suite's, with a parser of its own. It puts `data-` before the
 * host of the Discover operations, which no IP address bears: AWS_DISABLE_HOST_PREFIX_INJECTION turns that off, and so
 * does `disable_host_prefix_injection = true` in the profile. It wants some credentials, whatever they are, or
 * --no-sign-request.
 */
const { error } = spawnSync('aws', ['--version']);
const title = error === undefined ? 'the AWS CLI' : `the AWS CLI (aws does not start: ${error.message})`;
const run = promisify(execFile);

describe.skipIf(error !== undefined)(title, () => {
  let server: CloudMapServer;
  let namespaceId: string;
  let serviceId: string;

  const awsWith = async (env: NodeJS.ProcessEnv, ...parameters: string[]) => {
    const all = ['--endpoint-url', server.endpoint, '--output', 'json', 'servicediscovery', ...parameters];
    const { stdout } = await run('aws', all, { env });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  const aws = (...parameters: string[]) => awsWith({ ...environment, ...credentials }, ...parameters);

  beforeAll(async () => {
    server = await serveCloudMap(new CloudMap());
    const { OperationId } = await aws('create-http-namespace', '--name', 'howto');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { Operation } = await aws('get-operation', '--operation-id', OperationId);
    namespaceId = Operation.Targets.NAMESPACE;
    const healthCheck = ['--health-check-custom-config', 'FailureThreshold=1'];
    const names = ['--name', 'colorapp', '--namespace-id', namespaceId];
    serviceId = (await aws('create-service', ...names, ...healthCheck)).Service.Id;
    for (const version of ['blue', 'red']) {
      const attributes = `AWS_INSTANCE_IPV4=192.0.2.1,version=${version}`;
      await aws(
        'register-instance',
        '--service-id',
        serviceId,
        '--instance-id',
        version,
        '--attributes',
        attributes,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  afterAll(() => server.close());

  it('aws servicediscovery discovers instances', async () => {
    const names = ['--namespace-name', 'howto', '--service-name', 'colorapp'];
    const blue = await aws('discover-instances', ...names, '--query-parameters', 'version=blue');
    expect(blue).toEqual({
      Instances: [
        {
          InstanceId: 'blue',
          NamespaceName: 'howto',
          ServiceName: 'colorapp',
          HealthStatus: 'HEALTHY',
          Attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', version: 'blue' },
        },
      ],
      InstancesRevision: 2,
    });
    expect(await aws('discover-instances-revision', ...names)).toEqual({ InstancesRevision: 2 });
  });

  it('aws servicediscovery lists namespaces, services, instances and their health', async () => {
    const { Namespaces } = await aws('list-namespaces');
    expect(Namespaces).toMatchObject([{ Id: namespaceId, Name: 'howto', Type: 'HTTP', ServiceCount: 1 }]);
    expect(Math.abs(Date.now() - timeOf(Namespaces[0].CreateDate))).toBeLessThan(60_000);
    const filter = `Name=NAMESPACE_ID,Values=${namespaceId},Condition=EQ`;
    const { Services } = await aws('list-services', '--filters', filter);
    expect(Services).toMatchObject([{ Id: serviceId, Name: 'colorapp', InstanceCount: 2 }]);
    const { Instances } = await aws('list-instances', '--service-id', serviceId, '--page-size', '1');
    expect(Instances.map(({ Id }: { Id: string }) => Id)).toEqual(['blue', 'red']);
    const { Status } = await aws('get-instances-health-status', '--service-id', serviceId);
    expect(Status).toEqual({ blue: 'HEALTHY', red: 'HEALTHY' });
  });

  it('an error is shown with its code and message', async () => {
    const failed = aws('get-instance', '--service-id', serviceId, '--instance-id', 'nonesuch');
    await expect(failed).rejects.toThrow(
      'An error occurred (InstanceNotFound) when calling the GetInstance operation: Instance not found',
    );
  });

  it('the command works unsigned without any credentials', async () => {
    const { Namespaces } = await awsWith(environment, 'list-namespaces', '--no-sign-request');
    expect(Namespaces).toHaveLength(1);
  });
});

const environment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  AWS_DEFAULT_REGION: 'us-west-2',
  AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** Version 1 of the CLI shows times as seconds, version 2 as text. */
function timeOf(shown: string | number): number {
  return Number.isNaN(Number(shown)) ? Date.parse(String(shown)) : Number(shown) * 1000;
}
