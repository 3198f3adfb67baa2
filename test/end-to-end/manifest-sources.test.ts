import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '../..');
const timeout = 120_000;
const kubectlMissing = spawnSync('kubectl', ['version', '--client']).status !== 0;

const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } });
const pod = `apiVersion: v1
kind: Pod
metadata: { generateName: job-, namespace: tools }
spec: { containers: [{ name: a, image: a }] }
`;

/** `npm start -- --exit …` with a text on its standard input. */
async function start(input: string, ...args: readonly string[]) {
  const free = ['--aws-port', '0', '--kubernetes-port', '0', '--page-port', '0'];
  const child = spawn('npm', ['start', '--silent', '--', '--exit', ...free, ...args], { cwd: project });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const status = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

describe('where npm start takes manifests from', { timeout }, () => {
  it.skipIf(kubectlMissing)(
    `a kustomization, a folder and standard input together${kubectlMissing ? ' (skipped: kubectl not installed)' : ''}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sources-'));
      const [base, overlay, more] = ['base', 'overlay', 'more'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      for (const each of [base, overlay, more]) mkdirSync(each);
      copyFileSync(join(project, 'examples/blue-green.yaml'), join(base, 'app.yaml'));
      writeFileSync(join(base, 'kustomization.yaml'), 'resources: [app.yaml]');
      writeFileSync(
        join(overlay, 'kustomization.yaml'),
        'resources: [../base]\nreplicas: [{ name: orders-blue, count: 2 }]',
      );
      writeFileSync(join(more, 'namespace.json'), namespace);
      const args = [overlay, more, '-'].flatMap((path) => ['--manifest', path]);
      const { status, stdout, stderr } = await start(pod, '--mesh', 'istio', ...args);
      expect([stderr, status]).toEqual(['', 0]);
      expect(stdout).toContain(`applied ${overlay} and ${more} and -: `);
      expect(stdout).toMatch(
        /\nAll is in sync\.\nMesh objects: 8\. Pods: 3 registered, 1 that nothing selects for Cloud Map\.\n/,
      );
    },
  );

  it('an input that cannot be read ends with status 1 before anything starts', async () => {
    const { status, stdout, stderr } = await start(`${pod}---\nkind: Pod\n---\na: [1\n`, '--manifest', '-');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'standard input:6 (document 2): Pod: apiVersion is missing; metadata.name is missing\n' +
        'standard input:9: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]\n\n' +
        'Nothing was applied, since a file cannot be read.\n',
    );
  });

  it('a variable in a name ends with status 2 and the option that replaces it', async () => {
    const variable = '$' + '{NS}';
    const { status, stderr } = await start(pod.replace('tools', `"${variable}"`), '--manifest', '-');
    expect(status).toBe(2);
    expect(stderr).toContain(`standard input has ${variable} in fields of mesh objects and namespaces.`);
    expect(stderr).toContain('--substitute NS\n');
  });
});
