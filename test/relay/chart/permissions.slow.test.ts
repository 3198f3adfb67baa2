import { setTimeout } from 'node:timers/promises';
import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { startRelay } from '../../../relay/relay.ts';
import { FakeEventBus } from '../fake-event-bus.ts';
import { eventually, quick } from '../harness.ts';
import { optionsOf } from './container.ts';
import { GuardedServer } from './guarded-server.ts';
import { helmIsMissing, render } from './helm.ts';
import { required, type Values } from './helm-values.ts';
import { type Access, granted } from './rbac.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A relay with the options of the rendered pod, at an API server that enforces the rendered rules. */
async function runRendered(values: Values, definitions: readonly object[], without?: Access) {
  const cluster = await startCluster({ port: 0, definitions });
  for (const name of ['mesh-system', 'shop', 'apps'])
    cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
  const objects = render({ ...required, ...values });
  const accesses = granted(objects).filter((access) => text(access) !== (without && text(without)));
  const server = new GuardedServer(cluster.url, accesses);
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const options = optionsOf(deployment?.spec.template.spec.containers[0]);
  const relay = startRelay({
    ...options,
    ...{ connection: { server: await server.start() }, eventBridge: new FakeEventBus().client, logger },
    ...{ timing: quick, port: undefined },
  });
  relay.done.catch(() => undefined);
  cleanups.push(
    () => cluster.stop(),
    () => server.stop(),
    () => relay.stop().catch(() => undefined),
  );
  return { server, relay, accesses, retryMs: (options.lease?.durationMs ?? 0) / 5 };
}

const text = ({ verb, resource, namespace = '*', name = '*' }: Access) =>
  `${verb} ${resource} ${name} in ${namespace}`;

const rendered: Readonly<Record<string, Values>> = {
  'the defaults': {},
  'two replicas': { replicas: 2, lease: { durationSeconds: 3 } },
  'some namespaces': { namespaces: ['shop', 'apps'] },
  'pods only': { kinds: ['Pod'] },
  'mesh objects of one namespace': { kinds: ['VirtualNode', 'Mesh'], namespaces: ['shop'] },
  namespaces: { kinds: ['Namespace'] },
};

describe.skipIf(helmIsMissing)('the permissions of the relay', () => {
  it.each(Object.entries(rendered))('of %s are enough, and each is used', async (_, values) => {
    const servers: GuardedServer[] = [];
    // Discovery is read where a kind is absent: all of its group, or it alone.
    for (const definitions of [meshDefinitions(), [], meshDefinitions().slice(0, 1)]) {
      const { server, relay, accesses, retryMs } = await runRendered(values, definitions);
      await relay.ready;
      // The Lease is renewed after a while.
      await setTimeout(retryMs);
      const expected =
        definitions.length <= 1 ? [] : accesses.filter(({ resource }) => !resource.startsWith('/apis'));
      await eventually(() =>
        expect([...server.used].map(text)).toEqual(expect.arrayContaining(expected.map(text))),
      );
      expect(server.refused).toEqual([]);
      servers.push(server);
    }
    const { accesses } = await runRendered(values, []);
    const used = () => new Set(servers.flatMap((server) => [...server.used].map(text)));
    await eventually(() => expect([...used()].sort()).toEqual(accesses.map(text).sort()));
  });

  it.each([
    ['list pods', { verb: 'list', resource: '/pods' }],
    ['list nodes', { verb: 'list', resource: '/nodes' }],
    ['list meshes', { verb: 'list', resource: 'appmesh.k8s.aws/meshes' }],
  ])('without the permission to %s the relay is not ready, and says so', async (_, without) => {
    const { server, relay } = await runRendered({}, meshDefinitions(), without);
    await eventually(() => expect(server.refused).toContainEqual(expect.objectContaining(without)));
    await eventually(() =>
      expect(relay.faults().join()).toContain(`the API server refused to ${without.verb}`),
    );
  });

  it('without the permission to read the Lease a replica is not ready, and says so', async () => {
    const lease = { verb: 'get', resource: 'coordination.k8s.io/leases' };
    const { relay, accesses } = await runRendered({ replicas: 2 }, [], {
      ...lease,
      ...{ namespace: 'mesh-system', name: 'relay' },
    });
    expect(accesses).not.toContainEqual(expect.objectContaining(lease));
    await eventually(() =>
      expect(relay.faults().join()).toContain('refused to get leases.coordination.k8s.io relay'),
    );
  });
});
