import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const manifests = `apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: blue, namespace: shop }
spec: { podSelector: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: app, namespace: shop, annotations: { appmesh.k8s.aws/cpuLimit: "1" } }
spec: { containers: [{ name: app, image: app }] }
`;

/** Runs the command as a user does. */
function run(input: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['inject/main.ts', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the command inject', () => {
  it('ends with 0 and prints the manifests to the standard output', () => {
    const { status, stdout, stderr } = run(manifests, '--envoy-image', 'mine', '-');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('image: mine');
  });

  it('notes on the standard error what of the annotations does nothing', () => {
    const { status, stdout, stderr } = run(manifests.replace('cpuLimit: "1"', 'ipv6: disabled'), '-');
    expect(status).toBe(0);
    expect(stdout).toContain('name: envoy');
    expect(stderr).toBe(
      'note: standard input: Pod shop/app: annotation appmesh.k8s.aws/ipv6 does nothing: IPv6 is intercepted where the pod has an IPv6 address\n',
    );
  });

  it('ends with 1 and prints only what is wrong if a pod is refused', () => {
    const { status, stdout, stderr } = run(manifests.replace('"1"', 'one'), '-');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'standard input: Pod shop/app: annotation appmesh.k8s.aws/cpuLimit is "one"; expected a quantity, such as 100m or 64Mi\n',
    );
  });

  it('ends with 2 for a wrong option or no file, and prints its help', () => {
    expect(run('', '--image', 'mine').status).toBe(2);
    expect(run('')).toMatchObject({ status: 2, stderr: 'no FILE given; expected manifests\n' });
    expect(run('', 'missing.yaml')).toMatchObject({ status: 2, stderr: 'missing.yaml not found\n' });
    expect(run('', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run') });
  });
});
