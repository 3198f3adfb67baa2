import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { applyManifests } from '../../../playground/manifests/apply.ts';
import type { Manifest } from '../../../playground/manifests/manifest.ts';
import { readManifests } from '../../../playground/manifests/read-manifests.ts';
import { type AnObject, appliedLine, kubectlFor } from '../../end-to-end/manifests/run.ts';
import {
  fragments,
  missingVectors,
  substituted,
  wholeFiles,
  yelbFiles,
} from '../../end-to-end/manifests/vectors.ts';
import { findKubectl } from '../../tools/helm.ts';

const tool = findKubectl();
const reason = tool.reason === undefined ? '' : ` (skipped: ${tool.reason})`;
const withoutVectors = missingVectors === undefined ? '' : ` (skipped: ${missingVectors})`;
const examples = new URL('../../../examples/', import.meta.url).pathname;
const yamlIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));

describe.skipIf(tool.path === undefined)(
  `kubectl apply of files that npm start has applied finds them unchanged${reason}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
    });
    afterAll(() => cluster?.stop());

    /** Applies the files, then again with kubectl. Returns what is not as expected. */
    async function differences(paths: readonly string[]) {
      const { applied, refused } = applyManifests(cluster, readManifests(paths));
      expect(refused).toEqual([]);
      const kubectl = kubectlFor(tool.path ?? '', cluster.url);
      const { stdout } = await kubectl('apply', ...paths.flatMap((path) => ['-f', path]));
      const expected = new Set(applied.map((each) => appliedLine(each as AnObject, actionOf(each))));
      const lines = new Set(stdout.trim().split('\n'));
      return [...expected.symmetricDifference(lines)];
    }

    it('of the examples', async () => {
      expect(await differences(yamlIn(join(examples, 'teams')))).toEqual([]);
      // One changes objects of another.
      const [changed = [], others = []] = [true, false].map((changes) =>
        yamlIn(examples).filter((path) => path.endsWith('/webapp-cloud-map.yaml') === changes),
      );
      expect(await differences(others)).toEqual([]);
      expect(await differences(changed)).toEqual([]);
    }, 60_000);

    it.skipIf(missingVectors !== undefined)(
      `of manifests that people run${withoutVectors}`,
      async () => {
        expect(await differences(substituted([...wholeFiles(), ...fragments]))).toEqual([]);
        // Three of them have other versions of the same router.
        const routers = yelbFiles().filter((path) => path.includes('appmesh-virtual-router'));
        expect(await differences(yelbFiles().filter((path) => !routers.includes(path)))).toEqual([]);
        for (const path of routers) expect(await differences([path]), path).toEqual([]);
      },
      60_000,
    );

    it('of texts that JSON writers escape in several ways, and of keys that are numbers', async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'again-')), 'odd.yaml');
      writeFileSync(path, odd);
      expect(await differences([path])).toEqual([]);
    });
  },
);

/** With a real API server, too, kubectl's patch of these is never empty: it sets defaults in lists that are replaced as one. */
const neverUnchanged = ['StatefulSet', 'PodDisruptionBudget', 'LimitRange', 'NetworkPolicy'];

function actionOf({ kind }: Manifest): string {
  return neverUnchanged.includes(kind) ? 'configured' : 'unchanged';
}

const odd = `apiVersion: v1
kind: ConfigMap
metadata:
  name: odd
  annotations: { b: "1", a: "<a href='x'>&</a>" }
data:
  "10": ten
  "9": nine
  script: |
    if [ "$A" -lt 1 ] && [ "$B" -gt 2 ]; then echo "é \\t \\u2028 🎉"; fi
  ctl: "\\u0001\\u2028\\u007f\\b\\f"
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: { name: odd, annotations: {} }
spec: { egressFilter: { type: ALLOW_ALL } }
`;
