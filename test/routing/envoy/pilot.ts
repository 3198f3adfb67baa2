import { execFileSync } from 'node:child_process';
import type { Manifest } from '../request.ts';
import { withDefaults } from './defaults.ts';

/** A proxy in a cluster with some objects, for which istiod makes a configuration. */
export interface ProxyCase {
  readonly objects: readonly Manifest[];
  readonly proxy: {
    readonly type: 'sidecar' | 'router';
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly ip: string;
  };
}

/** Envoy's own messages, in JSON. */
export type Message = Readonly<Record<string, unknown>>;

export interface Configuration {
  readonly listeners: readonly Message[];
  readonly routes: readonly Message[];
}

const istio = /\.istio\.io\//;

/** Asks istiod's own code, which `go build -o PROGRAM ./pilot` in test/istio builds. */
export function configurationsOf(program: string, cases: readonly ProxyCase[]): readonly Configuration[] {
  const input = cases.map(({ objects, proxy }) => {
    const text = (those: readonly Manifest[]) =>
      those.map((each) => JSON.stringify(withDefaults(each))).join('\n---\n');
    const isIstio = ({ apiVersion = '' }: Manifest) => istio.test(apiVersion);
    const others = objects.filter((each) => !isIstio(each));
    return JSON.stringify({ istio: text(objects.filter(isIstio)), kubernetes: text(others), proxy });
  });
  const output = execFileSync(program, {
    input: input.join('\n'),
    maxBuffer: 2 ** 30,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return output
    .toString()
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const { error, listeners = [], routes = [] } = JSON.parse(line);
      if (error) throw new Error(`istiod on case ${index}: ${error}`);
      return { listeners, routes };
    });
}
