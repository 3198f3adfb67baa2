import { somePlace } from '../../../playground/pods/addresses.ts';
import type { LocalPlace } from '../../../playground/pods/local-files.ts';
import { type DnsServer, startDnsServer } from '../../../playground/pods/network/dns-server.ts';
import { type RunningEnvoy, startEnvoy } from '../../../playground/pods/run-envoy.ts';
import type { ForeignInstance } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { aMesh, aNamespace } from '../../mesh/harness/manifests.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { contentIn, desiredEnvoys } from '../../mesh/targets/envoy/desired-envoys.ts';
import { envoy as binary } from '../find.ts';

interface Options {
  /** Folders by mount path, for all proxies. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** By virtual node: those of its Cloud Map service. */
  readonly instances?: Readonly<Record<string, readonly ForeignInstance[]>>;
}

/** The kubelets of a mesh: pods at loopback addresses, each with an Envoy that has what the manifests become. */
export class Mesh implements AsyncDisposable {
  readonly #manifests: readonly Manifest[];
  readonly #options: Options;
  readonly #places = new Map<string, LocalPlace>();
  readonly #envoys = new Map<string, RunningEnvoy>();
  #dns: DnsServer | undefined;

  constructor(manifests: readonly Manifest[], options: Options = {}) {
    const hasMesh = manifests.some(({ kind }) => kind === 'Mesh');
    this.#manifests = [aNamespace(), ...(hasMesh ? [] : [aMesh()]), ...manifests];
    this.#options = options;
  }

  /** Where the pod of a virtual node or gateway runs. The node is found as `<name>.apps.svc.cluster.local`. */
  placeOf(name: string): LocalPlace {
    const known = this.#places.get(name) ?? { ...somePlace(), mounts: this.#options.mounts };
    this.#places.set(name, known);
    return known;
  }

  envoyOf(name: string): RunningEnvoy {
    const envoy = this.#envoys.get(name);
    if (envoy === undefined) throw new Error(`the Envoy of ${name} was not started`);
    return envoy;
  }

  /** The data of the ConfigMap of an object: `front.virtual-node`. */
  filesOf(configMap: string): Readonly<Record<string, string>> {
    const { instances = {} } = this.#options;
    const desired = desiredEnvoys(directoryOf(...this.#manifests), ({ name }) => instances[name] ?? []);
    const problems = desired.objects.flatMap((object) => object.problems.map(({ message }) => message));
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return contentIn(desired, `ConfigMap/apps/${configMap}`).data as Readonly<Record<string, string>>;
  }

  /** `configMaps`: of the Envoys to start, as `front.virtual-node`. */
  async start(...configMaps: readonly string[]): Promise<this> {
    const { pod } = this.placeOf('dns');
    this.#dns ??= await startDnsServer(pod, 5353, async (name) => {
      const place = this.#places.get(name.split('.')[0] ?? '');
      return place && [place.pod];
    });
    const dns = { address: pod, port: 5353 };
    for (const configMap of configMaps) {
      const name = configMap.split('.')[0] ?? '';
      const place = { ...this.placeOf(name), dns };
      const files = this.filesOf(configMap);
      this.#envoys.set(name, await startEnvoy({ binary, files, place, cluster: `apps/${name}` }));
    }
    return this;
  }

  /** The sum of Envoy's statistics whose names match. */
  async statistic(envoy: string, pattern: string): Promise<number> {
    const text = await this.envoyOf(envoy).admin(`/stats?filter=${encodeURIComponent(pattern)}`);
    return [...text.matchAll(/: (\d+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const envoy of this.#envoys.values()) await envoy.stop();
    this.#dns?.close();
  }
}
