import { AppMesh } from '../../local/aws/app-mesh/app-mesh.ts';
import { appMeshService } from '../../local/aws/app-mesh-service.ts';
import { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '../../local/aws/cloud-map-service.ts';
import { Faults } from '../../local/aws/faults.ts';
import { Gateway } from '../../local/aws/gateway.ts';
import { type Cluster, startCluster } from '../../local/kubernetes/cluster.ts';
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
  const cluster = await startCluster({ port: 0 });
  return {
    ...{ awsUrl, kubernetesUrl: cluster.url, cloudMap, appMesh, cluster },
    async [Symbol.asyncDispose]() {
      await cluster.stop();
      await gateway.close();
      cloudMap.stop();
    },
  };
}
