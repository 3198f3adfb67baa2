import { KindNotServedError } from '../../model/errors.ts';
import type { ObjectType } from '../../ports/kubernetes-objects.ts';
import type { KubernetesClient } from './client.ts';
import { checkDocument, resourceOfKind, versionsOfGroup } from './discovery.ts';
import type { Resource } from './resources.ts';

/** How long a discovery document counts as current: a new version is noticed after this time. */
const maxAgeMs = 5 * 60_000;
/** A kind that a document does not have is searched again in a document that is older than this. */
const recheckMs = 10_000;

interface Document {
  readonly readAtMs: number;
  readonly content: Promise<unknown>;
}

/** The kinds that one cluster serves, as its discovery documents state them. */
export class ServedKinds {
  readonly #documents = new Map<string, Document>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first of the versions in which the kind is served; undefined if none is. */
  async version(
    client: KubernetesClient,
    group: string,
    kind: string,
    versions: readonly string[],
  ): Promise<string | undefined> {
    for (const version of versions) {
      const apiVersion = group ? `${group}/${version}` : version;
      if (await this.#find(client, { apiVersion, kind }, maxAgeMs)) return version;
    }
    return undefined;
  }

  /** Throws a KindNotServedError. */
  async resource(client: KubernetesClient, type: ObjectType): Promise<Resource> {
    const found = (await this.#find(client, type, maxAgeMs)) ?? (await this.#find(client, type, recheckMs));
    if (found) return found;
    throw new KindNotServedError(
      `the cluster does not serve ${type.kind} of ${type.apiVersion}: its CustomResourceDefinition is not installed, or ` +
        'does not have this version',
    );
  }

  /** The next check reads the documents again. */
  forget(): void {
    this.#documents.clear();
  }

  async #find(client: KubernetesClient, type: ObjectType, ageMs: number): Promise<Resource | undefined> {
    const [group = '', version] = type.apiVersion.split('/');
    if (version === undefined) return this.#inDocument(client, `/api/${type.apiVersion}`, type, ageMs);
    const groups = await this.#document(client, '/apis', ageMs);
    if (!versionsOfGroup(groups, group).includes(version)) return undefined;
    return this.#inDocument(client, `/apis/${type.apiVersion}`, type, ageMs);
  }

  async #inDocument(
    client: KubernetesClient,
    path: string,
    type: ObjectType,
    ageMs: number,
  ): Promise<Resource | undefined> {
    return resourceOfKind(await this.#document(client, path, ageMs), type);
  }

  #document(client: KubernetesClient, path: string, ageMs: number): Promise<unknown> {
    const known = this.#documents.get(path);
    if (known && this.#now() - known.readAtMs <= ageMs) return known.content;
    const read = { readAtMs: this.#now(), content: client.discovery(path).then(checkDocument) };
    this.#documents.set(path, read);
    read.content.catch(() => {
      if (this.#documents.get(path) === read) this.#documents.delete(path);
    });
    return read.content;
  }
}
