import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

export interface ReplayResponse {
  readonly status: number;
  readonly body: object;
}

/** Any API server, by its HTTP API. */
export type ReplaySend = (
  method: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>>,
) => Promise<ReplayResponse>;

export interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What a server answers to a sample; values that no two servers share are replaced. */
export interface ReplayAnswer {
  readonly sample: string;
  readonly status: number;
  /** The object as created, or as patched. */
  readonly object?: unknown;
  /** As kubectl get -o wide prints it. */
  readonly cells?: unknown;
  /** Why the sample is refused. */
  readonly message?: string;
}

const files = ['workloads', 'network', 'policy', 'access', 'storage', 'extension', 'refused'];

export function samplesOf(file: string): Sample[] {
  const text = readFileSync(new URL(`samples/${file}.yaml`, import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Sample);
}

const created = files.flatMap(samplesOf);

/** Creates each sample in a dry run, as an object and as a Table, and then patches some. */
export async function replay(send: ReplaySend): Promise<ReplayAnswer[]> {
  await send('POST', '/api/v1/namespaces', namespaceOf('limited'), json);
  const answers: ReplayAnswer[] = [];
  for (const sample of created) answers.push(await creation(send, sample));
  for (const patch of samplesOf('updates')) answers.push(await update(send, patch));
  return answers;
}

const json = { 'content-type': 'application/json', accept: 'application/json' };
const table = { ...json, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

async function creation(send: ReplaySend, sample: Sample): Promise<ReplayAnswer> {
  const path = `${pathOf(sample)}?dryRun=All&fieldManager=replay&fieldValidation=Strict`;
  const { status, body } = await send('POST', path, sample, json);
  const answer = { sample: titleOf(sample), status };
  if (status !== 201) return { ...answer, message: messageOf(body) };
  const shown = await send('POST', path, sample, table);
  const { rows, columnDefinitions } = shown.body as {
    rows: { cells: unknown[] }[];
    columnDefinitions: unknown[];
  };
  // The API server has one cell more than columns for an IPAddress.
  const cells = rows[0]?.cells.slice(0, columnDefinitions.length);
  return { ...answer, object: normal(body), cells: cells?.map(normalCell) };
}

async function update(send: ReplaySend, patch: Sample): Promise<ReplayAnswer> {
  const sample = created.find(
    ({ kind, metadata }) => kind === patch.kind && metadata.name === patch.metadata.name,
  );
  if (sample) await send('POST', pathOf(sample), sample, json);
  const path = `${pathOf(patch)}/${patch.metadata.name}`;
  const headers = { ...json, 'content-type': 'application/merge-patch+json' };
  const { status, body } = await send('PATCH', `${path}?dryRun=All`, patch, headers);
  const answer = { sample: `patch ${titleOf(patch)}`, status };
  if (status !== 200) return { ...answer, message: messageOf(body) };
  // Controllers change what a dry run does not.
  const { metadata, status: _, ...rest } = body as { metadata: Record<string, unknown>; status: unknown };
  return { ...answer, object: normal({ ...rest, metadata: { generation: metadata.generation } }) };
}

const titleOf = ({ apiVersion, kind, metadata }: Sample) => `${apiVersion} ${kind} ${metadata.name}`;

/** A path of all objects of the kind. */
function pathOf({ apiVersion, kind, metadata }: Sample): string {
  const resource = resources().get(`${apiVersion} ${kind}`);
  if (!resource) throw new Error(`${apiVersion} ${kind} not found in resources.jsonl`);
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${root}/${apiVersion}${namespace}/${resource.name}`;
}

interface Resource {
  readonly in: string;
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

function resources(): Map<string, Resource> {
  const lines = readFileSync(new URL('resources.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const all = lines.map((line) => JSON.parse(line) as Resource).filter(({ name }) => !name.includes('/'));
  return new Map(all.map((resource) => [`${resource.in} ${resource.kind}`, resource]));
}

/** Of a whole object in a message, Go prints fields that JSON has not. */
function messageOf(body: object): string {
  const message = withoutIds(String((body as { message?: string }).message));
  return message
    .replace(/(value): (\{.*?\}|null): (?=[a-zA-Z`"])(?!")/g, '$1: {…}: ')
    .replace(/(for bound claims)\n[\s\S]*$/, '$1');
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const withoutIds = (text: string) => text.replace(uid, 'UID');

/** Without uids, addresses, ports, and the times of this moment. */
function normal(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== 'managedFields')
        .map(([name, child]) => [name, normal(child, name)]),
    );
  if (key === 'creationTimestamp' && typeof value === 'string') return 'TIME';
  if (key === 'resourceVersion') return 'VERSION';
  if (/^(clusterIPs?)$/.test(key) && value !== 'None') return 'IP';
  if (key === 'nodePort' || key === 'healthCheckNodePort') return 'PORT';
  return typeof value === 'string' ? withoutIds(value) : value;
}

function normalCell(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  return withoutIds(cell)
    .replace(/^\d{4}-\d\d-\d\dT\S+Z$/, 'TIME')
    .replace(/^(\d+[smhdy]|<unknown>|<invalid>)+$/, 'AGE')
    .replace(/^\d+\.\d+\.\d+\.\d+$/, 'IP')
    .replace(/(\d+):\d+\//g, '$1:PORT/');
}
