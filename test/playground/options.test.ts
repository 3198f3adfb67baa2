import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText, parseOptions } from '../../playground/options.ts';
import { UsageError } from '../../playground/usage-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'options-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('options of npm start', () => {
  it('the default ports are those that docs/playground.md names', () => {
    expect(parseOptions([])).toEqual({
      exit: false,
      manifests: [],
      substitution: [],
      awsPort: 4566,
      kubernetesPort: 8001,
      pagePort: 8002,
      kubeconfig: undefined,
      writeStatus: false,
      awsEndpoint: undefined,
      literalMessageGroup: false,
      mesh: ['app-mesh'],
      timeFactor: 1,
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

  it('--manifest takes files, folders and standard input', () => {
    const path = file('c.yaml', '');
    const args = ['--manifest', folder, '--manifest', '-', '--manifest', path];
    expect(parseOptions(args)?.manifests).toEqual([folder, '-', path]);
  });

  it.each([
    [[], []],
    [['--substitute'], 'all'],
    [['--substitute', '--exit'], 'all'],
    [['--substitute', 'A'], ['A']],
    [
      ['--substitute', 'A,B_1', '--substitute=C'],
      ['A', 'B_1', 'C'],
    ],
    [['--substitute', 'A', '--substitute'], 'all'],
  ])('%j replaces %j', (args, substitution) => {
    expect(parseOptions(args)?.substitution).toEqual(substitution);
  });

  it.each([
    [['--aws-port', 'x'], /^--aws-port is "x"; expected a port, 0 to 65535$/],
    [['--kubernetes-port', '65536'], /^--kubernetes-port is "65536"/],
    [['--page-port', '-1'], /--page-port/],
    [['--manifest', '/none.yaml'], /^--manifest is "\/none\.yaml"; file or folder not found$/],
    [['--manifest', '-', '--manifest', '-'], /^--manifest - can be given once/],
    [['--substitute=A-B'], /^--substitute is "A-B"; expected names of variables, separated by commas$/],
    [['--substitute', 'a b'], /a b/],
    [['--write-status'], /^--write-status has no effect without --kubeconfig/],
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
      'substitute',
      'mesh',
      'aws-port',
      'kubernetes-port',
      'page-port',
      'kubeconfig',
      'aws-endpoint',
    ])
      expect(helpText).toContain(`--${option} `);
  });
});
