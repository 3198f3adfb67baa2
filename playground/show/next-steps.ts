import { type ExplainSubject, explainCommand } from '../../shared/model/commands/explain-command.ts';
import { invocation } from './commands.ts';
import type { StepsPlace } from './steps-place.ts';

interface Steps {
  /** Commands for the objects that are there. */
  readonly commands: readonly string[];
  /** What `explain` can explain. */
  readonly subjects: readonly ExplainSubject[];
  /** The command that applies the files again; undefined for the example. */
  readonly apply?: string | undefined;
}

/** The last lines of the start: commands to try next, which work as printed, and the page. */
export function nextSteps(place: StepsPlace, { commands, subjects, apply }: Steps): string {
  const { aws: url, cloudMap, kubectl, table, page } = place;
  const all = [
    ...commands,
    ...subjects.map((subject) => explainCommand({ subject, place: { kind: 'playground', url, kubectl } })),
    `aws --endpoint-url ${cloudMap} servicediscovery list-services`,
    `aws --endpoint-url ${url} dynamodb scan --table-name ${table}`,
    invocation(url, 'resync', { cluster: 'local', dryRun: true }),
  ];
  return `Running. Press Ctrl-C to stop. Commands to try in another terminal (the aws command needs a Region and any
credentials, and must not put data- before the host name):

  export AWS_DEFAULT_REGION=us-west-2 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_DISABLE_HOST_PREFIX_INJECTION=true

${all.map((command) => `  ${command}\n`).join('')}
${apply === undefined ? '' : `When you have changed your files, apply them again:\n\n  ${apply}\n\n`}${
  page === undefined ? '' : `The page ${page} shows the state live.\n`
}`;
}
