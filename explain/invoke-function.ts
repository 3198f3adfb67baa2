import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { functionName } from '../shared/model/commands/place.ts';
import { NoAnswerError, UsageError } from './errors.ts';
import { failureText, functionErrorText, isInvalidInput, type Target } from './failure-text.ts';
import type { PlaceChoice } from './place-options.ts';

/**
 * Calls a function of a deployment or of the playground and returns its answer. Throws a NoAnswerError that says why there is
 * none and what to do, or a UsageError if the function refused the input.
 */
export async function invokeFunction(choice: PlaceChoice, name: string, input: object): Promise<unknown> {
  const client = new LambdaClient(settingsOf(choice));
  try {
    const target = await targetOf(choice, client);
    return await invoke(client, target, functionName(target, name), input);
  } finally {
    client.destroy();
  }
}

/** The embedded AWS checks neither Region nor credentials. */
function settingsOf(choice: PlaceChoice): LambdaClientConfig {
  if (choice.kind === 'deployment') {
    const { region, profile } = choice;
    return { ...(region && { region }), ...(profile && { profile }) };
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: choice.url, region: 'us-west-2', credentials, maxAttempts: 1 };
}

async function targetOf(choice: PlaceChoice, client: LambdaClient): Promise<Target> {
  if (choice.kind === 'playground') return choice;
  try {
    return { kind: 'deployment', stage: choice.stage, region: await client.config.region() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${why}. Name the Region of the deployment with --region or AWS_REGION`);
  }
}

async function invoke(
  client: LambdaClient,
  target: Target,
  fullName: string,
  input: object,
): Promise<unknown> {
  const answer = await client
    .send(new InvokeCommand({ FunctionName: fullName, Payload: JSON.stringify(input) }))
    .catch((error: unknown) => {
      throw new NoAnswerError(failureText(error as Error, target, fullName), { cause: error });
    });
  const payload: unknown = JSON.parse(answer.Payload?.transformToString() || 'null');
  if (answer.FunctionError === undefined) return payload;
  const fault = (payload ?? {}) as Readonly<Record<string, unknown>>;
  const text = functionErrorText(fault, target, fullName);
  throw isInvalidInput(fault) ? new UsageError(text) : new NoAnswerError(text);
}
