import type { Random } from '../../property/random.ts';
import { kubernetesNamespace, versions, virtualNode, virtualRouter } from '../manifests.ts';

type Json = Readonly<Record<string, unknown>>;

const readyAnnotation = 'embedded.eks-mesh-sync/ready';
const mesh = 'appmesh.k8s.aws/v1beta2';

/** Changes of a cluster by its API, at a pace that a program of kubectl for each could not keep. */
export class ApiChurn {
  count = 0;
  readonly #url: string;
  readonly #random: Random;

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
  }

  async turn(): Promise<void> {
    this.count += 1;
    const version = this.#pick(versions);
    const actions = [
      () =>
        this.#patch('apps/v1', 'deployments', version.name, {
          spec: { replicas: 1 + this.#random.below(8) },
        }),
      () => this.#deletePod(),
      () => this.#annotatePod('false'),
      () => this.#annotatePod(null),
      () =>
        this.#patch(
          mesh,
          'virtualnodes',
          version.name,
          virtualNode(version, { turn: String(this.count % 50) }),
        ),
      () =>
        this.#patch(
          mesh,
          'virtualrouters',
          version.service,
          virtualRouter(version.service, this.#random.below(101)),
        ),
    ];
    await this.#pick(actions)();
  }

  async #annotatePod(ready: string | null): Promise<void> {
    const pod = await this.#pod();
    if (pod)
      await this.#patch('v1', 'pods', pod, { metadata: { annotations: { [readyAnnotation]: ready } } });
  }

  async #deletePod(): Promise<void> {
    const pod = await this.#pod();
    if (pod) await this.#send('DELETE', this.#path('v1', 'pods', pod));
  }

  async #pod(): Promise<string | undefined> {
    const { items } = (await this.#send('GET', this.#path('v1', 'pods'))) as {
      items: { readonly metadata: { readonly name: string } }[];
    };
    return items.length === 0 ? undefined : this.#pick(items).metadata.name;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return this.#random.takeFrom([...items]);
  }

  #patch(apiVersion: string, plural: string, name: string, body: Json): Promise<unknown> {
    return this.#send('PATCH', this.#path(apiVersion, plural, name), body);
  }

  #path(apiVersion: string, plural: string, name?: string): string {
    const group = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`;
    return `${group}/namespaces/${kubernetesNamespace}/${plural}${name === undefined ? '' : `/${name}`}`;
  }

  /** A pod that has gone meanwhile is no fault. */
  async #send(method: string, path: string, body?: Json): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, {
      method,
      ...(body && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/merge-patch+json' },
      }),
    });
    if (!response.ok && response.status !== 404)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
