import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { clusterObjectChanged, podChanged } from '../../relay/watch/details.ts';
import { relaySource } from '../../shared/model/events/event.ts';
import { cluster, node, pod, virtualNode } from './objects.ts';
import { hasCommit, runIn, treeOf, type Version, versions } from './versions.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Parses messages as the functions of a version do, and says what they understood. */
function parsedBy({ commit, parseEvent, schemas }: Version, bodies: readonly string[]): unknown {
  const folder = treeOf(commit);
  folders.push(folder);
  const source = `import { parseEvent } from '${folder}/${parseEvent}';
import * as schemas from '${folder}/${schemas}';
const schemaOf = { 'Pod Changed': schemas.podChanged, 'Cluster Object Changed': schemas.clusterObjectChanged };
const run = (bodies) => bodies.map((body) => {
  const { type, change, pod, object } = parseEvent(schemaOf[JSON.parse(body).detail.type], body);
  return [type, change, (pod ?? object).metadata.name, (pod ?? object).metadata.resourceVersion];
});`;
  return runIn(folder, source, bodies);
}

describe('new relays with the functions of earlier versions', () => {
  const events = [
    podChanged(cluster, 'Applied', pod, () => node),
    podChanged(cluster, 'Deleted', pod, () => node),
    clusterObjectChanged(cluster, 'Applied', virtualNode),
  ];
  /** With a field that no version knows, as a later relay may send it. */
  const later = events.map((event) => ({ ...event, fieldOfALaterRelay: { any: 'thing' } }));
  const bodies = [...events, ...later].map((detail) =>
    JSON.stringify({ source: relaySource(cluster), detail }),
  );
  const understood = [
    ['Pod Changed', 'Applied', 'front-1', '48213'],
    ['Pod Changed', 'Deleted', 'front-1', '48213'],
    ['Cluster Object Changed', 'Applied', 'front', '48001'],
  ];

  for (const version of versions)
    it.skipIf(!hasCommit(version.commit))(
      `the functions of ${version.commit} (${version.what}) understand today's events (skipped in a shallow clone)`,
      () => {
        expect(parsedBy(version, bodies)).toEqual([...understood, ...understood]);
      },
      60_000,
    );
});
