import { packageTemplate, resourcesOf, type Statement } from './template.ts';

/** Takes some seconds. */
export const template = packageTemplate('production');

export const queues = () => new Map(resourcesOf(template, 'AWS::SQS::Queue'));

export const functions = () => resourcesOf(template, 'AWS::Lambda::Function');

export function grants(): { holder: string; statement: Statement }[] {
  const policies = resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(([id, { Properties }]) => ({
    holder: id,
    documents: [Properties],
  }));
  const roles = resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => ({
    holder: id,
    documents: Properties.Policies ?? [],
  }));
  return [...policies, ...roles].flatMap(({ holder, documents }) =>
    documents.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((statement) => ({ holder, statement })),
    ),
  );
}
