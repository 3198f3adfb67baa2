import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesOf, pageOf, root } from '../docs/pages.ts';

/** Two releases of the project: v0.1.0 is what is in this checkout, v0.2.0 has other code in a function. */
export interface Checkout {
  readonly folder: string;
  /** The commands of a section of docs/life-cycle.md, as it prints them, but those that a cluster or the registry must answer. */
  commands(section: string, stage: string): readonly string[];
}

/** A checkout of its own with the tags of both releases, at the first one. */
export function makeCheckout(folder: string, clusters: string): Checkout {
  for (const path of filesOf('.')) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { verbatimSymlinks: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const git = gitIn(folder);
  git('init', '--quiet');
  // A link, which the rule `node_modules/` does not ignore.
  appendFileSync(join(folder, '.git/info/exclude'), 'node_modules\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'v0.1.0');
  git('tag', 'v0.1.0');
  appendFileSync(join(folder, 'functions/sync-pods.ts'), "\nexport const release = 'v0.2.0';\n");
  git('commit', '--quiet', '--all', '--message', 'v0.2.0');
  git('tag', 'v0.2.0');
  git('checkout', '--quiet', 'v0.1.0');
  copyFileSync(clusters, join(folder, 'clusters.yml'));
  return { folder, commands: (section, stage) => commandsOf(section).map((line) => forStage(line, stage)) };
}

function gitIn(folder: string): (...args: string[]) => void {
  const identity = [
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  return (...args) => {
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
}

const isOfCluster = /^(helm|kubectl|docker) /;

function commandsOf(section: string): readonly string[] {
  const path = 'docs/life-cycle.md';
  const [, after = ''] = readFileSync(join(root, path), 'utf8').split(`\n## ${section}\n`);
  const [block] = pageOf(path, after.split('\n## ')[0] ?? '').blocks;
  const lines = block?.text.trim().split('\n') ?? [];
  // The dependencies of both releases are the same, and the relay's image is no part of the stack.
  return lines.filter(
    (line) => !isOfCluster.test(line) && line !== 'npm ci' && line !== 'npm run relay:build',
  );
}

function forStage(line: string, stage: string): string {
  const placed = line.replace('--stage production', `--stage ${stage}`);
  // There is no remote that has the tags.
  const local = placed.replace('git fetch --tags && ', '');
  // ministack's CloudFormation refuses alarms with metric math.
  return local.startsWith('npm run deploy') ? `${local} --param=alarms=false` : local;
}
