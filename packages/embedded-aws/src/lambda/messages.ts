/** What an execution environment is told when it starts. */
export interface EnvironmentData {
  readonly functionName: string;
  readonly memoryMegabytes: number;
  /** A file URL; the module exports `handler`. */
  readonly handler: string;
  readonly functionArn: string;
  readonly logStreamName: string;
}

/** To the environment: one invocation. Events and results cross as JSON text, as on AWS. */
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

/** The payload of a failed invocation, as the Node.js runtime forms it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
