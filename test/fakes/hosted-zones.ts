import type { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';

/** What Route 53 says of the hosted zones of an embedded Cloud Map. */
export function hostedZonesOf(engine: CloudMap) {
  return { vpcsOf: async (id: string): Promise<readonly string[]> => engine.hostedZone(id)?.vpcs ?? [] };
}
