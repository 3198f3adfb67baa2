import type { PrintedCommand } from '../printed-commands.ts';

interface Group {
  readonly why: string;
  readonly has: (text: string, command: PrintedCommand) => boolean;
}

const playground = 'http://127.0.0.1:4566';

/** Why no test in this folder runs a printed command of another program than kubectl. The first that fits counts. */
const groups: readonly Group[] = [
  {
    why: 'test/end-to-end/runbooks/walk-through.slow.test.ts runs it',
    has: (text, { path }) => path.startsWith('docs/runbooks/') && /127\.0\.0\.1|--playground/.test(text),
  },
  {
    why: 'test/end-to-end/documented-commands.test.ts runs it',
    has: (text, { path }) =>
      ['docs/playground.md', 'docs/operations.md', 'docs/life-cycle.md'].includes(path) &&
      (text.includes(playground) || text.includes('--playground')),
  },
  { why: 'it reads or changes an AWS account, which a test does not have', has: isOf('aws') },
  { why: 'test/relay/helm-install.slow.test.ts runs its verb', has: isOf('helm') },
  {
    why: 'test/ministack/main.ts deploys, tests and removes a stage',
    has: (text) => /^(?:npm run (?:deploy|package|smoke)|npx sls remove)/.test(text),
  },
  {
    why: 'test/end-to-end and test/playground start it, with these options',
    has: (text) => /^npm (?:start|run dev)/.test(text),
  },
  {
    why: 'test/explain-command, test/translate, test/inject and test/deploy/cost.test.ts run it',
    has: (text) => /^npm run (?:--silent |-s )?(?:explain|report|translate|inject|cost)/.test(text),
  },
  {
    why: 'it is a test, a measurement or a step of CI itself',
    has: (text) => /^np(?:m test|m run (?:test|bench|ci|lint|typecheck|unused)|x vitest)/.test(text),
  },
  {
    why: 'it writes files of the project',
    has: (text) =>
      /^npm run (?:crds|definitions|fields|format|sbom|screenshots|relay:build|relay:kustomize)/.test(text),
  },
  {
    why: 'it installs packages or asks their registry',
    has: (text) => /^npm (?:ci|install|audit)/.test(text),
  },
  { why: 'it prints its own options', has: (text) => text.endsWith('--help') },
  { why: 'prose names it without its arguments', has: (text) => text === 'npm run' },
];

function isOf(program: string): Group['has'] {
  return (text) => text.startsWith(`${program} `);
}

export const reasons: readonly string[] = groups.map(({ why }) => why);

export function reasonOf(command: PrintedCommand): string | undefined {
  const text = command.words.join(' ');
  return groups.find(({ has }) => has(text, command))?.why;
}
