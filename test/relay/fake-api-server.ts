import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { objectKey } from '../../shared/model/identity.ts';
import { discover, refuse, status, unnamed } from './fake-api-answers.ts';
import { type AnyObject, type Change, ObjectHistory } from './fake-api-history.ts';
import { type Asked, isAsked, isDiscovery, parse } from './fake-api-requests.ts';

/** How a request is answered other than well. */
export type Fault =
  | { readonly status: number; readonly message?: string; readonly headers?: Record<string, string> }
  /** Never answers. */
  | 'hang'
  /** Breaks the connection before the headers. */
  | 'break'
  /** Breaks it in the middle of a list's body. */
  | 'cut';

interface Watch {
  readonly asked: Asked;
  readonly response: ServerResponse;
}

/**
 * A scripted API server: lists by pages from one state, watches from a resourceVersion, forgets, and fails as scripted.
 * What it knows of Kubernetes is only what the relay's protocol needs, so that it can be wrong on purpose.
 */
export class FakeApiServer {
  /** Kinds that are served, by plural; others are 404. */
  readonly served = new Set(['pods', 'nodes', 'namespaces', 'meshes', 'virtualnodes', 'virtualservices']);
  readonly requests: Asked[] = [];
  /** The discovery document of a path, such as `/apis`; undefined is 404. By default it follows `served`. */
  discovery: (path: string) => object | undefined = (path) => discover(path, this.served);
  /** Asked for each request; of a discovery document, `plural` is the path. */
  fault: (asked: Asked) => Fault | undefined = () => undefined;
  /** How a watch from a forgotten resourceVersion is refused. */
  goneAs: 'status' | 'event' = 'status';
  /** Watch lines are written in pieces of so many bytes. */
  chunkBytes = Number.POSITIVE_INFINITY;
  readonly #history = new ObjectHistory();
  readonly #watches = new Set<Watch>();
  readonly #server: Server = createServer((request, response) => this.#serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get version(): number {
    return this.#history.version;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  objects(plural: string): AnyObject[] {
    return this.#history.objects(plural);
  }

  /** Creates an object or puts it in the place of the one of that name. Gives it as it is stored. */
  put(plural: string, object: AnyObject): AnyObject {
    const change = this.#history.put(plural, object);
    this.#reportToAll(change);
    return change.object;
  }

  remove(plural: string, namespace: string | undefined, name: string): void {
    this.#reportToAll(this.#history.remove(plural, namespace, name));
  }

  /** Forgets all changes so far: older resourceVersions and continue tokens are gone. */
  forget(): void {
    this.#history.forget();
  }

  /** Sends bookmarks to all watches. */
  bookmark(): void {
    for (const watch of this.#watches)
      this.#write(watch, {
        type: 'BOOKMARK',
        object: { metadata: { resourceVersion: `${this.#history.version}` } },
      });
  }

  /** Writes something as it is to all watches of a kind. */
  writeRaw(plural: string, text: string): void {
    for (const { asked, response } of this.#watches) if (asked.plural === plural) response.write(text);
  }

  /** Breaks all watches; `half` writes the beginning of a line before. */
  cutWatches(half = ''): void {
    for (const { response } of this.#watches) {
      if (half === '') response.destroy();
      else response.write(half, () => response.destroy());
    }
    this.#watches.clear();
  }

  /** Ends all watches in good order, as after `timeoutSeconds`. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
    this.#watches.clear();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const asked = parse(request);
    this.requests.push(asked);
    const isThere = isDiscovery(asked) ? this.discovery(asked.plural) : this.served.has(asked.plural);
    const fault = this.fault(asked) ?? (isThere ? undefined : { status: 404 });
    if (fault === 'hang') return;
    if (fault === 'break') request.socket.destroy();
    else if (fault !== undefined && fault !== 'cut')
      refuse(response, fault.status, fault.message, fault.headers);
    else if (isDiscovery(asked)) response.end(JSON.stringify(this.discovery(asked.plural)));
    else if (asked.watch) this.#watch(asked, response);
    else this.#list(asked, response, fault === 'cut');
  }

  #list(asked: Asked, response: ServerResponse, cut: boolean): void {
    const token = asked.query.get('continue');
    const [version, after] = token
      ? [Number(token.split(' ')[0]), token.split(' ')[1] ?? '']
      : [this.#history.version, ''];
    if (version < this.#history.forgotten) {
      refuse(response, 410, 'The provided continue parameter is too old');
      return;
    }
    const limit = Number(asked.query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
    const left = this.#history
      .at(asked.plural, version)
      .filter((object) => isAsked(asked, object) && objectKey(object.metadata) > after);
    const items = left.slice(0, limit);
    const last = items.at(-1);
    const next = left.length > limit && last ? `${version} ${objectKey(last.metadata)}` : undefined;
    const metadata = { resourceVersion: `${version}`, continue: next };
    const text = JSON.stringify({ metadata, items: items.map(unnamed) });
    if (!cut) {
      response.end(text);
      return;
    }
    response.writeHead(200, { 'content-length': text.length });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }

  #watch(asked: Asked, response: ServerResponse): void {
    const from = Number(asked.query.get('resourceVersion'));
    if (from < this.#history.forgotten && this.goneAs === 'status') {
      refuse(response, 410, 'too old resource version');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch = { asked, response };
    if (from < this.#history.forgotten) {
      this.#write(watch, { type: 'ERROR', object: status(410, 'too old resource version') });
      response.end();
      return;
    }
    for (const change of this.#history.since(from)) this.#report(watch, change);
    this.#watches.add(watch);
    const timer = setTimeout(() => response.end(), Number(asked.query.get('timeoutSeconds')) * 1000);
    response.on('close', () => {
      clearTimeout(timer);
      this.#watches.delete(watch);
    });
  }

  #reportToAll(change: Change): void {
    for (const watch of this.#watches) this.#report(watch, change);
  }

  #report(watch: Watch, { plural, type, object }: Change): void {
    if (watch.asked.plural === plural && isAsked(watch.asked, object)) this.#write(watch, { type, object });
  }

  #write({ response }: Watch, event: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
    for (let start = 0; start < bytes.length; start += this.chunkBytes)
      response.write(bytes.subarray(start, start + this.chunkBytes));
  }
}
