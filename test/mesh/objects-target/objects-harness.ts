import { objectsTarget } from '../../../shared/mesh/objects-target/objects-target.ts';
import {
  idText,
  type LiveObject,
  type Manifest as ObjectManifest,
} from '../../../shared/model/kubernetes-object.ts';
import {
  MemoryKubernetesObjects,
  type MemoryKubernetesOptions,
} from '../../fakes/memory-kubernetes-objects.ts';
import { Crashes } from '../harness/crashes.ts';
import { type Manifest, MeshHarness } from '../harness/harness.ts';
import { router, shop } from '../targets/small-harness.ts';
import { objectRules, versions } from './object-rules.ts';

export { router, shop };
export const texts = [
  'ServiceEntry apps/blue',
  'ServiceEntry apps/green',
  'VirtualService apps/front',
  'VirtualService apps/paths-router',
];
export const applied = { is: 'True Applied', message: 'Istio matches the spec' };

/** A cluster whose mesh target are objects of the cluster itself. */
export class ObjectsHarness extends MeshHarness {
  readonly kubernetes: MemoryKubernetesObjects;
  readonly crashes: Crashes;

  constructor(options: MemoryKubernetesOptions = {}) {
    const [kubernetes, crashes] = [new MemoryKubernetesObjects(options), new Crashes()];
    const objects = crashes.objects(kubernetes);
    super({
      wrap: (deps) => ({
        ...crashes.wrap(deps),
        meshTargets: () => [objectsTarget({ rules: objectRules, objects, versions })],
      }),
    });
    this.kubernetes = kubernetes;
    this.crashes = crashes;
  }

  /** Applies all of it, then reconciles once; answers the changes in the cluster. */
  async changesAfter(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.kubernetes.calls.length = 0;
    this.apply(...manifests);
    await this.settleInOneRun();
    return this.changes();
  }

  async changesAfterDeleting(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.delete(...manifests);
    return this.changesAfter();
  }

  async changesAfterRun(): Promise<readonly string[]> {
    this.kubernetes.calls.length = 0;
    await this.reconcile();
    return this.changes();
  }

  async changesAfterVerification(): Promise<readonly string[]> {
    this.kubernetes.calls.length = 0;
    await this.reconcile({ verify: true });
    return this.changes();
  }

  private changes(): readonly string[] {
    return this.kubernetes.calls.filter((call) => /^(create|apply|delete) /.test(call));
  }

  object(text: string): LiveObject {
    const found = this.kubernetes.all.find((object) => textOf(object) === text);
    if (found === undefined) throw new Error(`there is no ${text}`);
    return found;
  }

  /** What is in the cluster, without what depends on the way there. */
  specs(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.kubernetes.all.map((object) => {
        const { labels, annotations } = object.metadata;
        return [textOf(object), { spec: object.spec, labels, annotations }];
      }),
    );
  }

  active(text: string) {
    const [kind = '', path = ''] = text.split(' ');
    const [name = '', namespace = ''] = path.split('/').reverse();
    return this.activeOf(kind, name, namespace);
  }
}

function textOf({ kind, metadata: { namespace = '', name } }: LiveObject | ObjectManifest): string {
  return idText({ kind, namespace, name });
}

export async function settledHarness(options?: MemoryKubernetesOptions): Promise<ObjectsHarness> {
  const harness = new ObjectsHarness(options);
  await harness.changesAfter(...shop);
  return harness;
}
