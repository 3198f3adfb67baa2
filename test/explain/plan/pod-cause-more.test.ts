import { describe, expect, it } from 'vitest';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { absent, aMesh, aNode, aRecord, nowMs, podFacts, resyncOf } from '../harness/pod-facts.ts';

const resync = resyncOf('front-1');
const causeOf = (facts: Parameters<typeof podFacts>[0]) => explainPod(podFacts(facts)).cause;
const around = (...virtualNodes: ReturnType<typeof aNode>[]) => ({
  registrationContext: { virtualNodes, meshes: [], namespaceLabels: {} },
});
const back = aNode('back', { podSelector: { matchLabels: { app: 'back' } } });
const notObserved = { seen: 'never', record: undefined } as const;
const deadLetter = (kind: string, name: string, at = '10:00') => ({
  ...{ kind, namespace: 'shop', name, reason: 'wrong', at, messageId: 'm-1' },
});

describe('a pod that was not observed', () => {
  it('has the last message about a pod in the dead-letter queue', () => {
    const deadLetters = [
      ...[deadLetter('Pod', 'front-1', '08:00'), deadLetter('Pod', 'front-1', '09:00')],
      deadLetter('VirtualNode', 'front'),
    ];
    expect(causeOf({ ...notObserved, deadLetters }).reason).toBe(
      'the message about Pod shop/front-1 could not be processed and went to the dead-letter queue at 09:00: wrong',
    );
    expect(causeOf({ ...notObserved, deadLetters: deadLetters.slice(2) }).kind).toBe('PodNotObserved');
    expect(causeOf({ deadLetters }).kind).toBe('Registered');
  });

  it('may be in a cluster of which it could not be read whether it was observed', () => {
    expect(causeOf({ ...notObserved, received: undefined }).kind).toBe('PodNotObserved');
  });
});

describe('a pod that was observed', () => {
  it('is explained by itself, also if no event of its cluster or namespace is stored', () => {
    expect(causeOf({ received: { cluster: false, namespace: false } }).kind).toBe('Registered');
    expect(causeOf({ received: { cluster: true, namespace: false } }).kind).toBe('Registered');
  });

  it('has lost its node', () => {
    const conditions = { Ready: 'False', ContainersReady: 'True' };
    expect(causeOf({ record: aRecord({ conditions, notReadyReason: '' }) })).toEqual({
      kind: 'NodeLost',
      reason:
        'node lost: Kubernetes set condition Ready to False, as node node-1 does not answer; the other conditions are from before',
      advice:
        'Check its node: kubectl describe node node-1; the pod is registered again as soon as the node answers; if it does not, Kubernetes replaces the pod (kubectl get pod front-1 -n shop)',
    });
  });

  it('is registered by one of two virtual nodes that name the same service', () => {
    const found = causeOf(around(aNode('front'), aNode('other')));
    expect(found.kind).toBe('InvalidConfiguration');
    expect(found.reason).toMatch(/^VirtualNode other: \S/);
    expect(found.advice).toBe(`Correct ${found.reason}`);
  });

  it('is eligible with an address of one of the families that its virtual nodes want, and the other is the cause', () => {
    const mesh = (name: string, ipPreference: string) => ({
      ...aMesh({ namespaceSelector: {}, meshServiceDiscovery: { ipPreference } }),
      name,
    });
    const discovery = (serviceName: string) => ({
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName } },
    });
    const registrationContext = {
      virtualNodes: [
        aNode('six', { ...discovery('six'), meshRef: { name: 'six' } }),
        aNode('front', { meshRef: { name: 'four' } }),
      ],
      meshes: [mesh('four', 'IPv4_ONLY'), mesh('six', 'IPv6_ONLY')],
      namespaceLabels: {},
    };
    const explanation = explainPod(podFacts({ registrationContext }));
    expect(explanation.eligible).toBe('ready');
    expect(explanation.checks.filter(({ reason }) => reason !== null)).toEqual([
      { name: 'has an IP of the family wanted', reason: 'the pod needs an IPv6 address, it has 10.0.0.1' },
    ]);
    expect(explanation.checks.filter(({ name }) => name === 'is Running')).toHaveLength(1);
    expect(explanation.cause).toEqual({
      kind: 'IPFamilyMismatch',
      reason: 'the pod needs an IPv6 address, it has 10.0.0.1',
      advice:
        "Set cloudMap.ipFamily in clusters.yml, or the Mesh's meshServiceDiscovery.ipPreference, to a family that the pod has",
    });
    expect(causeOf({ registrationContext, instance: absent }).kind).toBe('RegistrationNotStarted');
  });

  it('is of a drained cluster if it is not deleted', () => {
    const registrationContext = {
      ...around(aNode('front')).registrationContext,
      drain: { sinceMs: nowMs, token: 't', instances: 1 } as never,
    };
    expect(causeOf({ registrationContext })).toEqual({
      kind: 'ClusterDrained',
      reason:
        'cluster "local" is drained since 2026-11-21T12:00:00.000Z, so none of its pods is registered; a resync with "drain": false ends that',
      advice: `Nothing, if the cluster is to stay drained. To register all its pods again: printf %s '{"cluster":"local","drain":false}' | aws --region us-west-2 lambda invoke --function-name eks-mesh-sync-production-resync --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`,
    });
    expect(causeOf({ registrationContext, record: aRecord({}, { deleted: true }) }).kind).toBe('PodDeleted');
    expect(causeOf({ registrationContext, ...notObserved }).kind).toBe('PodNotObserved');
  });
});

