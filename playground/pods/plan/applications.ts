import { at, isObject, listAt, numberAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { nginxServers } from './nginx.ts';
import type { Rule } from './rules.ts';

/** One port on which a container answers. */
export interface Application {
  readonly container: string;
  readonly port: number;
  /** Undefined: it answers with what it received. */
  readonly rules: readonly Rule[] | undefined;
}

/** The data of a ConfigMap in the pod's namespace; undefined if there is none. */
export type ConfigMapData = (name: string) => Readonly<Record<string, string>> | undefined;

/**
 * What the containers of a pod answer here. Known are nginx with its configuration in a ConfigMap, hashicorp/http-echo, and the
 * variables COLOR and COLOR_HOST of the App Mesh examples; any other container answers each of its ports with what it
 * received. A container that sleeps answers nothing.
 */
export function applicationsOf(pod: KubernetesObject, dataOf: ConfigMapData): readonly Application[] {
  return listAt(pod, 'spec', 'containers')
    .filter((container) => !isProxy(container) && !isSleeping(container))
    .flatMap((container) => applicationOf(pod, container, dataOf));
}

function isProxy(container: unknown): boolean {
  return stringAt(container, 'name') === 'envoy';
}

function isSleeping(container: unknown): boolean {
  return /(^|[\s/])sleep\s/.test(wordsOf(container).join(' '));
}

function wordsOf(container: unknown): readonly string[] {
  return [...listAt(container, 'command'), ...listAt(container, 'args')].map(String);
}

function applicationOf(
  pod: KubernetesObject,
  container: unknown,
  dataOf: ConfigMapData,
): readonly Application[] {
  const name = stringAt(container, 'name');
  const image = stringAt(container, 'image');
  const servers = /(^|\/)nginx([:@]|$)/.test(image) ? nginxOf(pod, container, dataOf) : [];
  if (servers.length > 0) return servers.map((server) => ({ container: name, ...server }));
  if (/(^|\/)http-echo([:@]|$)/.test(image)) return [{ container: name, ...httpEcho(wordsOf(container)) }];
  const rules = colorRules(variablesOf(container));
  return portsOf(container).map((port) => ({ container: name, port, rules }));
}

function portsOf(container: unknown): readonly number[] {
  const ports = listAt(container, 'ports').map((port) => numberAt(port, 'containerPort'));
  const variable = Number(variablesOf(container).PORT);
  return ports.length === 0 && variable > 0 ? [variable] : ports;
}

/** The servers in the files of mounted ConfigMaps. */
function nginxOf(pod: KubernetesObject, container: unknown, dataOf: ConfigMapData) {
  const mounted = listAt(container, 'volumeMounts').map((mount) => stringAt(mount, 'name'));
  return listAt(pod, 'spec', 'volumes')
    .filter((volume) => mounted.includes(stringAt(volume, 'name')))
    .map((volume) => stringAt(volume, 'configMap', 'name'))
    .flatMap((name) => Object.values((name && dataOf(name)) || {}))
    .flatMap(nginxServers);
}

/** `-text=hello -listen=:8080`. */
function httpEcho(words: readonly string[]): Omit<Application, 'container'> {
  const option = (name: string) => {
    const [, value] = new RegExp(`(?:^|\\n)--?${name}[=\\n]([^\\n]*)`).exec(words.join('\n')) ?? [];
    return value;
  };
  const body = `${option('text') ?? 'hello world'}\n`;
  return { port: Number(option('listen')?.split(':').at(-1) ?? 5678), rules: [textRule('/', body)] };
}

/** Of colorapp and front in the App Mesh walkthroughs. */
function colorRules({ COLOR: color, COLOR_HOST: host }: Readonly<Record<string, string>>) {
  if (host !== undefined)
    return [textRule('/ping', ''), { path: '/', isExact: false, proxy: `http://${host}/` } as const];
  return color === undefined ? undefined : [textRule('/', color)];
}

function textRule(path: string, body: string): Rule {
  return { path, isExact: false, status: 200, body, type: 'text/plain' };
}

function variablesOf(container: unknown): Readonly<Record<string, string>> {
  const variables = listAt(container, 'env').filter(isObject);
  return Object.fromEntries(variables.map((each) => [String(each.name), String(at(each, 'value') ?? '')]));
}
