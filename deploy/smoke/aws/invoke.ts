import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Invokes a function and returns its answer; throws if the function failed. */
export async function invoke(lambda: LambdaClient, FunctionName: string, input: object): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(input) }),
  );
  const answer = JSON.parse(Payload?.transformToString() || 'null') as unknown;
  if (FunctionError === undefined) return answer;
  const { errorMessage } = Object(answer) as { errorMessage?: string };
  throw new Error(`${FunctionName} failed: ${errorMessage ?? JSON.stringify(answer)}`);
}
