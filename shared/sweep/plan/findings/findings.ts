import type { Pod } from '../../../model/pod.ts';
import { desiredInstances } from '../../../pods/plan/desired/desired.ts';
import type { DriftInput, SeenPod } from './drift-input.ts';
import { Explained } from './explained.ts';
import { type Finding, finding } from './finding.ts';
import { wrongGate } from './gate-findings.ts';
import { lookupInStep } from './in-step.ts';
import { checkInstance } from './instance-findings.ts';
import { checkRecord, identityOf, unknownState } from './pod-findings.ts';
import { unexplained } from './unexplained.ts';
import { viewFinder } from './view-finder.ts';

/**
 * Compares the cluster, the stored pods, the claims and Cloud Map, and returns every difference. Pure, and linear in
 * the number of pods and instances.
 */
export function findings(input: DriftInput): Finding[] {
  const found: Finding[] = [];
  const explained = new Explained();
  const viewOf = viewFinder(input.services);
  const recordOf = lookupInStep(input.seen);
  let live = 0; // of the pods seen, those that are alive
  for (const [key, pod] of input.pods) {
    if (!input.inScope(pod)) continue;
    const record = recordOf(key);
    if (record?.deleted === false) live += 1;
    checkPod(input, { pod, record, viewOf, explained, found });
  }
  // Of a live pod, checkRecord finds nothing: most sweeps need no second pass over all pods.
  if (live < input.seen.size)
    for (const [key, record] of input.seen) found.push(...checkRecord(input, key, record, explained));
  for (const [name, service] of input.services)
    found.push(...unexplained(input, name, service, explained.in(service)));
  return found;
}

interface PodCheck {
  readonly pod: Pod;
  readonly record: SeenPod | undefined;
  readonly viewOf: ReturnType<typeof viewFinder>;
  readonly explained: Explained;
  /** All findings so far; this pod's are appended. */
  readonly found: Finding[];
}

function checkPod(input: DriftInput, { pod, record, viewOf, explained, found }: PodCheck): void {
  const before = found.length;
  const stale = unknownState(pod, record);
  if (stale !== null) found.push(stale);
  const context = input.registrationContext(pod.namespace);
  const { instances } = desiredInstances(pod, context, input.config.cloudMap);
  for (const desired of instances) {
    const view = viewOf(desired.namespaceName, desired.serviceName);
    const difference = checkInstance(input, { pod, desired }, view, explained);
    if (difference !== null) found.push(difference);
  }
  if (found.length > before) return; // any other repair sets the readiness gate, too
  const gate = wrongGate(input, pod, instances);
  if (gate !== null) found.push(finding('ReadinessGateDrifted', { pod: identityOf(pod), detail: gate }));
}
