/** Records the events of the relays of earlier versions, by their own code: `node test/compatibility/record.ts`. */
import { rmSync, writeFileSync } from 'node:fs';
import { cluster, node, pod, virtualNode } from './objects.ts';
import { runIn, treeOf, versions } from './versions.ts';

for (const { commit, details } of versions) {
  const folder = treeOf(commit);
  const source = `import { clusterObjectChanged, podChanged } from '${folder}/${details}';
const run = ({ cluster, node, pod, virtualNode }) => [
  podChanged(cluster, 'Applied', pod, () => node),
  clusterObjectChanged(cluster, 'Applied', virtualNode),
  podChanged(cluster, 'Deleted', { ...pod, metadata: { ...pod.metadata, resourceVersion: '48300' } }, () => node),
];`;
  const events = runIn(folder, source, { cluster, node, pod, virtualNode });
  const file = new URL(`recorded/${commit}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(events, null, 2)}\n`);
  rmSync(folder, { recursive: true });
}
