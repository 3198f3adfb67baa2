import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '../../shared/adapters/kubernetes/resources.ts';
import { objectKey } from '../../shared/model/identity.ts';

export type AnyObject = KubernetesObject & {
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
};

interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly plural: string;
  readonly object: AnyObject;
}

/** How a request is answered other than well. */
export type Fault =
  | { readonly status: number; readonly message?: string; readonly headers?: Record<string, string> }
  /** Never answers. */
  | 'hang'
  /** Breaks the connection before the headers. */
  | 'break'
  /** Breaks it in the middle of a list's body. */
  | 'cut';

export interface Asked {
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly watch: boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

interface Watch {
  readonly asked: Asked;
  readonly response: ServerResponse;
}

/**
 * A scripted API server: lists by pages from one state, watches from a resourceVersion, forgets, and fails as told.
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
  #version = 100;
  #forgotten = 0;
  readonly #objects = new Map<string, Map<string, AnyObject>>();
  readonly #changes: Change[] = [];
  readonly #watches = new Set<Watch>();
  #snapshot: { readonly name: string; readonly objects: AnyObject[] } = { name: '', objects: [] };
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
    return this.#version;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  objects(plural: string): AnyObject[] {
    return [...(this.#objects.get(plural)?.values() ?? [])];
  }

  /** Creates an object or puts it in the place of the one of that name. Gives it as it is stored. */
  put(plural: string, object: AnyObject): AnyObject {
    const key = objectKey(object.metadata);
    const kind = this.#kind(plural);
    const type = kind.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.#versioned(object);
    kind.set(key, stored);
    this.#changed({ version: this.#version, type, plural, object: stored });
    return stored;
  }

  remove(plural: string, namespace: string | undefined, name: string): void {
    const key = objectKey({ namespace, name });
    const object = this.#kind(plural).get(key);
    if (!object) throw new Error(`there is no ${plural} ${key} to remove`);
    this.#kind(plural).delete(key);
    this.#changed({ version: this.#version + 1, type: 'DELETED', plural, object: this.#versioned(object) });
  }

  /** Forgets all changes so far: older resourceVersions and continue tokens are gone. */
  forget(): void {
    this.#version += 1;
    this.#forgotten = this.#version;
    this.#changes.length = 0;
  }

  /** Sends bookmarks to all watches. */
  bookmark(): void {
    for (const watch of this.#watches)
      this.#write(watch, { type: 'BOOKMARK', object: { metadata: { resourceVersion: `${this.#version}` } } });
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

  #kind(plural: string): Map<string, AnyObject> {
    const kind = this.#objects.get(plural) ?? new Map<string, AnyObject>();
    this.#objects.set(plural, kind);
    return kind;
  }

  #versioned(object: AnyObject): AnyObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: `${this.#version}` } };
  }

  #changed(change: Change): void {
    this.#changes.push(change);
    for (const watch of this.#watches) this.#report(watch, change);
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
      : [this.#version, ''];
    if (version < this.#forgotten) {
      refuse(response, 410, 'The provided continue parameter is too old');
      return;
    }
    const limit = Number(asked.query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
    const left = this.#at(asked, version).filter((object) => objectKey(object.metadata) > after);
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

  /** The objects asked for as they were at a version; the next page of the same listing finds them again. */
  #at(asked: Asked, version: number): AnyObject[] {
    const name = `${asked.plural} ${asked.namespace} ${asked.query.get('fieldSelector')} ${version}`;
    if (this.#snapshot.name !== name) this.#snapshot = { name, objects: this.#undo(asked, version) };
    return this.#snapshot.objects;
  }

  #undo(asked: Asked, version: number): AnyObject[] {
    const state = new Map(this.#kind(asked.plural));
    for (const { object, plural, version: changed } of this.#changes.toReversed()) {
      if (plural !== asked.plural || changed <= version) continue;
      const before = this.#before(plural, objectKey(object.metadata), changed);
      if (before) state.set(objectKey(object.metadata), before);
      else state.delete(objectKey(object.metadata));
    }
    return [...state.values()]
      .filter((object) => isAsked(asked, object))
      .sort((one, other) => (objectKey(one.metadata) < objectKey(other.metadata) ? -1 : 1));
  }

  #before(plural: string, key: string, version: number): AnyObject | undefined {
    const earlier = this.#changes.findLast(
      (change) =>
        change.plural === plural && objectKey(change.object.metadata) === key && change.version < version,
    );
    return earlier?.type === 'DELETED' ? undefined : earlier?.object;
  }

  #watch(asked: Asked, response: ServerResponse): void {
    const from = Number(asked.query.get('resourceVersion'));
    if (from < this.#forgotten && this.goneAs === 'status') {
      refuse(response, 410, 'too old resource version');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch = { asked, response };
    if (from < this.#forgotten) {
      this.#write(watch, { type: 'ERROR', object: status(410, 'too old resource version') });
      response.end();
      return;
    }
    for (const change of this.#changes) if (change.version > from) this.#report(watch, change);
    this.#watches.add(watch);
    const timer = setTimeout(() => response.end(), Number(asked.query.get('timeoutSeconds')) * 1000);
    response.on('close', () => {
      clearTimeout(timer);
      this.#watches.delete(watch);
    });
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

function parse(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? '', 'http://fake');
  const [, namespace, plural = ''] =
    /^\/apis?(?:\/[^/]+)?\/v[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(url.pathname) ?? [];
  const watch = url.searchParams.get('watch') === 'true';
  const name = /^\/apis(\/[^/]+\/v[^/]+)?$/.test(url.pathname) ? url.pathname : plural;
  return { plural: name, namespace, watch, query: url.searchParams, headers: request.headers };
}

function isDiscovery({ plural }: Asked): boolean {
  return plural.startsWith('/');
}

const builtIn = new Set(['pods', 'nodes', 'namespaces']);

/** As an API server answers: the App Mesh group is there as long as one of its kinds is. */
function discover(path: string, served: ReadonlySet<string>): object | undefined {
  const names = [...served].filter((plural) => !builtIn.has(plural));
  const group = { name: 'appmesh.k8s.aws', versions: [{ version: 'v1beta2' }] };
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      groups: [{ name: 'apps', versions: [{ version: 'v1' }] }, ...(names.length > 0 ? [group] : [])],
    };
  if (path !== '/apis/appmesh.k8s.aws/v1beta2' || names.length === 0) return undefined;
  const resources = names.flatMap((name) => [{ name }, { name: `${name}/status` }]);
  return { kind: 'APIResourceList', resources };
}

function isAsked({ namespace, query }: Asked, { metadata, spec }: AnyObject): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const [field, value] = (query.get('fieldSelector') ?? '').split('=');
  return field !== 'spec.nodeName' || spec?.nodeName === value;
}

/** Lists of built-in kinds leave out what each item is. */
function unnamed({ apiVersion, kind, ...item }: AnyObject): object {
  return apiVersion === 'v1' ? item : { apiVersion, kind, ...item };
}

function status(code: number, message = 'told to fail'): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
}

function refuse(response: ServerResponse, code: number, message?: string, headers = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(status(code, message)));
}
