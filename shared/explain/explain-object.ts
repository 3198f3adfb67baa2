import { readMesh } from '../mesh/read-mesh.ts';
import { meshDefaults } from '../mesh/targets/app-mesh/mesh.ts';
import { claimantOf, type ObjectName, objectNameText } from '../model/mesh-claim.ts';
import { resourceKey } from '../model/mesh-resource.ts';
import type { ExplainWorld } from '../ports/explain-ports.ts';
import type { ObjectExplanation } from './plan/object-explained.ts';
import { explainObject as explain } from './plan/object-explanation.ts';
import { Reads } from './reads.ts';

/** Reads what the table has of a mesh object and says what became of it in App Mesh, and why. Writes and calls nothing. */
export async function explainObject(
  world: ExplainWorld,
  cluster: string,
  object: ObjectName,
): Promise<ObjectExplanation> {
  const config = world.cluster(cluster);
  const reads = new Reads();
  const mesh = await reads.attempt('the mesh objects of the cluster', () => readMesh(world.mesh, cluster));
  const claims = await reads.attempt('the claims on App Mesh resources', () =>
    Array.fromAsync(world.meshClaims.all(claimantOf(config))),
  );
  const { kind, namespace, name } = object;
  return explain({
    cluster,
    object,
    nowMs: world.clock.now(),
    quotas: config.appMesh?.quotas,
    meshDefaults: meshDefaults(config.cloudMap),
    stored: mesh?.stored.get(objectNameText(object)),
    directory: mesh?.directory,
    isGone: (origin) => mesh?.isGone(origin) ?? false,
    claims: claims && new Map(claims.map((claim) => [resourceKey(claim.resource), claim])),
    told: await reads.attempt('what the object was told', () => world.statuses.find(cluster, object)),
    lastRun: await reads.attempt('the last run of the mesh', () => world.meshRuns.last(cluster)),
    putAside:
      (await reads.attempt('what was put aside', () => world.putAside.of(cluster, kind, namespace, name))) ??
      [],
    unread: reads.unread,
  });
}
