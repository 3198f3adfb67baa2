import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { Faults } from '@eks-mesh-sync/embedded-aws/faults.ts';
import { Gateway } from '@eks-mesh-sync/embedded-aws/gateway.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import type { Endpoints } from './peer.ts';

/** The embedded services alone, without the functions and the relay of this project. */
export interface Embedded extends Endpoints, AsyncDisposable {
  readonly cloudMap: CloudMap;
  readonly appMesh: AppMesh;
  readonly cluster: Cluster;
}

export async function startEmbedded(): Promise<Embedded> {
  const [cloudMap, appMesh] = [new CloudMap(), new AppMesh()];
  const services = [cloudMapService(cloudMap), appMeshService(appMesh)];
  const gateway = new Gateway({ port: 0, faults: new Faults(), services: () => services });
  const awsUrl = await gateway.listen();
  const cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
  return {
    ...{ awsUrl, kubernetesUrl: cluster.url, cloudMap, appMesh, cluster },
    async [Symbol.asyncDispose]() {
      await cluster.stop();
      await gateway.close();
      cloudMap.stop();
    },
  };
}
