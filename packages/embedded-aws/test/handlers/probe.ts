/** A function for tests: does what its event asks, one thing a command. */
interface ProbeEvent {
  readonly command: string;
  readonly text?: string;
}
interface ProbeContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

let invocations = 0;
let running = 0;

const commands: Readonly<Record<string, (event: ProbeEvent, context: ProbeContext) => unknown>> = {
  echo: (event) => event,
  nothing: () => undefined,
  count: () => ({ invocations }),
  environment: () => process.env,
  context: (_event, context) => ({ ...context, remainingMs: context.getRemainingTimeInMillis() }),
  log: ({ text }) => console.log(text),
  fail: ({ text }) => {
    throw new TypeError(text);
  },
  exit: () => process.exit(3),
  crash: () =>
    new Promise(() =>
      setTimeout(() => {
        throw new Error('outside of the handler');
      }, 20),
    ),
  hang: () => new Promise(() => setInterval(() => {}, 1000)),
  async overlap() {
    running += 1;
    await new Promise((resolve) => setTimeout(resolve, 500)); // the others come meanwhile, on a busy machine too
    running -= 1;
    return { alone: running === 0 };
  },
};

export async function handler(event: ProbeEvent, context: ProbeContext): Promise<unknown> {
  invocations += 1;
  return commands[event.command]?.(event, context);
}
