import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { findEnvoy, howToGetEnvoy } from '../../../playground/pods/find-envoy.ts';
import { startEnvoy } from '../../../playground/pods/run-envoy.ts';
import { files } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import { proxyFiles } from './harness/proxy-files.ts';

const binary = findEnvoy();
const reason = binary === undefined ? ` (skipped: no Envoy. ${howToGetEnvoy})` : '';

function statusOf(host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) =>
    request({ host, port: 8080, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(),
  );
}

describe.skipIf(binary === undefined)(`an Envoy of a pod on this machine${reason}`, () => {
  it('an Envoy follows its files as they are swapped, reaches its application, and leaves nothing behind', async () => {
    const place = somePlace();
    const application = createServer((_, response) => response.writeHead(299).end());
    await new Promise<void>((resolve) => application.listen(8080, place.application, resolve));
    const envoy = await startEnvoy({ binary: binary ?? '', files: proxyFiles('/old', 201), place });
    try {
      expect(await statusOf(place.pod, '/old')).toBe(201);
      expect(await statusOf(place.pod, '/application')).toBe(299);
      envoy.update(proxyFiles('/new', 202));
      await expect.poll(() => statusOf(place.pod, '/new'), { interval: 10 }).toBe(202);
      expect(await statusOf(place.pod, '/old')).toBe(404);
      expect(await envoy.admin('/config_dump')).toContain('"/new"');
    } finally {
      await envoy.stop();
      application.close();
    }
    await expect(statusOf(place.pod, '/new')).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(place.directory)).toBe(false);
  });

  it('an Envoy that does not start is reported with its last lines, and leaves nothing behind', async () => {
    const place = somePlace();
    const broken = { ...proxyFiles('/', 200), [files.bootstrap]: '{"unknown": 1}' };
    await expect(startEnvoy({ binary: binary ?? '', files: broken, place })).rejects.toThrow(
      /Envoy exited with status 1 before it was ready:[\s\S]*unknown/,
    );
    expect(existsSync(place.directory)).toBe(false);
  });
});

describe('findEnvoy', () => {
  it('findEnvoy takes the option before the variable, and that before PATH', () => {
    const folder = mkdtempSync(join(tmpdir(), 'find-envoy-'));
    const [option, variable, envoy] = ['option', 'variable', 'envoy'].map((name) => join(folder, name));
    for (const file of [option, variable, envoy]) writeFileSync(file ?? '', '', { mode: 0o755 });
    const environment = { PATH: folder };
    expect(findEnvoy(option, { ...environment, ENVOY: variable })).toBe(option);
    expect(findEnvoy(undefined, { ...environment, ENVOY: variable })).toBe(variable);
    expect(findEnvoy(undefined, environment)).toBe(envoy);
  });

  it('findEnvoy finds none where there is none, and names an option or a variable that is wrong', () => {
    expect(findEnvoy(undefined, { PATH: '/nowhere' })).toBeUndefined();
    expect(() => findEnvoy('/nowhere/envoy', {})).toThrow('--envoy is "/nowhere/envoy"; expected');
    expect(() => findEnvoy(undefined, { ENVOY: '/nowhere/envoy' })).toThrow('ENVOY is "/nowhere/envoy"');
  });
});
