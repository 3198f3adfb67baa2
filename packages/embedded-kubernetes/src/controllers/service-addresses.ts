import type { Kind } from '../kinds/kind.ts';
import { isObject, listAt, setDefault } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';

const firstNodePort = 30000;

/** Assigns each Service a unique cluster IP and unique node ports. */
export class ServiceAddresses {
  readonly #network: string;
  #addresses = 0;
  #ports = 0;

  /** @param network the first two bytes of the addresses. */
  constructor(network: string) {
    this.#network = network;
  }

  readonly allocate = (kind: Kind, object: KubernetesObject): void => {
    const { spec } = object;
    if (kind.kind !== 'Service' || kind.group !== '' || !isObject(spec) || spec.type === 'ExternalName')
      return;
    if (!spec.clusterIP) {
      this.#addresses += 1;
      spec.clusterIP = `${this.#network}.${Math.floor(this.#addresses / 254)}.${(this.#addresses % 254) + 1}`;
    }
    setDefault(spec, 'clusterIPs', [spec.clusterIP]);
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
    for (const port of listAt(spec, 'ports')) {
      if (!isObject(port) || port.nodePort) continue;
      port.nodePort = firstNodePort + this.#ports;
      this.#ports += 1;
    }
  };
}
