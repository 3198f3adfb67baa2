import { expect } from 'vitest';
import { serviceText } from '../../shared/model/identity.ts';
import { instancesOf } from './cloud-map.ts';
import type { ScenarioHarness } from './harness.ts';
import { claimText } from './texts.ts';

/** Every claim stands for an instance that is there, and every registration of a pod for a claim of it. */
export function expectNothingLeftOver({ stores, cloudMap, elsewhere: other }: ScenarioHarness): void {
  const [here, elsewhere] = [instancesOf(cloudMap), instancesOf(other)];
  for (const claim of stores.claims.items.values()) {
    const [path, text] = claimText(claim);
    expect(text, `at the end: claim on ${path}`).toMatch(/^applied /);
    const { target, namespaceName, serviceName, chosen } = claim.service;
    const there = target === 'own/own' ? here : elsewhere;
    const service = there[`${namespaceName}@${chosen}/${serviceName}`] ?? there[serviceText(claim.service)];
    expect(service, `at the end: instances`).toHaveProperty([claim.instanceId]);
  }
  for (const { pod, deleted, registrations } of stores.pods.items.values())
    if (deleted) expect(registrations, `at the end: registrations of deleted ${pod.name}`).toEqual([]);
}
