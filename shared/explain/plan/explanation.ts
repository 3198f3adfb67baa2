import { objectKey, type PodKey } from '../../model/identity.ts';
import { annotationPrefix } from '../../model/kubernetes.ts';
import { distinctPermissions } from '../../model/permission.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import type { VirtualNode } from '../../model/virtual-node.ts';
import { type Desired, desiredInstances } from '../../pods/plan/desired/desired.ts';
import { meshOfNamespace } from '../../pods/plan/desired/membership.ts';
import { whyNotSelected } from '../../pods/plan/desired/selector.ts';
import { wantedFamilies } from '../../pods/plan/desired/wanted-families.ts';
import { judge, type Verdict } from '../../pods/plan/eligibility.ts';
import type { Considered, LastSweep, PodExplanation, PodFacts } from './explained.ts';
import { gateState } from './gate-explanation.ts';
import { causeOf } from './pod-cause.ts';

/** Explains everything about a pod that decides whether it is in Cloud Map, and what to do. */
export function explainPod(facts: PodFacts): PodExplanation {
  const { key, nowMs, record, registrationContext, readFailures, instances, deadLetters } = facts;
  const wanted =
    record && registrationContext
      ? desiredInstances(record.pod, registrationContext, facts.config.cloudMap)
      : { problems: [], selectedBy: [] };
  const verdicts = record
    ? wantedFamilies(record.pod, registrationContext, facts.config.cloudMap).map((family) =>
        judge(record, family),
      )
    : [];
  const explained = {
    subject: 'pod' as const,
    pod: key,
    nowMs,
    seen: facts.seen,
    record,
    checks: distinctChecks(verdicts),
    eligible: bestOf(verdicts),
    mesh: meshOf(facts),
    virtualNodes: record ? virtualNodesFor(record, registrationContext?.virtualNodes ?? []) : [],
    annotations: annotationsOf(record, wanted),
    instances,
    gate: gateState(record),
    faults: wanted.problems,
    deadLetters,
    lastSweep: facts.lastSweep && aboutPod(facts.lastSweep, key),
    readFailures,
    missingPermissions: distinctPermissions([...readFailures, ...(record?.problems ?? [])]),
  };
  return { ...explained, cause: causeOf(facts, explained) };
}

/** The part of a sweep's report that is about one pod. */
function aboutPod(sweep: LastSweep, key: PodKey): LastSweep {
  const isOfPod = ({ pod }: LastSweep['findings'][number]) => pod === objectKey(key);
  const { startedAt, source, incomplete, findings, refused } = sweep;
  return {
    startedAt,
    source,
    incomplete,
    findings: findings.filter(isOfPod),
    refused: refused.filter(isOfPod),
  };
}

function distinctChecks(verdicts: readonly Verdict[]): Verdict['checks'] {
  const checks = verdicts.flatMap((verdict) => verdict.checks);
  return [...new Map(checks.map((check) => [`${check.name}: ${check.reason}`, check])).values()];
}

function bestOf(verdicts: readonly Verdict[]): Verdict['state'] | undefined {
  const states = verdicts.map(({ state }) => state);
  return (['ready', 'unready', 'ineligible'] as const).find((state) => states.includes(state));
}

function meshOf({ key, registrationContext }: PodFacts): PodExplanation['mesh'] {
  if (registrationContext === undefined) return undefined;
  const namespace = { name: key.namespace, labels: registrationContext.namespaceLabels };
  const membership = meshOfNamespace(namespace, registrationContext.meshes);
  return 'mesh' in membership ? { name: membership.mesh.spec.awsName || membership.mesh.name } : membership;
}

function virtualNodesFor(record: PodRecord, nodes: readonly VirtualNode[]): readonly Considered[] {
  return nodes.map((node) => {
    const cloudMap = node.spec.serviceDiscovery?.awsCloudMap;
    const unselected = whyNot(node, record);
    return {
      virtualNode: node.name,
      selects: unselected === null,
      ...(cloudMap && { service: `${cloudMap.namespaceName}/${cloudMap.serviceName}` }),
      reason: unselected ?? whyNotCloudMap(node),
    };
  });
}

function whyNot({ spec: { podSelector } }: VirtualNode, { pod }: PodRecord): string | null {
  if (!podSelector) return 'it has no podSelector, so it selects no pod';
  return whyNotSelected(podSelector, pod.labels);
}

function whyNotCloudMap({ spec: { serviceDiscovery } }: VirtualNode): string | null {
  if (serviceDiscovery?.awsCloudMap) return null;
  return serviceDiscovery
    ? 'it selects the pod, but its serviceDiscovery is dns, not awsCloudMap'
    : 'it selects the pod, but it has no serviceDiscovery';
}

function annotationsOf(
  record: PodRecord | undefined,
  { problems, selectedBy }: Pick<Desired, 'problems' | 'selectedBy'>,
): PodExplanation['annotations'] {
  const keys = Object.keys(record?.pod.annotations ?? {});
  return {
    isAnnotated: keys.some((key) => key.startsWith(annotationPrefix)),
    registers: selectedBy.includes('annotations'),
    reasons: problems.filter(({ source }) => source === 'annotations').map(({ message }) => message),
  };
}
