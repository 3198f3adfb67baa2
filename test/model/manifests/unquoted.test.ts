import { describe, expect, it } from 'vitest';
import { pathText } from '../../../shared/model/manifests/schema-faults.ts';
import { unquotedText, unquotedTexts } from '../../../shared/model/manifests/unquoted.ts';

const pathsIn = (manifest: object) =>
  unquotedTexts(manifest, () => undefined).map(({ path }) => pathText(path));

describe('a text without quotes', () => {
  it('is found in names, labels and other maps of texts', () => {
    const metadata = { name: 1, namespace: true, labels: { a: 1 }, annotations: { a: false } };
    const template = { metadata: { name: 2 }, spec: { nodeSelector: { a: 1 } } };
    const spec = { template, selector: { matchLabels: { a: 1 } } };
    expect(pathsIn({ metadata, spec, stringData: { a: 1 } })).toEqual([
      ...['metadata.name', 'metadata.namespace', 'metadata.labels.a', 'metadata.annotations.a'],
      ...['spec.template.metadata.name', 'spec.template.spec.nodeSelector.a', 'spec.selector.matchLabels.a'],
      'stringData.a',
    ]);
  });

  it('is found in the environment of a container', () => {
    const container = { env: [{ name: 'a', value: 1 }], args: [{ value: 1 }], value: 1 };
    expect(pathsIn({ spec: { containers: [container] } })).toEqual(['spec.containers[0].env[0].value']);
  });

  it.each(['ConfigMap', 'Secret'])('is found in the data of a %s', (kind) => {
    expect(pathsIn({ kind, data: { a: 1, b: 'x' } })).toEqual(['data.a']);
    expect(pathsIn({ kind, other: { a: 1 }, data: { b: { c: 1 } }, spec: { data: { a: 1 } } })).toEqual([]);
  });

  it('is not found where a number or a boolean may be', () => {
    const metadata = { generation: 1, creationTimestamp: null };
    const spec = { replicas: 2, name: 3, env: [{ name: 4, port: 1 }], ports: [1, 2], value: 3 };
    expect(pathsIn({ name: 1, namespace: 2, kind: 'Other', metadata, spec, data: { a: 1 } })).toEqual([]);
  });

  it.each([
    [true, 'yes', 'yes, which YAML reads as the boolean true: put it in quotes: "yes"'],
    [1, '1', 'the number 1: put it in quotes: "1"'],
    [1, undefined, 'the number 1: put it in quotes'],
  ])('is shown as the file writes it: %j, %j', (value, source, text) => {
    expect(unquotedText(value, source)).toBe(`expected a text; found ${text}`);
  });
});
