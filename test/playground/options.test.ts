import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifests, substitute } from '../../playground/manifests.ts';
import { helpText, parseOptions, UsageError } from '../../playground/options.ts';

const folder = mkdtempSync(join(tmpdir(), 'options-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const variable = (name: string): string => `\${${name}}`;

describe('options of npm start', () => {
  it('the default ports are those that docs/playground.md names', () => {
    expect(parseOptions([])).toEqual({
      exit: false,
      manifests: [],
      awsPort: 4566,
      kubernetesPort: 8001,
      kubeconfig: undefined,
      awsEndpoint: undefined,
      literalMessageGroup: false,
      mesh: ['app-mesh'],
    });
  });

  it('all of them', () => {
    const [a, b] = [file('a.yaml', ''), file('b.yaml', '')];
    const args = ['--exit', '--manifest', a, '--manifest', b, '--aws-port', '0', '--kubernetes-port=9'];
    const options = parseOptions([...args, '--aws-endpoint', 'https://example.com']);
    expect(options).toMatchObject({ exit: true, manifests: [a, b], awsPort: 0, kubernetesPort: 9 });
    expect(options?.awsEndpoint).toBe('https://example.com');
    expect(parseOptions(['--mesh', 'istio'])?.mesh).toEqual(['istio']);
    expect(parseOptions(['--mesh', 'gateway-api, app-mesh'])?.mesh).toEqual(['gateway-api', 'app-mesh']);
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it('--envoy names the Envoy of the mesh target envoy, and has no effect without it', () => {
    const envoy = file('envoy', '');
    expect(parseOptions(['--mesh', 'envoy', '--envoy', envoy])?.envoy).toBe(envoy);
    expect(() => parseOptions(['--envoy', envoy])).toThrow('--envoy has no effect without --mesh envoy');
  });

  it.each([
    [['--aws-port', 'x'], /^--aws-port is "x"; expected a port, 0 to 65535$/],
    [['--kubernetes-port', '65536'], /^--kubernetes-port is "65536"/],
    [['--manifest', '/none.yaml'], /^--manifest is "\/none\.yaml"; file not found$/],
    [['--kubeconfig', folder], /^--kubeconfig is .*; file not found$/],
    [['--aws-endpoint', 'localhost:1'], /^--aws-endpoint is "localhost:1"; expected an http\(s\) URL$/],
    [
      ['--mesh', 'linkerd'],
      /^--mesh is "linkerd"; expected one or several of app-mesh, istio, gateway-api, /,
    ],
    [['--mesh', 'istio,istio'], /^--mesh is "istio,istio"/],
    [['--mesh', ''], /^--mesh is ""/],
    [['--kubeconfig', file('k', ''), '--mesh', 'istio'], /^--mesh cannot be combined with --kubeconfig/],
    [['--exitt'], /--exitt/],
    [['file.yaml'], /file\.yaml/],
    [
      ['--kubeconfig', file('k', ''), '--manifest', file('m', '')],
      /^--manifest cannot be combined with --kubeconfig/,
    ],
  ])('%j is rejected by name', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('the help names every option', () => {
    for (const option of [
      'exit',
      'manifest',
      'mesh',
      'aws-port',
      'kubernetes-port',
      'kubeconfig',
      'aws-endpoint',
    ])
      expect(helpText).toContain(`--${option} `);
  });
});

describe('manifests', () => {
  it('variables are replaced; one error names all missing ones', () => {
    expect(substitute(`a: ${variable('A')}-${variable('B')}`, 'f', { A: '1', B: '' })).toBe('a: 1-');
    expect(() => substitute(['A', 'X_1', 'Y', 'Y'].map(variable).join(' '), 'f.yaml', { A: '1' })).toThrow(
      'f.yaml uses X_1, Y: environment variable not set',
    );
  });

  it('all documents and the items of lists are read', () => {
    const path = file(
      'list.yaml',
      `apiVersion: v1
kind: Namespace
metadata: { name: \${NAME} }
---
# nothing
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: a, namespace: n } }
`,
    );
    const names = readManifests(path, { NAME: 'shop' }).map(({ kind, metadata }) => [kind, metadata.name]);
    expect(names).toEqual([
      ['Namespace', 'shop'],
      ['Pod', 'a'],
    ]);
  });

  it('an invalid object is named with its file', () => {
    const noName = file('no-name.yaml', 'apiVersion: v1\nkind: Pod\n');
    expect(() => readManifests(noName, {})).toThrow(
      /no-name\.yaml contains an object of kind "Pod" and name null/,
    );
    expect(() => readManifests(file('bad.yaml', 'a: [1'), {})).toThrow(/bad\.yaml is not valid YAML/);
  });
});
