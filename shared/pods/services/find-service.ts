import type { ClusterConfig } from '../../model/cluster-config.ts';
import { isSameDnsName } from '../../model/dns-name.ts';
import { RefusedError } from '../../model/errors.ts';
import type { CloudMapService } from '../../model/records/registration.ts';
import type { CloudMapNamespace, NamespaceReader } from '../../ports/ports.ts';
import type { CloudMapReader } from '../../ports/sweep-ports.ts';
import { otherSpelling } from '../plan/services/choose-namespace.ts';
import { whyManagedByOther } from '../plan/services/managed-service.ts';
import { findNamespace } from './find-namespace.ts';

export interface FoundService {
  readonly namespace: CloudMapNamespace['kind'] | 'missing' | 'refused';
  readonly service?: CloudMapService | undefined;
  /** Why the service that Cloud Map has under the names may not be used. */
  readonly refusal?: string | undefined;
}

interface Listed {
  readonly found: FoundService;
  readonly services: ReadonlyMap<string, CloudMapService>;
}

interface Names {
  readonly namespaceName: string;
  readonly serviceName: string;
}

/** Finds services by name without creating any; each namespace is listed once. */
export class ServiceFinder {
  private readonly config: ClusterConfig;
  private readonly cloudMap: NamespaceReader;
  private readonly reader: Pick<CloudMapReader, 'servicesOf'>;
  private readonly listed = new Map<string, Listed>();

  constructor(config: ClusterConfig, cloudMap: NamespaceReader, reader: Pick<CloudMapReader, 'servicesOf'>) {
    this.config = config;
    this.cloudMap = cloudMap;
    this.reader = reader;
  }

  async find({ namespaceName, serviceName }: Names): Promise<FoundService> {
    const listed = this.listed.get(namespaceName) ?? (await this.list(namespaceName));
    this.listed.set(namespaceName, listed);
    const { found, services } = listed;
    const service = services.get(serviceName);
    const refusal = service
      ? whyManagedByOther(namespaceName, service, this.config)
      : refusalOf(listed, { namespaceName, serviceName });
    return { ...found, ...(service && { service }), ...(refusal && { refusal }) };
  }

  private async list(namespaceName: string): Promise<Listed> {
    try {
      const namespace = await findNamespace(this.cloudMap, namespaceName, this.config);
      if (namespace === undefined) return { found: { namespace: 'missing' }, services: new Map() };
      return { found: { namespace: namespace.kind }, services: await this.reader.servicesOf(namespace) };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { found: { namespace: 'refused', refusal: error.message }, services: new Map() };
    }
  }
}

/** Refuses a service of a DNS namespace that exists in another spelling. */
function refusalOf({ found, services }: Listed, { namespaceName, serviceName }: Names): string | undefined {
  if (found.namespace !== 'private-dns') return found.refusal;
  const real = [...services.keys()].find((name) => isSameDnsName(name, serviceName));
  if (real === undefined) return undefined;
  return otherSpelling('service', `${namespaceName}/${serviceName}`, `${namespaceName}/${real}`);
}
