import { AppMeshClient, type AppMeshClientConfig } from '@aws-sdk/client-app-mesh';

/** Of an SDK request, what is read here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * A client of moto's App Mesh. moto writes times as text, where the API has seconds since 1970 and the SDK takes
 * nothing else; so they are rewritten on the way.
 */
export function motoAppMeshClient(endpoint: string): AppMeshClient {
  const handle = async ({ method, path, query, headers, body }: SdkRequest) => {
    const url = `${endpoint}${path}?${new URLSearchParams(query)}`;
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body && { body: new TextDecoder().decode(body) }),
    });
    return {
      response: {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: new TextEncoder().encode(withEpochSeconds(await response.text())),
      },
    };
  };
  return new AppMeshClient({
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { handle },
  } as unknown as AppMeshClientConfig);
}

/** Which time it is, no test asks. */
function withEpochSeconds(text: string): string {
  return text.replace(/"(createdAt|lastUpdatedAt)": ?"[^"]+"/g, '"$1":0');
}
