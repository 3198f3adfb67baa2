import type { Aws, Kubectl } from '../end-to-end/harness/clients.ts';
import type { Random } from '../property/random.ts';
import {
  asYaml,
  kubernetesNamespace,
  type Version,
  versions,
  virtualNode,
  virtualRouter,
  virtualService,
} from './manifests.ts';
import type { Observer } from './observe.ts';

const readyAnnotation = 'embedded.eks-mesh-sync/ready';

/** What people, controllers and other tools do to a cluster and to Cloud Map, one thing a turn, as the seed says. */
export class Churn {
  readonly counts = new Map<string, number>();
  readonly #pods = new Set<string>();
  readonly #random: Random;
  readonly #kubectl: Kubectl;
  readonly #aws: Aws;
  readonly #observer: Observer;
  #turns = 0;

  constructor(random: Random, clients: { readonly kubectl: Kubectl; readonly aws: Aws }, observer: Observer) {
    this.#random = random;
    this.#kubectl = (args, input) => clients.kubectl(['-n', kubernetesNamespace, ...args], input);
    this.#aws = clients.aws;
    this.#observer = observer;
  }

  /** How many different pods there have been whenever one was chosen. */
  get podsSeen(): number {
    return this.#pods.size;
  }

  /** What fails because the service is disturbed is simply not done. Answers what was done. */
  async turn(): Promise<string> {
    this.#turns += 1;
    const [name, act] = this.#choose();
    try {
      await act();
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      return name;
    } catch (error) {
      this.counts.set('refused', (this.counts.get('refused') ?? 0) + 1);
      return `${name}: ${
        String((error as Error).message)
          .split('\n')
          .at(-2) ?? ''
      }`;
    }
  }

  #choose(): readonly [string, () => Promise<unknown>] {
    const actions: readonly (readonly [number, string, () => Promise<unknown>])[] = [
      [5, 'scale', () => this.#scale()],
      [4, 'delete a pod', () => this.#ofPod((pod) => ['delete', 'pod', pod, '--wait=false'])],
      [2, 'roll out', () => this.#rollOut()],
      [
        4,
        'turn unready',
        () => this.#ofPod((pod) => ['annotate', 'pod', pod, '--overwrite', `${readyAnnotation}=false`]),
      ],
      [
        3,
        'turn ready',
        () => this.#ofPod((pod) => ['annotate', 'pod', pod, '--overwrite', `${readyAnnotation}-`]),
      ],
      [
        2,
        'label a pod',
        () => this.#ofPod((pod) => ['label', 'pod', pod, '--overwrite', `turn=${this.#turns}`]),
      ],
      [
        2,
        'apply a virtual node',
        () => this.#apply(virtualNode(this.#version(), { turn: String(this.#turns) })),
      ],
      [
        1,
        'delete a virtual node',
        () => this.#kubectl(['delete', 'virtualnode', this.#version().name, '--wait=false']),
      ],
      [
        2,
        'apply a weight',
        () => this.#apply(virtualRouter(this.#version().service, this.#random.below(101))),
      ],
      [
        2,
        'route to one version',
        () => this.#apply(virtualRouter(this.#version().service, 100 * this.#random.below(2))),
      ],
      [2, 'apply a virtual service', () => this.#apply(virtualService(this.#version().service))],
      [
        2,
        'delete a virtual service',
        () => this.#kubectl(['delete', 'virtualservice', this.#version().service, '--wait=false']),
      ],
      [2, 'deregister by hand', () => this.#ofInstance('deregister-instance')],
    ];
    let left = this.#random.next() * actions.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, name, act] of actions) {
      left -= weight;
      if (left < 0) return [name, act];
    }
    throw new RangeError('no action was chosen');
  }

  #version(): Version {
    return versions[this.#random.below(versions.length)] as Version;
  }

  #scale(): Promise<unknown> {
    const replicas = this.#random.below(6);
    return this.#kubectl(['scale', 'deployment', this.#version().name, `--replicas=${replicas}`]);
  }

  #rollOut(): Promise<unknown> {
    const template = { metadata: { annotations: { turn: String(this.#turns) } } };
    const patch = JSON.stringify({ spec: { template } });
    return this.#kubectl(['patch', 'deployment', this.#version().name, '--type=merge', '-p', patch]);
  }

  #apply(object: object): Promise<unknown> {
    return this.#kubectl(['apply', '-f', '-'], asYaml([object]));
  }

  async #ofPod(args: (pod: string) => readonly string[]): Promise<unknown> {
    const names = (await this.#kubectl(['get', 'pods', '-o', 'name'])).trim().split('\n').filter(Boolean);
    for (const each of names) this.#pods.add(each);
    const name = names[this.#random.below(names.length)];
    return name === undefined ? undefined : this.#kubectl(args(name.replace('pod/', '')));
  }

  async #ofInstance(operation: string): Promise<unknown> {
    const { service } = this.#version();
    const instances = await this.#observer.instancesOf(service);
    const ours = instances.filter(({ Attributes }) => Attributes['k8s.io/cluster'] !== undefined);
    const instance = ours[this.#random.below(ours.length)];
    if (instance === undefined) return;
    const id = await this.#observer.serviceId(service);
    return this.#aws(
      ...['servicediscovery', operation, '--service-id', id, '--instance-id', instance.InstanceId],
    );
  }
}
