/** The start parameters of an execution environment. */
export interface EnvironmentData {
  readonly functionName: string;
  readonly memoryMegabytes: number;
  /** A file URL; the module exports `handler`. */
  readonly handler: string;
  readonly functionArn: string;
  readonly logStreamName: string;
}

/** To the environment: one invocation. Events and results are JSON text, as on AWS. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: string;
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** From the environment. */
export type EnvironmentMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly text: string }
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly error: FunctionError };

/** The payload of a failed invocation, as of the Node.js runtime. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
