import type { Request } from '../../routing/request.ts';
import type { Answer } from './echo.ts';

interface Listener {
  readonly name: string;
  readonly default_filter_chain?: object;
  readonly filter_chains?: readonly {
    readonly filter_chain_match?: {
      readonly destination_port?: number;
      readonly server_names?: readonly string[];
    };
  }[];
}

/**
 * What a pod's proxy does with a connection to a port that no filter chain names: it needs intercepted connections, so it is
 * read from the configuration. Undefined for the ports that can be asked.
 */
export function onOtherPort(files: Readonly<Record<string, string>>, request: Request): Answer | undefined {
  const { resources } = JSON.parse(files['lds.json'] ?? '{"resources":[]}') as {
    resources: readonly Listener[];
  };
  const egress = resources.find(({ name }) => name === 'egress');
  const chains = (egress?.filter_chains ?? []).map(({ filter_chain_match }) => filter_chain_match ?? {});
  if (chains.some(({ destination_port }) => destination_port === request.port)) return undefined;
  const passed: Answer = { status: 200, cluster: 'passthrough' };
  if (egress?.default_filter_chain) return passed;
  const names = chains.flatMap((match) => (match.destination_port ? [] : (match.server_names ?? [])));
  const isNamed = names.some((name) => request.host.toLowerCase().endsWith(name.replace('*', '')));
  return request.scheme === 'https' && isNamed ? passed : { status: 0 };
}
