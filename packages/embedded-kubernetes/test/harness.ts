import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Cluster, type ClusterOptions, startCluster } from '../src/cluster.ts';
import type { JsonObject, KubernetesObject } from '../src/model/objects.ts';

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  /** What the server sent; tests read it as they need. */
  readonly body: Answer;
}

/** An answer of the API, loosely: tests read deep into it, and a wrong path fails them. */
export interface Answer extends JsonObject {
  readonly metadata: { readonly [field: string]: string & number & undefined };
  readonly items: KubernetesObject[];
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details: { readonly causes: { reason: string; message: string; field: string }[] };
}

/** The App Mesh kinds: CustomResourceDefinitions large enough to show whether schemas work. */
function meshDefinitions(): readonly object[] {
  const folder = new URL('../../../deploy/crds/', import.meta.url);
  return readdirSync(folder).map((name) => parse(readFileSync(new URL(name, folder), 'utf8')));
}

/** A cluster whose pods come and go fast, and that remembers little, so that a test sees the limits. */
export function startQuickCluster(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  return startCluster({
    port: 0,
    definitions: meshDefinitions(),
    ...options,
    timings: { podStartMs: 10, podStopMs: 20, ipCooldownMs: 0, namespaceDrainMs: 10, ...options.timings },
  });
}

/**
 * One connection a request. A connection that is kept for later may be one that the cluster closes at this moment, as it
 * does when it goes away: the next request then fails with "fetch failed: other side closed".
 */
const oneConnection = { connection: 'close' };

/** Sends a request with a JSON body over HTTP. */
export async function send(
  cluster: Cluster,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(cluster.url + path, {
    method,
    headers: { ...oneConnection, 'content-type': 'application/json', 'user-agent': 'test/1', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text.startsWith('{') ? (JSON.parse(text) as Answer) : ({} as Answer);
  return { status: response.status, headers: response.headers, body: answer };
}

export const patchType = (type: string) => ({ 'content-type': type });
export const mergePatch = patchType('application/merge-patch+json');
export const strategicPatch = patchType('application/strategic-merge-patch+json');
export const applyPatch = patchType('application/apply-patch+yaml');

/** Waits until the probe gives something, and returns it; fails after the time with what was waited for. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | '',
  timeoutMs = 5000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false && found !== '') return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(5);
  }
}

export interface Line {
  readonly type: string;
  readonly object: KubernetesObject & Answer;
}

/** Opens a watch and gathers its events until it is closed. */
export async function openWatch(cluster: Cluster, path: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(cluster.url + path, {
    signal: abort.signal,
    headers: { ...oneConnection, ...headers },
  });
  const events: Line[] = [];
  let hasEnded = false;
  const done = readLines(response, events)
    .catch((error: unknown) => {
      // A stream that the test or a fault cuts ends so; anything it had to say is in the events.
      if (!(error instanceof Error)) throw error;
    })
    .finally(() => {
      hasEnded = true;
    });
  return {
    status: response.status,
    events,
    done,
    get hasEnded() {
      return hasEnded;
    },
    close: async () => {
      abort.abort();
      await done;
    },
  };
}

async function readLines(response: globalThis.Response, events: Line[]): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line) as Line);
  }
}

export function podManifest(name: string, extra: { metadata?: JsonObject; spec?: JsonObject } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...extra.metadata },
    spec: { containers: [{ name: 'main', image: 'app:1' }], ...extra.spec },
  };
}

export function deploymentManifest(
  name: string,
  replicas: number,
  spec: JsonObject = {},
  podSpec: JsonObject = {},
) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      ...spec,
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'app:1' }], ...podSpec },
      },
    },
  };
}

/** Why kubectl cannot be used here, or undefined when it can. */
export const kubectlMissing =
  spawnSync('kubectl', ['version', '--client']).status === 0 ? undefined : 'kubectl is not on the PATH';

const home = mkdtempSync(join(tmpdir(), 'kubectl-'));

/** Runs kubectl against the cluster with a home of its own. Resolves with its output; rejects with its error text. */
export function kubectl(cluster: Cluster, args: string | readonly string[], input?: string): Promise<string> {
  const { KUBECONFIG: _, ...environment } = process.env;
  const words = typeof args === 'string' ? args.split(' ') : args;
  const command = ['--server', cluster.url, ...words];
  return new Promise((resolve, reject) => {
    const child = execFile(
      'kubectl',
      command,
      { env: { ...environment, HOME: home }, timeout: 20_000 },
      (error, stdout, stderr) =>
        error
          ? reject(new Error(`kubectl ${words.join(' ')}: ${stderr || error.message}`))
          : resolve(stdout + stderr),
    );
    child.stdin?.end(input ?? '');
  });
}
