import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, pages, root } from '../docs/pages.ts';
import { findHelm } from '../tools/helm.ts';
import { checked } from './command-faults.ts';
import { commandsIn } from './shell-commands.ts';

export interface PrintedCommand {
  readonly path: string;
  readonly words: readonly string[];
}

/** Every command that documentation, messages and NOTES.txt give people to run. */
export function printedCommands(): readonly PrintedCommand[] {
  return [...documented(), ...inSources(), ...inNotes()].filter(({ words: [program = '', verb = ''] }) => {
    return checked.includes(program) && /^[a-z-]/.test(verb);
  });
}

/** Blocks of shell, and code in a line that is a whole command. */
function documented(): readonly PrintedCommand[] {
  return pages().flatMap(({ path, blocks, codes }) => {
    const shell = blocks.filter(({ language }) => language === 'sh' || language === 'bash');
    const inline = codes.filter((code) => isCommand(code) && !code.includes('…'));
    return [...shell.map(({ text }) => text), ...inline]
      .flatMap((text) => commandsIn(filledIn(text)))
      .map((words) => ({ path, words }));
  });
}

/** `<Name>` and `NAME` stand for values of the reader. */
function filledIn(text: string): string {
  return text
    .replaceAll(/<\w*Arn>/g, 'arn:aws:iam::123456789012:role/value')
    .replaceAll(/<[A-Za-z][\w ]*>/g, 'value')
    .replaceAll(/\$\{[^}]*\}/g, 'value')
    .replaceAll(/\$\(\(.*?\)\)|\$\(date \+%s\)/g, '1700000000')
    .replaceAll('--replicas=$replicas', '--replicas=1');
}

function isCommand(code: string): boolean {
  const [program = '', verb = ''] = code.split(' ');
  return checked.includes(program) && verb !== '';
}

const sources = [
  'shared',
  'functions',
  'relay',
  'playground',
  'deploy',
  'explain',
  'report',
  'translate',
  'inject',
];
const begin = new RegExp(`(?<![\\w./-])(?:${checked.join('|')}) [a-z-]`);

/** Not commands, though they read like one. */
const prose =
  /aws command|kubectl (?:apply )?would|npm start --kubeconfig forwards|npm start does not|npm run explain commands work/;
/** Made of several texts; test/end-to-end/next-steps.test.ts runs what is printed. */
const runElsewhere = ['commands', 'example-steps', 'own-steps', 'apply-command', 'next-steps'].map(
  (name) => `playground/show/${name}.ts`,
);

/** Commands in texts, not in comments: up to the end of the text, or of the command in it. */
function inSources(): readonly PrintedCommand[] {
  const files = filesOf(...sources.map((folder) => `${folder}/**/*.ts`));
  return files
    .filter((path) => !runElsewhere.includes(path))
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && !prose.test(line))
        .flatMap(commandTexts)
        .flatMap((text) => commandsIn(filledIn(text)).slice(0, 1))
        .map((words) => ({ path, words })),
    );
}

function commandTexts(line: string): readonly string[] {
  const code = line.replace(/\s\/\/ .*$/, '');
  const at = begin.exec(code)?.index;
  if (at === undefined) return [];
  const rest = code.slice(at);
  const end = /[`;)]|, |: |\. |'[,);]|' \+|\.$| works| or /.exec(
    rest.replaceAll(/\$\{[^}]*\}/g, (each) => '_'.repeat(each.length)),
  );
  return [
    rest.slice(0, end?.index).replace(/['".]+$/, ''),
    ...commandTexts(rest.slice((end?.index ?? rest.length) + 1)),
  ];
}

/** As helm prints them after an installation. */
function inNotes(): readonly PrintedCommand[] {
  const { path } = findHelm();
  if (path === undefined) return [];
  const chart = 'relay/chart';
  const values = [
    'cluster=production',
    'region=us-west-2',
    'image.repository=example.com/relay',
    'eventBus=eks-mesh-sync-production',
    'replicas=2',
  ].flatMap((value) => ['--set', value]);
  const args = ['install', 'my-release', chart, '--namespace', 'my-namespace', '--dry-run=client', ...values];
  const { status, stdout, stderr } = spawnSync(path, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`helm ${args.join(' ')} ended with ${status}: ${stderr}`);
  // Prose can have an apostrophe; commands are indented.
  const notes = stdout.slice(stdout.indexOf('NOTES:')).split('\n');
  const script = notes.filter((line) => line.startsWith('  ')).join('\n');
  return commandsIn(script).map((words) => ({ path: `${chart}/templates/NOTES.txt`, words }));
}
