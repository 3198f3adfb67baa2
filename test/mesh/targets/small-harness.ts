import { Crashes } from '../harness/crashes.ts';
import { type Manifest, MeshHarness } from '../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from '../harness/manifests.ts';
import { SmallTarget } from './small-target.ts';

export const router = (weights: Readonly<Record<string, number>>) =>
  aRouter('paths', [aRoute('all', weights)]);
export const shop: readonly Manifest[] = [
  aNamespace(),
  aService('front', 'router/paths'),
  router({ blue: 1, green: 1 }),
  aNode('blue'),
  aNode('green'),
  aMesh(),
];
export const keys = [
  'Mesh shop',
  'VirtualNode apps/blue',
  'VirtualNode apps/green',
  'VirtualRouter apps/paths',
  'VirtualService apps/front',
];
export const applied = { is: 'True Applied', message: 'the document store matches the spec' };

/** A cluster whose mesh target is the small one. */
export class SmallHarness extends MeshHarness {
  readonly small: SmallTarget;
  readonly crashes: Crashes;

  constructor({ withAppMesh = false } = {}) {
    const [target, crashes] = [new SmallTarget(), new Crashes()];
    super({ target, withAppMesh, wrap: crashes.wrap });
    this.small = target;
    this.crashes = crashes;
  }

  /** Applies all of it, then reconciles once; answers the calls of the target. */
  async callsAfter(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.small.calls.length = 0;
    this.apply(...manifests);
    await this.settleInOneRun();
    return [...this.small.calls];
  }

  async callsAfterDeleting(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.delete(...manifests);
    return this.callsAfter();
  }

  outcome() {
    const documents = [...this.small.documents].map(([key, { spec }]) => [key, spec] as const);
    const claims = [...this.stores.meshClaims.items.values()];
    return {
      documents: Object.fromEntries(documents),
      claims: claims.map(({ key, phase, fingerprint }) => `${key} ${phase} ${fingerprint}`),
      statuses: keys.map((key) => this.active(key)),
    };
  }

  active(key: string) {
    const [kind = '', path = ''] = key.split(' ');
    const [name = '', namespace = ''] = path.split('/').reverse();
    return this.activeOf(kind, name, namespace);
  }
}

export async function settledHarness(): Promise<SmallHarness> {
  const harness = new SmallHarness();
  await harness.callsAfter(...shop);
  return harness;
}
