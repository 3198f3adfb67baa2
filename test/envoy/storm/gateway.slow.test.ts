import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { somePlace } from '../../../playground/pods/addresses.ts';
import { startEnvoy } from '../../../playground/pods/run-envoy.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aRoute,
  aRouter,
  aService,
} from '../../mesh/harness/manifests.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { contentIn, desiredEnvoys } from '../../mesh/targets/envoy/desired-envoys.ts';
import { startServer } from '../egress/local-server.ts';
import { aLocalNode, missingEnvoy } from '../egress/running-front.ts';
import { envoy as binary } from '../find.ts';
import { withLoopback } from '../loopback.ts';
import { startClients } from './clients.ts';
import { StagedFiles } from './stages.ts';

/** A route of a host name of its own. */
function routeOf(name: string, service: string): Manifest {
  const target = { virtualService: { virtualServiceRef: { name: service } } };
  const match = { prefix: '/', hostname: { exact: `${name}.example.com` } };
  return aGatewayRoute(name, service, { httpRoute: { match, action: { target } } });
}

function filesOf(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const desired = desiredEnvoys(directoryOf(aNamespace(), aMesh(), aGateway('entry'), ...manifests));
  const faults = desired.objects.flatMap(({ problems }) => problems.map(({ message }) => message));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return withLoopback(contentIn(desired, 'ConfigMap/apps/entry.virtual-gateway').data ?? {});
}

/** In each step a route of one tenant leads to another virtual service, which is new; that of the other now and then. */
function mesh(step: number, addresses: Readonly<Record<string, string>>): readonly Manifest[] {
  const color = Math.floor(step / 10) % 2 === 0 ? 'blue' : 'green';
  return [
    ...Object.entries(addresses).map(([name, address]) => aLocalNode(name, address)),
    ...Object.keys(addresses).map((name) => aService(name, `node/${name}`)),
    routeOf('steady', color),
    aLocalNode(`n${step}`, addresses.blue ?? ''),
    aService(`s${step}`, `router/r${step}`),
    aRouter(`r${step}`, [aRoute('all', { [`n${step}`]: 1 })]),
    routeOf('busy', `s${step}`),
  ];
}

describe.skipIf(missingEnvoy)(`a gateway of two tenants${missingEnvoy}`, () => {
  it('fails no request of one and takes its changes while the other one changes without end', async () => {
    await using blue = await startServer('blue');
    await using green = await startServer('green');
    const addresses = { blue: blue.address, green: green.address };
    const first = filesOf(mesh(0, addresses));
    const place = somePlace();
    const envoy = await startEnvoy({ binary, files: first, place });
    try {
      const files = new StagedFiles(envoy, first);
      const running = startClients(4, { address: place.pod, port: 8088, host: 'steady.example.com' });
      const answersAt: number[] = [];
      for (let step = 1; step <= 60; step++) {
        files.step(filesOf(mesh(step, addresses)));
        await sleep(60);
        await running.eachAnswered();
        if (step % 10 === 9) answersAt.push(running.seen.answers.get('green') ?? 0);
      }
      await running.stop();
      const { failures, answers } = running.seen;
      const statistics = await envoy.admin('/stats?filter=(update_(rejected|failure)|no_cluster)');
      expect(failures).toEqual([]);
      expect(Math.min(answers.get('blue') ?? 0, answers.get('green') ?? 0)).toBeGreaterThan(50);
      expect(answersAt[1], 'green in the second ten steps').toBeGreaterThan(answersAt[0] ?? 0);
      expect(answersAt[3], 'green in the fourth ten steps').toBeGreaterThan(answersAt[2] ?? 0);
      expect(statistics).not.toMatch(/: [1-9]/);
    } finally {
      await envoy.stop();
    }
  }, 120_000);
});
