import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { type EmbeddedCloud, startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import type { Faults as AwsFaults } from '@eks-mesh-sync/embedded-aws/faults.ts';
import type { LogSink } from '@eks-mesh-sync/embedded-aws/lambda/log.ts';
import type {
  Cluster as EmbeddedCluster,
  Faults as KubernetesFaults,
} from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { MeshTargetName } from '../shared/model/config/mesh-targets.ts';
import { alarmLine } from './alarms/alarm-line.ts';
import { shortened } from './alarms/shortened.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { type CloudMapView, cloudMapView } from './cloud-map-view.ts';
import {
  embeddedIdentity,
  type Identity,
  identityIn,
  identityVariables,
  privateIdentity,
} from './identity.ts';
import type { RealCluster } from './kubeconfig/real-cluster.ts';
import type { PlaygroundOptions } from './options.ts';
import { startPage } from './page/start-page.ts';
import { watchInvocations } from './page/watch-invocations.ts';
import type { LocalPods } from './pods/local-pods.ts';
import { cloudMapNames } from './pods/network/cloud-map-names.ts';
import { portNamed } from './port-named.ts';
import type { Report } from './progress.ts';
import { type Cluster, reachCluster } from './reach-cluster.ts';
import { RecentErrors } from './recent-errors.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';
import { startTargets, type Targets } from './targets.ts';
import { playground as topology, withoutServiceEntries } from './topology.ts';
import { activityOf, countDeadLetters, countQueuedPods } from './verdict/activity.ts';
import type { Activity } from './verdict/settle.ts';

export interface Playground {
  readonly awsUrl: string;
  /** The page that shows the state; undefined without a port for it. */
  readonly pageUrl: string | undefined;
  /** The endpoint of Cloud Map: the embedded AWS, or --aws-endpoint. */
  readonly cloudMapUrl: string;
  /** Undefined for a real cluster, which is only watched. */
  readonly cluster: EmbeddedCluster | undefined;
  /** With --kubeconfig. */
  readonly real: RealCluster | undefined;
  readonly mesh: readonly MeshTargetName[];
  /** The URL of the API server. */
  readonly kubernetesUrl: string;
  /** The kubectl command for this cluster. */
  readonly kubectl: string;
  readonly cloudMap: CloudMapView;
  /** The pods that run on this machine; undefined if they run nothing. */
  readonly pods: LocalPods | undefined;
  /** Undefined with --aws-endpoint. */
  readonly appMesh: AppMesh | undefined;
  /** Fault injection for tests; undefined for services that are not embedded. */
  readonly faults: {
    readonly aws: AwsFaults;
    readonly kubernetes: KubernetesFaults | undefined;
    readonly cloudMap: CloudMap | undefined;
  };
  readonly table: string;
  /** The log of the functions and the relay. */
  readonly logFile: string;
  readonly recentErrors: RecentErrors;
  readonly relay: RelayProcess;
  /** Starts another relay process for the same cluster. */
  startRelay(): RelayProcess;
  /** Resolves when the relay has listed the cluster. */
  readonly relayReady: Promise<void>;
  /** Resolves with the reason when the relay process has exited. */
  readonly relayEnded: Promise<string>;
  /** Live JavaScript objects of each idle environment of a function, in bytes, by the function's name. */
  liveHeapBytes(): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Reports changes of instances and mesh resources immediately. */
  reportNow(): void;
  /** What is queued, running or was done. */
  readonly activity: Activity;
  /** Whether no message is queued or in flight and no Cloud Map operation is running. */
  isQuiet(): boolean;
  /** Invokes a function. Rejects with its error. */
  invoke(name: string, event: object): Promise<unknown>;
  /** The number of messages in the dead-letter queues. */
  deadLetters(): number;
  /** Stops the embedded AWS with its functions, as the removal of the stack does. */
  stopAws(): Promise<void>;
  /** Stops everything, in reverse order. */
  close(options: { readonly keepLog: boolean }): Promise<void>;
}

/**
 * Starts, in this order:
 * 1. the embedded cluster, or the proxy to a real one;
 * 2. the functions, bundled as for AWS;
 * 3. the embedded AWS, with one environment pre-started for each function that a queue invokes;
 * 4. the relay.
 * If a step fails, the steps before it are undone.
 */
export async function startPlayground(options: PlaygroundOptions, report: Report): Promise<Playground> {
  const { mesh = ['app-mesh'], timeFactor = 1 } = options;
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'eks-mesh-sync-'));
  let keepLog = false;
  started.defer(() => (keepLog ? undefined : rm(folder, { recursive: true })));
  const recentErrors = new RecentErrors();
  const log = openLog(join(folder, 'log'), recentErrors, started);

  const identity = functionsIdentity(options);
  const cluster = await reachCluster(options, identity, folder, started, report, log);
  const handlers = await bundleFunctions(
    topology.functions.map(({ name }) => name),
    folder,
    mesh,
  );
  report(`functions bundled: ${Object.keys(handlers).join(', ')}`);

  let running: EmbeddedCloud | undefined;
  const queuedPods = () => (running === undefined ? 0 : countQueuedPods(running));
  const embedded = options.awsEndpoint === undefined ? startTargets(started, report, queuedPods) : undefined;
  const invocations = new Set<() => void>();
  const watched = watchInvocations(log, invocations);
  const cloud = await startAws({
    options,
    identity,
    handlers,
    cluster,
    targets: embedded,
    log: watched,
    report,
  });
  running = cloud;
  let stopping: Promise<void> | undefined;
  const stopAws = () => {
    stopping ??= cloud.close();
    return stopping;
  };
  started.defer(stopAws);
  report(
    `embedded AWS at ${cloud.url}${embedded ? '' : `, Cloud Map and App Mesh at ${options.awsEndpoint}`}`,
  );

  const relays: RelayProcess[] = [];
  const startRelay = () => {
    const relay = startRelayProcess({
      args: [
        ...['--cluster', 'local', '--event-bus', topology.eventBus, '--port', '0', ...cluster.relayArgs],
        ...['--confirm-seconds', String(Math.ceil(confirmSeconds / timeFactor))],
      ],
      environment: { AWS_ENDPOINT_URL: cloud.url, ...identityVariables(embeddedIdentity) },
      log: (line) => {
        log(`relay ${line}`);
        cloud.logGroups.add('relay', line);
      },
    });
    relays.push(relay);
    return relay;
  };
  const relay = startRelay();
  started.defer(async () => void (await Promise.all(relays.map((each) => each.stop()))));

  const page = await startPage(options, cloud, { started, invocations, report });
  const stack = started.move();
  const activity = activityOf(cloud, embedded, cluster.embedded?.store);
  const cloudMapUrl = options.awsEndpoint ?? cloud.url;
  const cloudMap = cloudMapView(cloudMapUrl, identityOf(options));
  cluster.pods?.resolveWith(cloudMapNames(cloudMap));
  return {
    awsUrl: cloud.url,
    pageUrl: page?.url,
    cloudMapUrl,
    cluster: cluster.embedded,
    real: cluster.real,
    mesh,
    kubernetesUrl: cluster.endpoint,
    kubectl: cluster.kubectl,
    cloudMap,
    pods: cluster.pods,
    appMesh: embedded?.appMesh,
    faults: { aws: cloud.faults, kubernetes: cluster.embedded?.faults, cloudMap: embedded?.cloudMap },
    table: topology.table,
    logFile: join(folder, 'log'),
    recentErrors,
    relay,
    startRelay,
    relayReady: relay.ready,
    relayEnded: relay.ended,
    liveHeapBytes: () => liveHeapBytes(cloud),
    reportNow: () => embedded?.reportNow(),
    activity,
    isQuiet: () => activity.underWay() === null,
    invoke: (name, event) => invoke(cloud, name, event),
    deadLetters: () => countDeadLetters(cloud),
    stopAws,
    async close(close) {
      keepLog = close.keepLog;
      await stack.disposeAsync();
    },
  };
}

