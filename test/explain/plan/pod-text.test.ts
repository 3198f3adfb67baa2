import { describe, expect, it } from 'vitest';
import type { InstanceFacts, PodFacts } from '../../../shared/explain/plan/explained.ts';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { podText } from '../../../shared/explain/plan/pod-text.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import { absent, aClaim, aMesh, aNode, aRecord, key, podFacts } from '../harness/pod-facts.ts';
import { section } from '../harness/section.ts';

const linesOf = (facts: Parameters<typeof podFacts>[0]) => podText(explainPod(podFacts(facts)));

describe('the first lines about a pod', () => {
  it.each<readonly [Partial<Pod>, boolean, string]>([
    [{ phase: 'Pending', ips: [], node: undefined }, false, 'Pending, no IP'],
    [{ terminating: true }, false, 'terminating, 10.0.0.1, on node-1 in us-west-2a'],
    [{ terminating: true }, true, 'deleted, 10.0.0.1, on node-1 in us-west-2a'],
    [{ ips: ['10.0.0.1', 'fd00::1'], node: { name: 'n' } }, false, 'Running, 10.0.0.1, fd00::1, on n'],
    [{ hostNetwork: true, node: undefined }, false, 'Running, 10.0.0.1, hostNetwork'],
  ])('have the last observed state: %j, deleted: %j', (pod, deleted, expected) => {
    expect(linesOf({ record: aRecord(pod, { deleted }) })[1]).toBe(
      `  last observed: ${expected}, uid uid-1, resourceVersion 1`,
    );
  });

  it('are followed by no readiness gate and no errors if there are none', () => {
    expect(linesOf({}).filter((line) => line !== '' && !line.startsWith('  '))).toEqual([
      'Pod shop/front-1 of cluster local',
      'Eligibility',
      'Matching VirtualNodes and annotations',
      'Instance 10.0.0.1 of shop.local/front (requested by VirtualNode front)',
    ]);
  });

  it('a pod that was not observed has nothing else', () => {
    expect(linesOf({ seen: 'never', record: undefined })).toEqual([
      'Pod shop/front-1 of cluster local',
      '  not observed: no event about it has been received, or it was deleted more than six days ago',
    ]);
    expect(linesOf({ seen: 'unknown', record: undefined })).toEqual([
      'Pod shop/front-1 of cluster local',
      '  its stored state could not be read',
    ]);
  });
});

