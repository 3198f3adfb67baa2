import { ConflictError } from '../../model/errors.ts';
import type { ServiceKey } from '../../model/identity.ts';
import { serviceId } from '../../model/identity.ts';
import type {
  CloudMapService,
  FullService,
  ServiceOwners,
  Tenant,
} from '../../model/records/registration.ts';
import type { ServiceStore } from '../../ports/ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/** Cloud Map ids `SERVICE#<target>` / `<namespace>/<service>`, and the owners of each service. */
export class Services implements ServiceStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(key: ServiceKey): Promise<CloudMapService | undefined> {
    const item = await this.table.get(keyOf(key, 'SERVICE'));
    const service = item?.service as CloudMapService | undefined;
    // Items of an earlier release lack names, so it is unknown whether this is the requested service.
    return service?.httpName === undefined ? undefined : service;
  }

  async save(key: ServiceKey, service: CloudMapService): Promise<void> {
    const isOther =
      'attribute_not_exists(pk) OR #service.#id <> :id OR attribute_not_exists(#service.#httpName)';
    try {
      await this.table.put(
        { ...keyOf(key, 'SERVICE'), service },
        { text: isOther, values: { ':id': service.id } },
      );
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it is stored
    }
  }

  async forget(key: ServiceKey): Promise<void> {
    await this.table.delete(keyOf(key, 'SERVICE'));
  }

  async markFull(key: ServiceKey, id: string, full: FullService): Promise<void> {
    const update = { text: 'SET #service.#full = :full', values: { ':full': full } };
    await this.change(key, update, { text: '#service.#id = :id', values: { ':id': id } });
  }

  async reopen(key: ServiceKey, full: FullService): Promise<void> {
    const update = { text: 'SET #service.#full.#reopening = :true', values: { ':true': true } };
    await this.change(key, update, isSeen(full));
  }

  async clearFull(key: ServiceKey, full: FullService): Promise<void> {
    await this.change(key, { text: 'REMOVE #service.#full' }, isSeen(full));
  }

  /** Changes a cached item; if the item has changed meanwhile, it is left as it is. */
  private async change(key: ServiceKey, update: Expression, condition: Expression): Promise<void> {
    try {
      await this.table.update(keyOf(key, 'SERVICE'), update, condition);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  /** All services of an account and Region whose ids are known. */
  async *ofTarget(target: string): AsyncGenerator<Omit<ServiceKey, 'target'>> {
    for await (const { sk } of this.table.query(`SERVICE#${target}`, '', null)) yield namesOf(sk);
  }

  async owners(key: ServiceKey): Promise<ServiceOwners | undefined> {
    const item = await this.table.get(keyOf(key, 'TENANT'));
    return item && ownersOf(item);
  }

  async replaceOwners(
    key: ServiceKey,
    owners: Omit<ServiceOwners, 'version'>,
    previous: ServiceOwners | undefined,
  ): Promise<ServiceOwners> {
    const seen = previous?.version ?? 0;
    const next = { ...owners, version: seen + 1 };
    const condition =
      seen === 0
        ? { text: 'attribute_not_exists(#version)' }
        : { text: '#version = :seen', values: { ':seen': seen } };
    await this.table.put({ ...keyOf(key, 'TENANT'), ...next }, condition);
    return next;
  }

  async *ownedOf(target: string): AsyncGenerator<Omit<ServiceKey, 'target'> & ServiceOwners> {
    for await (const item of this.table.query(`TENANT#${target}`, '', null))
      yield { ...namesOf(item.sk), ...ownersOf(item) };
  }
}

function isSeen({ atMs, reopening }: FullService): Expression {
  const state = `attribute_${reopening ? 'exists' : 'not_exists'}(#service.#full.#reopening)`;
  return { text: `#service.#full.#atMs = :seen AND ${state}`, values: { ':seen': atMs } };
}

/** An earlier release stored one owner, `tenant`, and no version. */
function ownersOf(item: Item): ServiceOwners {
  const { pk, sk, tenant, ...owners } = item;
  if (tenant === undefined) return owners as unknown as ServiceOwners;
  const never = { sinceMs: 0, checkedAtMs: 0, version: 0 };
  return { owners: [tenant as Tenant], leftoverNamespaces: [], ...never };
}

/** A namespace name may contain a slash, a service name may not. */
function namesOf(sk: string): Omit<ServiceKey, 'target'> {
  const slash = sk.lastIndexOf('/');
  const [namespaceName = '', chosen] = sk.slice(0, slash).split(' ');
  return { namespaceName, serviceName: sk.slice(slash + 1), ...(chosen && { chosen }) };
}

function keyOf(key: ServiceKey, kind: 'SERVICE' | 'TENANT'): ItemKey {
  return { pk: `${kind}#${key.target}`, sk: serviceId(key) };
}
