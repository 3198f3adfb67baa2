import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Question } from '../../../playground/cloud-map-view.ts';
import type { RunningPlayground } from './playground.ts';

const run = promisify(execFile);
const namespace = 'howto-k8s-cloudmap';
const isMissing = (command: string, ...args: string[]) => spawnSync(command, args).status !== 0;

/** What a person does with the playground. */
export interface Hands {
  scale(deployment: string, replicas: number): Promise<void>;
  deletePod(name: string): Promise<void>;
  /** Null removes it. */
  label(pod: string, name: string, value: string | null): Promise<void>;
  annotate(pod: string, name: string, value: string | null): Promise<void>;
  patchVirtualNode(name: string, patch: object): Promise<void>;
  /** Ids of the instances that DiscoverInstances answers. */
  discover(question: Question): Promise<readonly string[]>;
  invoke(name: string, event: unknown): Promise<unknown>;
  /** How many items the table has. */
  scan(): Promise<number>;
}

/** The same done with the commands people use, and with plain HTTP, so that something runs everywhere. */
export const hands: readonly {
  readonly name: string;
  readonly missing: boolean;
  readonly of: (playground: RunningPlayground) => Hands;
}[] = [describeCommands(), { name: 'HTTP requests', missing: false, of: requestHands }];

function describeCommands(): (typeof hands)[number] {
  const absent = [
    ...(isMissing('kubectl', 'version', '--client') ? ['kubectl'] : []),
    ...(isMissing('aws', '--version') ? ['aws'] : []),
  ];
  const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';
  return { name: `kubectl and aws${reason}`, missing: absent.length > 0, of: commandHands };
}

function commandHands({ aws: endpoint, kubernetes }: RunningPlayground): Hands {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    KUBECONFIG: '/dev/null',
  };
  const kubectl = async (...args: string[]) => {
    await run('kubectl', ['--server', kubernetes, '-n', namespace, ...args], { env });
  };
  const aws = async (...args: string[]) => {
    const { stdout } = await run('aws', ['--endpoint-url', endpoint, '--output', 'json', ...args], { env });
    return JSON.parse(stdout);
  };
  const set = (name: string, value: string | null) => (value === null ? `${name}-` : `${name}=${value}`);
  return {
    scale: (name, replicas) => kubectl('scale', 'deployment', name, `--replicas=${replicas}`),
    deletePod: (name) => kubectl('delete', 'pod', name, '--wait=false'),
    label: (pod, name, value) => kubectl('label', '--overwrite', 'pod', pod, set(name, value)),
    annotate: (pod, name, value) => kubectl('annotate', '--overwrite', 'pod', pod, set(name, value)),
    patchVirtualNode: (name, patch) =>
      kubectl('patch', 'virtualnode', name, '--type=merge', '-p', JSON.stringify(patch)),
    async discover(question) {
      const parameters = Object.entries(question.parameters ?? {}).map(([name, value]) => `${name}=${value}`);
      const { Instances } = await aws(
        'servicediscovery',
        'discover-instances',
        ...['--namespace-name', question.namespace, '--service-name', question.service],
        ...['--health-status', 'ALL'],
        ...(parameters.length > 0 ? ['--query-parameters', parameters.join(',')] : []),
      );
      return Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId).sort();
    },
    async invoke(name, event) {
      const payload = JSON.stringify(event);
      const args = ['--endpoint-url', endpoint, 'lambda', 'invoke', '--function-name', name];
      const file = join(mkdtempSync(join(tmpdir(), 'invoke-')), 'payload');
      await run('aws', [...args, '--payload', payload, file], { env });
      return JSON.parse(readFileSync(file, 'utf8'));
    },
    scan: async () => (await aws('dynamodb', 'scan', '--table-name', 'eks-mesh-sync-local')).Count,
  };
}

function requestHands({ aws, kubernetes, cloudMap }: RunningPlayground): Hands {
  const root = (group: string) => `${kubernetes}/${group}/namespaces/${namespace}`;
  const patch = (url: string, body: object) =>
    succeed(url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(body),
    });
  const patchPod = (pod: string, metadata: object) => patch(`${root('api/v1')}/pods/${pod}`, { metadata });
  return {
    scale: (name, replicas) =>
      patch(`${root('apis/apps/v1')}/deployments/${name}/scale`, { spec: { replicas } }),
    deletePod: (name) => succeed(`${root('api/v1')}/pods/${name}`, { method: 'DELETE' }),
    label: (pod, name, value) => patchPod(pod, { labels: { [name]: value } }),
    annotate: (pod, name, value) => patchPod(pod, { annotations: { [name]: value } }),
    patchVirtualNode: (name, body) =>
      patch(`${root('apis/appmesh.k8s.aws/v1beta2')}/virtualnodes/${name}`, body),
    async discover(question) {
      return (await cloudMap.discover(question)).map(({ InstanceId = '' }) => InstanceId).sort();
    },
    async invoke(name, event) {
      const url = `${aws}/2015-03-31/functions/${name}/invocations`;
      return (await fetch(url, { method: 'POST', body: JSON.stringify(event) })).json();
    },
    async scan() {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.Scan',
      };
      const body = JSON.stringify({ TableName: 'eks-mesh-sync-local' });
      const response = await fetch(aws, { method: 'POST', headers, body });
      return ((await response.json()) as { Count: number }).Count;
    },
  };
}

async function succeed(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status} ${await response.text()}`);
}
