import { explain } from '../../../shared/explain/explain.ts';
import { explainRequest } from '../../../shared/explain/explain-request.ts';
import type { ObjectDependencies } from '../../../shared/explain/object-dependencies.ts';
import { clusterByName } from '../../../shared/lambda/compose/environment.ts';
import { meshRules } from '../../../shared/lambda/compose/mesh-rules.ts';
import type { ExplainDependencies } from '../../../shared/ports/explain-ports.ts';
import { MemoryServiceEntries } from '../../fakes/stores/memory-service-entries.ts';
import { type Manifest, MeshHarness } from '../../mesh/harness/harness.ts';
import { production } from './pod-facts.ts';

const nothingOf = (what: string) => () => {
  throw new Error(`explaining an object asks nothing of ${what}`);
};

/** A mesh that is reconciled, and `explain` beside it, which reads the table and nothing else. */
export class ObjectHarness extends MeshHarness {
  /** Stores that cannot be read, and the error. */
  readonly broken = new Map<'objects' | 'meshClaims' | 'statuses' | 'meshRuns', Error>();
  readonly deadLetters: Awaited<ReturnType<ExplainDependencies['deadLetters']['of']>>[number][] = [];

  static async of(...manifests: readonly Manifest[]): Promise<ObjectHarness> {
    const harness = new ObjectHarness();
    harness.apply(...manifests);
    await harness.settle();
    return harness;
  }

  /** `VirtualNode front` in namespace apps, `Mesh shop`; the answer as text and as an object. */
  async explained(subject: string) {
    const [kind = '', name = ''] = subject.split(' ');
    const object = { kind, name, ...(kind !== 'Mesh' && { namespace: 'apps' }) };
    const request = { cluster: this.cluster, object };
    const calls = [...this.engine.calls.values()].reduce((sum, count) => sum + count, 0);
    const answer = await explain(this.readers(), explainRequest.parse({ ...request, format: 'json' }));
    const text = await explain(this.readers(), explainRequest.parse(request));
    const since = [...this.engine.calls.values()].reduce((sum, count) => sum + count, 0) - calls;
    if (since > 0) throw new Error('explain called App Mesh');
    if (typeof answer === 'string' || answer.subject !== 'object' || typeof text !== 'string')
      throw new Error('this is no explanation of an object');
    return { answer, text, cause: answer.cause };
  }

  /** A request as a person asks for it; the answer as text and as an object. */
  async requested(request: object) {
    const asked = { cluster: this.cluster, request };
    const answer = await explain(this.readers(), explainRequest.parse({ ...asked, format: 'json' }));
    const text = await explain(this.readers(), explainRequest.parse(asked));
    if (typeof answer === 'string' || answer.subject !== 'request' || typeof text !== 'string')
      throw new Error('this is no explanation of a request');
    return { answer, text, cause: answer.cause };
  }

  private readers(): ObjectDependencies {
    const { stores, deps } = this;
    const config = deps.cluster(this.cluster);
    return {
      place: production,
      clock: deps.clock,
      pods: stores.pods,
      claims: stores.claims,
      objects: this.readable('objects'),
      meshClaims: this.readable('meshClaims'),
      statuses: this.readable('statuses'),
      meshRuns: this.readable('meshRuns'),
      services: Object.assign(stores.services, { ofTarget: nothingOf('services') }),
      deadLetters: { of: async () => this.deadLetters },
      reports: stores.reports,
      drains: stores.drains,
      cloudMap: nothingOf('Cloud Map'),
      cloudMapReader: nothingOf('Cloud Map'),
      discovery: nothingOf('Cloud Map'),
      serviceEntries: new MemoryServiceEntries(),
      catalog: nothingOf('Cloud Map'),
      kubernetesObjects: nothingOf('the API server'),
      meshRules: () => {
        const targets = deps.meshTargets(config);
        return targets.length > 0 ? targets.map(({ rules }) => rules) : meshRules(config);
      },
      cluster: clusterByName(new Map([[config.name, config]])),
      clusters: [config],
    };
  }

  private readable<Name extends 'objects' | 'meshClaims' | 'statuses' | 'meshRuns'>(
    name: Name,
  ): MeshHarness['stores'][Name] {
    const error = this.broken.get(name);
    if (error === undefined) return this.stores[name];
    const refuse = () => {
      throw error;
    };
    return new Proxy(this.stores[name], { get: () => refuse });
  }
}
