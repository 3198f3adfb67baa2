import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../../playground/pods/local-files.ts';
import type { RunningEnvoy } from '../../../playground/pods/run-envoy.ts';
import { aNode, aRoute, aRouter, aService, backends, listenersOn } from '../../mesh/harness/manifests.ts';
import { StagedFiles } from '../storm/stages.ts';
import { port, startServer } from './local-server.ts';
import { aLocalNode, filesOfFront, missingEnvoy, startFront } from './running-front.ts';

/**
 * As a kubelet does it up to the rename, after which Envoy reads all files. The links of new files into the mount come later,
 * here never, so that the result does not depend on who is faster.
 */
function renamesOnly({ place }: RunningEnvoy) {
  let count = 0;
  const update = (files: Readonly<Record<string, string>>) => {
    count += 1;
    const folder = join(place.directory, `..next-${count}`);
    mkdirSync(folder);
    for (const [name, text] of Object.entries(localFiles(files, place)))
      writeFileSync(join(folder, name), text);
    symlinkSync(`..next-${count}`, join(place.directory, '..data_tmp'));
    renameSync(join(place.directory, '..data_tmp'), join(place.directory, '..data'));
  };
  return { update };
}

const refusedBy = (envoy: RunningEnvoy) => envoy.admin('/stats?filter=update_(rejected|failure)');

describe.skipIf(missingEnvoy)(`files that are new in a mount, in a running Envoy${missingEnvoy}`, () => {
  it('a listener takes the route table of a new port that comes with it', async () => {
    await using blue = await startServer('blue');
    const common = [aLocalNode('blue', blue.address), aService('orders', 'node/blue')];
    const before = [aLocalNode('front', '127.0.0.1', backends('orders')), ...common];
    const after = filesOfFront([
      aLocalNode('front', '127.0.0.1', backends('orders', 'cart')),
      ...common,
      aService('cart', 'router/cart'),
      aRouter('cart', [aRoute('all', { blue: 1 })], listenersOn('http/9090')),
    ]);
    await using front = await startFront(before);
    const ask = () => front.get('/', { host: 'cart.apps', port: 9090 });
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    await new StagedFiles(renamesOnly(front.envoy), filesOfFront(before)).become(after);
    await expect.poll(async () => (await ask().catch(() => undefined))?.body).toBe('blue');
    expect(await refusedBy(front.envoy)).not.toMatch(/: [1-9]/);
  });

  it('a cluster takes the endpoints that come with it', async () => {
    await using blue = await startServer('blue');
    await using green = await startServer('green');
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'green' };
    const leadTo = (node: string) => [
      aLocalNode('front', '127.0.0.1', backends('orders')),
      aLocalNode('blue', blue.address),
      aNode('green', { serviceDiscovery: { awsCloudMap } }),
      aService('orders', `node/${node}`),
    ];
    const instancesOf = () => [{ address: green.address, port }];
    const before = filesOfFront(leadTo('blue'), instancesOf);
    await using front = await startFront(leadTo('blue'), { instancesOf });
    expect((await front.get('/')).body).toBe('blue');
    await new StagedFiles(renamesOnly(front.envoy), before).become(
      filesOfFront(leadTo('green'), instancesOf),
    );
    await expect.poll(async () => (await front.get('/')).body).toBe('green');
    expect(await refusedBy(front.envoy)).not.toMatch(/: [1-9]/);
  });
});
