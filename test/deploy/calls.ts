import { globSync, readFileSync } from 'node:fs';

/** The prefix that IAM has for the calls of each client in use. */
const prefixes: Readonly<Record<string, string>> = {
  'client-app-mesh': 'appmesh',
  'client-dynamodb': 'dynamodb',
  'client-eks': 'eks',
  'client-eventbridge': 'events',
  'client-lambda': 'lambda',
  'client-servicediscovery': 'servicediscovery',
  'client-sqs': 'sqs',
  'lib-dynamodb': 'dynamodb',
};

/** Where the document client names a call otherwise than the API does. */
const documentCalls: Readonly<Record<string, string>> = {
  BatchGet: 'BatchGetItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/** The IAM actions of the AWS calls that the sources in a folder import: commands and paginators. */
export function callsIn(folder: string): string[] {
  const actions = globSync(`${folder}/**/*.ts`).flatMap((path) =>
    [
      ...readFileSync(path, 'utf8').matchAll(/import \{([^}]+)\} from '@aws-sdk\/((?:client|lib)-[a-z-]+)'/g),
    ].flatMap(([, names = '', client = '']) => namesOfCalls(names).map((call) => actionOf(client, call))),
  );
  return [...new Set(actions)];
}

function namesOfCalls(names: string): string[] {
  return [...names.matchAll(/\b(?:paginate(\w+)|([A-Z]\w+)Command)\b/g)].map(
    ([, paginated, sent]) => paginated ?? sent ?? '',
  );
}

function actionOf(client: string, call: string): string {
  const prefix = prefixes[client];
  if (prefix === undefined) throw new Error(`${client} is not among the clients whose IAM prefix is known`);
  if (client === 'lib-dynamodb') return `${prefix}:${documentCalls[call] ?? call}`;
  // A batch is allowed by who may make its calls one by one.
  return `${prefix}:${client === 'client-sqs' ? call.replace(/Batch$/, '') : call}`;
}
