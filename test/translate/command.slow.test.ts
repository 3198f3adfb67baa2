import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { fileOf } from './files.ts';
import { node, router, shop } from './manifests.ts';

/** Runs the command as a user does. */
async function run(...args: readonly string[]) {
  const command = ['translate/main.ts', ...args];
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, command, (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the command', () => {
  it('the translate command ends with 0 and prints only YAML to the standard output if nothing is lost', async () => {
    const { status, stdout } = await run('--to', 'istio', fileOf(shop));
    expect(status).toBe(0);
    const documents = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(documents.map(({ kind }) => kind)).toContain('VirtualService');
  });

  it('the translate command ends with 1 and a table if an object could not be translated', async () => {
    const { status, stderr } = await run('--to', 'istio', fileOf(router));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^OBJECT +FIELD +EFFECT +WHAT IS NOT CARRIED OVER/m);
  });

  it('the translate command ends with 2, without output, for an invalid manifest', async () => {
    const { status, stdout, stderr } = await run('--to', 'istio', fileOf(node('blue', '  colour: red')));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /\d\.yaml: VirtualNode apps\/blue: spec.colour: unknown field; expected only .*\n$/,
    );
  });
});
