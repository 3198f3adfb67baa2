import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { aMesh, aRoute, aRouter, aService, backends, listenersOn } from '../../mesh/harness/manifests.ts';
import { aLocalNode, filesOfFront } from '../egress/running-front.ts';
import { missingEnvoy } from '../find.ts';
import { StagedFiles } from '../storm/stages.ts';
import { startInterceptedPod } from './intercepted-pod.ts';
import { missingNamespaces, type Namespace, outsideAddress, podAddress } from './namespaces.ts';

const missing = missingEnvoy ?? missingNamespaces();

describe.skipIf(missing !== undefined)(`an intercepted pod in a storm of changes ${missing ?? ''}`, () => {
  it('fails no request of a service that stays while services, nodes and ports come and go', async () => {
    const first = filesAt(0);
    using pod = await startInterceptedPod(first);
    const files = new StagedFiles(pod, first);
    const clients = await startClientsIn(pod.pod);
    for (let step = 1; step <= 24; step++) await files.become(filesAt(step));
    const { failures, total } = await clients.stop();
    expect(failures).toEqual([]);
    expect(total).toBeGreaterThan(200);
    expect(files.writes).toBeGreaterThan(48);
  }, 120_000);
});

async function startClientsIn(pod: Namespace) {
  const program = new URL('send-requests.ts', import.meta.url).pathname;
  const child = pod.start(process.execPath, [program, '10.77.0.99', '8080', 'orders.apps']);
  const output = child.stdout as Readable;
  await once(output, 'data');
  return {
    stop: async (): Promise<{ readonly failures: readonly string[]; readonly total: number }> => {
      await sleep(200);
      child.stdin?.end();
      return JSON.parse((await output.toArray()).join('')) as never;
    },
  };
}

/** In each step other nodes serve `orders`, and other services come and go, half of them on ports of their own. */
function filesAt(step: number) {
  const targets = ['blue', 'red', 'green'];
  const weights = { [targets[step % 3] ?? '']: 1, ...(step % 2 && { [targets[(step + 1) % 3] ?? '']: 2 }) };
  const others = [0, 1, 2, 3].filter((each) => (step >> each) % 2 === 1);
  const service = (each: number): readonly Manifest[] => [
    aLocalNode(`n${each}`, `10.77.0.${each + 20}`),
    aService(`s${each}`, `router/r${each}`),
    aRouter(
      `r${each}`,
      [aRoute('all', { [`n${each}`]: 1 })],
      listenersOn(`http/${each % 2 === 0 ? 8080 : 8100 + each}`),
    ),
  ];
  return filesOfFront([
    aMesh({ egressFilter: { type: step % 5 === 4 ? 'ALLOW_ALL' : 'DROP_ALL' } }),
    aLocalNode('front', podAddress, backends('orders', ...others.map((each) => `s${each}`))),
    ...Object.keys(weights).map((name) => aLocalNode(name, outsideAddress)),
    aService('orders', 'router/router'),
    aRouter('router', [aRoute('all', weights)]),
    ...others.flatMap(service),
  ]);
}
