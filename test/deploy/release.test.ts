import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { versionFaults, versions } from '../../deploy/release/versions.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const found = versions(read);
const version = found['package.json: version'] ?? '';

describe('the version of a release', () => {
  it('all places name the same version', () => {
    expect(Object.keys(found)).toHaveLength(6);
    expect(versionFaults(`v${version}`, found)).toEqual([]);
  });

  it.each(Object.keys(found))('a tag is refused if %s has another version', (place) => {
    expect(versionFaults('v1.2.3', { ...sameEverywhere('1.2.3'), [place]: '1.2.4' })).toEqual([
      `${place} is 1.2.4; expected 1.2.3, as the tag v1.2.3 says`,
    ]);
  });

  it.each(['1.2.3', 'v1.2', 'vnext', ''])('a tag that is no version is refused: %j', (tag) => {
    expect(versionFaults(tag, sameEverywhere('1.2.3'))).toEqual([
      `the tag is ${JSON.stringify(tag)}; expected one such as v1.2.3`,
    ]);
  });

  it('the program of the workflow prints the version, or ends with 1', () => {
    const run = (tag: string) =>
      spawnSync(process.execPath, ['deploy/release/main.ts', tag], { cwd: root, encoding: 'utf8' });
    expect(run(`v${version}`)).toMatchObject({ status: 0, stdout: `version=${version}\n` });
    expect(run('v99.0.0').status).toBe(1);
    expect(run('v99.0.0').stderr).toContain('package.json: version');
  });
});

function sameEverywhere(text: string): Record<string, string> {
  return Object.fromEntries(Object.keys(found).map((place) => [place, text]));
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

describe.each(readdirSync(new URL('.github/workflows/', root)))('the workflow %s', (file) => {
  const text = read(`.github/workflows/${file}`);
  const workflow: { permissions: Record<string, string>; jobs: Record<string, Job> } = parse(text);

  it('the workflow pins each action to a commit, with its version beside it', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('the workflow may write nothing but packages, and by its jobs only', () => {
    expect(Object.values(workflow.permissions)).not.toContain('write');
    const written = Object.values(workflow.jobs).flatMap(({ permissions = {} }) =>
      Object.keys(permissions).filter((name) => permissions[name] === 'write'),
    );
    for (const name of written) expect(['packages', 'id-token']).toContain(name);
  });

  it('the workflow keeps no credentials of git and ends its jobs in time', () => {
    for (const job of Object.values(workflow.jobs)) {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
      const checkout = job.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
      expect(checkout?.with).toMatchObject({ 'persist-credentials': false });
    }
  });
});

describe('the image', () => {
  it('the image has no npm and no shell: its last stage only copies node and the bundle', () => {
    const stages = read('relay/Dockerfile')
      .split(/^FROM /m)
      .slice(1);
    const last = stages.at(-1) ?? '';
    expect(stages).toHaveLength(2);
    expect(last).toMatch(/^gcr\.io\/distroless\/cc-debian12:nonroot\n/);
    expect(last).not.toMatch(/^RUN/m);
    expect([...last.matchAll(/^COPY (.*)$/gm)].map(([, copied]) => copied)).toEqual([
      '--from=node /usr/local/bin/node /usr/local/bin/node',
      'dist/relay.cjs /app/relay.cjs',
    ]);
  });

  it('the image has the version of node that the tests run', () => {
    const { version: node } = JSON.parse(read('node_modules/node/package.json'));
    expect(read('relay/Dockerfile')).toContain(`FROM node:${node}-bookworm-slim AS node\n`);
  });
});
