import type { AppMeshClientConfig } from '@aws-sdk/client-app-mesh';
import type { AppMesh } from './app-mesh.ts';
import { handleRestJson } from './rest-json.ts';

type RequestHandler = NonNullable<AppMeshClientConfig['requestHandler']>;

/** Of an SDK request, what is read here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The `requestHandler` of an SDK client that calls the engine in this process, without a socket. A lost answer is a
 * rejection with a TimeoutError, as the SDK's own handler makes.
 */
function inProcessRequestHandler(engine: AppMesh): RequestHandler {
  return {
    handle: async ({ method, path, query, body }: SdkRequest) => {
      const answer = await handleRestJson(engine, {
        method,
        pathname: path,
        query: searchParams(query),
        body: textOf(body),
      });
      if (answer === undefined) throw timeoutError();
      const { status: statusCode, headers, body: text } = answer;
      return { response: { statusCode, headers, body: encoder.encode(String(text)) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

/**
 * Options of an SDK client for tests: in process, unsigned (a signature costs more than the call), and with one
 * attempt, so that the code under test is what retries.
 */
export function inProcessClientOptions(engine: AppMesh) {
  return {
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    signer: { sign: async <Request>(request: Request) => request },
    requestHandler: inProcessRequestHandler(engine),
    endpoint: 'http://127.0.0.1',
    maxAttempts: 1,
  } satisfies AppMeshClientConfig;
}

function searchParams(query: SdkRequest['query'] = {}): URLSearchParams {
  const entries = Object.entries(query).flatMap(([key, value]) =>
    [value ?? ''].flat().map((item) => [key, item] as [string, string]),
  );
  return new URLSearchParams(entries);
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? decoder.decode(body) : String(body ?? '');
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer came'), { name: 'TimeoutError' });
}
