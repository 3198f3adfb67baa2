import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markersOf } from '../../packages/embedded-kubernetes/test/recorded/markers.ts';
import { type ReplayAnswer, replay } from '../../packages/embedded-kubernetes/test/recorded/replay.ts';
import { type ApiServer, startApiServer } from './api-server.ts';

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER ?? '';

const folder = new URL('../../packages/embedded-kubernetes/test/recorded/', import.meta.url);

/** Compares the recordings that the embedded cluster must match with a real API server. RECORD=true writes them again. */
describe.skipIf(program === '')('recordings of a real kube-apiserver (KUBE_APISERVER)', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer(program);
  }, 120_000);
  afterAll(() => server.stop());

  it('answers.jsonl has what it answers to the samples', async () => {
    const answers = await replay(server.send);
    expectRecorded('answers.jsonl', answers);
  }, 120_000);

  it('resources.jsonl has its resources and their columns', async () => {
    expectRecorded('resources.jsonl', await readResources(server));
  }, 120_000);

  it('markers.jsonl has the extensions of its OpenAPI', async () => {
    const { body } = await server.send('GET', '/openapi/v2', undefined, { accept: 'application/json' });
    const { rules, quantities } = markersOf(body.definitions as Parameters<typeof markersOf>[0]);
    const lines = Object.entries(rules).map(([key, rule]) => ({ [key]: rule }));
    expectRecorded('markers.jsonl', [{ quantities }, ...lines]);
  }, 120_000);
});

function expectRecorded(name: string, values: readonly object[]): void {
  const file = new URL(name, folder);
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  if (process.env.RECORD === 'true') writeFileSync(file, text);
  const recorded = readFileSync(file, 'utf8').trim().split('\n');
  expect(text.trim().split('\n').map(parseLine)).toEqual(recorded.map(parseLine));
}

/** Times of the recording differ. */
function parseLine(line: string): unknown {
  return JSON.parse(line.replace(/("lastPhaseTransitionTime":)"[^"]*"/g, '$1"TIME"')) as ReplayAnswer;
}

interface Resource {
  readonly name: string;
  readonly verbs: readonly string[];
}

async function readResources({ send }: ApiServer): Promise<object[]> {
  const { body } = await send('GET', '/apis');
  const groups = body.groups as { versions: { groupVersion: string }[] }[];
  const versions = ['v1', ...groups.flatMap((group) => group.versions.map((each) => each.groupVersion))];
  const all: object[] = [];
  for (const version of versions) {
    const path = `/${version.includes('/') ? 'apis' : 'api'}/${version}`;
    for (const resource of (await send('GET', path)).body.resources as Resource[])
      all.push(await recordOf(send, version, path, resource));
  }
  return all;
}

async function recordOf(send: ApiServer['send'], version: string, path: string, resource: Resource) {
  const { storageVersionHash: _, ...kept } = { storageVersionHash: '', ...resource };
  if (!resource.verbs.includes('list') || resource.name.includes('/')) return { in: version, ...kept };
  const { body } = await send('GET', `${path}/${resource.name}`, undefined, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  const columns = body.columnDefinitions as {
    name: string;
    type: string;
    format: string;
    priority: number;
  }[];
  return {
    in: version,
    ...kept,
    columns: columns.map(({ name, type, format, priority }) => [name, type, format, priority]),
  };
}
