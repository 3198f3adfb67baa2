import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import { References } from '../../../../../shared/mesh/plan/references/references.ts';
import { Findings } from '../../../../../shared/mesh/targets/gateway-api/plan/findings.ts';
import { aMesh, aNamespace, aNode, aRouter, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const directory = directoryOf(
  ...[aNamespace(), aMesh(), aService('color', 'router/color'), aRouter('color'), aNode('blue')],
);
const entryOf = (kind: string) => directory.entries.find(({ id }) => id.kind === kind) as Entry;
const [service, router, node] = ['VirtualService', 'VirtualRouter', 'VirtualNode'].map(entryOf) as [
  ...[Entry, Entry, Entry],
];

describe('what is found of an object', () => {
  it('names other objects, and not the object itself', () => {
    const findings = new Findings(service);
    findings.reportOf(node).differ('spec.c', ['m3', 'i3']);
    findings.reportOf(service).differ('spec.a', ['m1', 'i1']);
    findings.reportOf(router).refuse('spec.b', ['m2', 'i2']);
    findings.reportOf(service).differ('spec.d', ['m4', 'i4']);
    expect(findings.differences).toEqual([
      { object: node.id, path: 'spec.c', effect: 'differs', message: 'm3', instead: 'i3' },
      { path: 'spec.a', effect: 'differs', message: 'm1', instead: 'i1' },
      { path: 'spec.d', effect: 'differs', message: 'm4', instead: 'i4' },
      { object: router.id, path: 'spec.b', effect: 'refused', message: 'm2', instead: 'i2' },
    ]);
  });

  it('refuses it if a field of any of its objects is refused', () => {
    const findings = new Findings(service);
    expect(findings.isRefused).toBe(false);
    findings.reportOf(service).differ('spec.a', ['m', 'i']);
    expect(findings.isRefused).toBe(false);
    findings.reportOf(node).refuse('spec.b', ['m', 'i']);
    expect(findings.isRefused).toBe(true);
  });
});

describe('the references of an object', () => {
  it('are its own, and those of other objects behind their names, in the namespace of each', () => {
    const findings = new Findings(service);
    findings.need('VirtualRouter', { name: 'color' }, service, 'spec.provider');
    findings.need('VirtualNode', { name: 'far', namespace: 'other' }, router, 'spec.routes[0]');
    findings.need('VirtualNode', { name: 'none' }, router, 'spec.routes[1]');
    expect(findings.needed).toEqual([
      {
        kind: 'VirtualRouter',
        reference: { name: 'color', namespace: 'apps' },
        path: 'spec.provider',
      },
      {
        kind: 'VirtualNode',
        reference: { name: 'far', namespace: 'other' },
        path: 'VirtualRouter apps/color spec.routes[0]',
      },
      {
        kind: 'VirtualNode',
        reference: { name: 'none', namespace: 'apps' },
        path: 'VirtualRouter apps/color spec.routes[1]',
      },
    ]);
    const references = new References(directory, service, 'shop');
    findings.resolveIn(references);
    expect([...references.referred]).toEqual([router]);
    expect(references.problems.map(({ message }) => message)).toEqual([
      'VirtualRouter apps/color spec.routes[0]: VirtualNode "other/far" not found',
      'VirtualRouter apps/color spec.routes[1]: VirtualNode "apps/none" not found',
    ]);
  });
});
