import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { appMeshAccess } from './app-mesh-access.ts';
import { cloudMapAccess, cloudMapReading, type Statement } from './cloud-map-access.ts';
import { clusterAccess } from './cluster-access.ts';
import { readClusters } from './read-clusters.ts';
import { sweepSchedules } from './sweep-schedules.ts';

/** The part of osls that this plugin uses. */
interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly custom: { readonly clustersFile: string; readonly prefix: string };
    readonly resources: { readonly Resources: Record<string, unknown> };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/**
 * An osls plugin that brings clusters.yml into the deployment. Before anything is packaged it checks the file, so that
 * a fault stops `sls package` and `sls deploy`; writes it as clusters.json, which goes into every function's zip; and
 * makes of it the policies of what the functions may do in Cloud Map, in App Mesh and with the clusters, and the sweeps'
 * schedules.
 */
export default class ClustersPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:package:cleanup': () => this.#prepare(),
      'before:deploy:function:initialize': () => this.#prepare(),
    };
  }

  #prepare(): void {
    const { serviceDir, service } = this.#serverless;
    const clusters = this.#read(resolve(serviceDir, service.custom.clustersFile));
    writeFileSync(join(serviceDir, 'clusters.json'), `${JSON.stringify(clusters, null, 2)}\n`);
    Object.assign(service.resources.Resources, {
      CloudMapAccess: policy(
        'What the functions may do in Cloud Map, as the clusters file asks',
        cloudMapAccess(clusters),
      ),
      CloudMapReading: policy(
        'What functions that only look may read of Cloud Map, as the clusters file asks',
        cloudMapReading(clusters),
      ),
      ClusterReading: policy(
        'What the functions may do to reach the clusters of the clusters file',
        clusterAccess(clusters),
      ),
      ...meshPolicy(appMeshAccess(clusters)),
      ...sweepSchedules(clusters, service.custom.prefix),
    });
  }

  /** An error of osls's own class is shown as the user's to mend, without a stack trace. */
  #read(path: string): ReturnType<typeof readClusters> {
    try {
      return readClusters(path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new this.#serverless.classes.Error(error.message, 'INVALID_CLUSTERS_FILE');
    }
  }
}

/** IAM takes no policy without a statement, so the role has one only where a cluster has an App Mesh target. */
function meshPolicy(statements: readonly Statement[]): Record<string, object> {
  if (statements.length === 0) return {};
  const { Type, Properties } = policy(
    'What reconcile-mesh may do in App Mesh, as the clusters file asks',
    statements,
  );
  return { AppMeshAccess: { Type, Properties: { ...Properties, Roles: [{ Ref: 'ReconcileMeshRole' }] } } };
}

function policy(description: string, statements: readonly Statement[]) {
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      Description: description,
      PolicyDocument: { Version: '2012-10-17', Statement: statements },
    },
  };
}