describe('a pod that no virtual node selects', () => {
  const edit = 'kubectl edit -n shop virtualnodes.appmesh.k8s.aws';

  it('may belong to one whose message went to the dead-letter queue', () => {
    const deadLetters = [deadLetter('VirtualNode', 'old'), deadLetter('VirtualNode', 'front', '11:00')];
    const letters = [...deadLetters, deadLetter('VirtualNode', 'back'), deadLetter('Pod', 'front-1')];
    expect(causeOf({ ...around(back), deadLetters: letters })).toEqual({
      kind: 'DeadLettered',
      reason:
        'the message about VirtualNode shop/front could not be processed and went to the dead-letter queue at 11:00: wrong',
      advice: 'Correct the cause in VirtualNode front; its next change, or a resync, sends it again',
    });
    const nodes = around(back, aNode('web', { podSelector: undefined }));
    expect(causeOf({ ...nodes, deadLetters: letters.slice(2) }).kind).toBe('SelectorMismatch');
  });

  it('may belong to one that is invalid and was never valid', () => {
    const invalidNodes = [
      { name: 'back', fault: 'spec.a: wrong' },
      { name: 'front', fault: 'spec.a: wrong\nspec.b: wrong' },
      { name: 'other', fault: 'spec.c: wrong' },
    ];
    expect(causeOf({ ...around(back), invalidNodes })).toEqual({
      kind: 'InvalidVirtualNode',
      reason:
        'no valid VirtualNode selects the pod, and the spec of VirtualNode front is invalid: spec.a: wrong; spec.b: wrong',
      advice: `If it is the one of this pod, correct these fields: ${edit} front`,
    });
    const nodes = around(back, aNode('web', { podSelector: undefined }));
    expect(causeOf({ ...nodes, invalidNodes: invalidNodes.slice(0, 1) }).kind).toBe('SelectorMismatch');
  });

  it('is compared with the one that it is named after', () => {
    const nodes = [
      back,
      aNode('front', { podSelector: undefined }),
      aNode('other', { podSelector: undefined }),
    ];
    expect(causeOf(around(...nodes)).reason).toMatch(/^no VirtualNode of .* \(VirtualNode front: /);
    expect(causeOf(around(...nodes.toReversed())).reason).toMatch(
      /^no VirtualNode of .* \(VirtualNode front: /,
    );
  });

  it('may be of a Job, as its label of earlier Kubernetes versions says, too', () => {
    const record = aRecord({ labels: { 'job-name': 'migrate' } });
    expect(causeOf({ record, ...around(back) }).advice).toMatch(
      /^Nothing, unless others call the pods of Job migrate\. In that case: make the pod's labels match /,
    );
  });
});

describe('a pod of which something could not be read', () => {
  const readFailures = [{ what: 'the virtual nodes', code: 'Unavailable' as const, message: 'down' }];
  const permission = { action: 'dynamodb:Query', resource: 'table/a' };

  it('has no other cause', () => {
    expect(causeOf({ registrationContext: undefined, readFailures })).toEqual({
      kind: 'ReadFailed',
      reason: 'the virtual nodes could not be read: down',
      advice: 'Run explain again in a minute: the cause may be in what could not be read',
    });
    expect(causeOf({ readFailures }).kind).toBe('ReadFailed');
  });

  it('because a permission is missing, which its last attempt says', () => {
    const problem = { source: 'another node', code: 'AccessDenied' as const, message: 'denied', permission };
    const record = aRecord({}, { problems: [problem] });
    expect(causeOf({ record })).toEqual({
      kind: 'MissingPermission',
      reason: 'dynamodb:Query on table/a',
      advice: 'Allow dynamodb:Query on table/a, then run explain again',
    });
  });

  it('or nothing is known of what is requested', () => {
    expect(causeOf({ registrationContext: undefined })).toEqual({
      kind: 'Unexplained',
      reason: 'no cause was found in the data that was read',
      advice: `Reevaluate the pod: ${resync}`,
    });
  });
});

it('a registered pod is looked up by the first instance that is requested, in the Region of Cloud Map', () => {
  const [instance] = podFacts().instances;
  if (instance === undefined) throw new Error('there is an instance');
  const former = { ...instance, desired: undefined, serviceName: 'former' };
  const facts = podFacts();
  const { advice } = explainPod({ ...facts, instances: [former, instance] }).cause;
  expect(advice).toContain('--service-name front ');
  expect(explainPod({ ...facts, instances: [former] }).cause.kind).toBe('Unexplained');
});
