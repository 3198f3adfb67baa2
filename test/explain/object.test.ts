import { describe, expect, it } from 'vitest';
import { refreshInstanceStatus } from '../../shared/mesh/refresh-instance-status.ts';
import { PrunedFieldsError, RetryableError } from '../../shared/model/errors.ts';
import { meshStatusRequested } from '../../shared/model/events/mesh-status-requested.ts';
import { applyDefinitions } from '../../shared/model/kubernetes.ts';
import {
  aBackendGroup,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../mesh/harness/manifests.ts';
import { ObjectHarness } from './harness/object-harness.ts';

const shop = [aNamespace(), aMesh()];
const orders = aRouter('orders', [aRoute('all', { blue: 1 })]);

describe('the state of a mesh object', () => {
  it('explain says that App Mesh matches an object, and that its status is written', async () => {
    const on = await ObjectHarness.of(...shop, aNode('blue'), orders, aService('orders', 'router/orders'));
    on.clock.advance(3 * 60_000);
    const { answer, text, cause } = await on.explained('VirtualRouter orders');
    expect(cause).toMatchObject({ kind: 'InSync', advice: 'Nothing' });
    expect(answer).toMatchObject({
      seen: 'yes',
      generation: 1,
      writtenStatus: { mesh: { condition: { status: 'True' } } },
      readFailures: [],
      resources: [
        {
          key: 'virtualRouter/shop/orders_apps',
          phase: 'applied',
          isSettled: true,
          dependsOn: [{ key: 'mesh/shop', isThere: true }],
          neededBy: [
            { key: 'virtualService/shop/orders.apps', object: 'VirtualService apps/orders', waits: false },
          ],
        },
        { key: 'route/shop/orders_apps/all', isSettled: true },
      ],
    });
    expect(`${text}\n`.replaceAll(/arn:\S+/g, 'arn').replaceAll(/\d{4}-\S+Z/g, 'then')).toBe(`\
VirtualRouter apps/orders of cluster local
  last observed: generation 1, uid uid-4, resourceVersion 4

App Mesh resources
  ✓ virtualRouter/shop/orders_apps: applied
    arn
    references ✓ mesh/shop
    referenced by VirtualService apps/orders
  ✓ route/shop/orders_apps/all: applied
    arn
    references ✓ virtualRouter/shop/orders_apps
    references ✓ virtualNode/shop/blue_apps

Status
  ✓ VirtualRouterActive True since then (Applied): App Mesh matches the spec
  ✓ written to the object

Last mesh run
  completed 3 min ago; last compared with App Mesh: never

Why: App Mesh matches VirtualRouter apps/orders, as last observed
To do: Nothing
`);
  });

  it('no event about it was received', async () => {
    const on = await ObjectHarness.of(...shop);
    const { answer, cause } = await on.explained('VirtualNode blue');
    expect([answer.seen, cause.kind]).toEqual(['never', 'ObjectNotObserved']);
    const deadLetter = { kind: 'VirtualNode', namespace: 'apps', name: 'blue', at: 'then', messageId: 'm' };
    on.deadLetters.push({ ...deadLetter, reason: 'spec.listeners is wrong' });
    const { cause: deadLettered, text } = await on.explained('VirtualNode blue');
    expect(deadLettered).toMatchObject({
      kind: 'DeadLettered',
      reason: expect.stringContaining('spec.listeners is wrong'),
    });
    expect(text).toContain('- then: spec.listeners is wrong (message m)');
  });

  it('explain says that the spec of an object is invalid, and names each field', async () => {
    const on = await ObjectHarness.of(...shop, aNode('blue', { logging: { accessLog: 'yes' } }));
    const { answer, cause, text } = await on.explained('VirtualNode blue');
    expect(cause.kind).toBe('Invalid');
    expect(cause.advice).toContain('kubectl edit -n apps virtualnodes.appmesh.k8s.aws blue');
    expect(answer.fault).toContain('spec.logging.accessLog: ');
    expect(text).toContain('✗ spec.logging.accessLog: ');
  });

  it('explain says that the namespace of an object is in no mesh', async () => {
    const on = await ObjectHarness.of(aNamespace('apps', {}), aMesh(), aNode('blue'));
    expect((await on.explained('VirtualNode blue')).cause.kind).toBe('NotMember');
  });

  it('explain says that an object refers to a missing one, and that another waits for it', async () => {
    const on = await ObjectHarness.of(...shop, orders, aService('orders', 'router/orders'));
    const { cause, text } = await on.explained('VirtualRouter orders');
    expect(cause).toMatchObject({
      kind: 'ReferenceMissing',
      reason: expect.stringContaining('VirtualNode "apps/blue" not found'),
    });
    expect(text).toContain('✗ route/shop/orders_apps/all: no claim');
    on.apply(aNode('blue'));
    await on.settle();
    expect((await on.explained('VirtualRouter orders')).cause.kind).toBe('InSync');
  });

  it('the resource that it refers to is not created yet', async () => {
    const on = await ObjectHarness.of(...shop, aService('orders', 'router/orders'));
    expect((await on.explained('VirtualService orders')).cause.kind).toBe('ReferenceMissing');
    const full = new ObjectHarness({ config: { appMesh: { quotas: { virtualRouters: 1 } } } });
    full.apply(...shop, aNode('blue'), aRouter('first'), orders, aService('orders', 'router/orders'));
    await full.settle();
    expect((await full.explained('VirtualRouter orders')).cause).toMatchObject({ kind: 'QuotaExceeded' });
    const router = await full.explained('VirtualRouter orders');
    expect(router.text).toContain('blocks VirtualService apps/orders');
    const { cause, text } = await full.explained('VirtualService orders');
    expect(cause).toMatchObject({
      kind: 'Pending',
      reason: expect.stringContaining('waits for virtualRouter/shop/orders_apps'),
    });
    expect(text).toContain('references ✗ virtualRouter/shop/orders_apps: not found');
  });

  it('explain says that the name of an object is taken', async () => {
    const on = await ObjectHarness.of(
      ...shop,
      aNode('blue', { awsName: 'same' }),
      aNode('red', { awsName: 'same' }),
    );
    expect((await on.explained('VirtualNode red')).cause).toMatchObject({
      kind: 'NameTaken',
      advice: expect.stringContaining('spec.awsName'),
    });
    expect((await on.explained('VirtualNode blue')).cause.kind).toBe('InSync');
  });

  it('explain says that App Mesh refused an object, or fails', async () => {
    const on = new ObjectHarness();
    on.engine.faults.onCall = (operation) => (operation === 'CreateVirtualNode' ? 'error' : undefined);
    on.apply(...shop, aNode('blue'));
    await on.settle().catch(() => {});
    const { cause, text } = await on.explained('VirtualNode blue');
    expect(cause.kind).toBe('Pending');
    expect(text).toContain('✗ VirtualNodeActive False');
    expect(cause.advice).toContain(
      `printf %s '{"cluster":"local"}' | aws --region us-west-2 lambda invoke --function-name eks-mesh-sync-production-resync --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`,
    );
  });

  it('explain says that an object is deleted, but a resource created by hand refers to it', async () => {
    const on = await ObjectHarness.of(...shop);
    on.engine.handle('CreateVirtualNode', { meshName: 'shop', virtualNodeName: 'by-hand', spec: {} });
    on.delete(aMesh());
    await on.settle().catch(() => {});
    const { cause, text } = await on.explained('Mesh shop');
    expect(cause).toMatchObject({
      kind: 'DeletionRefused',
      reason: expect.stringContaining(
        'App Mesh refused to delete mesh/shop: DeleteMesh mesh/shop: ResourceInUse',
      ),
      advice: expect.stringContaining('by hand or by another cluster'),
    });
    expect(text).toContain('✗ mesh/shop: releasing, no longer wanted, could not be deleted: DeleteMesh');
  });

  it('explain says that an object is deleted, and its resources remain', async () => {
    const on = await ObjectHarness.of(...shop, aNode('blue'), orders);
    on.delete(aNode('blue'));
    await on.settle();
    const { answer, cause, text } = await on.explained('VirtualNode blue');
    expect(answer.seen).toBe('deleted');
    expect(cause).toMatchObject({
      kind: 'DeletionBlocked',
      advice: expect.stringContaining('VirtualRouter apps/orders'),
    });
    expect(text).toContain(
      '✗ virtualNode/shop/blue_apps: releasing, no longer wanted, Pending: virtualNode/shop/blue_apps cannot be deleted yet:',
    );
    on.delete(orders);
    await on.settle();
    expect((await on.explained('VirtualNode blue')).cause.kind).toBe('ObjectDeleted');
  });

  it('explain says that an object was changed after the last run', async () => {
    const on = await ObjectHarness.of(...shop, aNode('blue'));
    on.apply(aNode('blue', { awsName: 'other' }));
    const change = on.queue.shift();
    if (change === undefined) throw new Error('there is an event');
    await on.handle(change);
    const { cause, text } = await on.explained('VirtualNode blue');
    expect(cause.kind).toBe('Pending');
    expect(text).toContain('✗ virtualNode/shop/other: no claim, the next run creates or updates it');
    expect(text).toContain(
      '✗ virtualNode/shop/blue_apps: applied, no longer wanted, the next run tries to delete it',
    );
  });

  it('the definitions of the App Mesh controller drop the status', async () => {
    const on = new ObjectHarness();
    on.apply(...shop);
    await on.settle();
    on.deps.statusWriter(on.deps.cluster('local')).write = async ({ kind }) => {
      if (kind === 'BackendGroup') throw new PrunedFieldsError(`status.conditions: ${applyDefinitions}`);
    };
    on.apply(...['a', 'b', 'c', 'd'].map((name) => aBackendGroup(name, [])), aNode('blue'));
    await on.settle();
    const { cause } = await on.explained('BackendGroup a');
    expect(cause).toMatchObject({
      kind: 'StatusNotWritten',
      reason: expect.stringContaining('status.conditions'),
      advice: expect.stringContaining(applyDefinitions),
    });
    expect((await on.explained('VirtualNode blue')).cause.kind, 'other kinds are written').toBe('InSync');
  });

  it('explain says that the status of an object cannot be written', async () => {
    const on = new ObjectHarness();
    on.apply(...shop);
    await on.settle();
    const writer = on.deps.statusWriter(on.deps.cluster('local'));
    writer.write = async () => {
      throw new RetryableError('the API server does not answer');
    };
    on.apply(aNode('blue'));
    await on.settle();
    const { cause, text } = await on.explained('VirtualNode blue');
    expect(cause).toMatchObject({
      kind: 'StatusNotWritten',
      reason: expect.stringContaining('does not answer'),
    });
    expect(text).toContain('✗ not written to the object: the API server does not answer');
  });

  it('explain says that the pods of a virtual node are not registered', async () => {
    const on = new ObjectHarness();
    const podSelector = { matchLabels: { app: 'blue' } };
    const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } };
    on.apply(...shop, aNode('blue', { podSelector, serviceDiscovery }));
    await on.settle();
    await refreshInstanceStatus(
      on.deps,
      meshStatusRequested({ cluster: 'local', namespace: 'apps' }, -60_000),
    );
    const { cause, text } = await on.explained('VirtualNode blue');
    expect(cause).toMatchObject({
      kind: 'PodsNotRegistered',
      advice: 'Make spec.podSelector and the labels of the pods agree',
    });
    expect(text).toContain('✗ CloudMapInstancesRegistered False since');
    expect(text).toContain('✓ VirtualNodeActive True');
  });

  it('a BackendGroup has no App Mesh resource', async () => {
    const on = await ObjectHarness.of(...shop, aBackendGroup('all', []));
    expect((await on.explained('BackendGroup all')).cause.reason).toContain(
      'its kind has no App Mesh resource of its own',
    );
  });

  it('the cluster has no mesh target', async () => {
    const on = new ObjectHarness({ config: { appMesh: undefined } });
    on.apply(...shop, aNode('blue'));
    await on.settle();
    const { cause, text } = await on.explained('VirtualNode blue');
    expect(cause.kind).toBe('NoMeshTarget');
    expect(text).toContain('App Mesh is not called');
  });

  it.each([
    ['objects', 'the mesh objects of the cluster'],
    ['meshClaims', 'the claims on App Mesh resources'],
    ['statuses', 'the status recorded for the object'],
    ['meshRuns', 'the last mesh run'],
  ] as const)('a failed read (%s) is reported, with everything else', async (store, what) => {
    const on = await ObjectHarness.of(...shop, aNode('blue'));
    on.broken.set(store, new RetryableError('the table does not answer'));
    const { answer, cause, text } = await on.explained('VirtualNode blue');
    expect(answer.readFailures).toEqual([
      { what, code: 'Unavailable', message: 'the table does not answer' },
    ]);
    expect(cause.kind).toBe('ReadFailed');
    expect(text).toContain(`- ${what}: the table does not answer`);
  });
});
