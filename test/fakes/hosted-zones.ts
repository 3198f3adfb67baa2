import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';

/** What Route 53 says of the hosted zones of an embedded Cloud Map. */
export function hostedZonesOf(engine: CloudMap) {
  return { vpcsOf: async (id: string): Promise<readonly string[]> => engine.hostedZone(id)?.vpcs ?? [] };
}
