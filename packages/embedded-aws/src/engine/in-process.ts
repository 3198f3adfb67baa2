/** The used part of an SDK request. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Handles a request with its body as text. Undefined if the client must get no response. */
type Engine = (request: SdkRequest & { readonly body: string }) => Promise<Answer | undefined>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Options for an SDK client in tests: in process, without a socket, unsigned (a signature costs more than the call),
 * and with one attempt, so that only the code under test retries.
 */
export function inProcessOptions(engine: Engine) {
  return {
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    signer: { sign: async <Request>(request: Request) => request },
    requestHandler: requestHandler(engine),
    endpoint: 'http://127.0.0.1',
    maxAttempts: 1,
  };
}

/** A lost response rejects with a TimeoutError, as in the SDK's own handler. */
function requestHandler(engine: Engine) {
  return {
    handle: async (request: SdkRequest) => {
      const answer = await engine({ ...request, body: textOf(request.body) });
      if (answer === undefined) throw timeoutError();
      const { status: statusCode, headers, body } = answer;
      return { response: { statusCode, headers, body: encoder.encode(String(body)) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? decoder.decode(body) : String(body ?? '');
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer came'), { name: 'TimeoutError' });
}
