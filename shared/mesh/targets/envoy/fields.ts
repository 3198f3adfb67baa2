import type { FieldTable } from '../../plan/fields/field-table.ts';
import { tableOf } from '../../plan/fields/groups.ts';
import { egressGroups } from './fields/egress.ts';
import { ingressGroups } from './fields/ingress.ts';

/** Every field of the seven kinds in Envoy. Only the docs and the tests import it. */
export const envoyFields: FieldTable = tableOf(egressGroups, ingressGroups);
