import type { ServiceDiscoveryClientConfig } from '@aws-sdk/client-servicediscovery';
import type { CloudMap } from './cloud-map.ts';
import { handleJson11 } from './json11.ts';

type RequestHandler = NonNullable<ServiceDiscoveryClientConfig['requestHandler']>;

/** Of an SDK request, what is read here. */
interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The `requestHandler` of an SDK client that calls the engine in this process, without a socket. A lost answer is a
 * rejection with a TimeoutError, as the SDK's own handler makes.
 */
function inProcessRequestHandler(engine: CloudMap): RequestHandler {
  return {
    handle: async (request: SdkRequest) => {
      const answer = await handleJson11(engine, {
        target: request.headers['x-amz-target'],
        body: textOf(request.body),
      });
      if (answer === undefined) throw timeoutError();
      const { status: statusCode, headers, body } = answer;
      return { response: { statusCode, headers, body: encoder.encode(body) } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

/**
 * Options of an SDK client for tests: in process, unsigned (a signature costs more than the call), and with one
 * attempt, so that the code under test is what retries.
 */
export function inProcessClientOptions(engine: CloudMap) {
  return {
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    signer: { sign: async <Request>(request: Request) => request },
    requestHandler: inProcessRequestHandler(engine),
    endpoint: 'http://127.0.0.1',
    disableHostPrefix: true,
    maxAttempts: 1,
  } satisfies ServiceDiscoveryClientConfig;
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? decoder.decode(body) : String(body ?? '');
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer came'), { name: 'TimeoutError' });
}
