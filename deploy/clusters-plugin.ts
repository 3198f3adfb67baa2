import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { alarmResources } from './alarms/alarm-resources.ts';
import { dashboardResources } from './alarms/dashboard.ts';
import { warningsOf } from './cluster-warnings.ts';
import { type LimitedTemplate, limitFaults } from './deployment-limits.ts';
import { useExistingTable } from './existing-table.ts';
import { accessEntries } from './options/access-entries.ts';
import type { Parameters } from './options/parameters.ts';
import { elsewhereText, type SweptElsewhere, sweptElsewhere } from './other-stages.ts';
import { appMeshAccess } from './policies/app-mesh-access.ts';
import { cloudMapAccess, cloudMapReading } from './policies/cloud-map-access.ts';
import { clusterAccess } from './policies/cluster-access.ts';
import { envoyAccess } from './policies/envoy-access.ts';
import { managedPolicies } from './policies/managed-policies.ts';
import { type PolicyDocument, pinRelayRegions } from './policies/relay-clusters.ts';
import { serviceEntriesAccess } from './policies/service-entries-access.ts';
import { tracingAccess } from './policies/tracing-access.ts';
import { readClusters } from './read-clusters.ts';
import { entrySchedules } from './schedules/entry-schedules.ts';
import { envoySchedules } from './schedules/envoy-schedules.ts';
import { sweepSchedules } from './schedules/sweep-schedules.ts';

/** The parts of osls that this plugin uses. */
interface Serverless {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[] };
  readonly service: {
    readonly custom: {
      readonly prefix: string;
      /** As deploy/options-plugin.ts has checked them. */
      readonly parameters: Parameters;
    };
    readonly resources: { readonly Resources: Record<string, unknown> };
    readonly functions: Readonly<Record<string, { readonly events?: readonly SqsEvent[] }>>;
    readonly provider: {
      readonly region: string;
      readonly compiledCloudFormationTemplate: LimitedTemplate;
      readonly tracing?: { readonly lambda?: unknown };
    };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface SqsEvent {
  readonly sqs?: { enabled?: boolean };
}

/**
 * An osls plugin that adds clusters.yml to the deployment. Before packaging it validates the file, so that an error stops
 * `sls package` and `sls deploy`; writes clusters.json, which goes into every function's zip; and creates the functions'
 * policies for Cloud Map, App Mesh and the clusters, the schedules of the sweeps, and the access entries that are asked for.
 */
export default class ClustersPlugin {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:package:cleanup': async () => {
        // Before anything is bundled; packaging alone asks nobody.
        if (this.#serverless.processedInput.commands[0] === 'deploy') await this.#checkStages();
        this.#prepare();
      },
      'before:deploy:function:initialize': () => this.#prepare(),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.#finish(),
    };
  }

  #prepare(): void {
    const { serviceDir, service } = this.#serverless;
    const clusters = this.#read(resolve(serviceDir, service.custom.parameters.clusters));
    writeFileSync(join(serviceDir, 'clusters.json'), `${JSON.stringify(clusters, null, 2)}\n`);
    for (const line of warningsOf(clusters)) console.warn(line);
    const { Resources } = service.resources;
    Object.assign(Resources, accessEntries(clusters));
    Object.assign(Resources, sweepSchedules(clusters, service.custom.prefix));
    Object.assign(Resources, entrySchedules(clusters, service.custom.prefix));
    Object.assign(Resources, envoySchedules(clusters, service.custom.prefix));
    pinRelayRegions(documentOf(Resources.RelayPolicy), clusters);
    this.#addAlarms(clusters);
    this.#switchServiceEntries(clusters.clusters.some(({ serviceEntries }) => serviceEntries !== undefined));
    const { tracing } = service.provider;
    for (const { id, description, statements, roles } of tracing?.lambda ? [...policies, traces] : policies) {
      const made = managedPolicies(id, description, statements(clusters));
      Object.assign(Resources, made);
      for (const role of roles) attach(Resources[role], Object.keys(made));
    }
  }

  #addAlarms(clusters: ReturnType<typeof readClusters>): void {
    const { custom, resources } = this.#serverless.service;
    const { alarmTopicArn, ...parameters } = custom.parameters;
    const { prefix } = custom;
    const [alarms, dashboard] = [parameters.alarms === 'true', parameters.dashboard === 'true'];
    if (alarms) Object.assign(resources.Resources, alarmResources(clusters, prefix, alarmTopicArn));
    if (dashboard)
      Object.assign(resources.Resources, dashboardResources(clusters, prefix, { hasAlarms: alarms }));
  }

  /** If no cluster has ServiceEntries, nothing is delivered to their queue and nobody polls it. */
  #switchServiceEntries(isOn: boolean): void {
    const { functions, resources } = this.#serverless.service;
    for (const { sqs } of functions['sync-service-entries']?.events ?? []) if (sqs) sqs.enabled = isOn;
    const { Properties } = resources.Resources.CloudMapCallsRule as { Properties: { State: string } };
    Properties.State = isOn ? 'ENABLED' : 'DISABLED';
  }

  #finish(): void {
    const { custom, provider } = this.#serverless.service;
    const { stateTable } = custom.parameters;
    if (stateTable !== '') useExistingTable(provider.compiledCloudFormationTemplate, stateTable);
    this.#checkLimits();
  }

  /** Who may deploy and not list rules is warned only. */
  async #checkStages(): Promise<void> {
    const { serviceDir, service, classes } = this.#serverless;
    const { parameters, prefix } = service.custom;
    const clusters = this.#read(resolve(serviceDir, parameters.clusters));
    let found: readonly SweptElsewhere[];
    try {
      found = await sweptElsewhere(clusters, { prefix, region: service.provider.region });
    } catch (error) {
      console.warn(`Other stages were not checked for the same clusters: ${(error as Error).message}`);
      return;
    }
    if (found.length > 0) throw new classes.Error(elsewhereText(found), 'CLUSTERS_OF_ANOTHER_STAGE');
  }

  /** Checks the limits that AWS would report only in the middle of a deployment. */
  #checkLimits(): void {
    const { service, classes } = this.#serverless;
    const faults = limitFaults(service.provider.compiledCloudFormationTemplate);
    if (faults.length > 0)
      throw new classes.Error(
        `${service.custom.parameters.clusters} has more clusters than one deployment supports; split it into several files and deploy each as its own stage:\n${faults.join('\n')}`,
        'TOO_MANY_CLUSTERS',
      );
  }

  /** osls shows an error of its own class as a user error, without a stack trace. */
  #read(path: string): ReturnType<typeof readClusters> {
    try {
      return readClusters(path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new this.#serverless.classes.Error(error.message, 'INVALID_CLUSTERS_FILE');
    }
  }
}