function openLog(
  path: string,
  recentErrors: RecentErrors,
  started: AsyncDisposableStack,
): (line: string) => void {
  const file = createWriteStream(path);
  started.defer(() => new Promise<void>((resolve) => file.end(resolve)));
  return (line) => {
    file.write(`${line}\n`);
    recentErrors.add(line);
  };
}

interface AwsOptions {
  readonly options: PlaygroundOptions;
  readonly identity: Identity;
  readonly handlers: Readonly<Record<string, string>>;
  readonly cluster: Cluster;
  readonly targets: Targets | undefined;
  readonly log: LogSink;
  readonly report: Report;
}

/** The interval of the relay's listings by default. */
const confirmSeconds = 600;

async function startAws({
  options,
  identity,
  handlers,
  cluster,
  targets,
  log,
  report,
}: AwsOptions): Promise<EmbeddedCloud> {
  const { awsEndpoint, mesh = ['app-mesh'], timeFactor = 1 } = options;
  const { endpoint, kubectl } = cluster;
  const deployed = mesh.includes('istio') ? topology : withoutServiceEntries(topology);
  const cloud = await portNamed('--aws-port', options.awsPort, (port) =>
    startCloud({
      port,
      topology: shortened(deployed, { timeFactor, mesh }),
      handlers,
      variables: {
        ...identityVariables(identity),
        POWERTOOLS_SERVICE_NAME: topology.eventBus,
        EKS_MESH_SYNC_KUBECTL: kubectl,
        ...(awsEndpoint !== undefined && {
          AWS_ENDPOINT_URL_SERVICEDISCOVERY: awsEndpoint,
          AWS_ENDPOINT_URL_APP_MESH: awsEndpoint,
        }),
      },
      cluster: { name: 'local', endpoint },
      takesGroupsLiterally: options.literalMessageGroup ?? false,
      services: targets?.services ?? [],
      log,
      onAlarm: (change) => {
        const line = alarmLine(change);
        if (line !== undefined) report(line);
      },
    }),
  );
  for (const mapping of deployed.mappings) cloud.functions.get(mapping.function)?.warm();
  return cloud;
}

/** The proxy to a real cluster knows the functions by it. */
function functionsIdentity(options: PlaygroundOptions): Identity {
  const isChecked = options.kubeconfig !== undefined && options.awsEndpoint === undefined;
  return isChecked ? privateIdentity() : identityOf(options);
}

function identityOf({ awsEndpoint }: PlaygroundOptions): Identity {
  return awsEndpoint === undefined ? embeddedIdentity : identityIn(process.env);
}

async function liveHeapBytes({ functions }: EmbeddedCloud): Promise<ReadonlyMap<string, readonly number[]>> {
  const heaps = new Map<string, readonly number[]>();
  for (const [name, lambda] of functions) heaps.set(name, await lambda.liveHeapBytes());
  return heaps;
}

async function invoke({ functions }: EmbeddedCloud, name: string, event: object): Promise<unknown> {
  const outcome = await functions.get(name)?.invoke(JSON.stringify(event));
  if (outcome?.payload === undefined)
    throw new Error(`function ${name} failed: ${outcome?.error.errorMessage ?? 'not found'}`);
  return JSON.parse(outcome.payload);
}
