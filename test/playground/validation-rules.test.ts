import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { applyPatch, send, startQuickCluster } from '../../packages/embedded-kubernetes/test/harness.ts';
import { type DefinitionFolder, definitionsOf } from '../../playground/definitions/definitions.ts';

interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

const folders: readonly DefinitionFolder[] = ['istio', 'gateway-api', 'aws-gateway-api-controller'];
const definitions = folders.flatMap((folder) => definitionsOf(folder));
const file = join(import.meta.dirname, '../crds/refused.yaml');
const samples = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Sample);

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startQuickCluster({ definitions });
});
afterAll(() => cluster.stop());

function applied({ apiVersion, kind, metadata }: Sample, object: object) {
  const plural = `${kind.toLowerCase()}s`
    .replace('entrys', 'entries')
    .replace('policys', 'policies')
    .replace('telemetrys', 'telemetries');
  const path = `/apis/${apiVersion}/namespaces/default/${plural}/${metadata.name}?fieldManager=test`;
  return send(cluster, 'PATCH', path, object, applyPatch);
}

it.each(samples)('the API server finds the expected faults of $kind $metadata.name', async (sample) => {
  const expected = sample.metadata.annotations?.['test/faults'];
  const { status, body } = await applied(sample, sample);
  expect(status).toBe(expected === undefined ? 201 : 422);
  const causes = expected === undefined ? [] : body.details.causes;
  const faults = causes.map(({ field, message }) => `${field}: ${message}`).sort();
  expect(faults).toEqual(expected?.split('\n') ?? []);
});

describe('the rules of the definitions', () => {
  /** The functions that the embedded API server can evaluate, of those that Kubernetes' CEL has. */
  const known = new Set([
    ...['all', 'contains', 'duration', 'endsWith', 'exists', 'exists_one', 'filter', 'has', 'int', 'isIP'],
    ...['matches', 'size', 'split', 'startsWith', 'substring'],
  ]);
  const rules = [...new Set(definitions.flatMap(rulesIn))];

  it('the CEL rules of the definitions use only functions that the embedded API server has', () => {
    expect(rules.length).toBeGreaterThan(80);
    const called = rules.flatMap((rule) =>
      [...withoutTexts(rule).matchAll(/(\w+)\(/g)].map(([, name]) => name ?? ''),
    );
    expect([...new Set(called)].filter((name) => !known.has(name) && name !== 'in')).toEqual([]);
  });
});

function rulesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'rule' in schema && typeof schema.rule === 'string' ? [schema.rule] : [];
  return [...own, ...Object.values(schema).flatMap(rulesIn)];
}

function withoutTexts(rule: string): string {
  return rule.replace(/r?"""[\s\S]*?"""|r?'(\\.|[^'\\])*'|r?"(\\.|[^"\\])*"/g, '');
}
