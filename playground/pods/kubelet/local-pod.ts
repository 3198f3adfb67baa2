import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { LocalPlace } from '../local-files.ts';
import { type Application, applicationsOf } from '../plan/applications.ts';
import { endpointsOf, type ProxyPlan, portsOfProxy, proxyOf, requiredConfigMaps } from '../plan/pod-plan.ts';
import { type RunningApplication, startApplication } from '../run-application.ts';
import { type RunningEnvoy, startEnvoy } from '../run-envoy.ts';
import { filesOf, Mounts, type ReadObject } from './mounts.ts';

export interface PodDependencies {
  readonly binary: string;
  readonly place: LocalPlace & { readonly dns: NonNullable<LocalPlace['dns']> };
  readonly read: ReadObject;
  readonly log: (line: string) => void;
  /** Called after each change of `state`. */
  readonly changed: () => void;
}

/** `waiting` and `failed` say why. */
export type PodState =
  | { readonly phase: 'starting' | 'running' | 'stopped' }
  | { readonly phase: 'waiting' | 'failed'; readonly reason: string };

/** A kubelet checks the mounts of a pod each 60 to 90 s, and whenever the pod changes. */
const syncMs = 60_000;
const restartMs = 1_000;

/** The processes of one pod. Its tasks run one after another. */
export class LocalPod {
  readonly place: PodDependencies['place'];
  readonly proxy: ProxyPlan | undefined;
  readonly #pod: KubernetesObject;
  readonly #dependencies: PodDependencies;
  readonly #timer: NodeJS.Timeout;
  #state: PodState = { phase: 'starting' };
  #tasks: Promise<void> = Promise.resolve();
  #application: RunningApplication | undefined;
  #applications: readonly Application[] = [];
  #envoy: RunningEnvoy | undefined;
  #mounts: Mounts | undefined;
  #mounted: Readonly<Record<string, string>> | undefined;
  #isStopping = false;

  constructor(pod: KubernetesObject, dependencies: PodDependencies) {
    this.#pod = pod;
    this.#dependencies = dependencies;
    this.place = dependencies.place;
    this.proxy = proxyOf(pod);
    this.#timer = setInterval(() => this.sync(), syncMs).unref();
    this.sync();
  }

  get pod(): KubernetesObject {
    return this.#pod;
  }

  /** What its containers answer. */
  get applications(): readonly Application[] {
    return this.#applications;
  }

  get state(): PodState {
    return this.#state;
  }

  /** Starts what does not run yet, and mounts what changed meanwhile. */
  sync(): void {
    this.#tasks = this.#tasks.then(() => this.#sync()).catch((error: unknown) => this.#fail(error));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#tasks;
    await this.#end();
    this.#setState({ phase: 'stopped' });
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #folder(): string {
    return this.place.directory;
  }

  async #sync(): Promise<void> {
    if (this.#isStopping) return;
    const missing = requiredConfigMaps(this.#pod).find(
      (name) => this.#dependencies.read('configmaps', name) === undefined,
    );
    if (this.#state.phase === 'running') await this.#refresh();
    else if (missing === undefined) await this.#start();
    else this.#setState({ phase: 'waiting', reason: `ConfigMap "${missing}" not found` });
  }

  async #start(): Promise<void> {
    await this.#end();
    this.#mounted = this.#files();
    await this.#configure();
    if (this.proxy && this.#mounted) {
      this.#mounts = new Mounts(this.proxy.mounts, this.#folder, this.#dependencies.read);
      this.#envoy = await startEnvoy({
        binary: this.#dependencies.binary,
        files: this.#mounted,
        place: { ...this.place, directory: join(this.#folder, 'mesh'), mounts: this.#mounts.folders },
        node: `${this.#pod.metadata.name}.${this.#pod.metadata.namespace}`,
        cluster: `${this.#pod.metadata.namespace}/${this.proxy.configMap}`,
        logLevel: this.proxy.logLevel,
        log: (line) => this.#log('envoy', line),
      });
      this.#restartAfter(this.#envoy.ended, 'Envoy');
    }
    this.#setState({ phase: 'running' });
  }

  /** The data of the ConfigMap of the proxy. */
  #files(): Readonly<Record<string, string>> | undefined {
    return this.proxy && filesOf(this.#dependencies.read('configmaps', this.proxy.configMap));
  }

  async #configure(): Promise<void> {
    const dataOf = (name: string) => filesOf(this.#dependencies.read('configmaps', name));
    const applications = applicationsOf(this.#pod, dataOf);
    this.#applications = applications;
    if (applications.length === 0) return;
    const taken = this.#mounted && portsOfProxy(this.#mounted);
    if (this.#application === undefined) {
      this.#application = startApplication((line) => this.#log('app', line));
      this.#restartAfter(this.#application.ended, 'the process of the containers');
    }
    await this.#application.configure({
      pod: this.#pod.metadata.name,
      endpoints: endpointsOf(applications, this.place, taken),
      outbound: this.#mounted && this.place.outbound,
      dns: this.place.dns,
    });
  }

  /** As a kubelet does: the files of the ConfigMap as it is now. The application leaves the ports that its proxy takes now. */
  async #refresh(): Promise<void> {
    this.#mounts?.refresh();
    const files = this.#files();
    if (files === undefined || this.#envoy === undefined || isDeepStrictEqual(files, this.#mounted)) return;
    this.#mounted = files;
    await this.#configure();
    this.#envoy.update(files);
  }

  #restartAfter(ended: Promise<number | null>, what: string): void {
    void ended.then(async (status) => {
      if (this.#isStopping || this.#state.phase !== 'running') return;
      this.#setState({
        phase: 'failed',
        reason: `${what} ${status === null ? 'was ended by a signal' : `exited with status ${status}`}; it is started again`,
      });
      await sleep(restartMs, undefined, { ref: false });
      this.sync();
    });
  }

  async #fail(error: unknown): Promise<void> {
    await this.#end();
    this.#setState({ phase: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }

  async #end(): Promise<void> {
    const [application, envoy] = [this.#application, this.#envoy];
    this.#application = undefined;
    this.#envoy = undefined;
    await Promise.all([application?.stop(), envoy?.stop()]);
  }

  #setState(state: PodState): void {
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    this.#dependencies.changed();
  }

  #log(container: string, line: string): void {
    const { namespace, name } = this.#pod.metadata;
    this.#dependencies.log(`pod ${namespace}/${name} ${container} ${line}`);
  }
}
