import { ConflictError } from '../model/errors.ts';
import { type ServiceKey, serviceId } from '../model/identity.ts';
import type { CloudMapService, Tenant } from '../model/registration.ts';
import type { ItemKey, Table } from './table.ts';

/** Cloud Map ids `SERVICE#<target>` / `<namespace>/<service>`, and beside them who used the service first. */
export class Services {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(key: ServiceKey): Promise<CloudMapService | undefined> {
    const item = await this.table.get(keyOf(key, 'SERVICE'));
    const service = item?.service as CloudMapService | undefined;
    // What an earlier release stored lacks names: whether it is the service asked for is not known.
    return service?.httpName === undefined ? undefined : service;
  }

  /** A cache: whoever writes last has just asked Cloud Map. */
  async save(key: ServiceKey, service: CloudMapService): Promise<void> {
    await this.table.put({ ...keyOf(key, 'SERVICE'), service });
  }

  async forget(key: ServiceKey): Promise<void> {
    await this.table.delete(keyOf(key, 'SERVICE'));
  }

  /** All services of an account and Region whose ids are known. */
  async *ofTarget(target: string): AsyncGenerator<Omit<ServiceKey, 'target'>> {
    for await (const { sk } of this.table.query(`SERVICE#${target}`, '', null)) {
      const slash = sk.lastIndexOf('/'); // a namespace name may have one, a service name may not
      const [namespaceName = '', chosen] = sk.slice(0, slash).split(' ');
      yield { namespaceName, serviceName: sk.slice(slash + 1), ...(chosen && { chosen }) };
    }
  }

  async owner(key: ServiceKey): Promise<Tenant | undefined> {
    const item = await this.table.get(keyOf(key, 'TENANT'));
    return item?.tenant as Tenant | undefined;
  }

  async own(key: ServiceKey, tenant: Tenant): Promise<Tenant> {
    try {
      await this.table.put({ ...keyOf(key, 'TENANT'), tenant }, { text: 'attribute_not_exists(pk)' });
      return tenant;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return (await this.owner(key)) ?? tenant;
    }
  }
}

function keyOf(key: ServiceKey, kind: 'SERVICE' | 'TENANT'): ItemKey {
  return { pk: `${kind}#${key.target}`, sk: serviceId(key) };
}
