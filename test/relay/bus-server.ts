import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventDetail } from '../../shared/model/events/event.ts';

const expiration = '2999-01-01T00:00:00Z';

/**
 * EventBridge over HTTP, for a relay in a process of its own: there is every bus, and it accepts everything. It hands out
 * credentials too, as the agent of EKS Pod Identity and as STS.
 */
export class BusServer {
  readonly details: EventDetail[] = [];
  readonly authorizations: string[] = [];
  /** Called for each detail that is accepted, instead of keeping it. */
  readonly #onDetail: (detail: EventDetail, accessKey: string) => void;
  readonly #latencyMs: number;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  constructor(
    options: {
      readonly latencyMs?: number;
      readonly onDetail?: (detail: EventDetail, accessKey: string) => void;
    } = {},
  ) {
    this.#latencyMs = options.latencyMs ?? 0;
    this.#onDetail = options.onDetail ?? ((detail) => this.details.push(detail));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.url === '/credentials') {
      response.end(
        JSON.stringify({
          AccessKeyId: 'from-server',
          SecretAccessKey: 's',
          Token: 't',
          Expiration: expiration,
        }),
      );
      return;
    }
    if (
      body.startsWith('Action=AssumeRoleWithWebIdentity') ||
      body.includes('Action=AssumeRoleWithWebIdentity')
    ) {
      response.end(assumedRole);
      return;
    }
    await wait(this.#latencyMs);
    const { authorization = '' } = request.headers;
    this.authorizations.push(authorization);
    const [, accessKey = ''] = /Credential=([^/]+)/.exec(authorization) ?? [];
    const { Name, Entries } = JSON.parse(body);
    const isPut = request.headers['x-amz-target'] === 'AWSEvents.PutEvents';
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(isPut ? this.#put(Entries, accessKey) : { Name, Arn: `arn of ${Name}` }));
  }

  #put(entries: readonly { readonly Detail: string }[], accessKey: string): unknown {
    for (const { Detail } of entries) this.#onDetail(JSON.parse(Detail), accessKey);
    return { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `${index}` })) };
  }
}

const assumedRole = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials><AccessKeyId>from-server</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
      <Expiration>${expiration}</Expiration></Credentials>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/relay/x</Arn><AssumedRoleId>x</AssumedRoleId></AssumedRoleUser>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
