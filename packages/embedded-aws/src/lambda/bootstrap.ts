import { parentPort, workerData } from 'node:worker_threads';
import type { EnvironmentData, EnvironmentMessage, FunctionError, InvokeMessage } from './messages.ts';

/**
 * Runs in the worker thread of one execution environment: loads the handler once, then handles invocations one at a
 * time, like Lambda's Node.js runtime.
 */
const data = workerData as EnvironmentData;

function post(message: EnvironmentMessage): void {
  parentPort?.postMessage(message);
}

/** Sends output through the same port as results, so that it arrives before the invocation's result. */
function capture(stream: NodeJS.WriteStream): void {
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    post({ type: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
}

function contextOf(message: InvokeMessage): Record<string, unknown> {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMegabytes),
    awsRequestId: message.requestId,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: data.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  };
}

function errorOf(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function loadHandler(): Promise<(event: unknown, context: unknown) => unknown> {
  const { handler } = await import(data.handler);
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${data.handler} exports no function \`handler\``), {
      name: 'Runtime.HandlerNotFound',
    });
  return handler;
}

async function invoke(
  handler: Promise<(event: unknown, context: unknown) => unknown>,
  message: InvokeMessage,
) {
  process.env._X_AMZN_TRACE_ID = message.traceId;
  try {
    const result = await (await handler)(JSON.parse(message.event), contextOf(message));
    post({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    post({ type: 'error', error: errorOf(error) });
  }
}

capture(process.stdout);
capture(process.stderr);
const handler = loadHandler();
parentPort?.on('message', (message: InvokeMessage) => invoke(handler, message));
// If the handler fails to load, every invocation fails with the reason.
handler.then(
  () => post({ type: 'ready' }),
  () => post({ type: 'ready' }),
);
