import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import type { AwsService } from '@eks-mesh-sync/embedded-aws/protocol.ts';
import { route53Service } from '@eks-mesh-sync/embedded-aws/route-53/service.ts';
import { reportResources } from './mesh-progress.ts';
import { type Report, reportInstances } from './progress.ts';

/** The embedded services that the functions write to. */
export interface Targets {
  readonly cloudMap: CloudMap;
  readonly appMesh: AppMesh;
  readonly services: readonly AwsService[];
  /** Reports the changes up to now immediately. */
  reportNow(): void;
}

/** Starts the embedded services and reports their changes, with the number of pods that are still queued. */
export function startTargets(
  started: AsyncDisposableStack,
  report: Report,
  queuedPods: () => number,
): Targets {
  const [cloudMap, appMesh] = [new CloudMap(), new AppMesh()];
  started.defer(() => cloudMap.stop());
  const reporters = [
    reportResources(() => appMesh.snapshot(), report),
    reportInstances(() => cloudMap.snapshot(), report, queuedPods),
  ];
  started.defer(() => {
    for (const reporter of reporters) reporter.stop();
  });
  return {
    cloudMap,
    appMesh,
    services: [cloudMapService(cloudMap), route53Service(cloudMap), appMeshService(appMesh)],
    reportNow: () => {
      for (const reporter of reporters) reporter.flush();
    },
  };
}
