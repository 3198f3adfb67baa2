import { readMesh } from '../mesh/read-mesh.ts';
import { meshTargetsOf } from '../model/config/mesh-targets.ts';
import { type ObjectName, objectNameText } from '../model/records/mesh-claim.ts';
import type { ObjectDependencies } from './object-dependencies.ts';
import type { ObjectExplanation } from './plan/object-explained.ts';
import { explainObject as explain } from './plan/object-explanation.ts';
import { ReadAttempts } from './reads.ts';

/** Reads a mesh object from the table and explains its state in the mesh targets. Writes nothing and calls no target. */
export async function explainObject(
  deps: ObjectDependencies,
  cluster: string,
  object: ObjectName,
): Promise<ObjectExplanation> {
  const config = deps.cluster(cluster);
  const rules = deps.meshRules(config);
  const reads = new ReadAttempts();
  const mesh = await reads.attempt('the mesh objects of the cluster', () => readMesh(deps.objects, cluster));
  const targets = [];
  for (const each of rules) {
    const claims = await reads.attempt(`the claims on ${each.title} resources`, () =>
      Array.fromAsync(deps.meshClaims.all(each.claimant)),
    );
    targets.push({ rules: each, claims: claims && new Map(claims.map((claim) => [claim.key, claim])) });
  }
  const { kind, namespace, name } = object;
  return explain({
    place: deps.place,
    cluster,
    object,
    nowMs: deps.clock.now(),
    targets,
    hasMeshTarget: meshTargetsOf(config).length > 0,
    stored: mesh?.stored.get(objectNameText(object)),
    directory: mesh?.directory,
    isGone: (sourceObject) => mesh?.isGone(sourceObject) ?? false,
    writtenStatus: await reads.attempt('the status recorded for the object', () =>
      deps.statuses.find(cluster, object),
    ),
    lastRun: await reads.attempt('the last mesh run', () => deps.meshRuns.last(cluster)),
    deadLetters:
      (await reads.attempt('the dead-lettered messages', () =>
        deps.deadLetters.of(cluster, kind, namespace, name),
      )) ?? [],
    readFailures: reads.readFailures,
  });
}
