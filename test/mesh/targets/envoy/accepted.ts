import { faultsOfPart } from '../../../../shared/mesh/targets/envoy/check/faults.ts';
import { emptyProxy, type Part } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';

/** The same part, after a check that Envoy knows each type in it and accepts each field. */
export function accepted(part: Part): Part {
  const [fault] = faultsOfPart({ ...emptyProxy, ...part });
  if (fault !== undefined) throw new Error(`Envoy refuses ${fault.resource}: ${fault.path} ${fault.message}`);
  return part;
}