describe('what requests a pod', () => {
  const heading = 'Matching VirtualNodes and annotations';
  const requests = (registrationContext: PodFacts['registrationContext'], annotations = {}) =>
    section(linesOf({ registrationContext, record: aRecord({ annotations }) }), heading);
  const around = { virtualNodes: [], meshes: [], namespaceLabels: {} };

  it('is nothing', () => {
    const mesh = 'no Mesh selects namespace shop by its namespaceSelector (not needed for Cloud Map)';
    expect(requests(around)).toEqual([
      '✗ VirtualNodes: namespace shop has none',
      'annotations: none of eks-mesh-sync',
      `mesh: ${mesh}`,
    ]);
  });

  it('is not known if the virtual nodes could not be read', () => {
    const annotations = { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' };
    expect(requests(undefined, annotations)).toEqual(['VirtualNodes: could not be read']);
  });

  it('is its annotations, beside those of others', () => {
    const annotations = {
      'example.com/a': '1',
      'eks-mesh-sync/cloud-map-namespace': 'shop.local',
      'eks-mesh-sync/cloud-map-service': 'front',
    };
    expect(requests(around, annotations)).toContain('✓ annotations');
    expect(requests(around, { 'example.com/a': '1' })).toContain('annotations: none of eks-mesh-sync');
  });

  it.each([
    ['shop-mesh_in_aws', 'shop-mesh_in_aws'],
    ['', 'shop-mesh'],
    [undefined, 'shop-mesh'],
  ])('is in the mesh with awsName %j', (awsName, expected) => {
    const meshes = [aMesh({ namespaceSelector: {}, awsName })];
    const virtualNodes = [aNode('front')];
    expect(requests({ virtualNodes, meshes, namespaceLabels: {} })).toEqual([
      '✓ VirtualNode front registers it in shop.local/front',
      'annotations: none of eks-mesh-sync',
      `mesh: ${expected}`,
    ]);
  });
});

describe('an instance in the text about a pod', () => {
  const lines = (instance: Partial<InstanceFacts>, facts: Parameters<typeof podFacts>[0] = {}) =>
    section(linesOf({ ...facts, instance }), 'Instance 10.0.0.1') ?? [];
  const line = (start: string, instance: Partial<InstanceFacts>) =>
    lines(instance).find((each) => each.startsWith(`${start}: `));
  const unknown = {
    ...{ claim: undefined, operation: undefined, actual: undefined, ownership: undefined },
    discovered: undefined,
  };

  it('has no lines about what could not be read', () => {
    expect(
      lines({ ...unknown, serviceId: undefined, namespace: undefined, tenancyRefusal: 'not of shop' }),
    ).toEqual([
      '✗ tenancy allows its namespace: not of shop',
      'service: unknown',
      'claim: could not be read',
    ]);
  });

  it('is requested, or was', () => {
    const [first] = podFacts().instances;
    if (first === undefined) throw new Error('there is an instance');
    const instances = [first, { ...first, instanceId: '10.0.0.9', desired: undefined }];
    const titles = (facts: object) =>
      podText(explainPod({ ...podFacts(), ...facts })).filter((each) => each.startsWith('Instance'));
    expect(titles({ instances })).toEqual([
      'Instance 10.0.0.1 of shop.local/front (requested by VirtualNode front)',
      'Instance 10.0.0.9 of shop.local/front (registered earlier, no longer requested)',
    ]);
    expect(titles({ instances: instances.slice(1), registrationContext: undefined })).toEqual([
      'Instance 10.0.0.9 of shop.local/front (registered earlier)',
    ]);
  });

  it.each<readonly [Partial<InstanceFacts>, string]>([
    [{}, 'srv-1, http namespace, custom health check'],
    [
      { hasCustomHealthCheck: false, namespace: 'private-dns' },
      'srv-1, private-dns namespace, no health check',
    ],
    [{ serviceIsGone: true }, 'srv-1, deleted in Cloud Map'],
    [
      { serviceId: undefined, namespace: 'missing', mayCreateNamespace: true },
      'namespace not found; it will be created',
    ],
    [
      { serviceId: undefined, namespace: 'missing' },
      'namespace not found; clusters.yml does not allow its creation',
    ],
    [{ serviceId: undefined }, 'not created yet, http namespace'],
  ])('has the service %j', (instance, expected) => {
    expect(line('service', instance)).toBe(`service: ${expected}`);
  });

  const other = aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' }, waiting: [key, key] });

  it.each<readonly [Partial<InstanceFacts>, string]>([
    [{ claim: null }, 'none'],
    [{ claim: aClaim({ waiting: [key] }) }, 'applied by this pod, 5 min ago, 1 waiting'],
    [
      { claim: other, holder: 'deleted' },
      'applied by pod shop/front-2 of cluster local (deleted), 5 min ago, 2 waiting',
    ],
  ])('has the claim %j', (instance, expected) => {
    expect(line('claim', instance)).toBe(`claim: ${expected}`);
  });

  it('has the way of the change only if the claim is its own', () => {
    const times = { observedAtMs: 1, receivedAtMs: 2, calledAtMs: 3 };
    const claim = aClaim({ journey: { correlationId: 'id-1', ...times } });
    const own = line('way of the change id-1', { claim });
    expect(own).toBe('way of the change id-1: received after 1 ms, RegisterInstance called after 1 ms');
    expect(line('way of the change id-1', { claim, holder: 'alive' })).toBeUndefined();
  });

  it.each<readonly [Partial<InstanceFacts>, readonly string[]]>([
    [{ operation: { id: 'op-1', status: 'pending' } }, ['last operation: op-1 pending']],
    [{ operation: { id: 'op-1', status: 'failed', error: 'no' } }, ['last operation: op-1 failed: no']],
    [{ operation: undefined }, []],
    [
      { operation: undefined, underWay: { id: 'op-9', type: 'deregister', instanceId: '10.0.0.1' } },
      ['operation in progress, started by another program: op-9 deregister'],
    ],
    [
      { underWay: { id: 'op-9', type: 'register', instanceId: '10.0.0.1' } },
      ['operation in progress, started by another program: op-9 register'],
    ],
    [{}, ['last operation: op-1 succeeded']],
  ])('has the operation %j', (instance, expected) => {
    expect(lines(instance).filter((each) => each.includes('operation'))).toEqual(expected);
  });

  it.each<readonly [Partial<InstanceFacts>, readonly string[]]>([
    [unknown, []],
    [{ ...absent }, ['Cloud Map: instance not found', 'DiscoverInstances: not returned']],
    [{ ...unknown, actual: {} }, ['Cloud Map: managed by eks-mesh-sync']],
    [{ ...unknown, discovered: {} }, ['DiscoverInstances: returned (no health check)']],
    [
      { actual: {}, ownership: { kind: 'foreign', reason: 'it is of b' }, discovered: undefined },
      ['Cloud Map: not managed by eks-mesh-sync: it is of b'],
    ],
    [
      { actual: {}, ownership: { kind: 'adoptable' }, discovered: { health: 'UNHEALTHY' } },
      ['Cloud Map: left by the App Mesh controller for this pod', 'DiscoverInstances: UNHEALTHY'],
    ],
  ])('has what Cloud Map says: %j', (instance, expected) => {
    expect(lines(instance).filter((each) => /^(Cloud Map|DiscoverInstances): /.test(each))).toEqual(expected);
  });

  it('has the labels that have no place', () => {
    const [instance] = podFacts().instances;
    if (instance?.desired === undefined) throw new Error('it is requested');
    const desired = { ...instance.desired, droppedLabels: ['a', 'b'] };
    expect(lines({ desired }).at(-1)).toBe('labels dropped, too many attributes: a, b');
  });
});

describe('the last sections about a pod', () => {
  const finding = (kind: string, service?: string) => ({
    ...{ kind, service, pod: 'shop/front-1', detail: `is ${kind}` },
  });
  const sweep = { startedAt: '2026-11-21T11:55:00.000Z', source: 'relay', findings: [], refused: [] };
  const lastSweep = (part: object) => section(linesOf({ lastSweep: { ...sweep, ...part } }), 'Last sweep');

  it('have the findings of the last sweep and what was refused', () => {
    expect(lastSweep({})).toEqual([`${sweep.startedAt}, from the relay: no findings about this pod`]);
    const refused = [{ ...finding('PodDeleted', 'shop.local/front'), reason: 'too many' }];
    expect(lastSweep({ refused })).toEqual([
      `${sweep.startedAt}, from the relay`,
      '- PodDeleted: is PodDeleted; refused: too many',
    ]);
    const findings = [finding('ClaimMissing', 'shop.local/front'), finding('RecordContradicted')];
    expect(lastSweep({ findings: findings.slice(1), refused })).toEqual([
      `${sweep.startedAt}, from the relay`,
      '- RecordContradicted: is RecordContradicted',
      '- PodDeleted: is PodDeleted; refused: too many',
    ]);
    expect(lastSweep({ findings, incomplete: 'a part is missing' })).toEqual([
      `${sweep.startedAt}, from the relay`,
      'a part is missing',
      '- ClaimMissing in shop.local/front: is ClaimMissing',
      '- RecordContradicted: is RecordContradicted',
    ]);
  });

  it('have no sweep if there was none', () => {
    expect(linesOf({}).filter((line) => line.startsWith('Last sweep'))).toEqual([]);
  });

  it('have the ids by which log lines are found', () => {
    const letter = { kind: 'Pod', namespace: 'shop', name: 'front-1', reason: 'wrong', at: '10:00' };
    const deadLetters = [{ ...letter, messageId: 'm-1', correlationId: 'id-1' }];
    expect(section(linesOf({ deadLetters }), 'Dead-lettered messages')).toEqual([
      '- 10:00 Pod shop/front-1: wrong (message m-1, correlation id id-1)',
    ]);
  });
});