function documentOf(policy: unknown): PolicyDocument {
  return (policy as { readonly Properties: { readonly PolicyDocument: PolicyDocument } }).Properties
    .PolicyDocument;
}

const traces = {
  id: 'TracingAccess',
  description: 'Lets the functions send traces',
  statements: tracingAccess,
  roles: [
    'SyncPodsRole',
    'ReconcileMeshRole',
    'SyncServiceEntriesRole',
    'ExplainRole',
    'ReportRole',
    'SweepRole',
    'ResyncRole',
  ],
} as const;

function attach(role: unknown, ids: readonly string[]): void {
  const { Properties } = role as { Properties: { ManagedPolicyArns?: readonly object[] } };
  Properties.ManagedPolicyArns = [...(Properties.ManagedPolicyArns ?? []), ...ids.map((Ref) => ({ Ref }))];
}

/** Policies that depend on the clusters: their statements, and the roles that get them. */
const policies = [
  {
    id: 'CloudMapAccess',
    description: 'Access of the functions to Cloud Map, from the clusters file',
    statements: cloudMapAccess,
    roles: ['SyncPodsRole'],
  },
  {
    id: 'CloudMapReading',
    description: 'Read access of the functions to Cloud Map, from the clusters file',
    statements: cloudMapReading,
    roles: ['ExplainRole', 'ReportRole', 'SweepRole', 'ResyncRole'],
  },
  {
    id: 'ClusterReading',
    description: 'Access of the functions to the clusters of the clusters file',
    statements: clusterAccess,
    roles: ['SyncPodsRole', 'ReconcileMeshRole', 'SweepRole', 'ResyncRole'],
  },
  {
    id: 'AppMeshAccess',
    description: 'Access of reconcile-mesh to App Mesh, from the clusters file',
    statements: appMeshAccess,
    roles: ['ReconcileMeshRole'],
  },
  {
    id: 'EnvoyAccess',
    description: 'Read access of reconcile-mesh to Cloud Map, from the clusters file',
    statements: envoyAccess,
    roles: ['ReconcileMeshRole'],
  },
  {
    id: 'ServiceEntriesAccess',
    description: 'Read access for ServiceEntries to Cloud Map and the clusters, from the clusters file',
    statements: serviceEntriesAccess,
    roles: ['SyncServiceEntriesRole', 'ExplainRole'],
  },
] as const;
