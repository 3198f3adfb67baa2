import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

interface Sent {
  readonly method: 'GET' | 'PATCH';
  /** From the URL of the server on, such as `/api/v1/pods?limit=1`. */
  readonly path: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Buffer;
}

export interface Answer {
  readonly code: number;
  /** Undefined for what is not JSON. */
  readonly body: unknown;
}

/** The API server of a kubeconfig's current context, however its user authenticates: certificates, tokens, exec plugins. */
export class ApiServer {
  readonly url: string;
  readonly #config: KubeConfig;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.url = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  /** Resolves with the response's beginning; whoever calls it reads or destroys it. */
  async send({ method, path, headers = {}, body }: Sent): Promise<http.IncomingMessage> {
    const options: https.RequestOptions = { method, headers };
    await this.#config.applyToHTTPSOptions(options);
    const target = new URL(this.url + path);
    const send = target.protocol === 'https:' ? https.request : http.request;
    return new Promise((resolve, reject) => {
      send(target, options, resolve).on('error', reject).end(body);
    });
  }

  async get(path: string): Promise<Answer> {
    const response = await this.send({ method: 'GET', path, headers: { accept: 'application/json' } });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return { code: response.statusCode ?? 0, body: parsed(text) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
