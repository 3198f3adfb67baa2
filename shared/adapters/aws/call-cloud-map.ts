import { callAws, translateAwsError } from './errors.ts';

/** Makes a call of Cloud Map with its errors translated. They name the operation and its target, `10.0.0.1 of srv-1`. */
export function callCloudMap<T>(operation: string, target: string, send: () => Promise<T>): Promise<T> {
  return callAws(`${operation} ${target}`, send, { action: actionOf(operation) });
}

/** The pages of an SDK paginator with its errors translated. */
export async function* cloudMapPages<T>(
  operation: string,
  target: string,
  pages: AsyncIterable<T>,
): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw translateAwsError(`${operation} ${target}`, error, { action: actionOf(operation) });
  }
}

/** The IAM action of an operation. */
export function actionOf(operation: string): string {
  return `servicediscovery:${operation}`;
}
